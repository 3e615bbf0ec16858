"""One published table's true numbers, and the relations between them: a month of the whole service, or a band in a
quarter. Pure.

Relations name everything by which a reader could work a number out: options add up to their base; nobody answers a
follow-up who did not give the answer that leads to it; nobody answers who was not heard; a measure that speaks of
those over five leaves the others as the difference. `privacy/suppress.py` hides numbers by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import Enum

from feedback_app.privacy.suppress import Cell, CellKind, Key, Relation, sum_relation
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.tally import ChildGroup, GroupFilter, Tally
from feedback_app.reports.publishing.places import (
    BASE,
    HEARD,
    CellPlace,
    channel_cell,
    measure_cell,
    option_cell,
)
from feedback_app.survey.model import Measure, OnAnswer


class Detail(Enum):
    """What of a table is printed: all of it; sums alone, which are bases and measures; or nothing.

    What is not printed is there because it might be worked out, and is guarded. An outline has sums alone, and counts
    no other option than those that a measure is made of.
    """

    ALL = "all"
    SUMS = "sums"
    OUTLINE = "outline"
    HIDDEN = "hidden"
    OUTLINE_HIDDEN = "outline hidden"

    @property
    def is_printed(self) -> bool:
        """Whether bases and measures are printed."""
        return self not in (Detail.HIDDEN, Detail.OUTLINE_HIDDEN)

    @property
    def has_all_options(self) -> bool:
        """Whether each option is counted."""
        return self not in (Detail.OUTLINE, Detail.OUTLINE_HIDDEN)


class CountTable:
    """The cells and relations of one table, counted from a tally.

    `includes` says which children it counts, all of them of these `bands`. `pooled`: the bands are counted together,
    with their channels, and without the questions and measures that stand for one band only (rule R2). `detail`: what
    of it is printed.
    """

    def __init__(
        self,
        name: str,
        tally: Tally,
        questions: Sequence[AskedQuestion],
        includes: GroupFilter,
        bands: Sequence[str],
        *,
        pooled: bool,
        detail: Detail = Detail.ALL,
    ) -> None:
        self.name, self.bands, self.pooled, self.detail = name, bands, pooled, detail
        self.cells: dict[Key, Cell] = {}
        self.relations: list[Relation] = []
        self.children = tally.count_children(includes)
        self._tally, self._includes = tally, includes
        self._heard = self._add_cell(
            self._place("", HEARD), self.children, CellKind.KNOWN
        )
        if pooled:
            self._add_channels()
        asked = [question for question in questions if self._was_asked(question)]
        for question in asked:
            self._add_question(question)
        for question in asked:
            self._add_follow_up(question)

    def measures_taken(self, question: AskedQuestion) -> Sequence[Measure]:
        """The question's measures that can be taken in this table."""
        return (
            question.poolable_measures(self.bands) if self.pooled else question.measures
        )

    def _place(self, question: str, what: str) -> CellPlace:
        return CellPlace(self.name, question, what)

    def _add_cell(
        self, place: CellPlace, value: int, kind: CellKind = CellKind.PUBLISHED
    ) -> CellPlace:
        if kind is CellKind.PUBLISHED and not self.detail.is_printed:
            kind = CellKind.GUARDED
        self.cells[place] = Cell(place, value, kind)
        return place

    def _sum_of(self, places: Collection[Key]) -> int:
        return sum(self.cells[place].value for place in places)

    def _add_rest(
        self, total: CellPlace, parts: Sequence[CellPlace], name: str
    ) -> None:
        """What is left of a total when the parts are taken away: never printed, and never below 0."""
        value = self.cells[total].value - self._sum_of(parts)
        rest = self._add_cell(
            self._place(total.question, f"{name} rest of {total.what}"),
            value,
            CellKind.REST,
        )
        self.relations.append(sum_relation(total, (*parts, rest)))

    def _was_asked(self, question: AskedQuestion) -> bool:
        if self.pooled and question.by_band_only:
            return False
        states = ("given", "left", "declined")
        return any(
            self._tally.count_state(question.id, state, self._includes)
            for state in states
        )

    def _add_channels(self) -> None:
        counts: Counter[str] = Counter()
        for group, count in self._tally.heard.items():
            if self._includes(group):
                counts[group.channel] += count
        used = sorted(channel for channel, count in counts.items() if count)
        parts = [
            self._add_cell(self._place("", channel_cell(channel)), counts[channel])
            for channel in used
        ]
        self.relations.append(sum_relation(self._heard, parts))

    def _add_question(self, question: AskedQuestion) -> None:
        answered = self._tally.count_base(question.id, self._includes)
        base = self._add_cell(self._place(question.id, BASE), answered)
        self._add_rest(self._heard, [base], question.id)
        options = []
        alone = self._options_that_are_measures(question)
        for option in question.offered_options(self.bands):
            if not self._has_count(question, option):
                continue
            count = self._tally.count_chosen(question.id, option, self._includes)
            is_printed = option in alone or self.detail is Detail.ALL
            kind = CellKind.PUBLISHED if is_printed else CellKind.GUARDED
            place = self._place(question.id, option_cell(option))
            options.append(self._add_cell(place, count, kind))
        if question.offers_several(self.bands) or not self.detail.has_all_options:
            # A child may be counted in several options: each one alone is at most the base.
            for place in options:
                self._add_rest(base, [place], place.what)
        else:
            self.relations.append(sum_relation(base, options))
        for measure in self.measures_taken(question):
            self._add_measure(question, measure)

    def _options_that_are_measures(self, question: AskedQuestion) -> set[str]:
        """The options whose own count is the count of a measure."""
        return {
            option
            for measure in self.measures_taken(question)
            for option in self._counting_options(question, measure)
            if len(self._counting_options(question, measure)) == 1
        }

    def _has_count(self, question: AskedQuestion, option: str) -> bool:
        """Whether the option is counted here: in an outline those that a measure counts or leaves out."""
        return self.detail.has_all_options or any(
            option in measure.counts.get(band, ())
            or option in measure.leave_out.get(band, ())
            for measure in self.measures_taken(question)
            for band in self.bands
        )

    def _counting_options(self, question: AskedQuestion, measure: Measure) -> list[str]:
        named = {
            option for band in self.bands for option in measure.counts.get(band, ())
        }
        return [each for each in question.offered_options(self.bands) if each in named]

    def _add_measure(self, question: AskedQuestion, measure: Measure) -> None:
        """Its count and base, where they are not the question's own numbers already."""

        def counts_in_measure(group: ChildGroup) -> bool:
            return self._includes(group) and (group.over5 or not measure.over5_only)

        counting = self._option_places(question, measure.counts)
        left_out = self._option_places(question, measure.leave_out)
        # The count of a single option, of children of all ages, is printed as that option's own count.
        if measure.over5_only or len(counting) != 1:
            count = self._tally.count_chosen(
                question.id, measure.counts, counts_in_measure
            )
            self._add_measure_part(measure, "count", count, whole=counting, less=[])
        # A base that leaves out nobody is the question's own base.
        if measure.over5_only or left_out:
            answered = self._tally.count_base(question.id, counts_in_measure)
            not_meant = self._tally.count_chosen(
                question.id, measure.leave_out, counts_in_measure
            )
            base = self._place(question.id, BASE)
            self._add_measure_part(
                measure, "base", answered - not_meant, whole=[base], less=left_out
            )
        if measure.over5_only:
            count_place = self._place(question.id, measure_cell(measure, "count"))
            base_place = self._place(question.id, measure_cell(measure, "base"))
            self._add_rest(base_place, [count_place], measure.id)

    def _add_measure_part(
        self,
        measure: Measure,
        part: str,
        value: int,
        *,
        whole: Sequence[CellPlace],
        less: Sequence[CellPlace],
    ) -> None:
        """Add the relation "whole - less = this part (+ those under five, where only those over five count)".

        The number of those under five is guarded: it is not printed, and nothing printed may give it away.
        """
        name = measure_cell(measure, part)
        own = self._add_cell(self._place(measure.question, name), value)
        relation: dict[Key, int] = {}
        for place in whole:
            relation[place] = 1
        for place in (*less, own):
            relation[place] = -1
        if measure.over5_only:
            under_five = self._sum_of(whole) - self._sum_of(less) - value
            guarded = self._add_cell(
                self._place(measure.question, f"{name} under five"),
                under_five,
                CellKind.GUARDED,
            )
            relation[guarded] = -1
        self.relations.append(relation)

    def _option_places(
        self, question: AskedQuestion, by_band: Mapping[str, Collection[str]]
    ) -> list[CellPlace]:
        """The cells of the options that are named for any of the table's bands (band -> option ids)."""
        named = {option for band in self.bands for option in by_band.get(band, ())}
        offered = question.offered_options(self.bands)
        return [
            self._place(question.id, option_cell(option))
            for option in offered
            if option in named
        ]

    def _add_follow_up(self, question: AskedQuestion) -> None:
        """Nobody answers a follow-up without the answer that leads to it: at most so many as gave that answer."""
        base = self._place(question.id, BASE)
        for condition in question.leading_answers(self.bands):
            leading_base = self._place(condition.question, BASE)
            if leading_base not in self.cells:
                continue
            leading = self._leading_cells(condition)
            if not self.detail.has_all_options:
                # Not every answer is counted here; who answered at all is what can be said.
                leading = (
                    {self._heard: 1} if condition.op == "unless" else {leading_base: 1}
                )
            led_here = sum(
                self.cells[place].value * factor for place, factor in leading.items()
            )
            not_answered = led_here - self.cells[base].value
            # Below 0 when an earlier version asked the question of others too: then the relation does not hold.
            if not_answered >= 0:
                name = f"led here by {condition.question}"
                rest = self._add_cell(
                    self._place(question.id, name), not_answered, CellKind.REST
                )
                self.relations.append(leading | {base: -1, rest: -1})

    def _leading_cells(self, condition: OnAnswer) -> dict[Key, int]:
        """Cells with factors that sum to the number of children whom the condition leads on."""
        places = [
            self._place(condition.question, option_cell(option))
            for option in sorted(condition.options)
        ]
        counted: list[Key] = [place for place in places if place in self.cells]
        if condition.op in ("not", "unless"):
            parent: Key = (
                self._heard
                if condition.op == "unless"
                else self._place(condition.question, BASE)
            )
            return {parent: 1} | dict.fromkeys(counted, -1)
        return dict.fromkeys(counted, 1)
