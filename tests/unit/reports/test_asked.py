"""Whom officers asked: what adds up to what."""

from __future__ import annotations

from feedback_app.models.invitation import INVITATION_OUTCOMES
from feedback_app.reports.figures.asked import COUNTED_AS, AskedCounts


def test_every_outcome_is_counted_but_of_a_link_that_was_not_for_the_child() -> None:
    assert set(INVITATION_OUTCOMES) - set(COUNTED_AS) == {"not_for_me"}


def test_not_safe_to_ask_is_neither_asked_nor_a_refusal() -> None:
    one = AskedCounts(answered=3, said_no=1, not_reached=2, not_safe=5)
    both = one + AskedCounts(unanswered=1, waiting=3)
    assert (both.all_asked, both.said_no, both.not_safe) == (10, 1, 5)
    assert (both.answered_share.count, both.answered_share.base) == (3, 10)
    assert both.answered_share.whole_percent == 30
    assert not AskedCounts()
    assert AskedCounts(not_safe=1)
