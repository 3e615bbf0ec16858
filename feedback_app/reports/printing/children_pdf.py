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
HEADING_LETTERS = 60
"""What a heading and the room around a part take, in letters of text."""
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
                }
                for words in page.words
            ],
        },
    )


def _parts_on_the_left(parts: Sequence[ChildPart]) -> int:
    """How many parts stand on the left, so that both sides are about as long."""
    sizes = [HEADING_LETTERS + sum(map(len, part.lines)) for part in parts]
    return min(
        range(len(parts) + 1),
        key=lambda left: abs(sum(sizes[:left]) - sum(sizes[left:])),
    )
