"""A month's summary for the senior management team (plan row 12): gathered once, written as CSV and as XLSX."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.figures.board import Board, month_board
from feedback_app.reports.figures.comments import list_comments, unseal_words
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.tally import tally_answers
from feedback_app.reports.publishing.published import Published, months_needed, publish_month
from feedback_app.reports.wording import band_name, iro_name, state_of
from feedback_app.survey.model import Survey

Cells = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is handed over. `published` is None while the month runs: two copies of a running month would differ by
    the few children who answered in between. `spoken` are band and words of texts that have been read.
    """

    board: Board
    published: Published | None
    spoken: tuple[tuple[str, str], ...]
    not_listed: int
    survey: Survey
    service_name: str
    created_on: dt.date

    @property
    def month(self) -> Month:
        """The month that it is about."""
        return self.board.month


def gather_month(
    session: Session, ring: KeyRing, settings: Settings, surveys: Sequence[Survey], month: Month, *,
    person_id: str, roles: Collection[str],
) -> Summary:  # fmt: skip
    """Gather the month. It opens the texts that have been read: the caller writes the audit entry first."""
    survey = max(surveys, key=lambda version: version.version)
    today = clock.today()
    published = None
    if today > month.last:
        published = publish_month(
            tally_answers(session, survey.key, *months_needed(month)), asked_questions(surveys), month
        )
    every = list_comments(session, survey.key, month, person_id=person_id, roles=roles)
    listed = [one for one in every if one.read and not one.concern]
    spoken = [(band_name(one.band), unseal_words(session, ring, one.text_id)) for one in listed]
    random.SystemRandom().shuffle(spoken)
    return Summary(
        board=month_board(session, survey.key, month, settings),
        published=published,
        spoken=tuple(spoken),
        not_listed=len(every) - len(listed),
        survey=survey,
        service_name=settings.service_name,
        created_on=today,
    )


def board_rows(found: Board) -> list[Cells]:
    """The board as a table: its header, a row for each IRO, the totals."""
    header = [
        _("IRO"), _("Took part"), _("Did not take part"), _("Outside the target"), _("Target: took part"),
        _("Target: did not"), _("This month"), _("Months met"), _("Months with a target"),
    ]  # fmt: skip
    rows: list[Cells] = [header]
    for row in found.rows:
        heard, target = row.heard, row.target
        counts = [heard.took_part, heard.did_not, heard.outside, target.took_part, target.did_not]
        rows.append([iro_name(row), *counts, state_of(row), row.met_in_year, row.months_in_year])
    heard = found.total_heard
    targets = [sum(r.target.took_part for r in found.rows), sum(r.target.did_not for r in found.rows)]
    met = _("%(both)s of %(all)s IROs have both", both=found.with_both, all=found.with_target)
    rows.append([_("All"), heard.took_part, heard.did_not, heard.outside, *targets, met, "", ""])
    return rows


def month_facts(found: Board) -> list[Cells]:
    """The month in a few figures, each with what it is measured against."""
    return [
        [_("Children heard"), found.total_heard.counted_children],
        [_("Target for the service"), found.service_target],
        [_("Sum of the IROs’ own targets"), found.iro_targets],
        [_("IROs with both"), found.with_both],
        [_("IROs with a target"), found.with_target],
    ]


def method_notes(found: Summary) -> list[str]:
    """How to read it: what counts, and what was left out to protect children."""
    return [
        _("%(service)s: summary for %(month)s.", service=found.service_name, month=found.month.name),
        _("Created on %(day)s from the survey “%(title)s”, version %(version)s. Answers that come in later for this "
          "month make a new summary.",
          day=f"{found.created_on:%d/%m/%Y}", title=found.survey.title, version=found.survey.version),
        _("Each IRO hears at least two children a month: one who took part in the review and one who did not (plan "
          "rows 7 and 27). It counts by the participation code that the officer recorded: PN1 to PN3 took part, PN4 to "
          "PN7 did not, PN0 (under four) is outside the target. What the child says about being there is not used."),
        _("An answer belongs to the month in which it was received, by London’s calendar. What was said aloud or "
          "written on paper belongs to the day on which the child gave it."),
        _("Counts for each IRO are counts of work. They say nothing about what children answered."),
        _("Each share stands beside its base: the children who answered that question. There is no percentage under "
          "a base of 10. The range is the 95% interval (Wilson): the share of all children may lie anywhere in it."),
        _("“Fewer than 5” is 1 to 4 children. “Not shown” hides a number from which a smaller one could be worked out, "
          "or a table of fewer than 10 children. 0 is shown. Answers are shown for the whole service in the month, and "
          "by age for the last full quarter."),
        _("Channels: on their own (the child’s or another’s phone), with help, aloud (an IRO wrote down what the child "
          "said), on paper. Answers given with help, or to an IRO, tend to sound happier: read them apart."),
        _("Comments are in no order, with the child’s age band only, and only those that have been read. Not listed, "
          "because they are still to be read or a concern was found: %(n)s. Please do not guess who wrote them.",
          n=found.not_listed),
    ]  # fmt: skip
