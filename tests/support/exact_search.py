"""Whether a number is the only one that fits, by exact search in whole numbers; apart from the product's own."""

from __future__ import annotations

import highspy
import numpy as np


def another_fits(solver: highspy.Highs, place: int, value: int) -> bool:
    """Whether the number can be another whole one than it is."""
    _status, _cost, low, high, _count = solver.getCol(place)
    found = False
    for bounds in ((value + 1, high), (low, value - 1)):
        if found or bounds[0] > bounds[1]:
            continue
        solver.changeColBounds(place, float(bounds[0]), float(bounds[1]))
        found = has_whole_table(solver)
    solver.changeColBounds(place, low, high)
    return found


def has_whole_table(solver: highspy.Highs) -> bool:
    """As fractions first; they are mostly whole. Else in whole numbers."""
    every = np.arange(solver.getNumCol(), dtype=np.int32)
    for whole in (0, 1):
        kinds = np.full(len(every), whole, dtype=np.uint8)
        solver.changeColsIntegrality(len(every), every, kinds)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        if all(abs(v - round(v)) < 1e-6 for v in solver.getSolution().col_value):
            return True
    return False
