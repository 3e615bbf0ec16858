"""The database knows its keys: with others nothing starts, and none is made in the place of one that is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bench.support.world import World
from feedback_app.commands.keys import keys as key_commands
from feedback_app.config import ROOT
from feedback_app.models.running import AuditEntry, KeyProof
from feedback_app.operations import key_rotation
from feedback_app.operations.key_checks import (
    BOUND_RINGS,
    find_misfits,
    note_keys,
    refuse_misfits,
)
from feedback_app.privacy.keys import BadKeys, format_line, load_keys, new_key
from feedback_app.web import keyring
from feedback_app.web.context import instance


@pytest.fixture
def known(world: World) -> World:
    """A service in use, whose database knows its keys."""
    world.receive(world.form(world.invitation(), {}, {"better": "some words"}))
    world.lead()
    with world.parts.database.short_write() as session:
        note_keys(session, world.parts.keys)
    return world


def make_keys(world: World, *arguments: str) -> Result:
    """`flask keys make`, as it is called before there is an application."""
    return CliRunner().invoke(
        key_commands,
        ["make", *arguments],
        env={
            "FEEDBACK_MODE": "demo",
            "FEEDBACK_DATABASE_URL": world.parts.settings.database_url,
            "FEEDBACK_KEYS_DIR": str(world.parts.settings.keys_dir),
        },
    )


def other_key(world: World, ring: str) -> None:
    """Another key in a file, under the id of the one that was there."""
    file = world.parts.settings.keys_dir / ring
    key_id = file.read_text().split()[0]
    made = format_line(new_key()).split()[1]
    file.write_text(f"{key_id} {made}\n")


def misfits(world: World) -> list[str]:
    with world.session() as session:
        return find_misfits(session, load_keys(world.parts.settings.keys_dir))


def test_p34_the_right_keys_fit(known: World) -> None:
    assert misfits(known) == []
    refuse_misfits(known.parts.database.engine, known.parts.keys)
    with known.session() as session:
        proofs = session.scalars(select(KeyProof)).all()
        kept = "".join(proof.proof for proof in proofs)
    assert sorted(proof.ring for proof in proofs) == sorted(BOUND_RINGS)
    for name in BOUND_RINGS:
        assert known.parts.keys.find_ring(name).newest_key.hex()[:16] not in kept


@pytest.mark.parametrize("ring", BOUND_RINGS)
def test_p34_a_key_made_anew_or_altered_is_noticed(known: World, ring: str) -> None:
    file = known.parts.settings.keys_dir / ring
    before = file.read_text()
    file.write_text(format_line(new_key()))
    assert [line for line in misfits(known) if f"the {ring} key" in line]
    file.write_text(before)
    other_key(known, ring)
    assert [line for line in misfits(known) if "is not the one" in line]
    with pytest.raises(BadKeys, match=f"the {ring} key"):
        refuse_misfits(
            known.parts.database.engine, load_keys(known.parts.settings.keys_dir)
        )


@pytest.mark.parametrize("ring", BOUND_RINGS)
def test_p34_keys_make_makes_no_key_that_rows_depend_on(
    known: World, ring: str
) -> None:
    folder = known.parts.settings.keys_dir
    kept = (folder / ring).read_text()
    (folder / ring).unlink()
    (folder / "session").unlink()
    refused = make_keys(known)
    assert refused.exit_code == 1
    assert f"nothing was made: {ring}: missing" in refused.output
    assert "Traceback" not in refused.output
    assert not (folder / ring).exists()
    assert not (folder / "session").exists()
    (folder / ring).write_text(kept)
    (folder / ring).chmod(0o600)
    assert make_keys(known).exit_code == 0
    assert (folder / "session").exists()
    assert misfits(known) == []


def test_a_key_lost_for_good_is_made_anew_when_it_is_said(known: World) -> None:
    folder = known.parts.settings.keys_dir
    old = (folder / "text").read_text().split()[0]
    (folder / "text").unlink()
    done = make_keys(known, "--lost", "text")
    assert done.exit_code == 0, done.output
    assert old in done.output
    assert misfits(known) == []
    refuse_misfits(known.parts.database.engine, load_keys(folder))
    with known.session() as session:
        last = session.scalars(
            select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)
        ).one()
        assert (last.what, last.about) == ("key_lost", f"text:{old}")


def test_keys_are_made_where_there_is_no_database_yet(tmp_path: Path) -> None:
    database = tmp_path / "none" / "feedback.db"
    made = CliRunner().invoke(
        key_commands,
        ["make"],
        env={
            "FEEDBACK_MODE": "demo",
            "FEEDBACK_DATABASE_URL": f"sqlite:///{database}",
            "FEEDBACK_KEYS_DIR": str(tmp_path / "keys"),
        },
    )
    assert made.exit_code == 0
    assert f"made in {tmp_path / 'keys'}: link, digest, text" in made.output
    assert not database.exists()


def test_keys_make_says_so_where_the_database_is_away(tmp_path: Path) -> None:
    away = CliRunner().invoke(
        key_commands,
        ["make"],
        env={
            "FEEDBACK_MODE": "demo",
            "FEEDBACK_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            "FEEDBACK_KEYS_DIR": str(tmp_path / "keys"),
        },
    )
    assert away.exit_code == 1
    assert "nothing was made: " in away.output
    assert not (tmp_path / "keys").exists()


def test_a_changed_key_is_known_and_a_dropped_one_forgotten(known: World) -> None:
    parts = known.parts
    folder = parts.settings.keys_dir
    old = parts.keys.text.current
    key_rotation.rotate_key(
        parts.database, folder, "text", wait=lambda: None, say=lambda _: None
    )
    assert misfits(known) == []
    kept = (folder / "text").read_text()
    key_rotation.drop_key(parts.database, folder, "text", old)
    with known.session() as session:
        assert session.get(KeyProof, ("text", old)) is None
    # The backup from before it was dropped brings its proof back, and nothing stands under it.
    with parts.database.short_write() as session:
        session.add(KeyProof(ring="text", key_id=old, proof="0" * 32))
    assert misfits(known) == []
    (folder / "text").write_text(kept.splitlines()[1] + "\n")
    assert misfits(known) != []


def test_a_database_from_before_takes_no_keys_that_cannot_read_it(known: World) -> None:
    with known.parts.database.short_write() as session:
        for proof in session.scalars(select(KeyProof)):
            session.delete(proof)
    for ring in ("text", "envelope", "link", "audit"):
        file = known.parts.settings.keys_dir / ring
        before = file.read_text()
        file.write_text(format_line(new_key()))
        with (
            pytest.raises(BadKeys, match=ring),
            known.parts.database.short_write() as session,
        ):
            note_keys(session, load_keys(known.parts.settings.keys_dir))
        file.write_text(before)


def test_a_running_process_keeps_its_keys_when_the_files_are_anothers(
    known: World, caplog: pytest.LogCaptureFixture
) -> None:
    file = known.parts.settings.keys_dir / "text"
    before = known.parts.keys.text
    file.write_text(format_line(new_key()))
    keyring.refresh_keys(known.app, at_once=True)
    assert instance(known.app).keys.text == before
    assert "the text key" in caplog.text


@pytest.mark.full
def test_p34_a_worker_does_not_start_with_other_keys(lite: World) -> None:
    lite.receive(lite.form(lite.invitation(), {}, {"better": "some words"}))
    lite.lead()
    with lite.parts.database.short_write() as session:
        note_keys(session, lite.parts.keys)
    other_key(lite, "text")
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env=os.environ
        | {
            "FEEDBACK_MODE": "demo",
            "FEEDBACK_DATABASE_URL": lite.parts.settings.database_url,
            "FEEDBACK_KEYS_DIR": str(lite.parts.settings.keys_dir),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert "the text key" in ran.stderr
    assert "Traceback" not in ran.stderr
