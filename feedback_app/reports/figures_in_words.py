"""Figures and their states in words: the same on the screen and in what is handed over."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from feedback_app import clock
from feedback_app.labels import label
from feedback_app.models.invitation import DRAWN
from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.asked import AskedCounts, ChosenCounts
from feedback_app.reports.figures.board import Board, IroRow
from feedback_app.reports.figures.exact_tests import Movement
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures.shares import MOST_ANSWERS_TO_WAIT_FOR, Share
from feedback_app.reports.figures.targets import (
    MISSED,
    HeardCounts,
    MonthMark,
    Target,
)
from feedback_app.reports.publishing.published import PrintedNumber
from feedback_app.responses.interviews import InterviewNotes
from feedback_app.rulebook.counted_codes import CountedCodes, name_codes

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


def missing_sentence(missing: Target, heard: HeardCounts) -> str:
    """What one IRO's running month still asks for: "One more: a child who did not take part"."""
    children = missing_children(missing)
    if not heard.counted_children:
        return _("Still to hear this month: %(children)s", children=children)
    return ngettext(
        "One more: %(children)s",
        "%(num)s more: %(children)s",
        missing.total_target,
        children=children,
    )


def missing_children(missing: Target) -> str:
    """How many children of each kind: "a child who took part and a child who did not take part"."""
    kinds = []
    if missing.took_part:
        kinds.append(
            ngettext(
                "a child who took part",
                "%(num)s children who took part",
                missing.took_part,
            )
        )
    if missing.did_not:
        kinds.append(
            ngettext(
                "a child who did not take part",
                "%(num)s children who did not take part",
                missing.did_not,
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


def counted_codes_in_words(target: Target, codes: CountedCodes) -> str:
    """What each IRO is asked for, and by which participation codes it counts."""
    return _("Each IRO hears %(target)s (plan rows 7 and 27). It counts by the participation code that the officer "
             "recorded: %(took)s took part, %(missed)s did not, %(outside)s is outside the target (PN0: under four). "
             "What the child says about being there is not used.",
             target=usual_target_in_words(target), took=name_codes(codes.took_part),
             missed=name_codes(codes.did_not), outside=name_codes(codes.outside_codes))  # fmt: skip


def asked_parts(asked: AskedCounts) -> tuple[tuple[str, int], ...]:
    """What became of the children who were asked: these add up to all who were asked. Not safe to ask stands apart."""
    return (
        (_("Answered"), asked.answered),
        (_("Said no"), asked.said_no),
        (_("Not reached"), asked.not_reached),
        (_("Ended without an answer"), asked.unanswered),
        (_("Waiting for an answer"), asked.waiting),
    )


def response_in_words(asked: AskedCounts) -> str:
    """How many of those who were asked have answered, with a percentage where the base is large enough."""
    share = asked.answered_share
    words = ngettext(
        "%(answered)s of %(num)s child asked has answered",
        "%(answered)s of %(num)s children asked have answered",
        share.base,
        answered=share.count,
    )
    percent = share.whole_percent
    return words if percent is None else f"{words} ({percent}%)"


def way_name(way: str) -> str:
    """How children were chosen, as a line begins."""
    words = label("how_chosen", way)
    return words[0].upper() + words[1:]


def way_in_words(way: str, chosen: ChosenCounts) -> str:
    """How children were chosen; of those drawn by the app also how many after a draw that was not used."""
    words = way_name(way)
    if way != DRAWN or not chosen.drawn_again:
        return words
    again = _("%(number)s after drawing again", number=chosen.drawn_again)
    return f"{words} ({again})"


def asked_in_words(asked: AskedCounts, month: Month) -> str:
    """Whom an officer asked in a month: "Asked in October: 3 children (2 answered, 1 said no)."; "" for nobody."""
    parts = ", ".join(
        f"{number} {words[0].lower()}{words[1:]}"
        for words, number in asked_parts(asked)
        if number
    )
    if not parts:
        return ""
    return ngettext(
        "Asked in %(month)s: %(num)s child (%(parts)s).",
        "Asked in %(month)s: %(num)s children (%(parts)s).",
        asked.all_asked,
        month=month.short_name,
        parts=parts,
    )


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


def measure_target(share: Share, *, at_least: bool) -> str:
    """A measure's target in words; `at_least`: a share above it meets it, else one below it."""
    percent = round(100 * (share.target or 0))
    return (
        _("target over %(n)s%%", n=percent)
        if at_least
        else _("target %(n)s%%", n=percent)
    )


def verdict_in_words(share: Share) -> str:
    """What may be said of a measure with its target (rule R4); "" without a target."""
    return _VERDICTS[share.target_state]()


def movement_in_words(movement: Movement) -> str:
    """Which way a month moved, and whether chance may have done it."""
    return _MOVEMENTS[movement]()


def answers_needed_in_words(share: Share) -> str:
    """How many more answers until a verdict can be given, where there is a target and no verdict; else ""."""
    if share.target is None or share.target_state in ("met", "short"):
        return ""
    needed = share.answers_needed
    if needed is None:
        return _(
            "So close to the target that even %(number)s more answers would not settle it.",
            number=f"{MOST_ANSWERS_TO_WAIT_FOR:,}",
        )
    if not share.base:
        return ngettext(
            "At least %(num)s answer until we can say.",
            "At least %(num)s answers until we can say.",
            needed,
        )
    return ngettext(
        "%(num)s more answer until we can say, if the share stays as it is.",
        "%(num)s more answers until we can say, if the share stays as it is.",
        needed,
    )


def period_name(period: Period) -> str:
    """A period: "October 2026", "July to September 2026", "November 2025 to October 2026"."""
    first, last = period.first, period.last
    if first == last:
        return last.name
    return _(
        "%(first)s to %(last)s",
        first=first.short_name if first.year == last.year else first.name,
        last=last.name,
    )


def compared_name(kind: str, value: str) -> str:
    """One part of the children, as a column of a table is headed."""
    if not value:
        return _("Not known")
    return {
        "band": band_name,
        "branch": lambda one: label("branch", one),
        "mode": lambda one: label("mode_short", one),
        "channel": channel_name,
    }[kind](value)


def target_goal(share: Share, *, at_least: bool) -> str:
    """The same without the word, where it stands beside it: "over 80%"."""
    percent = round(100 * (share.target or 0))
    return _("over %(n)s%%", n=percent) if at_least else _("%(n)s%%", n=percent)


def printed_number(number: PrintedNumber | None) -> int | str:
    """A number as it may leave; empty where nobody was asked."""
    if number is None:
        return ""
    if number.value is not None:
        return number.value
    return _("fewer than 5") if number.mark is CellMark.FEW else _("not shown")


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
_VERDICTS: dict[str, Callable[[], str]] = {
    "none": lambda: "",
    "few": lambda: _("Not enough answers yet"),
    "met": lambda: _("Met"),
    "short": lambda: _("Not met"),
    "unsure": lambda: _("Not certain"),
}
_MOVEMENTS: dict[Movement, Callable[[], str]] = {
    "up": lambda: _("Up, more than chance"),
    "down": lambda: _("Down, more than chance"),
    "none": lambda: _("No further than chance"),
    "few": lambda: _("Too few answers to look"),
}
