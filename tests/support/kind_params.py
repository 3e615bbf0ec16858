"""Parameters of tests that walk every page of questions: a few in `make test`, many in `make test-all`, the rest in
`make test-long`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bench.support.kinds import Kind, every, fewest, languages, spread


def spoken() -> list[Any]:
    """The languages for `parametrize`: English in `make test`, each in the full matrix."""
    return [
        pytest.param(one, marks=() if one == "en" else pytest.mark.full)
        for one in languages()
    ]


def params(bounded: Callable[[], list[Kind]] = fewest) -> list[Any]:
    """All kinds for `parametrize`, each with the mark of the runs that take it."""
    now, soon = set(bounded()), set(spread())
    return [
        pytest.param(kind, id=str(kind), marks=_marks(kind, now, soon))
        for kind in every()
    ]


def _marks(kind: Kind, now: set[Kind], soon: set[Kind]) -> list[pytest.MarkDecorator]:
    if kind in now:
        return []
    return [pytest.mark.full] if kind in soon else [pytest.mark.full, pytest.mark.long]
