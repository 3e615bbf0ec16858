"""What an IRO's own month says in sentences: what is missing, until when, and how long a link still waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flask_babel

from feedback_app.invitations.own_reviews import OwnReview
from feedback_app.iro.month.views import MyMonth
from feedback_app.reports.figures_in_words import missing_children, missing_sentence
from feedback_app.responses.keyed_in import DAYS_BACK

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

SOON_DAYS = 6
"""A day that is no further off is called by its weekday."""


def month_sentence(seen: MyMonth, today: date) -> str:
    """The one sentence of the page: what is missing, or that nothing is asked."""
    if seen.target.on_leave:
        return _("You are on leave this month")
    if seen.target.away == "starting":
        return _("You start this month")
    if seen.target.away:
        return _("You do not work here in this month")
    if not seen.target.total_target:
        return _("There is no target for you this month")
    if seen.month_mark == "met":
        return _("Your month is met")
    if today < seen.month.first:
        return _("%(month)s has not begun", month=seen.month.short_name)
    if today > seen.month.last:
        missing = missing_children(seen.still_missing)
        return _(
            "Missed in %(month)s: %(children)s",
            month=seen.month.short_name,
            children=missing,
        )
    return missing_sentence(seen.still_missing, seen.heard)


def month_note(seen: MyMonth, today: date) -> str:
    """The line below it: which month it is, how long there is time, a kind word, how many reviews there are now."""
    parts = (_time_note(seen, today), _week_note(seen, today))
    return " ".join(part for part in parts if part)


def _week_note(seen: MyMonth, today: date) -> str:
    """How many reviews this week has, in the running month, where the case system's reviews were imported."""
    number = seen.reviews.this_week
    if not number or not seen.month.first <= today <= seen.month.last:
        return ""
    return ngettext(
        "You have %(num)s review this week.",
        "You have %(num)s reviews this week.",
        number,
    )


def review_in_words(review: OwnReview, today: date) -> str:
    """What became of a review: how the child took part, or that it is still to come."""
    if review.pn_code:
        return {
            "took_part": _("took part"),
            "did_not": _("did not take part"),
            None: _("under 4, not counted"),
        }[review.counted_part]
    if review.is_held:
        return _("code not noted yet")
    return _("still to come") if review.day > today else _("not noted as held")


def _time_note(seen: MyMonth, today: date) -> str:
    month, is_over = seen.month, today > seen.month.last
    if not seen.target.total_target:
        return _(
            "Nothing is asked of you in %(month)s. A child whom you hear all the same counts.",
            month=month.name,
        )
    if is_over and seen.month_mark == "met":
        return _("%(month)s is over. Thank you for asking.", month=month.name)
    if (today - month.last).days > DAYS_BACK:
        return _("%(month)s is over.", month=month.name)
    if is_over:
        return _(
            "What a child said in %(month)s counts for it, also if you write it down now.",
            month=month.short_name,
        )
    if today < month.first:
        children = missing_children(seen.still_missing)
        return _("It will ask for: %(children)s.", children=children)
    last_day = day_in_words(month.last, today)
    end = _("%(month)s ends %(day)s.", month=month.short_name, day=last_day)
    return f"{_('Thank you for asking.')} {end}" if seen.month_mark == "met" else end


def day_in_words(day: date, today: date) -> str:
    """A day that is not past, from today on: "today", "tomorrow", "on Friday", "on 10 December"."""
    away = (day - today).days
    if away <= 0:
        return _("today")
    if away == 1:
        return _("tomorrow")
    pattern = "EEEE" if away <= SOON_DAYS else "d MMMM"
    return _("on %(day)s", day=flask_babel.format_date(day, pattern))


def progress_in_words(got: int, wanted: int) -> str:
    """How far one of the two kinds of children is."""
    if not wanted:
        return (
            ngettext("%(num)s child", "%(num)s children", got)
            if got
            else _("No target")
        )
    if got >= wanted:
        return ngettext("Done: %(num)s child", "Done: %(num)s children", got)
    if got:
        return _("%(got)s of %(wanted)s", got=got, wanted=wanted)
    return _("Not yet")
