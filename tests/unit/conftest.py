"""A unit test costs at most one second of processor."""

from __future__ import annotations

import time
from collections.abc import Generator

import pytest

BUDGET_SECONDS = 1.0


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a unit test that takes more processor than its budget; the full matrix may take more."""
    began = time.process_time()
    result = yield
    spent = time.process_time() - began
    if spent > BUDGET_SECONDS and pyfuncitem.get_closest_marker("full") is None:
        pytest.fail(f"{spent:.1f} s of processor: a unit test may take {BUDGET_SECONDS:.0f} s (tests/unit/conftest.py)")
    return result
