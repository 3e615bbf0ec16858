"""Parameters of tests that walk every page of questions: a few in `make test`, all in `make test-all`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bench.support.kinds import Kind, every, fewest, languages


def spoken() -> list[Any]:
    """The languages for `parametrize`: English in `make test`, each in the full matrix."""
    return [
        pytest.param(one, marks=() if one == "en" else pytest.mark.full)
        for one in languages()
    ]


def params(bounded: Callable[[], list[Kind]] = fewest) -> list[Any]:
    """All kinds for `parametrize`; those that are not among the bounded ones are for the full matrix alone."""
    now = set(bounded())
    return [
        pytest.param(kind, id=str(kind), marks=() if kind in now else pytest.mark.full)
        for kind in every()
    ]
