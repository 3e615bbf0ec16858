"""What every survey, band, look and language costs a phone, cold, is within its budget (`bench/weights.py`)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bench import weights
from bench.support import kinds

pytestmark = pytest.mark.browser


@pytest.mark.full
def test_every_survey_is_light_in_every_look_and_language(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    light(browser, list(kinds.every()), capsys)


def light(
    browser: Browser, chosen: list[kinds.Kind], capsys: pytest.CaptureFixture[str]
) -> None:
    """Bytes and requests are printed, and are neither nothing nor too many."""
    found = weights.measure(chosen, already=browser)
    with capsys.disabled():
        print(f"\n{weights.table(found)}", end="")
    assert {one.kind for one in found} == set(chosen)
    assert all(one.wire > 5_000 for one in found)
    assert [
        f"{one.kind}: {one.wire} bytes, {one.requests} requests"
        for one in found
        if not one.light
    ] == []
