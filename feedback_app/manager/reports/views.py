"""What the pages of a report show: its draft as it would leave now, and how it differs from what was handed over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import flask_babel
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.month import Month, due_date
from feedback_app.reports.content.build_report import build_report, editable_sentences
from feedback_app.reports.content.gather import Gathered, gather_report
from feedback_app.reports.document import Paragraph, ReportDocument
from feedback_app.reports.figures.periods import MOST_MONTHS, Period
from feedback_app.reports.handing_over.changes import changes_since, count_changed
from feedback_app.reports.handing_over.own_words import own_words
from feedback_app.reports.handing_over.report_period import ReportPeriod
from feedback_app.reports.handing_over.said_before import (
    SAID,
    no_other_words,
    read_said,
    said_differently,
)
from feedback_app.reports.handing_over.versions import (
    TIDY,
    HandedOver,
    content_digest,
    list_reports,
    open_file,
)
from feedback_app.reports.publishing.stored import NumbersProgress, find_numbers
from feedback_app.web.context import Instance

_: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as it would leave now. `before`: versions that were handed over, the newest first.

    `differs`: how many figures differ from the newest of them; `words_differ`: whether sentences or quotes do.
    `changes`: all that differs, a line each, as the report itself says it; `changes_kept`: the same without the words
    of a quote, which are kept sealed alone.
    """

    of: ReportPeriod
    gathered: Gathered
    document: ReportDocument
    own: Mapping[str, str]
    before: tuple[HandedOver, ...]
    changes: tuple[str, ...] = ()
    changes_kept: tuple[str, ...] = ()
    differs: int = 0
    words_differ: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the period's last day has passed."""
        return clock.today() > self.of.last_month.last

    @property
    def is_ready(self) -> bool:
        """Whether its numbers of answers have been chosen."""
        return self.gathered.ready is not None

    @property
    def all_sentences(self) -> tuple[Paragraph, ...]:
        """What the manager may put in their own words, as generated."""
        return editable_sentences(self.gathered)

    @property
    def next_version(self) -> int:
        """The number that handing over would give it."""
        return self.before[0].version + 1 if self.before else 1

    @property
    def is_as_handed_over(self) -> bool:
        """Whether the newest version says the same."""
        return bool(self.before) and not self.differs and not self.words_differ

    def as_version(self) -> ReportDocument:
        """The document as it is handed over: numbered, with what changed, and its digest."""
        numbered = build_report(
            self.gathered, self.own, version=self.next_version, changes=self.changes
        )
        return replace(numbered, digest=content_digest(numbered))


@dataclass(frozen=True, slots=True)
class MonthsChoice:
    """Of which months another report is wanted. `offered`: each month and its name, the newest first.

    `problem`: what is wrong with what was chosen, else "". `report`: the report of the months from `first` to `last`;
    None before they were chosen, or where they are none.
    """

    offered: list[tuple[str, str]]
    first: str
    last: str
    report: ReportPeriod | None = None
    problem: str = ""


def choose_months(
    typed: Mapping[str, str], begins: Month, this_month: Month
) -> MonthsChoice:
    """What was chosen of the months from `begins`, or the last month, to this one; the last month alone before."""
    begins = min(begins, this_month.previous)
    begins = max(begins, this_month.add_months(1 - MOST_MONTHS))
    months = Period(begins, this_month).months[::-1]
    offered = [(str(month), month.name) for month in months]
    if "first" not in typed and "last" not in typed:
        usual = str(this_month.previous)
        return MonthsChoice(offered, usual, usual)
    first, last = typed.get("first", ""), typed.get("last", "")
    try:
        of = ReportPeriod.of_months(Month.parse(first), Month.parse(last))
    except ValueError:
        problem = _("Choose a first month that is not after the last one.")
        return MonthsChoice(offered, first, last, problem=problem)
    return MonthsChoice(offered, first, last, of)


def draft_report(
    session: Session,
    parts: Instance,
    of: ReportPeriod,
    *,
    person_id: str,
    roles: Collection[str],
) -> Draft:
    """Build the draft. It opens the texts chosen as quotes: the caller writes the audit entry first."""
    surveys = parts.catalogue.monthly_versions()
    over = clock.today() > of.last_month.last
    ready = find_numbers(session, surveys, of.last_month) if over else None
    gathered = gather_report(
        session,
        parts.keys.text,
        parts.settings,
        parts.catalogue,
        of.period,
        kind=of.kind,
        ready=ready,
        person_id=person_id,
        roles=roles,
    )
    own = own_words(session, of.address)
    document = build_report(gathered, own)
    before = tuple(list_reports(session, of.address))
    draft = Draft(of, gathered, document, own, before)
    if not before or ready is None:
        return draft
    return _compared(session, parts, draft)


def _compared(session: Session, parts: Instance, draft: Draft) -> Draft:
    """The draft with what differs from the newest version."""
    newest = draft.before[0]
    figures = open_file(session, parts.keys, newest.id, TIDY)
    if figures is None:
        return draft
    lines = changes_since(figures[1], draft.document, newest.version)
    kept, words_differ = list(lines), False
    words = open_file(session, parts.keys, newest.id, SAID)
    if words is not None:
        before = read_said(words[1])
        more = said_differently(before, draft.document, with_quotes=True)
        words_differ = bool(more)
        same = [no_other_words(newest.version)]
        lines += more or same
        kept += said_differently(before, draft.document, with_quotes=False) or same
    return replace(
        draft,
        changes=tuple(lines),
        changes_kept=tuple(kept),
        differs=count_changed(figures[1], draft.document),
        words_differ=words_differ,
    )


def offered_periods(today_month: Month) -> list[ReportPeriod]:
    """What can be reported next: the last month, the last full quarter, the last full year from April to March."""
    last = today_month.previous
    quarter = last.last_full_quarter[-1]
    year = ReportPeriod.of_council_year(last)
    if year.last_month > last:
        year = ReportPeriod.of_council_year(last.add_months(-12))
    return [ReportPeriod.of_month(last), ReportPeriod.of_quarter(quarter), year]


def progress_words(progress: NumbersProgress) -> str:
    """How far the figures of a report are."""
    if progress.step == "ready":
        return _("The figures are ready.")
    if progress.step == "choosing":
        return _(
            "The figures are being made ready, for %(seconds)s seconds now. Most take less than a minute.",
            seconds=progress.waited_seconds,
        )
    return _(
        "The figures wait for their turn, for %(seconds)s seconds now. It comes within half a minute.",
        seconds=progress.waited_seconds,
    )


def report_due_on(of: ReportPeriod) -> date | None:
    """The day on which a month's report is due (rule M2); None for another period."""
    return due_date(of.last_month) if of.kind == "month" else None
