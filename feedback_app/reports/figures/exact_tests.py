"""Whether a month differs from what was usual by more than chance: exact tests, which need no large numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import comb, exp, inf, lgamma, log
from typing import Literal

from feedback_app.reports.figures.shares import Share

Movement = Literal["up", "down", "none", "few"]
"""Which way a month moved; "none": no further than chance takes it; "few": too few answers to look."""

IMPROBABLE = 0.05
ROUNDING = 1 + 1e-7
"""Two outcomes are as probable as one another though the last digits of a float differ."""


def movement_of(month: Share, before: Share) -> Movement:
    """Whether the month moved. `before`: the same measure over the twelve months before it, without the month itself.

    It moved when its count is improbable given that usual rate (two-sided exact binomial test, 5%), and stays so when
    it is weighed that the usual rate is itself known from so many answers only (Fisher's exact test, 5%).
    """
    if min(month.base, before.base) < month.fewest:
        return "few"
    usual = before.count / before.base
    if binomial_p_value(month.count, month.base, usual) > IMPROBABLE:
        return "none"
    if two_shares_p_value(month, before) > IMPROBABLE:
        return "none"
    return "up" if month.count / month.base > usual else "down"


def binomial_p_value(count: int, base: int, rate: float) -> float:
    """How probable is a count as improbable as this one, or more so, where each of `base` is a yes at that rate.

    The sum of all probabilities that are not greater than that of the count. `rate`: from 0 to 1.
    """
    return _sum_not_greater(
        (_binomial_log(i, base, rate) for i in range(base + 1)),
        _binomial_log(count, base, rate),
    )


def two_shares_p_value(one: Share, other: Share) -> float:
    """How probable are two shares as far apart as these, or further, where there is no difference (Fisher)."""
    yes, everybody = one.count + other.count, one.base + other.base
    first = max(0, yes - other.base)
    last = min(yes, one.base)

    def log_of(i: int) -> float:
        return (
            _comb_log(yes, i)
            + _comb_log(everybody - yes, one.base - i)
            - _comb_log(everybody, one.base)
        )

    return _sum_not_greater(
        (log_of(i) for i in range(first, last + 1)), log_of(one.count)
    )


def _sum_not_greater(logs: Iterable[float], own: float) -> float:
    most = own + log(ROUNDING)
    return min(1.0, sum(exp(each) for each in logs if each <= most))


def _binomial_log(i: int, base: int, rate: float) -> float:
    """The logarithm of the probability of exactly i; minus infinity for what cannot be."""
    if rate in (0.0, 1.0):
        return 0.0 if i == base * rate else -inf
    return _comb_log(base, i) + i * log(rate) + (base - i) * log(1 - rate)


@lru_cache(maxsize=4096)
def _comb_log(n: int, k: int) -> float:
    """The logarithm of how many ways there are to choose k of n."""
    if n < 200:
        return log(comb(n, k))
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
