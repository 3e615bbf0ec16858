"""The sealed envelope ends in time, and never while somebody may still have to find the child."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bench.support.world import LINK_END, World
from feedback_app import audit, clock, worker
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import mark_read
from feedback_app.records.envelopes import (
    destroy_envelopes,
    envelope_end,
    envelopes_due,
)
from feedback_app.records.rules import Rule, retention_rules
from tests.conftest import NOON
from tests.support.finished_case import end_concern

DAY = timedelta(days=1)


def rule(world: World) -> Rule:
    return retention_rules(world.parts.settings)[0]


def destroyed(world: World, at: datetime) -> int:
    with (
        clock.set_clock(at, everywhere=True),
        world.parts.database.short_write() as session,
    ):
        ids = [id_ for id_, _end in envelopes_due(session, rule(world), by=at)]
        return destroy_envelopes(session, world.parts.keys, ids, rule(world), now=at)


def answered(world: World, texts: dict[str, str], **wishes: str) -> Invitation:
    invitation = world.invitation(reference="CASE-SENTINEL")
    assert (
        world.receive(world.form(invitation, {}, texts, **wishes)).verdict == "thanks"
    )
    return invitation


def read_all(world: World, at: datetime, outcome: str = "nothing_to_do") -> None:
    lead = world.lead()
    with (
        clock.set_clock(at, everywhere=True),
        world.parts.database.short_write() as session,
    ):
        for entry in session.scalars(select(QueueEntry)):
            mark_read(
                session,
                world.parts.keys.audit,
                entry,
                reader="lead",
                outcome=outcome,
                person_id=lead.id,
            )


def test_p36_an_envelope_ends_28_days_after_the_last_text_was_read(
    world: World,
) -> None:
    answered(world, {"better": "x", "best": "y"})
    assert destroyed(world, NOON + 400 * DAY) == 0, (
        "nobody has read it: it is called for, not waited out"
    )
    read_all(world, NOON + 3 * DAY)
    over = NOON + 31 * DAY
    assert [
        destroyed(world, at)
        for at in (over - DAY, over - timedelta(seconds=1), over, over + DAY)
    ] == [0, 0, 1, 0]
    with world.session() as session:
        assert session.scalars(select(Envelope)).all() == []
        assert (
            session.scalars(select(AuditEntry.what).order_by(AuditEntry.number)).all()[
                -1
            ]
            == "envelope_destroyed"
        )
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None


def test_p36_without_a_text_it_ends_after_the_response_and_unanswered_after_the_links_end(
    world: World,
) -> None:
    without_text, unanswered = answered(world, {}), world.invitation()
    with world.session() as session:
        kept = session.get_one(Invitation, without_text.id)
        assert envelope_end(session, kept, rule(world)) == NOON + 28 * DAY
        assert (
            envelope_end(
                session, session.get_one(Invitation, unanswered.id), rule(world)
            )
            == LINK_END + 28 * DAY
        )
    assert destroyed(world, NOON + 28 * DAY) == 1
    over = LINK_END + 28 * DAY
    assert [destroyed(world, at) for at in (over - DAY, over)] == [0, 1]


def test_p36_an_open_concern_or_contact_request_keeps_it(world: World) -> None:
    answered(world, {"better": "x"})
    read_all(world, NOON, outcome="concern")
    asked = answered(world, {}, talk_to="advocate")
    assert destroyed(world, NOON + 100 * DAY) == 0
    with world.parts.database.short_write() as session:
        concern = session.scalars(select(Concern)).one()
        end_concern(session, world.parts.keys, concern, person_id=world.lead().id)
    assert destroyed(world, NOON + 100 * DAY) == 1
    with world.session() as session:
        assert session.get(Envelope, asked.id) is not None


def test_p36_the_bytes_go_too(lite: World, tmp_path: Path) -> None:
    answered(lite, {})
    with lite.session() as session:
        sealed = session.scalars(select(Envelope.value)).one()
    lite.parts.database.engine.dispose()
    assert any(sealed in path.read_bytes() for path in tmp_path.glob("test.db*"))
    with lite.app.app_context():
        for days in range(0, 31, 2):  # it beats every other day: no clock has jumped
            with clock.set_clock(NOON + days * DAY, everywhere=True):
                worker.run_round(lite.parts)
    lite.parts.database.engine.dispose()
    with lite.session() as session:
        assert session.scalars(select(Envelope)).all() == []
    assert not any(sealed in path.read_bytes() for path in tmp_path.glob("test.db*"))


@pytest.mark.parametrize("each", [25, pytest.param(500, marks=pytest.mark.full)])
def test_p37_eight_writers_at_once_leave_an_unbroken_chain(
    world: World, each: int
) -> None:
    def write() -> None:
        for number in range(each):
            with world.parts.database.short_write() as session:
                audit.write_entry(
                    session,
                    world.parts.keys.audit,
                    "text_opened",
                    person_id=None,
                    about=str(number),
                )

    writers = [threading.Thread(target=write) for _ in range(8)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    with world.session() as session:
        assert audit.last_entry(session)[0] == 8 * each
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None


def test_p37_verify_with_a_mailed_head_finds_a_trail_cut_off_at_its_end(
    world: World,
) -> None:
    for reason in ("one", "two", "three"):
        with world.parts.database.short_write() as session:
            audit.write_entry(
                session,
                world.parts.keys.audit,
                "exported",
                person_id=None,
                reason=reason,
            )
    with world.session() as session:
        number, mac = audit.last_entry(session)
    commands = world.app.test_cli_runner()
    assert commands.invoke(args=["verify", "--head", f"{number}:{mac}"]).exit_code == 0
    with world.parts.database.short_write() as session:
        if world.parts.settings.database_url.startswith("sqlite"):
            session.execute(text("DROP TRIGGER audit_entry_stays"))
        else:
            session.execute(
                text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_stays")
            )
        session.execute(text(f"DELETE FROM audit_entry WHERE number = {number}"))
    assert commands.invoke(args=["verify"]).exit_code == 0, (
        "the chain alone cannot tell"
    )
    found = commands.invoke(args=["verify", "--head", f"{number}:{mac}"])
    assert found.exit_code == 1
    assert f"entry {number}" in found.output
    assert commands.invoke(args=["verify", "--head", "nonsense"]).exit_code == 2
