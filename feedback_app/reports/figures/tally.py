"""Counting a month's answers: three grouped statements, then sums over groups of children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Row, func
from sqlalchemy.orm import Session

from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.month import Month
from feedback_app.reports.figures.counted import (
    join_answers,
    select_counted_responses,
)


@dataclass(frozen=True, slots=True)
class ChildGroup:
    """Children who are counted alike: the month they answered in, their band, over five or not, and the channel.

    `beside`: what else they are told apart by where parts are compared (`sliced_tally.py`). `campaign`: the one in
    which they were asked, where it is counted beside everybody.
    """

    month: Month
    band: str
    over5: bool
    channel: str
    beside: str = ""
    campaign: str = ""


GroupFilter = Callable[[ChildGroup], bool]
CountsByGroup = Mapping[ChildGroup, int]


def _joined(
    one: Mapping[tuple[str, str], CountsByGroup],
    other: Mapping[tuple[str, str], CountsByGroup],
) -> dict[tuple[str, str], CountsByGroup]:
    return {
        pair: {**one.get(pair, {}), **other.get(pair, {})} for pair in {**one, **other}
    }


def every_group(_group: ChildGroup) -> bool:
    """The filter that lets all groups through."""
    return True


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted, by group of children.

    `heard`: children heard. `states`: (question id, given/left/declined) -> answers. `options`: (question id, option
    id) -> children who chose it.
    """

    heard: CountsByGroup = field(default_factory=dict)
    states: Mapping[tuple[str, str], CountsByGroup] = field(default_factory=dict)
    options: Mapping[tuple[str, str], CountsByGroup] = field(default_factory=dict)

    def mark_campaign(self, campaign: str) -> Tally:
        """The same counts, of groups that are told apart from everybody's by the campaign."""
        return self._with_counts(
            lambda counts: {
                replace(group, campaign=campaign): count
                for group, count in counts.items()
            }
        )

    def of_months(self, months: Collection[Month]) -> Tally:
        """The same counts of children who answered in these months alone."""
        return self._with_counts(
            lambda counts: {
                group: count for group, count in counts.items() if group.month in months
            }
        )

    def _with_counts(self, change: Callable[[CountsByGroup], CountsByGroup]) -> Tally:
        return Tally(
            change(self.heard),
            {pair: change(counts) for pair, counts in self.states.items()},
            {pair: change(counts) for pair, counts in self.options.items()},
        )

    def add_groups(self, other: Tally) -> Tally:
        """Both, of groups that are told apart."""
        return Tally(
            {**self.heard, **other.heard},
            _joined(self.states, other.states),
            _joined(self.options, other.options),
        )

    def count_children(self, where: GroupFilter = every_group) -> int:
        """How many children were heard."""
        return _sum_groups(self.heard, where)

    def count_state(
        self, question: str, state: str, where: GroupFilter = every_group
    ) -> int:
        """How many gave, left or declined their answer."""
        return _sum_groups(self.states.get((question, state), {}), where)

    def count_base(self, question: str, where: GroupFilter = every_group) -> int:
        """How many answered the question: what its shares are taken of."""
        return self.count_state(question, "given", where)

    def count_chosen(
        self,
        question: str,
        options: Mapping[str, Collection[str]] | str,
        where: GroupFilter = every_group,
    ) -> int:
        """How many chose the option, or one of the options that count in their band (band -> option ids)."""
        if isinstance(options, str):
            return _sum_groups(self.options.get((question, options), {}), where)
        total = 0
        for option in {option for counting in options.values() for option in counting}:
            for group, count in self.options.get((question, option), {}).items():
                if option in options.get(group.band, ()) and where(group):
                    total += count
        return total

    @property
    def heard_bands(self) -> frozenset[str]:
        """The bands of which a child was heard."""
        return frozenset(group.band for group in self.heard)


def tally_answers(session: Session, survey: str, *months: Month) -> Tally:
    """Count the answers to that survey (its key) in these months: three grouped statements."""
    by_group = (Response.month, Response.band, Response.over5, Response.channel)
    responses = select_counted_responses(survey, *months)

    heard_rows = session.execute(
        responses.with_only_columns(*by_group, func.count()).group_by(*by_group)
    )
    heard = {
        ChildGroup(Month.parse(month), band, over5, channel): count
        for month, band, over5, channel, count in heard_rows
    }

    by_state = (AnswerRow.question, AnswerRow.state, *by_group)
    answers = join_answers(responses, AnswerRow, months)
    states = session.execute(
        answers.with_only_columns(*by_state, func.count()).group_by(*by_state)
    )

    by_option = (AnswerOption.question, AnswerOption.option, *by_group)
    chosen = join_answers(responses, AnswerOption, months)
    options = session.execute(
        chosen.with_only_columns(*by_option, func.count()).group_by(*by_option)
    )
    return Tally(heard, _counts_by_pair(states), _counts_by_pair(options))


def _counts_by_pair(
    rows: Iterable[Row[str, str, str, str, bool, str, int]],
) -> dict[tuple[str, str], CountsByGroup]:
    """(question, state or option) -> counts by group."""
    counts: dict[tuple[str, str], dict[ChildGroup, int]] = defaultdict(dict)
    for question, state_or_option, month, band, over5, channel, count in rows:
        counts[question, state_or_option][
            ChildGroup(Month.parse(month), band, over5, channel)
        ] = count
    return dict(counts)


def _sum_groups(counts: CountsByGroup, where: GroupFilter) -> int:
    return sum(count for group, count in counts.items() if where(group))
