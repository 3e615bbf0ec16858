"""Figures and their states in words: the same on the screen and in what is handed over."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from feedback_app import clock
from feedback_app.labels import label
from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.board import Board, IroRow
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.figures.targets import MISSED, MonthMark, Target
from feedback_app.reports.publishing.published import PrintedNumber
from feedback_app.responses.interviews import InterviewNotes

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def month_state(row: IroRow, month: Month) -> str:
    """Where an IRO's month stands: met, missed or still to come, with what is missing; or why there is no target."""
    if row.target.away and row.iro_id is not None:
        return _AWAY[row.target.away]()
    if row.month_mark == "away":
        return _("No target")
    return mark_in_words(row.month_mark, children_in_words(row.still_missing), month)


def mark_in_words(mark: MonthMark, missing: str, month: Month) -> str:
    """How a month with a target stands. `missing`: which children are still to be heard."""
    if mark == "met":
        return _("Met")
    if mark == "open" and clock.today() < month.first:
        return _("Nothing yet, the month has not begun")
    if mark == "open":
        return _("To come: %(missing)s", missing=missing)
    if mark == "soon":
        return _(
            "Still to come, ends %(day)s: %(missing)s",
            day=flask_babel.format_date(month.last, "EEEE d MMMM"),
            missing=missing,
        )
    return _("Missed: %(missing)s", missing=missing)


def service_state(board: Board) -> str:
    """Where the month of the whole service stands."""
    missing = board.service_target - board.total_heard.counted_children
    children = ngettext("%(num)s child", "%(num)s children", max(missing, 0))
    return mark_in_words(board.service_mark, children, board.month)


def children_in_words(target: Target) -> str:
    """How many children of each kind: "one who took part and one who did not take part"."""
    kinds = []
    if target.took_part:
        kinds.append(
            ngettext("one who took part", "%(num)s who took part", target.took_part)
        )
    if target.did_not:
        kinds.append(
            ngettext(
                "one who did not take part",
                "%(num)s who did not take part",
                target.did_not,
            )
        )
    return _(" and ").join(kinds)


def target_in_words(target: Target) -> str:
    """What a month asks of an IRO, or why it asks for nothing."""
    if target.away:
        return _AWAY[target.away]()
    if not target.total_target:
        return _("No target")
    return _(
        "%(took_part)s took part, %(did_not)s did not",
        took_part=target.took_part,
        did_not=target.did_not,
    )


def usual_target_in_words(target: Target) -> str:
    """What each IRO is asked for in a month."""
    return _(
        "at least %(all)s children a month: %(took_part)s who took part in the review and %(did_not)s who did not",
        all=target.total_target, took_part=target.took_part, did_not=target.did_not,
    )  # fmt: skip


def iro_name(row: IroRow) -> str:
    """The IRO's name, or what stands for none."""
    return row.name or _("No IRO named")


def year_in_words(row: IroRow) -> str:
    """The marks of the last twelve months in words, with the names of the months that were not met."""
    if not row.months_in_year:
        return _("Last 12 months: nothing met or missed")
    met = _(
        "Last 12 months: met in %(met)s of %(all)s.",
        met=row.met_in_year,
        all=row.months_in_year,
    )
    not_met = [month.short_name for month, mark in row.year if mark in MISSED]
    if not not_met:
        return met
    return f"{met} {_('Not met: %(months)s.', months=', '.join(not_met))}"


def band_name(band: str) -> str:
    """A band as people read it: "8–11"."""
    return label("band", band)


def channel_name(channel: str) -> str:
    """The channel in words: how a child answered."""
    return _CHANNELS[channel]()


def typed_by(channel: str) -> str:
    """Who typed the words that came by the channel."""
    return _TYPISTS[channel]()


def present_in_words(notes: InterviewNotes) -> str:
    """Who was there when an officer wrote down what a child said."""
    words = [label("was_present", who) for who in notes.present]
    return ", ".join(words) or _("not noted")


def read_back_in_words(notes: InterviewNotes) -> str:
    """Whether the officer read it out and the child said that it is right."""
    return _("yes, and it is right") if notes.read_back else _("not noted")


def share_state(share: Share) -> str:
    """Whether a target is met, said no more surely than the base allows; empty without a target."""
    return _STATES[share.target_state]()


def measure_target(share: Share, *, at_least: bool) -> str:
    """A measure's target in words; `at_least`: a share above it meets it, else one below it."""
    percent = round(100 * (share.target or 0))
    return (
        _("target over %(n)s%%", n=percent)
        if at_least
        else _("target %(n)s%%", n=percent)
    )


def printed_number(number: PrintedNumber | None) -> int | str:
    """A number as it may leave; empty where nobody was asked."""
    if number is None:
        return ""
    if number.value is not None:
        return number.value
    return _("fewer than 5") if number.mark is CellMark.FEW else _("not shown")


def quarter_name(quarter: tuple[Month, Month, Month]) -> str:
    """A quarter: "July to September 2026"."""
    return _(
        "%(first)s to %(last)s", first=quarter[0].short_name, last=quarter[-1].name
    )


_AWAY: dict[str, Callable[[], str]] = {
    "leave": lambda: _("On leave, no target"),
    "starting": lambda: _("Starting, no target yet"),
    "not_at_work": lambda: _("Not at work, no target"),
}
_CHANNELS: dict[str, Callable[[], str]] = {
    "self": lambda: _("On their own"),
    "helped": lambda: _("With help"),
    "verbal": lambda: _("Aloud"),
    "paper": lambda: _("On paper"),
    "import": lambda: _("Imported"),
}
_TYPISTS: dict[str, Callable[[], str]] = {
    "self": lambda: _("typed by the child"),
    "helped": lambda: _("typed with help"),
    "verbal": lambda: _("written down by the IRO"),
    "paper": lambda: _("copied from paper"),
    "import": lambda: _("imported"),
}
_STATES: dict[str, Callable[[], str]] = {
    "none": lambda: "",
    "few": lambda: _("Not enough answers yet"),
    "met": lambda: _("Target met"),
    "short": lambda: _("Target not met"),
    "unsure": lambda: _("Too few answers to be sure either way"),
}
