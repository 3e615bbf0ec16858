"""Figures and their states in words: the same on the screen and in what is handed over."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from feedback_app.labels import label
from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.board import IroRow
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.publishing.published import PrintedNumber

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def month_state(row: IroRow) -> str:
    """Where an IRO's month stands: met, or what is missing."""
    if row.target.leave:
        return _("On leave, no target")
    if row.iro_id is None or not row.target.total_target:
        return _("No target")
    if row.month_mark == "met":
        return _("Met")
    took_part, did_not = row.still_missing.took_part, row.still_missing.did_not
    if took_part == did_not == 1:
        return _("Needs one who took part and one who did not take part")
    missing = []
    if took_part:
        missing.append(
            ngettext(
                "Needs one who took part", "Needs %(num)s who took part", took_part
            )
        )
    if did_not:
        missing.append(
            ngettext(
                "Needs one who did not take part",
                "Needs %(num)s who did not take part",
                did_not,
            )
        )
    return "; ".join(missing)


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
        return _("Last 12 months: no target")
    met = _(
        "Last 12 months: met in %(met)s of %(all)s.",
        met=row.met_in_year,
        all=row.months_in_year,
    )
    not_met = [month.short_name for month, mark in row.year if mark in ("some", "none")]
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
