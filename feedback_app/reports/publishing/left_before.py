"""Choosing what may leave with a month's report, together with all that left before (promise 25). Pure.

A publication holds every number that its tables were made of, also those that are guarded, and the relations between
them: so the next one can be chosen knowing all that a reader has. Where answers came in after a month was published,
its new numbers stand beside the old ones, and the difference, which is those few children's answers, is guarded as
well. So versions, months, and windows of twelve months are one set of tables, and none of them gives another away.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from feedback_app.month import Month
from feedback_app.privacy.least_hidden import hide_fewest
from feedback_app.privacy.suppress import Cell, CellKind, CellMark, Key, Relation
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.count_table import CountTable, Detail
from feedback_app.reports.publishing.places import CellPlace
from feedback_app.reports.publishing.published import (
    FEWEST_FOR_OPTIONS,
    FEWEST_HEARD,
    FEWEST_OF_A_BAND,
    PrintedNumber,
    Published,
    PublishedTable,
    months_needed,
)
from feedback_app.survey.model import BANDS

LATE, GONE = "late", "gone"
UNTIED = (CellKind.REST, CellKind.KNOWN)
Cells = dict[CellPlace, Cell]


@dataclass(slots=True)
class Publication:
    """The numbers of one report, and what is new in it beside what left before.

    `month_table`, `year_table`, `band_tables`: the names of the tables that are printed; a table may be an earlier
    publication's. `latest`: what a table is of -> the name of its newest version.
    """

    month: Month
    year_end: Month
    month_table: str = ""
    year_table: str = ""
    band_tables: dict[str, str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    cells: Cells = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    marks: dict[Key, CellMark] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The same bytes for the same publication: packed JSON, as it is stored."""
        content = {
            "month": str(self.month),
            "year_end": str(self.year_end),
            "month_table": self.month_table,
            "year_table": self.year_table,
            "band_tables": self.band_tables,
            "latest": self.latest,
            "cells": [
                [*place, cell.value, cell.kind.value, _mark_name(self.marks, place)]
                for place, cell in self.cells.items()
            ],
            "relations": [
                [[*cast(CellPlace, key), factor] for key, factor in relation.items()]
                for relation in self.relations
            ],
        }
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        return zlib.compress(text.encode(), 9)

    @classmethod
    def from_bytes(cls, content: bytes) -> Publication:
        """Read what `to_bytes` wrote."""
        raw: dict[str, Any] = json.loads(zlib.decompress(content))
        found = cls(
            Month.parse(raw["month"]),
            Month.parse(raw["year_end"]),
            raw["month_table"],
            raw["year_table"],
            raw["band_tables"],
            raw["latest"],
        )
        for table, question, what, value, kind, mark in raw["cells"]:
            place = CellPlace(table, question, what)
            found.cells[place] = Cell(place, value, CellKind(kind))
            if mark:
                found.marks[place] = CellMark(mark)
        found.relations = [
            {CellPlace(*place): factor for *place, factor in relation}
            for relation in raw["relations"]
        ]
        return found

    @property
    def content_digest(self) -> str:
        """What the publication is known by: SHA-256 of its bytes, in hexadecimal."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


@dataclass(slots=True)
class LeftBefore:
    """All that a reader can have, from the publications that left, oldest first."""

    cells: Cells = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    marks: dict[Key, CellMark] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    _by_table: dict[str, Cells] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of_publications(cls, publications: Iterable[Publication]) -> LeftBefore:
        """Put them together."""
        found = cls()
        for publication in publications:
            found.add_publication(publication)
        return found

    def add_publication(self, publication: Publication) -> None:
        """One more that left."""
        self.cells |= publication.cells
        self.relations += publication.relations
        self.marks |= publication.marks
        self.latest |= publication.latest
        for place, cell in publication.cells.items():
            self._by_table[place.table][place] = cell

    def cells_of_table(self, name: str) -> Cells:
        """The cells of one table."""
        return self._by_table[name]


def choose_numbers(
    left: LeftBefore,
    tally: Tally,
    questions: Sequence[AskedQuestion],
    month: Month,
    *,
    seconds: float = 20.0,
) -> Publication:
    """Choose what may leave with a month. `tally` has counted `months_needed(month)`.

    `seconds`: how long the solver may look for fewer numbers to hide.
    """
    chooser = _Chooser(left, tally, questions, month)
    chooser.add_tables()
    return chooser.choose_marks(seconds)


def printed_tables(
    publication: Publication, left: LeftBefore, questions: Sequence[AskedQuestion]
) -> Published:
    """What the publication prints. `left`: all that left before it, for the tables that it prints again."""
    month, year = publication.month_table, publication.year_table
    printed = {month, year, *publication.band_tables.values()}
    marks = {**left.marks, **publication.marks}
    numbers: dict[str, dict[tuple[str, str], PrintedNumber]] = defaultdict(dict)
    for place, cell in {**left.cells, **publication.cells}.items():
        if place.table not in printed:
            continue
        known = cell.kind is CellKind.KNOWN
        if mark := CellMark.SHOWN if known else marks.get(place):
            shown = cell.value if mark is CellMark.SHOWN else None
            at = place.question, place.what
            numbers[place.table][at] = PrintedNumber(shown, mark)
    return Published(
        publication.month,
        publication.year_end,
        tuple(questions),
        PublishedTable(BANDS, pooled=True, numbers=numbers[month]),
        PublishedTable(BANDS, pooled=True, numbers=numbers[year]),
        {
            band: PublishedTable((band,), pooled=False, numbers=numbers[name])
            for band, name in publication.band_tables.items()
        },
    )


class _Chooser:
    """Puts a publication together, table by table."""

    def __init__(
        self,
        left: LeftBefore,
        tally: Tally,
        questions: Sequence[AskedQuestion],
        month: Month,
    ) -> None:
        self.left, self.tally, self.questions = left, tally, questions
        self.new = Publication(month, month.last_full_quarter[-1])
        self.frozen: dict[Key, CellMark] = dict(left.marks)
        self.few: set[str] = set()
        self.new_tables: dict[str, Cells] = {}

    def add_tables(self) -> None:
        """The months, whole and by band; then the twelve months that they make up."""
        month, end = self.new.month, self.new.year_end
        heard_bands = [
            band
            for band in BANDS
            if any(group.band == band for group in self.tally.heard)
        ]
        for each in months_needed(month):
            detail = Detail.SUMS if each == month else Detail.HIDDEN
            whole = self._table(str(each), [each], BANDS, pooled=True, detail=detail)
            in_bands = [
                self._table(
                    f"{each} {band}",
                    [each],
                    [band],
                    pooled=False,
                    detail=Detail.OUTLINE_HIDDEN,
                )
                for band in heard_bands
            ]
            self._tie([whole], in_bands)
        self.new.month_table = self._name(str(month))
        year = end.year_to_here
        wholes = [self._name(str(each)) for each in year]
        enough = self._heard(year, BANDS) >= FEWEST_FOR_OPTIONS
        name = self._table(
            f"year to {end}",
            year,
            BANDS,
            pooled=True,
            detail=Detail.ALL if enough else Detail.SUMS,
        )
        self._tie([name], wholes)
        self.new.year_table = name
        for band in heard_bands:
            if self._heard(year, [band]) < FEWEST_OF_A_BAND:
                continue
            parts = [self._name(f"{each} {band}") for each in year]
            in_band = self._table(
                f"year to {end} {band}",
                year,
                [band],
                pooled=False,
                detail=Detail.OUTLINE,
            )
            self._tie([in_band], parts)
            self.new.band_tables[band] = in_band

    def choose_marks(self, seconds: float) -> Publication:
        """Hide what must be hidden of the new tables, so that nothing that left is given away either."""
        for place, cell in self.new.cells.items():
            if place.table in self.few and cell.kind is CellKind.PUBLISHED:
                self.frozen[place] = CellMark.WITHHELD
        marks = hide_fewest(
            [*self.left.cells.values(), *self.new.cells.values()],
            [*self.left.relations, *self.new.relations],
            self.frozen,
            seconds=seconds,
        )
        self.new.marks = {key: marks[key] for key in self.new.cells if key in marks}
        return self.new

    def _heard(self, months: Sequence[Month], bands: Sequence[str]) -> int:
        """How many children of these bands were heard in these months."""
        return self.tally.count_children(
            lambda group: group.month in months and group.band in bands
        )

    def _name(self, what: str) -> str:
        """The newest version of a table."""
        return self.new.latest.get(what) or self.left.latest[what]

    def _table(
        self,
        what: str,
        months: Sequence[Month],
        bands: Sequence[str],
        *,
        pooled: bool,
        detail: Detail,
    ) -> str:
        """The name of the table: that which left before where no number and nothing printed differs; else a new one."""

        def counts_here(group: ChildGroup) -> bool:
            return group.month in months and group.band in bands

        standing = self.left.latest.get(what)
        name = _next_name(what, standing)
        counted = CountTable(
            name,
            self.tally,
            self.questions,
            counts_here,
            bands,
            pooled=pooled,
            detail=detail,
        )
        cells = {cast(CellPlace, key): cell for key, cell in counted.cells.items()}
        if standing and _says_the_same(
            self.left.cells_of_table(standing), cells, detail
        ):
            return standing
        self.new.cells |= cells
        self.new.relations += counted.relations
        self.new.latest[what] = name
        self.new_tables[name] = cells
        if counted.children < FEWEST_HEARD:
            self.few.add(name)
        if standing:
            self._tie_versions(standing, name)
        return name

    def _tie_versions(self, old: str, new: str) -> None:
        """Each number of the new version is the old one and those of the children who came in between."""
        before = {
            place[1:]: cell for place, cell in self.left.cells_of_table(old).items()
        }
        after = {place[1:]: cell for place, cell in self.new_tables[new].items()}
        for at in dict.fromkeys((*before, *after)):
            pair = before.get(at), after.get(at)
            # How many children were heard is a count of work, and is printed as it is.
            if any(cell and cell.kind in UNTIED for cell in pair):
                continue
            was, now = (cell.value if cell else 0 for cell in pair)
            more = now >= was
            between = CellPlace(f"{new} {LATE if more else GONE}", *at)
            relation: dict[Key, int] = {}
            for cell, factor in zip(pair, (-1, 1) if more else (1, -1), strict=True):
                if cell:
                    relation[cell.key] = factor
            # Also where nothing changed: a reader does not know that nothing did.
            self.new.cells[between] = Cell(between, abs(now - was), CellKind.GUARDED)
            relation[between] = -1
            self.new.relations.append(relation)

    def _tie(self, wholes: Sequence[str], parts: Sequence[str]) -> None:
        """The parts add up to the whole, for each number that stands on both sides."""
        if not any(name in self.new_tables for name in (*wholes, *parts)):
            return
        relations: dict[tuple[str, str], dict[Key, int]] = defaultdict(dict)
        differences: Counter[tuple[str, str]] = Counter()
        for factor, names in ((1, wholes), (-1, parts)):
            for name in names:
                for place, cell in self._cells_of(name).items():
                    if cell.kind is CellKind.REST:
                        continue
                    relations[place.question, place.what][place] = factor
                    differences[place.question, place.what] += factor * cell.value
        # A number that one side lacks (a question of one band only) has a difference, or a single side: no relation.
        self.new.relations += [
            relation
            for at, relation in relations.items()
            if differences[at] == 0 and set(relation.values()) == {1, -1}
        ]

    def _cells_of(self, name: str) -> Mapping[CellPlace, Cell]:
        return self.new_tables.get(name) or self.left.cells_of_table(name)


def _says_the_same(before: Cells, now: Cells, detail: Detail) -> bool:
    """Whether the numbers are the same, and what is to be printed now was printed then."""
    old = {place[1:]: (cell.value, cell.kind) for place, cell in before.items()}
    new = {place[1:]: (cell.value, cell.kind) for place, cell in now.items()}
    if old == new:
        return True
    if detail.is_printed:
        return False
    values = {at: value for at, (value, _kind) in old.items()}
    return values == {at: value for at, (value, _kind) in new.items()}


def _next_name(what: str, standing: str | None) -> str:
    """ "2026-10", then "2026-10#2", and so on."""
    if standing is None:
        return what
    _what, _mark, number = standing.partition("#")
    return f"{what}#{int(number or 1) + 1}"


def _mark_name(marks: Mapping[Key, CellMark], place: CellPlace) -> str:
    return marks[place].value if place in marks else ""
