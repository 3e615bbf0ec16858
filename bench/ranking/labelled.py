"""The labelled texts, by split."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

LABELLED_FILE = Path(__file__).with_name("labelled.csv")


HELD_OUT = ("held1", "held2", "officer2")
"""Splits that no weight is learned from. docs/ranking.md says how far they still count as unseen."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One invented text. `label`: "urgent" or "ordinary"; `kind`: what it is about."""

    id: str
    label: str
    kind: str
    split: str
    text: str


def labelled(*splits: str) -> list[Labelled]:
    """The texts of these splits, or all."""
    with LABELLED_FILE.open(encoding="utf-8", newline="") as file:
        rows = [Labelled(**row) for row in csv.DictReader(file)]
    return [row for row in rows if not splits or row.split in splits]


def learned_from() -> list[Labelled]:
    """The English texts that the weights may be learned from."""
    return [
        row
        for row in labelled()
        if row.kind != "language" and row.split not in HELD_OUT
    ]


def read(path: Path) -> list[Labelled]:
    """The texts of another file, with the columns label, kind and text; the file's name is their split."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Labelled(f"f{number}", row["label"], row["kind"], path.stem, row["text"])
        for number, row in enumerate(rows, 1)
    ]
