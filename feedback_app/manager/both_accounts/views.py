"""The comparisons as the page shows them: a sentence first, then bars, then the counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flask_babel

from feedback_app.models.invitation import AT_REVIEW, NOT_AT_REVIEW
from feedback_app.reports.charts import Bar, SvgText, bar_chart
from feedback_app.reports.figures.iro_says import (
    SPOKE_FOR,
    Agreement,
    IroSays,
    add_up,
)
from feedback_app.reports.figures.shares import fewest_answers

_: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """Those of whom one thing was noted, and how their own account compares."""

    noted: str
    found: Agreement


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question: what is compared, the sentence that says it, the lines, and what may explain a difference.

    `words`: what agreeing, agreeing in part and differing mean here; the second is "" where there is no such answer.
    """

    anchor: str
    title: str
    sentence: str
    words: tuple[str, str, str]
    lines: tuple[ComparedLine, ...]
    note: str = ""

    @property
    def drawn_bars(self) -> SvgText | None:
        """A bar for each line that has children enough: how many of them agree."""
        bars = [
            Bar(
                line.noted,
                line.found.agree / line.found.compared_children,
                share_of(line.found),
            )
            for line in self.lines
            if line.found.compared_children >= fewest_answers()
        ]
        return bar_chart(f"b-{self.anchor}", self.title, bars) if bars else None


def share_of(found: Agreement) -> str:
    """ "92%, 74 of 80"; the counts alone where there are too few."""
    base = found.compared_children
    counts = _("%(count)s of %(base)s", count=found.agree, base=base)
    if base < fewest_answers():
        return counts
    return f"{round(100 * found.agree / base)}%, {counts}"


def compare_all(found: IroSays, speakers: Callable[[str], str]) -> list[Comparison]:
    """All that is compared. `speakers`: the label of who told the meeting."""
    return [
        _there(found),
        _had_say(found),
        _talked(found),
        _own_views(found),
        _by_speaker(found, speakers),
    ]


def _lines(pairs: Sequence[tuple[str, Agreement]]) -> tuple[ComparedLine, ...]:
    return tuple(ComparedLine(noted, found) for noted, found in pairs)


def _there(found: IroSays) -> Comparison:
    came, stayed = (add_up(found.there, *codes) for codes in (AT_REVIEW, NOT_AT_REVIEW))
    return Comparison(
        "there",
        _("Were they there?"),
        _(
            "%(differ)s of %(base)s children who were noted as not being there say that they were. %(away)s of "
            "%(came)s who were noted as there say that they were not.",
            differ=stayed.differ,
            base=stayed.compared_children,
            away=came.differ,
            came=came.compared_children,
        ),
        (_("The child says the same"), "", _("The child says otherwise")),
        _lines(
            [
                (code, found.there.get(code, Agreement()))
                for code in (*AT_REVIEW, *NOT_AT_REVIEW)
            ]
        ),
        _(
            "A child noted PN4 was there and said nothing: they count as not having taken part, and rightly say that "
            "they were there."
        ),
    )


def _had_say(found: IroSays) -> Comparison:
    total = add_up(found.had_say, *AT_REVIEW)
    return Comparison(
        "say",
        _("Did those who were there get to say what they wanted?"),
        _(
            "%(agree)s of %(base)s children who were noted as there say that they said all they wanted; %(differ)s say "
            "that they did not.",
            agree=total.agree,
            base=total.compared_children,
            differ=total.differ,
        ),
        (_("All of it"), _("Some of it"), _("No")),
        _lines([(code, found.had_say.get(code, Agreement())) for code in AT_REVIEW]),
        _("PN2 means that somebody else spoke for the child at the meeting."),
    )


def _talked(found: IroSays) -> Comparison:
    noted, silent = found.noted_talk, found.no_talk_noted
    return Comparison(
        "talked",
        _("Did the IRO talk with them before?"),
        _(
            "Of %(base)s children of whom the IRO noted that they spoke before, %(differ)s say that nobody did.",
            base=noted.compared_children,
            differ=noted.differ,
        ),
        (_("The child says the same"), "", _("The child says otherwise")),
        _lines([(_("Talk noted"), noted), (_("No talk noted"), silent)]),
        _(
            "A tick that is missing says less than one that is set: it may only have been forgotten."
        ),
    )


def _own_views(found: IroSays) -> Comparison:
    codes = ("PN2", "PN5", "PN6")
    names = {
        "PN2": _("PN2: there, somebody else spoke for them"),
        "PN5": _("PN5: not there, told somebody"),
        "PN6": _("PN6: not there, sent their views"),
    }
    total = add_up(found.own_views, *codes)
    return Comparison(
        "views",
        _("Was what was said for them what they wanted to say?"),
        _(
            "%(agree)s of %(base)s children for whom somebody told the meeting say that it was what they wanted to "
            "say.",
            agree=total.agree,
            base=total.compared_children,
        ),
        (_("Yes"), _("Some of it"), _("No")),
        _lines(
            [(names[code], found.own_views.get(code, Agreement())) for code in codes]
        ),
    )


def _by_speaker(found: IroSays, speakers: Callable[[str], str]) -> Comparison:
    best = found.by_speaker.get("iro", Agreement())
    return Comparison(
        "speaker",
        _("And by who told the meeting?"),
        _(
            "Where the IRO told it: %(agree)s of %(base)s say that it was what they wanted to say. A child may name "
            "several people.",
            agree=best.agree,
            base=best.compared_children,
        ),
        (_("Yes"), _("Some of it"), _("No")),
        _lines(
            [
                (speakers(who), found.by_speaker.get(who, Agreement()))
                for who in SPOKE_FOR
            ]
        ),
    )
