"""`python -m bench.ranking`: how many urgent texts the ranking puts first, and how many ordinary ones with them.

`python -m bench.ranking FILE` does so for the texts of another file, with the columns label, kind and text.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.ranking.labelled import Labelled, labelled, read
from feedback_app.ranking.rank import rank_text

Z95 = 1.959964
ROUNDS = 5


def main() -> None:
    rows = read(Path(sys.argv[1])) if len(sys.argv) > 1 else labelled()
    urgent = {row.id: rank_text(row.text).urgency == "urgent" for row in rows}
    table("texts", rows, urgent, lambda row: row.split)
    table("kind", sorted(rows, key=lambda row: row.kind), urgent, lambda row: row.kind)
    times(rows)


def table(
    name: str,
    rows: list[Labelled],
    urgent: dict[str, bool],
    part: Callable[[Labelled], str],
) -> None:
    """The texts part by part, and all."""
    print(f"| {name} | urgent ones ranked urgent | ordinary ones ranked urgent |")
    print("|---|---|---|")
    for each in dict.fromkeys(map(part, rows)):
        print(line(each, [row for row in rows if part(row) == each], urgent))
    print(line("all", rows, urgent))
    print()


def times(rows: list[Labelled]) -> None:
    """How long a text takes, and the longest ones that can be sent."""
    took = sorted(min(seconds(row.text) for _round in range(ROUNDS)) for row in rows)
    print(
        f"a text: median {statistics.median(took) * 1000:.2f} ms, slowest {took[-1] * 1000:.2f} ms"
    )
    for name, text in {
        "4,000 times a": "a" * 4000,
        "4,000 emoji": "\U0001f600" * 4000,
    }.items():
        print(f"{name}: {min(seconds(text) for _round in range(ROUNDS)) * 1000:.1f} ms")
    long = " ".join(row.text for row in rows)[:4000]
    print(
        f"4,000 characters of many texts: {min(seconds(long) for _round in range(ROUNDS)) * 1000:.1f} ms"
    )


def line(name: str, rows: Iterable[Labelled], urgent: dict[str, bool]) -> str:
    """One row of a table."""
    true = [urgent[row.id] for row in rows if row.label == "urgent"]
    false = [urgent[row.id] for row in rows if row.label == "ordinary"]
    return f"| {name} | {share(true)} | {share(false)} |"


def share(answers: list[bool]) -> str:
    """A share with its base and its Wilson interval."""
    if not answers:
        return "-"
    low, high = wilson(sum(answers), len(answers))
    return f"{sum(answers)} of {len(answers)}: {sum(answers) / len(answers):.0%} ({low:.0%} to {high:.0%})"


def wilson(count: int, base: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    middle = (count + Z95**2 / 2) / (base + Z95**2)
    half = Z95 / (base + Z95**2) * math.sqrt(count * (base - count) / base + Z95**2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def seconds(text: str) -> float:
    """How long one ranking takes."""
    start = time.perf_counter()
    rank_text(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
