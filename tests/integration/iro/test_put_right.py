"""A wrong code, mode or age is put right while the link waits; a page that is open already is read as it was shown."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app.child import receive
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerRow, Response
from feedback_app.models.running import AuditEntry
from tests.conftest import NOON
from tests.support.databases import POSTGRESQL_MOSTLY

RIGHT = {"pn_code": "PN6", "mode": "remote", "band": "12-17", "over16": "y"}


def test_what_was_noted_is_put_right_and_the_card_stays_as_it_is(world: World) -> None:
    officer = world.iro()
    iro, one = world.sign_in(officer), world.invitation(officer)
    token, path = world.token(one), f"/iro/links/{one.id}"
    assert "PN1: came and spoke · In person" in iro.get(path).text
    iro.submit(f"{path}/correct", RIGHT)
    assert "PN6: did not come, sent their views · Remote" in iro.get(path).text
    assert world.token(one) == token
    world.client().get(f"/r/{token}")
    with world.session() as session:
        kept = session.get_one(Invitation, one.id)
        assert (kept.band, kept.look, kept.over16) == ("12-17", "older", True)
        [entry] = session.scalars(
            select(AuditEntry).where(AuditEntry.what == "invitation_corrected")
        )
    assert entry.reason.startswith("pn_code PN1 > PN6, mode in_person > remote, band")
    assert "CASE" not in entry.reason


def test_a_page_loaded_before_keeps_its_questions_and_counts_by_what_is_noted_now(
    lite: World,
) -> None:
    officer = lite.iro()
    iro, one = lite.sign_in(officer), lite.invitation(officer)
    untouched = lite.form(lite.invitation(officer), {"at_meeting": ["yes"]})
    form = lite.form(
        one, {"at_meeting": ["yes"]}, loaded_at=NOON - timedelta(minutes=1)
    )
    iro.submit(f"/iro/links/{one.id}/correct", RIGHT)
    assert lite.receive(form).verdict == "thanks"
    assert lite.receive(untouched).verdict == "thanks"
    with lite.session() as session:
        first, same = (
            session.scalars(
                select(AnswerRow.question)
                .join(Response, Response.id == AnswerRow.response_id)
                .where(Response.pn_code == code)
                .order_by(AnswerRow.question)
            ).all()
            for code in ("PN6", "PN1")
        )
        kept = session.scalars(select(Response).where(Response.pn_code == "PN6")).one()
    assert first == same
    assert (kept.band, kept.mode, kept.over16) == ("8-11", "remote", False)
    iro.get(f"/iro/links/{one.id}/correct", expect=404)
    iro.submit("/iro/ask", RIGHT, to=f"/iro/links/{one.id}/correct")
    assert "This link is over already" in iro.get("/iro/month").text


def test_what_is_being_written_down_is_not_read_by_other_questions(lite: World) -> None:
    officer = lite.iro()
    iro, one = lite.sign_in(officer), lite.invitation(officer)
    path = f"/iro/verbal/{one.id}"
    drawn = re.search(r'name="drawn_for" value="([^"]+)"', iro.get(path).text)
    assert drawn
    iro.submit(f"/iro/links/{one.id}/correct", RIGHT)
    said = {"day": "2026-10-14", "q-better": "less people", "drawn_for": drawn[1]}
    page = iro.submit(path, said, expect=400).text
    assert "was put right meanwhile" in page
    assert "less people" in page
    iro.submit(path, said | {"drawn_for": ""}, expect=200)


def test_what_contradicts_itself_is_refused_here_too_and_another_officers_is_unknown(
    lite: World,
) -> None:
    officer = lite.iro()
    iro, one = lite.sign_in(officer), lite.invitation(officer)
    path = f"/iro/links/{one.id}/correct"
    page = iro.submit(path, RIGHT | {"pn_code": "PN0"}, expect=400).text
    assert "PN0 is for a child under 4" in page
    other = lite.sign_in(lite.iro("Officer Pine"))
    other.get(path, expect=404)
    other.submit("/iro/ask", RIGHT, to=path, expect=404)


@POSTGRESQL_MOSTLY
def test_a_send_that_had_read_the_link_stores_what_is_put_right_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The correction is committed between the reading of the link and its claim."""
    officer = world.iro()
    iro, one = world.sign_in(officer), world.invitation(officer)
    form, found = world.form(one), receive.find_link
    # SQLite has one writer: there the correction comes before the send has begun.
    postgresql = world.parts.database.engine.dialect.name == "postgresql"

    def correct() -> None:
        iro.submit(
            f"/iro/links/{one.id}/correct", RIGHT | {"band": "8-11", "over16": ""}
        )

    def find_then_correct(*args: Any) -> Any:
        link = found(*args)
        correct()
        return link

    if postgresql:
        monkeypatch.setattr(receive, "find_link", find_then_correct)
    else:
        correct()
    assert world.receive(form).verdict == "thanks"
    with world.session() as session:
        kept = session.scalars(select(Response)).one()
    assert (kept.pn_code, kept.mode) == ("PN6", "remote")
