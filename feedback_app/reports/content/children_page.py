"""The children's page of a year (plan row 11a): what they said, and what became of it, in three bands' words.

No quote stands in it, and no figure from fewer than 20 children.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.models.action import ACTION_BANDS
from feedback_app.month import Month
from feedback_app.reports.content.child_words import WORDS, BandWords
from feedback_app.reports.content.figure_book import months_key
from feedback_app.reports.document import BigFact, ChildPage, ChildPart, ChildWords
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures_in_words import band_name, period_name
from feedback_app.reports.publishing.published import Published
from feedback_app.said_and_done import ShownAction, shown_actions

FEWEST_CHILDREN = 20
PEOPLE = 5
"""So many small people are drawn for a fact: "4 of 5"."""
MOST_FACTS, MOST_LIKED, MOST_WANTED = 3, 3, 3
WANTED = "help_next"
NOT_WANTED = ("nothing", "other")
HALF = 0.5


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A measure of twelve months that may stand before children: from 20 of them on."""

    measure: str
    share: float


def build_child_page(
    session: Session, settings: Settings, month: Month, published: Published | None
) -> ChildPage:
    """The page of the twelve months to the last full quarter of `month`. `published`: what may leave with the month."""
    months = month.last_full_quarter[-1].year_to_here
    heard = published.year.heard_cell().value if published else None
    shares = list(_shown_shares(published)) if published else []
    words = tuple(
        ChildWords(
            band=band,
            age=band_name(band),
            opening=_opening(WORDS[band], heard),
            facts=tuple(_facts(WORDS[band], shares)),
            parts=tuple(
                _parts(
                    WORDS[band],
                    shares,
                    _wanted(published, band),
                    shown_actions(session, band),
                    settings,
                )
            ),
        )
        for band in ACTION_BANDS
    )
    return ChildPage(
        title=_("What you told us"),
        service_name=settings.service_name,
        period=months_key(months),
        period_name=period_name(Period(months[0], months[-1])),
        made_on=clock.today(),
        words=words,
    )


def _shown_shares(published: Published) -> Iterable[ShownShare]:
    for question in published.questions:
        for measure in question.measures:
            pair = published.year.measure_cells(question, measure)
            if pair is None or pair[0].value is None:
                continue
            if (base := pair[1].value) is not None and base >= FEWEST_CHILDREN:
                yield ShownShare(measure.id, pair[0].value / base)


def _opening(words: BandWords, heard: int | None) -> str:
    if heard is None or heard < FEWEST_CHILDREN:
        return words.opening_without
    return words.opening.format(number=heard)


def _facts(words: BandWords, shares: Sequence[ShownShare]) -> Iterable[BigFact]:
    found = {one.measure: one.share for one in shares}
    told = [measure for measure in words.facts if measure in found][:MOST_FACTS]
    for measure in told:
        people = int(PEOPLE * found[measure] + HALF)
        fact = words.facts[measure].format(people=people, of=PEOPLE)
        yield BigFact(fact, people, PEOPLE)


def _parts(
    words: BandWords,
    shares: Sequence[ShownShare],
    wanted: Sequence[str],
    actions: Sequence[ShownAction],
    settings: Settings,
) -> Iterable[ChildPart]:
    """The headings in the order in which a child reads them; one without a line is left out."""
    liked = [
        words.liked[one.measure]
        for one in shares
        if one.measure in words.liked and one.share >= HALF
    ]
    numbers = settings.braces
    call = [line.format_map(numbers) for line in words.call]
    parts = (
        (words.liked_title, liked[:MOST_LIKED]),
        (words.wanted_title, wanted),
        (words.did_title, _lines(actions, "done")),
        (words.doing_title, _lines(actions, "doing", "promised")),
        (words.cannot_title, _lines(actions, "cannot")),
        (words.after_title, [line.format_map(numbers) for line in words.after]),
        (words.call_title, call),
    )
    for title, lines in parts:
        if lines:
            yield ChildPart(title, tuple(lines))


def _wanted(published: Published | None, band: str) -> list[str]:
    """What most children said would help, in the words that this band reads; none of fewer than 20 who were asked."""
    for question in published.questions if published else ():
        if question.id != WANTED or published is None:
            continue
        base = published.year.base_cell(question.id)
        if base is None or base.value is None or base.value < FEWEST_CHILDREN:
            return []
        counts = {
            option: count.value
            for option in question.options
            if option not in NOT_WANTED
            and (count := published.year.option_cell(question.id, option)) is not None
            and count.value
        }
        most = sorted(counts, key=lambda option: -counts[option])[:MOST_WANTED]
        return [question.option_label(option, band) for option in most]
    return []


def _lines(actions: Sequence[ShownAction], *states: str) -> list[str]:
    return [f"{one.said} {one.done}" for one in actions if one.state in states]
