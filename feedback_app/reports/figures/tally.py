"""Counting a month's answers: three grouped statements, then sums over groups of children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Row, func
from sqlalchemy.orm import Session

from feedback_app.models.response import Answer, AnswerOption, Response
from feedback_app.month import Month
from feedback_app.reports.figures.board import select_counted_responses


@dataclass(frozen=True, slots=True)
class ChildGroup:
    """Children who are counted alike: the month they answered in, their band, over five or not, and the channel."""

    month: Month
    band: str
    over5: bool
    channel: str


GroupFilter = Callable[[ChildGroup], bool]


def every_group(_group: ChildGroup) -> bool:
    """All that was counted."""
    return True


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted, by group: children heard, answers by question and state, chosen options."""

    heard: Mapping[ChildGroup, int] = field(default_factory=dict)
    states: Mapping[tuple[str, str], Mapping[ChildGroup, int]] = field(default_factory=dict)
    options: Mapping[tuple[str, str], Mapping[ChildGroup, int]] = field(default_factory=dict)

    def count_children(self, where: GroupFilter = every_group) -> int:
        """How many children were heard."""
        return _sum(self.heard, where)

    def count_state(self, question: str, state: str, where: GroupFilter = every_group) -> int:
        """How many gave, left or declined their answer."""
        return _sum(self.states.get((question, state), {}), where)

    def count_base(self, question: str, where: GroupFilter = every_group) -> int:
        """How many answered the question: what its shares are taken of."""
        return self.count_state(question, "given", where)

    def count_chosen(
        self, question: str, options: Mapping[str, Collection[str]] | str, where: GroupFilter = every_group
    ) -> int:
        """How many chose the option, or one of the options that count in their band (band -> option ids)."""
        if isinstance(options, str):
            return _sum(self.options.get((question, options), {}), where)
        return sum(
            count
            for option in {option for counting in options.values() for option in counting}
            for group, count in self.options.get((question, option), {}).items()
            if option in options.get(group.band, ()) and where(group)
        )

    @property
    def heard_bands(self) -> frozenset[str]:
        """The bands that were heard."""
        return frozenset(group.band for group in self.heard)


def tally_answers(session: Session, survey: str, *months: Month) -> Tally:
    """Count the answers to that survey (its key) in these months."""
    by = (Response.month, Response.band, Response.over5, Response.channel)
    responses = select_counted_responses(survey, *months)
    heard = responses.with_only_columns(*by, func.count()).group_by(*by)
    answers = responses.join(Answer, Answer.response_id == Response.id)
    states = answers.with_only_columns(Answer.question, Answer.state, *by, func.count())
    chosen = responses.join(AnswerOption, AnswerOption.response_id == Response.id)
    options = chosen.with_only_columns(AnswerOption.question, AnswerOption.option, *by, func.count())
    return Tally(
        {
            ChildGroup(Month.parse(month), band, over5, channel): count
            for month, band, over5, channel, count in session.execute(heard)
        },
        _by_pair(session.execute(states.group_by(Answer.question, Answer.state, *by))),
        _by_pair(session.execute(options.group_by(AnswerOption.question, AnswerOption.option, *by))),
    )


def _by_pair(rows: Iterable[Row[str, str, str, str, bool, str, int]]) -> dict[tuple[str, str], dict[ChildGroup, int]]:
    found: dict[tuple[str, str], dict[ChildGroup, int]] = defaultdict(dict)
    for question, state_or_option, month, band, over5, channel, count in rows:
        found[question, state_or_option][ChildGroup(Month.parse(month), band, over5, channel)] = count
    return dict(found)


def _sum(counts: Mapping[ChildGroup, int], where: GroupFilter) -> int:
    return sum(count for group, count in counts.items() if where(group))
