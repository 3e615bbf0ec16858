"""One published table's numbers and how they hang together: the whole service in a month, or a band in a quarter. Pure.

Relations name everything by which a reader could work a number out: options add up to their base; nobody answers a
follow-up who did not give the answer that leads to it; nobody answers who was not heard; a measure that speaks of
those over five leaves the others as the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from feedback_app.privacy.suppress import Cell, CellKind, Key, Relation, sum_relation
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.tally import GroupFilter, Tally
from feedback_app.survey.model import Measure
from feedback_app.survey.types import type_of

HEARD = "heard"
BASE = "base"


class CellPlace(NamedTuple):
    """Where a number stands: in which table ("2026-10", "4-7"), for which question, and what it counts there."""

    table: str
    question: str
    what: str


def option_cell(option: str) -> str:
    """What a chosen option is called within a place."""
    return f"option {option}"


def channel_cell(channel: str) -> str:
    """What a channel is called within a place."""
    return f"channel {channel}"


def measure_cell(measure: Measure, part: str) -> str:
    """What a measure's part ("count", "base") is called within a place, where it is a number of its own."""
    return f"measure {measure.id} {part}"


class CountTable:
    """The cells and relations of one table, counted from a tally."""

    def __init__(
        self,
        table: str,
        tally: Tally,
        questions: Sequence[AskedQuestion],
        where: GroupFilter,
        bands: Sequence[str],
        *,
        pooled: bool,
    ) -> None:
        self.table, self.tally, self.where, self.bands, self.pooled = table, tally, where, bands, pooled
        self.cells: dict[Key, Cell] = {}
        self.relations: list[Relation] = []
        self.questions = [q for q in questions if self._is_in(q)]
        self.children = tally.count_children(where)
        self._add(CellPlace(table, "", HEARD), self.children, CellKind.KNOWN)
        if pooled:
            self._channels()
        for question in self.questions:
            self._question(question)
        for question in self.questions:
            self._follows(question)

    def offered_options(self, question: AskedQuestion) -> list[str]:
        """The options that the table's bands can choose, in their order."""
        seen = {o.id for band in self.bands if band in question.in_bands for o in question.in_bands[band].options}
        return [option for option in question.options if option in seen]

    def measures_taken(self, question: AskedQuestion) -> Iterator[Measure]:
        """The measures that can be taken in this table: pooled ones count an option in all bands or in none."""
        for measure in question.measures:
            if not self.pooled or all(
                option in measure.counts[band]
                for band in self.bands
                if band in measure.counts
                for option in {o for counting in measure.counts.values() for o in counting}
                if question.in_bands[band].find_option(option)
            ):
                yield measure

    def _is_in(self, question: AskedQuestion) -> bool:
        if self.pooled and question.by_band_only:
            return False
        states = ("given", "left", "declined")
        return any(self.tally.count_state(question.id, state, self.where) for state in states)

    def _add(self, place: CellPlace, value: int, kind: CellKind = CellKind.PUBLISHED) -> CellPlace:
        self.cells[place] = Cell(place, value, kind)
        return place

    def _rest(self, total: CellPlace, parts: Sequence[CellPlace], name: str) -> None:
        """What is left of a total when the parts are taken away: never below 0."""
        value = self.cells[total].value - sum(self.cells[part].value for part in parts)
        rest = self._add(CellPlace(total.table, total.question, f"{name} rest of {total.what}"), value, CellKind.REST)
        self.relations.append(sum_relation(total, (*parts, rest)))

    def _channels(self) -> None:
        counts: Counter[str] = Counter()
        for group, count in self.tally.heard.items():
            counts[group.channel] += count if self.where(group) else 0
        parts = [self._add(CellPlace(self.table, "", channel_cell(c)), counts[c]) for c in sorted(+counts)]
        self.relations.append(sum_relation(CellPlace(self.table, "", HEARD), parts))

    def _question(self, question: AskedQuestion) -> None:
        base = self._add(CellPlace(self.table, question.id, BASE), self.tally.count_base(question.id, self.where))
        self._rest(CellPlace(self.table, "", HEARD), [base], question.id)
        options = [
            self._add(
                CellPlace(self.table, question.id, option_cell(o)), self.tally.count_chosen(question.id, o, self.where)
            )
            for o in self.offered_options(question)
        ]
        if any(type_of(question.in_bands[band]).takes_several for band in self.bands if band in question.in_bands):
            for option in options:
                self._rest(base, [option], option.what)
        else:
            self.relations.append(sum_relation(base, options))
        for measure in self.measures_taken(question):
            self._measure(question, measure)

    def _measure(self, question: AskedQuestion, measure: Measure) -> None:
        """Its count and base, where they are not the question's own numbers already."""
        where = self._and(lambda group: group.over5) if measure.over5_only else self.where
        counting, left_out = self._options(question, measure.counts), self._options(question, measure.leave_out)
        base = CellPlace(self.table, question.id, BASE)
        if measure.over5_only or len(counting) != 1:
            count = self.tally.count_chosen(question.id, measure.counts, where)
            self._part(measure, "count", count, counting, [])
        if measure.over5_only or left_out:
            answered = self.tally.count_base(question.id, where) - self.tally.count_chosen(
                question.id, measure.leave_out, where
            )
            self._part(measure, "base", answered, [base], left_out)
        if measure.over5_only:
            count_of, base_of = (
                CellPlace(self.table, question.id, measure_cell(measure, p)) for p in ("count", "base")
            )
            self._rest(base_of, [count_of], measure.id)

    def _part(
        self, measure: Measure, part: str, value: int, whole: Sequence[CellPlace], less: Sequence[CellPlace]
    ) -> None:
        """whole - less = the measure's part, and beside it those under five, whom nothing printed may single out."""
        own = self._add(CellPlace(self.table, measure.question, measure_cell(measure, part)), value)
        relation = dict[Key, int](dict.fromkeys(whole, 1)) | dict[Key, int](dict.fromkeys((*less, own), -1))
        if measure.over5_only:
            others = sum(self.cells[p].value for p in whole) - sum(self.cells[p].value for p in less) - value
            name = f"{measure_cell(measure, part)} under five"
            relation[self._add(CellPlace(self.table, measure.question, name), others, CellKind.GUARDED)] = -1
        self.relations.append(relation)

    def _options(self, question: AskedQuestion, by_band: Mapping[str, Collection[str]]) -> list[CellPlace]:
        ids = {option for band in self.bands for option in by_band.get(band, ())}
        return [CellPlace(self.table, question.id, option_cell(o)) for o in self.offered_options(question) if o in ids]

    def _follows(self, question: AskedQuestion) -> None:
        """Nobody answers a follow-up without the answer that leads to it."""
        for condition in question.leading_answers(self.bands):
            leading = [CellPlace(self.table, condition.question, option_cell(o)) for o in sorted(condition.options)]
            leading = [place for place in leading if place in self.cells]
            base = CellPlace(self.table, question.id, BASE)
            parent = CellPlace(self.table, condition.question, BASE)
            if parent not in self.cells:
                continue
            sums: dict[Key, int] = {parent: 1} if condition.op == "not" else {}
            for place in leading:
                sums[place] = -1 if condition.op == "not" else 1
            left = sum(self.cells[p].value * factor for p, factor in sums.items()) - self.cells[base].value
            if left >= 0:
                rest = self._add(
                    CellPlace(self.table, question.id, f"led here by {condition.question}"), left, CellKind.REST
                )
                self.relations.append(sums | {base: -1, rest: -1})

    def _and(self, also: GroupFilter) -> GroupFilter:
        return lambda group: self.where(group) and also(group)
