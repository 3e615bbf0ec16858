"""`python -m bench.ranking`: how many urgent texts the ranking puts first, and how many ordinary ones with them."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterable

from bench.ranking.labelled import Labelled, labelled
from feedback_app.ranking.rank import rank

Z95 = 1.959964
ROUNDS = 5


def main() -> None:
    rows = labelled()
    urgent = {row.id: rank(row.text).urgency == "urgent" for row in rows}
    print("| texts | urgent ones ranked urgent | ordinary ones ranked urgent |")
    print("|---|---|---|")
    for split in dict.fromkeys(row.split for row in rows):
        print(line(split, [row for row in rows if row.split == split], urgent))
    print(line("all", rows, urgent))
    print()
    print("| kind | urgent ones ranked urgent | ordinary ones ranked urgent |")
    print("|---|---|---|")
    for kind in sorted({row.kind for row in rows}):
        print(line(kind, [row for row in rows if row.kind == kind], urgent))
    print()
    took = sorted(min(seconds(row.text) for _round in range(ROUNDS)) for row in rows)
    print(f"a text: median {statistics.median(took) * 1000:.2f} ms, slowest {took[-1] * 1000:.2f} ms")
    for name, text in {"4,000 times a": "a" * 4000, "4,000 emoji": "\U0001f600" * 4000}.items():
        print(f"{name}: {min(seconds(text) for _round in range(ROUNDS)) * 1000:.1f} ms")
    long = " ".join(row.text for row in rows)[:4000]
    print(f"4,000 characters of many texts: {min(seconds(long) for _round in range(ROUNDS)) * 1000:.1f} ms")


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
    rank(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
