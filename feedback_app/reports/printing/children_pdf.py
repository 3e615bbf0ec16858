"""The children's page as PDF: an A4 for each age, and the same as A3 posters, tagged for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import sqrt
from typing import Literal

from flask_babel import gettext as _

from feedback_app.documents.typesetting import SANS, set_in_type
from feedback_app.reports.document import ChildPage, ChildPart

PaperSize = Literal["a4", "a3"]
FITTING = ((1200, 14.0), (1900, 12.0), (2700, 11.0), (3200, 10.0), (20_000, 9.0))
"""Most letters on a page -> the size at which they fit, in points."""
HEADING_LETTERS, LINE_LETTERS = 60, 30
"""What a heading with its room, and a line that is not full, take in letters of text."""
SCALES: dict[PaperSize, float] = {"a4": 1.0, "a3": sqrt(2)}


def children_pdf(page: ChildPage, paper: PaperSize) -> bytes:
    """The page in the words of each age, a sheet each. `paper`: a poster is the same page on twice the paper."""
    return set_in_type(
        "children_page.typ",
        {
            "title": page.title,
            "service": page.service_name,
            "period": page.period_name,
            "paper": paper,
            "scale": SCALES[paper],
            "fonts": list(SANS),
            "bands": [
                asdict(words)
                | {
                    "age": _("Age %(band)s", band=words.age),
                    "left": _parts_on_the_left(words.parts),
                    "points": _text_points(words.parts),
                }
                for words in page.words
            ],
        },
    )


def _text_points(parts: Sequence[ChildPart]) -> float:
    """Large letters where there are few words; smaller ones where a page would not hold them."""
    letters = sum(
        HEADING_LETTERS + sum(LINE_LETTERS + len(line) for line in part.lines)
        for part in parts
    )
    return next(points for most, points in FITTING if letters <= most)


def _parts_on_the_left(parts: Sequence[ChildPart]) -> int:
    """How many parts stand on the left, so that both sides are about as long."""
    sizes = [HEADING_LETTERS + sum(map(len, part.lines)) for part in parts]
    return min(
        range(len(parts) + 1),
        key=lambda left: abs(sum(sizes[:left]) - sum(sizes[left:])),
    )
