"""How fast this machine is now, beside the one on which the budgets of processor were set."""

from __future__ import annotations

import time

REFERENCE_SECONDS = 0.05
"""What the loop below takes there."""


def measure_slowness() -> float:
    """How many times slower this machine is now than the one of the budgets; 1 for a faster one."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        sum(number * number for number in range(1_000_000))
        taken.append(time.process_time() - began)
    return max(1.0, min(taken) / REFERENCE_SECONDS)
