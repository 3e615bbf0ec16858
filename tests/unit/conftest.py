"""A unit test needs no database and no server, and has two seconds of processor, measured where nothing is warmed up.

They are those of a machine of REFERENCE_SECONDS (bench/support/machine.py); a slower one has as much more. One second
is what a test should need: beside others on the same cores, whose caches it shares, the same work counts up to twice.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from functools import cache

import pytest
from hypothesis import find
from hypothesis import strategies as st

from bench.support.machine import measure_slowness

BUDGET_SECONDS = 2.0


@cache
def slowness_at_start() -> float:
    """The slowness that most tests are judged by."""
    return measure_slowness()


@pytest.fixture(scope="session", autouse=True)
def character_tables() -> None:
    """Hypothesis builds its tables of characters on first use: no test's own cost."""
    find(st.text(), lambda _text: True)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a unit test that takes more processor than its budget; the full matrix may take more."""
    began = time.process_time()
    result = yield
    spent = time.process_time() - began
    budget = BUDGET_SECONDS * slowness_at_start()
    if (
        spent > budget
    ):  # the neighbours' work may have begun since: judged by what the machine gives at this moment
        budget = BUDGET_SECONDS * max(slowness_at_start(), measure_slowness())
    if spent > budget and pyfuncitem.get_closest_marker("full") is None:
        pytest.fail(
            f"{spent:.1f} s of processor: a unit test may take {budget:.1f} s here (tests/unit/conftest.py)"
        )
    return result
