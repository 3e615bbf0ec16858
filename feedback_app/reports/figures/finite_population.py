"""How sure a share is where many of a known number of children answered: exact, for a finite population. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import comb

from feedback_app.reports.figures.shares import fewest_answers, whole_percent

ONE_SIDE_OF = 40
"""Each side of the 95% interval is one in forty."""


def finite_interval(count: int, base: int, population: int) -> tuple[int, int]:
    """Of how many children of the population it may hold: the 95% interval of that number, both ends included.

    `count` of `base` who answered said so; they are taken for drawn at random from `population` children. A number is
    in the interval when neither the test against a smaller nor the one against a greater number refuses it at 2.5%
    (hypergeometric). All of them answered: both ends are the count. Raises ValueError where the numbers cannot be.
    """
    if not 0 <= count <= base <= population:
        raise ValueError(f"no such share: {count} of {base} of {population}")
    least, most = count, population - (base - count)
    low = _first_of(least, most, lambda yes: _is_tenable(count, base, yes, population))
    # The other end is the same test of those who did not say so.
    other = base - count
    low_other = _first_of(
        other,
        population - count,
        lambda no: _is_tenable(other, base, no, population),
    )
    return low, population - low_other


@dataclass(frozen=True, slots=True)
class CohortShare:
    """`count` of `base` answers, of a cohort of `population` children, `base` of whom answered."""

    count: int
    base: int
    population: int
    fewest: int = field(default_factory=fewest_answers, compare=False)

    @property
    def whole_percent(self) -> int | None:
        """Whole percent of those who answered, or None when there are not enough answers yet."""
        return whole_percent(self.count, self.base, self.fewest)

    @property
    def percent_interval(self) -> tuple[int, int]:
        """The exact 95% interval in whole percent of the whole cohort; (0, 100) of nobody."""
        if not self.population:
            return 0, 100
        low, high = finite_interval(self.count, self.base, self.population)
        return round(100 * low / self.population), round(100 * high / self.population)

    @property
    def has_interval(self) -> bool:
        """Whether there are answers enough, and no more answers than children."""
        return self.fewest <= self.base <= self.population


def _first_of(first: int, last: int, holds: Callable[[int], bool]) -> int:
    """The first number for which it holds; it holds for all after it, and for the last."""
    while first < last:
        middle = (first + last) // 2
        if holds(middle):
            last = middle
        else:
            first = middle + 1
    return first


def _is_tenable(count: int, base: int, yes: int, population: int) -> bool:
    """Whether `count` or more among `base` are not refused, drawn from a population of which `yes` would say so.

    Counted in whole numbers: a probability of just 2.5% is refused, and no rounding may decide it.
    """
    fewest, most = max(count, base - (population - yes)), min(base, yes)
    ways = sum(
        comb(yes, i) * comb(population - yes, base - i) for i in range(fewest, most + 1)
    )
    return ways * ONE_SIDE_OF > comb(population, base)
