"""Whom officers asked: what adds up to what, and which of it may leave."""

from __future__ import annotations

from feedback_app.models.invitation import INVITATION_OUTCOMES
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.asked import COUNTED_AS, AskedCounts, ChosenCounts
from feedback_app.reports.publishing.asked_table import publish_chosen, publish_not_safe


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


def test_a_small_way_of_choosing_is_hidden_and_cannot_be_worked_out() -> None:
    left = publish_chosen(ChosenCounts({"next_due": 12, "drawn": 9, "child_asked": 3}))
    assert left["child_asked"].mark is CellMark.FEW
    hidden = [way for way, number in left.items() if number.value is None]
    assert len(hidden) >= 2, "else the rest of all who were asked gives it away"


def test_how_many_were_not_safe_to_ask_is_said_from_five_on() -> None:
    numbers = [publish_not_safe(number).value for number in (0, 1, 4, 5)]
    assert numbers == [0, None, None, 5]
