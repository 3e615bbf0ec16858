"""A child who wants to talk: which IRO, which advocacy service, what number, how to reach the child, and by when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import CaseNote, ContactRequest
from tests.conftest import NOON
from tests.support.cases import act_on


def request_page(world: World, wanted: str, **wishes: str) -> str:
    """The address of the page of a child who asked for that."""
    world.response(wishes={"talk_to": wanted, **wishes})
    with world.session() as session:
        found = session.scalars(select(ContactRequest.id)).one()
    return f"/safeguarding/requests/{found}"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("advocate", ("Ring the advocacy service", "0808 800 5792", "0808 808 1001")),
        ("iro", ("their IRO, Officer Oak", "The review service")),
        ("other", ("do not pass it to Officer Oak", "The review service")),
    ],
)
def test_whom_to_ring_and_which_iro_stand_on_the_page(
    lite: World, wanted: str, said: tuple[str, ...]
) -> None:
    page = request_page(lite, wanted, talk_how_text="after school, at the gate")
    shown = lite.sign_in(lite.lead()).get(page).text
    for words in (*said, "01632", "Officer Oak", "after school, at the gate"):
        assert words in shown, words
    with lite.session() as session:
        opened = select(func.count()).where(AuditEntry.what == "request_opened")
        assert session.scalar(opened) == 1


def test_a_child_without_an_iro_is_said_to_have_none(lite: World) -> None:
    lite.response(survey="u-matter", iro=None, wishes={"talk_to": "other"})
    with lite.session() as session:
        found = session.scalars(select(ContactRequest)).one()
        named = found.invitation_id is not None
    assert named
    shown = lite.sign_in(lite.lead()).get(f"/safeguarding/requests/{found.id}").text
    assert "not their IRO" in shown


def test_what_is_missing_is_said_at_once_at_the_top_and_nothing_typed_is_lost(
    lite: World,
) -> None:
    page = request_page(lite, "advocate")
    lead = lite.sign_in(lite.lead())
    refused = act_on(lead, page, "done", 400, note=" ").text
    assert refused.index("error-summary") < refused.index("<h1>")
    for place in ("outcome", "note-close"):
        assert f'<li><a href="#{place}">' in refused
    act_on(lead, page, "done", note="talked at school", outcome="talked")
    refused = act_on(lead, page, "done", 400, note="mine", outcome="not_found").text
    assert "mine</textarea>" in refused
    with lite.session() as session:
        assert session.scalars(select(ContactRequest.outcome)).one() == "talked"
        assert session.scalars(select(CaseNote.kind)).all() == ["closed"]


def test_nobody_is_asked_to_see_to_it_on_a_sunday(lite: World) -> None:
    """Asked on Tuesday 24 November, promised within five days: by Friday at work."""
    with clock.set_clock(NOON + timedelta(days=41), everywhere=True):
        page = request_page(lite, "iro")
        lead = lite.sign_in(lite.lead())
        assert "By Friday 27 November" in lead.get("/safeguarding/").text
        shown = lead.get(page).text
    assert "Friday 27 November 2026" in shown
    assert "the child was promised Sunday 29 November" in shown
