"""A share of answers with its base: percent, Wilson interval, and when there are too few to say. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Literal

FEWEST_FOR_PERCENT = 10
"""Where the manager set no higher number, and never fewer (rules V4, R4)."""
MOST_ANSWERS_TO_WAIT_FOR = 1000
"""A share that needs more answers than these is too close to its target to be told from it."""
Z95 = 1.959963984540054


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share, from 0 to 1 (Wilson 1927, which stays honest near 0 and 1). (0, 1) when n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = successes / n, Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


_FEWEST: ContextVar[int] = ContextVar("fewest_answers", default=FEWEST_FOR_PERCENT)


def fewest_answers() -> int:
    """From how many answers on there is a percentage, in the figures that are being taken."""
    return _FEWEST.get()


@contextmanager
def taking_from(fewest: int) -> Iterator[None]:
    """Take figures with percentages from so many answers on: the number that held in their month.

    A share remembers the number with which it was taken. Never fewer than FEWEST_FOR_PERCENT.
    """
    token = _FEWEST.set(max(FEWEST_FOR_PERCENT, fewest))
    try:
        yield
    finally:
        _FEWEST.reset(token)


def whole_percent(count: int, base: int, fewest: int | None = None) -> int | None:
    """The whole percent, halves up; None under a base of `fewest`, where a percentage says more than is known.

    `fewest`: None for the number that holds for the figures that are being taken.
    """
    least = fewest_answers() if fewest is None else fewest
    return None if base < least else (200 * count + base) // (2 * base)


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `base`. `target` is a share from 0 to 1, or None; `above` says on which side of it the goal lies.

    `fewest`: from how many answers on it has a percentage and a verdict.
    """

    count: int
    base: int
    target: float | None = None
    above: bool = True
    fewest: int = field(default_factory=fewest_answers, compare=False)

    @property
    def whole_percent(self) -> int | None:
        """Whole percent, or None when there are not enough answers yet."""
        return whole_percent(self.count, self.base, self.fewest)

    @property
    def percent_interval(self) -> tuple[float, float]:
        """The 95% interval in percent, as printed: whole, but for an end that would touch a target it does not reach.

        A verdict and its interval never contradict: 79.7% stands beside "over 80%, not met", not 80%.
        """
        ends = wilson_interval(self.count, self.base)
        return self._percent(ends[0]), self._percent(ends[1])

    def _percent(self, end: float) -> float:
        """One end of the interval: whole, or with as few decimals as show on which side of the target it lies."""
        for digits in (None, 1, 2, 3):
            shown = round(100 * end, digits)
            goal = 100 * (self.target or 0)
            if self.target is None or end == self.target:
                return shown
            if (shown > goal) == (end > self.target) and shown != goal:
                return shown
        return 100 * end

    @property
    def target_state(self) -> Literal["few", "none", "met", "short", "unsure"]:
        """Whether the target is met. "unsure": the interval spans the target, so that its side is not certain.

        "few": not enough answers yet; "none": there is no target.
        """
        if self.target is None:
            return "none"
        if self.base < self.fewest:
            return "few"
        low, high = wilson_interval(self.count, self.base)
        if low < self.target < high:
            return "unsure"
        share = self.count / self.base
        return (
            "met"
            if (share >= self.target if self.above else share <= self.target)
            else "short"
        )

    @property
    def answers_needed(self) -> int | None:
        """How many more answers until the target's side is certain, if the share stays as it is; 0 where it is.

        None where there is no target, or where it would take more than MOST_ANSWERS_TO_WAIT_FOR. The Wilson interval
        leaves the target out from z^2 t (1 - t) / (share - t)^2 answers on (it is the score test turned round).
        """
        if self.target is None:
            return None
        if self.target_state in ("met", "short"):
            return 0
        if not self.base:
            return self.fewest
        distance = abs(self.count / self.base - self.target)
        wanted = self.fewest
        if self.target * (1 - self.target) > 0:
            spread = Z95 * Z95 * self.target * (1 - self.target)
            if spread > distance**2 * (self.base + MOST_ANSWERS_TO_WAIT_FOR):
                return None
            wanted = max(wanted, ceil(spread / distance**2))
        return max(1, wanted - self.base)
