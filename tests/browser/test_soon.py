"""How soon the first question can be used. It wants the machine to itself: `make test-all` runs it after the matrix."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bench import weights
from bench.support import kinds

pytestmark = pytest.mark.alone


@pytest.mark.full
def test_the_first_question_of_every_survey_can_be_used_soon_on_a_slow_phone(
    browser: Browser,
) -> None:
    """Median of three at 400 kbit/s, 400 ms a round trip, a processor four times slower than the budgets' own.

    Whatever else runs on the machine only adds to it, so the best of five such medians is the page's own.
    """
    late = set(kinds.usual())
    for _ in range(5):
        for one in weights.measure(
            sorted(late, key=str), slow=late, times=3, already=browser
        ):
            if one.usable is not None and one.usable <= weights.SOON_SECONDS:
                late.remove(one.kind)
        if not late:
            break
    assert late == set()
