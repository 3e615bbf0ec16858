"""Manners of all pages: headers, cookies, health, logs, and help where a child could be."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import Heartbeat, OutboxMessage
from tests.conftest import NOON


@pytest.mark.parametrize(
    "path",
    ["/", "/help", "/privacy", "/said-and-done", "/r/unknown", "/r", "/nothing-here"],
)
def test_p60_help_is_on_every_page_a_child_can_meet(lite: World, path: str) -> None:
    page = lite.client().http.get(path).text
    for number in ("999", "0800 1111", "01632 960 102"):
        assert number in page
    assert 'href="/leave"' in page


def test_p60_help_is_on_the_survey_itself_in_every_band(lite: World) -> None:
    for band in ("4-7", "8-11", "12-17"):
        page = lite.client().get(f"/r/{lite.token(lite.invitation(band=band))}").text
        assert "0800 1111" in page
        assert "01632 960 102" in page


def test_p9_a_childs_page_names_no_child_home_or_officer(lite: World) -> None:
    invitation = lite.invitation(lite.iro("Officer Oakapple"), reference="CASE-SECRET")
    page = lite.client().get(f"/r/{lite.token(invitation)}").text
    for seeded in ("Oakapple", "CASE-SECRET", invitation.id):
        assert seeded not in page
    assert "<title>Have your say</title>" in page


def test_the_worker_says_of_run_out_links_that_they_have_ended_and_running_twice_changes_nothing(
    world: World,
) -> None:
    early, late = world.invitation(), world.invitation()
    with world.parts.database.short_write() as session:
        session.get_one(Invitation, late.id).ends_at = NOON + timedelta(days=30)
    with (
        clock.set_clock(NOON + timedelta(days=15), everywhere=True),
        world.parts.database.short_write() as session,
    ):
        assert worker.end_expired_links(session) == 1
        assert worker.end_expired_links(session) == 0
    with clock.set_clock(NOON + timedelta(days=15), everywhere=True):
        worker.run_database_steps(world.parts)
        worker.run_database_steps(world.parts)
    with world.session() as session:
        assert session.get_one(Invitation, early.id).outcome == "ended"
        assert session.get_one(Invitation, late.id).outcome == "waiting"
        assert session.get_one(Heartbeat, "worker").at == NOON + timedelta(days=15)


def test_p8_p46_logs_are_json_of_listed_fields_without_token_text_or_name(
    database_url: str,
    tmp_path: Path,
    still_clock: None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    lite = World.make(database_url, tmp_path, log_level="INFO")
    invitation = lite.invitation(
        lite.iro("Officer Sentinel"), reference="CASE-SENTINEL"
    )
    token = lite.token(invitation)
    client = lite.client()
    client.get(
        f"/r/{token}",
        headers={"Referer": f"http://localhost/r/{token}?q=sentinel-query"},
    )
    client.post("/r", lite.form(invitation, {}, {"better": "sentinel words"}))
    lite.client().get(f"/r/{token}", expect=404)
    said = capfd.readouterr().err
    assert len(said.splitlines()) == 3
    for secret in (token, "sentinel", "SENTINEL", "Sentinel", lite.words(invitation)):
        assert secret not in said
    lite.close()
    for line in said.splitlines():
        assert set(json.loads(line)) <= {
            "event", "level", "at", "request", "method", "endpoint", "status", "ms", "number", "error", "kind",
        }  # fmt: skip


def test_p54_p55_every_text_is_queued_and_told_of_in_the_responses_own_transaction(
    world: World,
) -> None:
    texts = {"best": "the biscuits", "better": "ask me first 😀"}
    response = world.response(
        texts=texts, wishes={"talk_to": "advocate", "talk_how_text": "not Mondays"}
    )
    with world.session() as session:
        queued = session.execute(
            text(
                "SELECT s.owner, s.column_name FROM queue_entry q JOIN sealed_text s ON s.id = q.text_id"
            )
        ).all()
        told = session.scalars(select(OutboxMessage)).all()
    assert sorted(tuple(row) for row in queued) == [
        ("answer", "best"),
        ("answer", "better"),
        ("contact_request", "talk_how"),
    ]
    assert sorted(message.kind for message in told) == [
        "contact_request",
        "text_to_read",
    ]
    assert any(message.about_id == response for message in told)


def test_p39_a_send_leaves_no_address_agent_or_time_of_day_beside_the_answers(
    world: World,
) -> None:
    invitation = world.invitation()
    world.client().post(
        "/r",
        world.form(invitation, {"know_iro": ["yes"]}, {"better": "x"}),
        headers={"User-Agent": "SentinelPhone/1.0", "X-Forwarded-For": "203.0.113.77"},
        environ_base={"REMOTE_ADDR": "198.51.100.23"},
    )
    with world.session() as session:
        rows = [
            str(row)
            for table in ("response", "answer", "answer_option", "sealed_text")
            for row in session.execute(text(f"SELECT * FROM {table}")).all()
        ]
    whole = "\n".join(rows)
    assert "SentinelPhone" not in whole
    assert "198.51.100.23" not in whole
    assert not re.search(r"\d\d:\d\d|datetime\.datetime", whole)


def test_p59_what_is_said_aloud_is_queued_for_the_lead_too(world: World) -> None:
    world.response(channel="verbal", texts={"better": "the officer shouted"})
    assert "Open and read" in world.sign_in(world.lead()).get("/safeguarding/").text
