"""An invented page for children."""

from __future__ import annotations

from datetime import date

from feedback_app.reports.document import BigFact, ChildPage, ChildPart, ChildWords

LINES = tuple(
    f"Line {number}: we asked for quiet rooms, and got them." for number in range(6)
)


def page_of(lines: tuple[str, ...]) -> ChildPage:
    words = [
        ChildWords(
            band,
            band,
            "180 children told us.",
            (BigFact("4 of 5 know their IRO.", 4, 5),),
            tuple(ChildPart(f"Part {number}", lines) for number in range(5)),
        )
        for band in ("4-7", "8-11", "12-17")
    ]
    return ChildPage(
        "What you told us", "Service", "2026", "2026", date(2027, 1, 8), tuple(words)
    )
