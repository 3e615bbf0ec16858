"""What every survey, band, look and language costs a phone, cold, is within design.md's budget (`bench/weights.py`)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bench import weights
from tests.support import kinds

pytestmark = pytest.mark.browser


def test_every_survey_is_light_and_so_is_every_look(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    light(browser, kinds.fewest(), capsys)


@pytest.mark.full
def test_every_survey_is_light_in_every_look_and_language(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    light(browser, list(kinds.every()), capsys)


def light(browser: Browser, chosen: list[kinds.Kind], capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes and requests are printed, and are neither nothing nor too many."""
    found = weights.measure(chosen, already=browser)
    with capsys.disabled():
        print(f"\n{weights.table(found)}", end="")
    assert {one.kind for one in found} == set(chosen)
    assert all(one.wire > 5_000 for one in found)
    assert [f"{one.kind}: {one.wire} bytes, {one.requests} requests" for one in found if not one.light] == []


@pytest.mark.full
def test_the_first_question_of_every_survey_can_be_used_soon_on_a_slow_phone(browser: Browser) -> None:
    """Median of five at 400 kbit/s, 400 ms a round trip, a processor slowed four times.

    Whatever else runs on the machine only adds to it, so the best of three such medians is the page's own.
    """
    late = set(kinds.usual())
    for _ in range(3):
        for one in weights.measure(sorted(late, key=str), slow=late, already=browser):
            if one.usable is not None and one.usable <= weights.SOON_SECONDS:
                late.remove(one.kind)
        if not late:
            break
    assert late == set()
