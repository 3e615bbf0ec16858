"""What lies in the database and beside it: sealed words, and a chained audit trail (promises 33, 34, 37)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import audit
from feedback_app.app import create_app
from feedback_app.config import ROOT
from feedback_app.invitations import issue as invitations
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.running import AuditEntry
from feedback_app.models.text import SealedText
from feedback_app.privacy.cipher import UnsealError
from feedback_app.privacy.keys import NAMES, BadKeys, load_keys
from feedback_app.responses.texts import open_text
from tests.support.settings import SAFE
from tests.support.tables import every_byte

SENTINEL = "zebra-crossing-sentinel"


def test_p33_no_byte_of_the_database_holds_what_a_child_wrote_or_who_it_is(
    world: World, tmp_path: Path
) -> None:
    world.response(
        texts={"better": SENTINEL, "best": SENTINEL},
        reference=SENTINEL,
        wishes={"talk_to": "not_safe"},
    )
    invitation = world.invitation(reference=SENTINEL)
    form = world.form(
        invitation, {}, {"better": SENTINEL}, talk_to="iro", talk_how_text=SENTINEL
    )
    world.client().post("/r", form)
    world.client().post("/r", form | {"q-best": [SENTINEL]})
    assert SENTINEL.encode() not in every_byte(world.parts.database.engine)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SENTINEL.encode() not in path.read_bytes(), (
            path.name
        )


def test_p33_a_text_copied_to_another_row_does_not_open(world: World) -> None:
    world.response(texts={"better": SENTINEL})
    world.response(texts={"better": "something else"})
    with world.session(reading=False) as session:
        one, other = session.scalars(select(SealedText).order_by(SealedText.id)).all()
        assert {open_text(world.parts.keys.text, row) for row in (one, other)} == {
            SENTINEL,
            "something else",
        }
        one.value = other.value
        with pytest.raises(UnsealError):
            open_text(world.parts.keys.text, one)


def test_p33_a_reference_copied_to_another_envelope_does_not_open(world: World) -> None:
    mine, other = (
        world.invitation(reference="CASE-1"),
        world.invitation(reference="CASE-2"),
    )
    with world.session(reading=False) as session:
        assert invitations.read_reference(session, world.parts.keys, mine) == "CASE-1"
        session.get_one(Envelope, mine.id).value = session.get_one(
            Envelope, other.id
        ).value
        with pytest.raises(UnsealError):
            invitations.read_reference(session, world.parts.keys, mine)


def test_p34_the_application_does_not_start_on_a_bad_key(lite: World) -> None:
    (lite.parts.settings.keys_dir / "text").chmod(0o644)
    with pytest.raises(BadKeys, match="chmod 600"):
        create_app(lite.parts.settings)


def test_p34_in_production_a_command_makes_the_keys_that_the_application_needs(
    tmp_path: Path,
) -> None:
    """In a process of its own, as an administrator runs it, with no key yet: no application can be made."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FEEDBACK_")
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "make"]
    production = SAFE | {
        "FEEDBACK_KEYS_DIR": str(tmp_path / "keys"),
        "FEEDBACK_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
    }
    subprocess.run(command, cwd=ROOT, env=environment | production, check=True)
    assert {path.name for path in (tmp_path / "keys").iterdir()} == set(NAMES)
    load_keys(tmp_path / "keys")


def test_p37_a_copied_entry_at_the_end_of_the_audit_trail_is_found(
    world: World,
) -> None:
    for _ in range(3):
        world.invitation()
    ring = world.parts.keys.audit
    with world.session(reading=False) as session:
        last = session.scalars(
            select(AuditEntry).order_by(AuditEntry.number.desc())
        ).first()
        assert last
        assert audit.first_bad_entry(session, ring) is None
        copied = {
            column.name: getattr(last, column.name)
            for column in AuditEntry.__table__.columns
        }
        session.add(AuditEntry(**copied | {"number": last.number + 1}))
        session.flush()
        assert audit.first_bad_entry(session, ring) == last.number + 1


def test_p37_an_entry_and_what_it_tells_of_are_kept_or_lost_together(
    world: World,
) -> None:
    world.invitation()
    keys = world.parts.keys
    with world.session(reading=False) as session:
        mine = session.scalars(select(Invitation)).one()
        before = len(session.scalars(select(AuditEntry)).all())
        assert invitations.end_invitation(session, keys, mine, person_id=mine.issuer_id)
        assert len(session.scalars(select(AuditEntry)).all()) == before + 1
        session.rollback()
        assert len(session.scalars(select(AuditEntry)).all()) == before
        assert session.get_one(Invitation, mine.id).outcome == "waiting"
