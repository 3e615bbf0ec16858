"""An envelope stays while somebody raises a concern about its child: on PostgreSQL, where writers overlap."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.support import postgres
from bench.support.world import World
from feedback_app import clock
from feedback_app.concerns.raising import raise_once
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.safeguarding import Concern
from feedback_app.records import envelopes, erasure, held
from feedback_app.records.rules import retention_rules
from tests.conftest import NOON

OVER = NOON + timedelta(days=28)
pytestmark = pytest.mark.postgres


@pytest.fixture
def shared(
    postgres_server: postgres.Server, tmp_path: Path, still_clock: None
) -> Iterator[World]:
    """A world on PostgreSQL with room for two writers."""
    with postgres_server.database() as url:
        made = World.make(url, tmp_path)
        yield made
        made.close()


def answered(world: World) -> Invitation:
    invitation = world.invitation()
    assert world.receive(world.form(invitation, {}, {})).verdict == "thanks"
    return invitation


def destroy_due(session: Session, world: World, at: datetime) -> int:
    rule = retention_rules(world.parts.settings)[0]
    ids = [id_ for id_, _end in envelopes.envelopes_due(session, rule, by=at)]
    return envelopes.destroy_envelopes(session, world.parts.keys, ids, rule, now=at)


def destroyed(world: World, days: int = 0) -> int:
    at = OVER + timedelta(days=days)
    with (
        clock.set_clock(at, everywhere=True),
        world.parts.database.short_write() as session,
    ):
        return destroy_due(session, world, at)


def test_p36_a_concern_raised_at_the_same_moment_keeps_the_envelope(
    shared: World,
) -> None:
    invitation = answered(shared)
    response_id = shared.response_id(invitation)
    with shared.session(reading=False) as raising:
        raise_once(
            raising,
            "reader",
            OVER,
            invitation_id=invitation.id,
            response_id=response_id,
        )
        assert destroyed(shared) == 0, (
            "somebody is writing about it: it is left for the next night"
        )
        raising.commit()
    assert destroyed(shared, 100) == 0, "the concern is open"


def test_p36_a_concern_raised_while_an_envelope_goes_waits_until_it_is_gone(
    shared: World,
) -> None:
    invitation = answered(shared)
    response_id, raised = shared.response_id(invitation), threading.Event()

    def raise_one() -> None:
        with shared.parts.database.short_write() as session:
            raise_once(
                session,
                "reader",
                OVER,
                invitation_id=invitation.id,
                response_id=response_id,
            )
        raised.set()

    other = threading.Thread(target=raise_one)
    with shared.session(reading=False) as destroying:
        assert destroy_due(destroying, shared, OVER) == 1
        other.start()
        assert not raised.wait(0.3)
        destroying.commit()
    other.join(5)
    assert raised.is_set()
    with shared.session() as session:
        assert session.scalar(select(func.count()).select_from(Envelope)) == 0
        assert session.scalar(select(func.count()).select_from(Concern)) == 1


def test_p38_a_concern_raised_at_the_same_moment_refuses_an_erasure(
    shared: World,
) -> None:
    invitation, lead = answered(shared), shared.lead()
    response_id, refused = shared.response_id(invitation), threading.Event()

    def erase() -> None:
        file = shared.parts.settings.erased_file
        with shared.session(reading=False) as session:
            try:
                erasure.erase_invitation(
                    session,
                    shared.parts.keys,
                    file,
                    invitation.id,
                    reason="asked",
                    person_id=lead.id,
                )
            except erasure.MattersStillOpen:
                refused.set()

    other = threading.Thread(target=erase)
    with shared.session(reading=False) as raising:
        raise_once(
            raising,
            "reader",
            OVER,
            invitation_id=invitation.id,
            response_id=response_id,
        )
        other.start()
        assert not refused.wait(0.3), "it waits to see what comes of it"
        raising.commit()
    other.join(5)
    assert refused.is_set()
    assert not shared.parts.settings.erased_file.exists()


def test_p36_two_who_delete_at_the_same_moment_do_not_fail(shared: World) -> None:
    done = threading.Event()

    def mark() -> None:
        with shared.parts.database.short_write() as session:
            held.mark_to_wipe(session)
        done.set()

    other = threading.Thread(target=mark)
    with shared.session(reading=False) as session:
        held.mark_to_wipe(session)
        other.start()
        assert not done.wait(0.2)
        session.commit()
    other.join(5)
    assert done.is_set()


def test_p36_a_late_send_at_the_same_moment_keeps_the_envelope(shared: World) -> None:
    invitation = answered(shared)
    form = shared.form(invitation, {}, {"better": "I forgot to say"}, loaded_at=NOON)
    with shared.app.app_context(), shared.session(reading=False) as sending:
        from feedback_app.child.receive import receive_submission

        assert receive_submission(sending, shared.parts, form).verdict == "set_aside"
        assert destroyed(shared) == 0
        sending.commit()
    assert destroyed(shared, 100) == 0, "it is unread"
