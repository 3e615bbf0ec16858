"""Where what was keyed in of the child's account says the opposite of the officer's participation code."""

from __future__ import annotations

import pytest

from feedback_app.models.invitation import PN_CODES, Invitation
from feedback_app.responses.keyed_in import differs_from_code
from feedback_app.responses.store import Sent
from feedback_app.survey.model import Answer


def sent(*options: str, state: str = "given") -> Sent:
    """A send whose child was there, or not, by these options."""
    answer = Answer("at_meeting", state, options)  # type: ignore[arg-type]
    other = Answer("know_iro", "given", ("no",))
    return Sent(
        "rate-my-review", 1, "8-11", "middle", "en", None, (other, answer), "verbal"
    )


@pytest.mark.parametrize("code", [*PN_CODES, None])
def test_only_the_opposite_of_the_code_differs(code: str | None) -> None:
    invitation = Invitation(pn_code=code)
    there, away = code in PN_CODES[1:5], code in PN_CODES[5:]
    for option in ("yes", "some"):
        wanted = "was_there" if away else ""
        assert differs_from_code(invitation, sent(option)) == wanted
    wanted = "was_not_there" if there else ""
    assert differs_from_code(invitation, sent("no")) == wanted


@pytest.mark.parametrize("state", ["left", "declined"])
def test_who_does_not_say_differs_from_nothing(state: str) -> None:
    for code in PN_CODES:
        assert differs_from_code(Invitation(pn_code=code), sent(state=state)) == ""
