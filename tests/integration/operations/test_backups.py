"""Backups hold all that was written, open with their key alone, and prove themselves when put back (promise 47)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from click.testing import Result
from sqlalchemy import create_engine, select, text

from bench.faults import f17
from bench.support import postgres
from bench.support.world import World
from feedback_app import audit, clock
from feedback_app.config import read_settings
from feedback_app.database.sessions import Database
from feedback_app.invitations import issue as invitations
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import AuditEntry, Heartbeat
from feedback_app.models.text import SealedText
from feedback_app.operations import backup, restore, snapshot
from feedback_app.operations import replace_database as put_back
from feedback_app.operations.manifest import Manifest
from feedback_app.operations.migrations import (
    alembic_config,
    knows_revision,
    migrate_to_head,
)
from feedback_app.operations.replace_database import RestoreRefused
from feedback_app.operations.snapshot import FOLDER_PREFIX, sqlite_file
from feedback_app.privacy.keys import KeyLine, format_line, load_keys, new_key
from feedback_app.privacy.stream import InvalidStream
from feedback_app.responses.texts import open_text
from tests.conftest import NOON
from tests.support.databases import ON_POSTGRESQL, POSTGRESQL_MOSTLY
from tests.support.tables import contents

SCHEMA = restore.MigrationTools(knows_revision, migrate_to_head)
DAYS = 35


@pytest.fixture
def spare(
    request: pytest.FixtureRequest, world: World, tmp_path: Path
) -> Iterator[Database]:
    """Another, empty database of the world's kind."""
    database = Database()
    if world.parts.database.engine.dialect.name == "sqlite":
        database.open(f"sqlite:///{tmp_path / 'spare' / 'spare.db'}")
        yield database
        database.engine.dispose()
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        with server.database("template1") as url:
            database.open(url)
            yield database
            database.engine.dispose()


@pytest.fixture
def spare_url(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Iterator[str]:
    """The address of another database of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'spare.db'}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield url


def flask(world: World, *arguments: object) -> Result:
    return world.app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def make(world: World, folder: Path) -> Path:
    return backup.make_backup(
        world.parts.database, world.parts.keys, folder, days=DAYS
    ).file


def put(
    world: World, file: Path, target: Database, *, replace: bool = False
) -> restore.RestoreReport:
    return restore.restore_backup(
        file, target, world.parts.keys, replace=replace, schema=SCHEMA, afterwards=list
    )


def words_in(database: Database, world: World) -> list[str]:
    with database.new_session(reading=True) as session:
        return sorted(
            open_text(world.parts.keys.text, row)
            for row in session.scalars(select(SealedText))
        )


def test_p47_what_was_written_is_there_again_and_opens(
    world: World, spare: Database, tmp_path: Path
) -> None:
    world.response(texts={"better": "first words"}, wishes={"talk_to": "not_safe"})
    invitation = world.invitation(reference="CASE-9")
    before = contents(world.parts.database.engine)
    file = make(world, tmp_path / "backups")
    world.response(texts={"better": "too late"})
    report = put(world, file, spare)
    assert report.problems == []
    after = contents(spare.engine)
    with spare.new_session(reading=True) as session:
        [restored] = session.scalars(
            select(AuditEntry).where(AuditEntry.what == "restored")
        ).all()
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None
        assert restored.about == file.name
        found = session.get_one(Invitation, invitation.id)
        assert invitations.read_reference(session, world.parts.keys, found) == "CASE-9"
    after["audit_entry"] = [
        row for row in after["audit_entry"] if row[0] != restored.number
    ]
    assert after == before
    assert words_in(spare, world) == ["first words"]


def test_p47_the_commands_make_and_put_back_and_say_what_was_proved(
    world: World, tmp_path: Path
) -> None:
    world.response(texts={"better": "first words"})
    made = flask(world, "backup", tmp_path / "backups")
    assert made.exit_code == 0, made.output
    [file] = (tmp_path / "backups").iterdir()
    world.response(texts={"better": "too late"})
    refused = flask(world, "restore", file)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert words_in(world.parts.database, world) == ["first words", "too late"]
    world.parts.database.engine.dispose()
    unsettled = flask(world, "restore", file, "--replace")
    assert unsettled.exit_code == 1
    assert "--no-ledger" in unsettled.output, (
        "nothing says what was erased since: that is told, not passed over"
    )
    with world.session() as session:
        assert session.get(Heartbeat, "restore") is None, "only what was proved counts"
    world.parts.database.engine.dispose()
    done = flask(world, "restore", file, "--replace", "--no-ledger")
    assert done.exit_code == 0, done.output
    assert "restored, and proved" in done.output
    assert "the chain holds" in done.output
    assert words_in(world.parts.database, world) == ["first words"]
    with world.session() as session:
        assert session.get_one(Heartbeat, "restore").at == NOON, "the drill is known"
    assert flask(world, "verify").exit_code == 0


def test_p47_a_backup_is_noted_and_its_beat_is_seen(
    world: World, tmp_path: Path
) -> None:
    file = make(world, tmp_path / "backups")
    with world.session() as session:
        [entry] = session.scalars(
            select(AuditEntry).where(AuditEntry.what == "backup_made")
        ).all()
        assert entry.about == file.name
        assert session.get_one(Heartbeat, "backup").at == NOON


def test_p47_a_backup_shows_nothing_and_is_its_owners_alone(
    lite: World, tmp_path: Path
) -> None:
    lead = lite.lead()
    file = make(lite, tmp_path / "backups")
    assert (
        lead.email.encode()
        in sqlite_file(lite.parts.database.engine).read_bytes()
        + wal_of(lite).read_bytes()
    )
    assert lead.email.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert not list(tmp_path.glob(f"{FOLDER_PREFIX}*"))


def wal_of(world: World) -> Path:
    return Path(f"{sqlite_file(world.parts.database.engine)}-wal")


def test_p47_what_a_killed_backup_left_goes_with_the_next(
    lite: World, tmp_path: Path
) -> None:
    left = tmp_path / f"{FOLDER_PREFIX}killed"
    left.mkdir()
    (left / "copy.db").write_bytes(b"all of it")
    make(lite, tmp_path / "backups")
    assert not left.exists()


def test_p47_old_backups_of_ours_go_and_nothing_else_does(
    lite: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "ALWAYS_KEPT", 2)
    folder = tmp_path / "backups"
    first = make(lite, folder)
    others = [
        folder / name
        for name in ("notes.txt", "feedback.backup", "feedback-2020.backup")
    ]
    for other in others:
        other.write_text("not ours")
    half = folder / (first.name + ".part")
    half.write_text("killed")
    with clock.set_clock(NOON + timedelta(days=DAYS), everywhere=True):
        second = make(lite, folder)
    assert first.exists()
    with clock.set_clock(NOON + timedelta(days=DAYS, seconds=1), everywhere=True):
        made = backup.make_backup(
            lite.parts.database, lite.parts.keys, folder, days=DAYS
        )
    assert made.deleted == [first.name]
    assert set(folder.iterdir()) == {second, made.file, *others}


def test_p47_a_backup_that_fails_deletes_no_older_one(
    lite: World, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    first = make(lite, folder)
    sqlite_file(lite.parts.database.engine).rename(tmp_path / "away.db")
    lite.parts.database.engine.dispose()
    with (
        clock.set_clock(NOON + timedelta(days=2 * DAYS), everywhere=True),
        pytest.raises(FileNotFoundError),
    ):
        make(lite, folder)
    assert list(folder.iterdir()) == [first]
    assert not sqlite_file(lite.parts.database.engine).exists()


def test_p34_a_backup_is_not_written_where_the_keys_lie(
    lite: World, tmp_path: Path
) -> None:
    refused = flask(lite, "backup", tmp_path)
    assert refused.exit_code == 1
    assert "Keep the keys elsewhere" in refused.output
    assert not list(tmp_path.glob("*.backup"))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda file: file[:-100],
    "flipped": lambda file: (
        file[: len(file) // 2]
        + bytes([file[len(file) // 2] ^ 1])
        + file[len(file) // 2 + 1 :]
    ),
    "appended to": lambda file: file + b"more",
    "put in another order": lambda file: (
        file[:57] + file[57 + 65552 : 57 + 2 * 65552] + file[57 : 57 + 65552]
    ),
    "not a backup": lambda file: b"SQLite format 3" + file,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_p47_a_damaged_backup_is_refused_and_the_database_is_untouched(
    world: World, tmp_path: Path, damage: str
) -> None:
    world.response(texts={"better": "first words"})
    file = make(world, tmp_path / "backups")
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert_untouched(world, file, InvalidStream)


def test_p47_the_wrong_key_opens_nothing_and_the_database_is_untouched(
    world: World, tmp_path: Path
) -> None:
    world.response(texts={"better": "first words"})
    file = make(world, tmp_path / "backups")
    key_file = world.parts.settings.keys_dir / "backup"
    same_id = KeyLine(key_file.read_text().split()[0], new_key().key)
    for wrong in (format_line(new_key()), format_line(same_id)):
        key_file.write_text(wrong)
        with pytest.raises(InvalidStream):
            backup.verify_backup(load_keys(key_file.parent).backup, file)
        other = World.make(world.parts.settings.database_url, tmp_path)
        refused = flask(other, "restore", file, "--replace")
        other.close()
        assert refused.exit_code == 1
        assert "nothing was done" in refused.output
    assert words_in(world.parts.database, world) == ["first words"]


def test_p47_a_backup_whose_rows_are_not_those_of_its_manifest_is_refused(
    lite: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sealed as it should be, and all the same not the database that was counted."""
    lite.response(texts={"better": "first words"})
    counted = snapshot.manifest_of_file

    def miscounted(*given: Any) -> Manifest:
        found = counted(*given)
        return replace(found, counts={**found.counts, "response": 2})

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "manifest_of_file", miscounted)
        file = make(lite, tmp_path / "backups")
    assert_untouched(lite, file, RestoreRefused)


def assert_untouched(world: World, file: Path, problem: type[Exception]) -> None:
    database = world.parts.database
    before = contents(database.engine)
    database.engine.dispose()
    with pytest.raises(problem):
        put(world, file, database, replace=True)
    assert contents(database.engine) == before


def test_p47_a_failure_in_the_middle_of_putting_back_leaves_the_old_rows(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.response(texts={"better": "first words"})
    file = make(world, tmp_path / "backups")
    world.response(texts={"better": "other words"})
    whole = put_back._read_payload

    def torn(*arguments: object) -> Iterator[bytes]:
        pieces = b"".join(whole(*arguments))  # type: ignore[arg-type]
        yield pieces[: len(pieces) // 2]
        raise InvalidStream("the disk gave something else this time")

    monkeypatch.setattr(put_back, "_read_payload", torn)
    assert_untouched(world, file, InvalidStream)


def test_p47_a_backup_of_the_other_kind_or_of_a_later_schema_is_refused(
    world: World, tmp_path: Path
) -> None:
    file = make(world, tmp_path / "backups")
    schema = restore.MigrationTools(lambda _: False, migrate_to_head)
    with pytest.raises(RestoreRefused, match="does not know"):
        restore.restore_backup(
            file,
            world.parts.database,
            world.parts.keys,
            replace=True,
            schema=schema,
            afterwards=list,
        )
    other = Database()
    kind = (
        "postgresql"
        if world.parts.database.engine.dialect.name == "sqlite"
        else "sqlite"
    )
    other.open(
        "postgresql+psycopg://nobody@/nothing"
        if kind == "postgresql"
        else f"sqlite:///{tmp_path / 'o.db'}"
    )
    with pytest.raises(RestoreRefused, match=kind):
        put(world, file, other)


def test_p47_a_backup_of_an_older_schema_is_brought_up_to_date(
    world: World, spare: Database, tmp_path: Path
) -> None:
    url = world.parts.settings.database_url
    world.parts.database.engine.dispose()
    command.downgrade(alembic_config(url), "0001")
    file = tmp_path / "older.backup"
    backup._write(
        world.parts.database, world.parts.keys, file, clock.now()
    )  # no note of it: its table is newer
    report = put(world, file, spare)
    assert report.problems == []
    assert "schema: 0001 in the backup, brought up to date" in report.lines
    migrate_to_head(url)
    with (
        spare.engine.connect() as connection,
        world.parts.database.engine.connect() as other,
    ):
        head = text("SELECT version_num FROM alembic_version")
        assert connection.scalar(head) == other.scalar(head)


def test_p47_an_altered_audit_trail_is_told_at_the_backup_and_still_restored(
    world: World, spare: Database, tmp_path: Path
) -> None:
    world.invitation()
    with world.parts.database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_entry_is_frozen"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE audit_entry SET about = 'somebody else' WHERE number = 2")
        )
    told = flask(world, "backup", tmp_path / "backups")
    assert told.exit_code == 1
    assert "entry 2 is bad" in told.output
    [file] = (tmp_path / "backups").iterdir()
    report = put(world, file, spare)
    assert report.problems == []
    assert "entry 2 was bad already" in "".join(report.lines)


def test_p47_missing_text_keys_are_told_when_a_backup_is_put_back(
    world: World, spare: Database, tmp_path: Path
) -> None:
    world.response(texts={"better": "first words"})
    file = make(world, tmp_path / "backups")
    (world.parts.settings.keys_dir / "text").write_text(format_line(new_key()))
    keys = load_keys(world.parts.settings.keys_dir)
    report = restore.restore_backup(
        file, spare, keys, replace=False, schema=SCHEMA, afterwards=list
    )
    assert report.problems == [
        "1 values were sealed under text keys that are not here: nobody can read them. Put those lines back"
    ]


def test_p47_what_must_be_done_after_a_restore_is_done_on_the_restored_database(
    world: World, spare: Database, tmp_path: Path
) -> None:
    file = make(world, tmp_path / "backups")

    def afterwards() -> list[str]:
        with spare.new_session(reading=True) as session:
            assert session.scalars(
                select(AuditEntry).where(AuditEntry.what == "restored")
            ).one()
        return ["two links were erased again"]

    report = restore.restore_backup(
        file,
        spare,
        world.parts.keys,
        replace=False,
        schema=SCHEMA,
        afterwards=afterwards,
    )
    assert report.lines[-1] == "two links were erased again"

    def failing() -> list[str]:
        raise OSError("the ledger is away")

    report = restore.restore_backup(
        file, spare, world.parts.keys, replace=True, schema=SCHEMA, afterwards=failing
    )
    assert report.problems == ["it was put back, and then: the ledger is away"]


def test_p47_a_database_in_use_is_not_replaced(lite: World, tmp_path: Path) -> None:
    file = make(lite, tmp_path / "backups")
    lite.parts.database.engine.dispose()
    with sqlite3.connect(sqlite_file(lite.parts.database.engine)) as somebody:
        somebody.execute("SELECT count(*) FROM person").fetchone()
        with pytest.raises(RestoreRefused, match="stop web and worker"):
            put(lite, file, lite.parts.database, replace=True)
        assert somebody.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    somebody.close()
    put(lite, file, lite.parts.database, replace=True)


def test_p47_a_log_left_by_a_crash_is_not_played_into_the_restored_database(
    lite: World, tmp_path: Path
) -> None:
    """The files as a power cut leaves them: rows that are in the write-ahead log alone."""
    file = make(lite, tmp_path / "backups")
    lite.response(texts={"better": "only in the log"})
    name = sqlite_file(lite.parts.database.engine)
    kept = {
        ending: Path(f"{name}{ending}").read_bytes() for ending in ("", "-wal", "-shm")
    }
    lite.parts.database.engine.dispose()
    for broken in (False, True):
        for ending, content in kept.items():
            Path(f"{name}{ending}").write_bytes(content)
        if broken:
            name.write_bytes(b"no database any more" * 500)
            with pytest.raises(RestoreRefused, match="cannot be read"):
                put(lite, file, lite.parts.database)
        assert put(lite, file, lite.parts.database, replace=True).problems == []
        assert words_in(lite.parts.database, lite) == []
        with lite.parts.database.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        lite.parts.database.engine.dispose()


def test_p47_on_postgresql_too_nothing_is_replaced_while_anybody_is_connected(
    on_postgresql: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make(on_postgresql, tmp_path / "backups")
    database = on_postgresql.parts.database
    web = create_engine(
        database.engine.url, connect_args={"application_name": "a web process"}
    )
    with web.connect():
        told = flask(on_postgresql, "restore", file, "--replace")
        assert told.exit_code == 1
        assert "stop web, its socket and worker first" in told.output
        assert "a web process" in told.output
        assert_untouched(on_postgresql, file, RestoreRefused)
    web.dispose()
    read = put_back._read_payload

    def late(*given: object) -> Iterator[bytes]:
        web.connect()
        yield from read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(put_back, "_read_payload", late)
    [problem] = put(on_postgresql, file, database, replace=True).problems
    assert "a web process" in problem
    assert "restore again" in problem
    web.dispose()


@pytest.fixture
def on_postgresql(
    postgres_server: postgres.Server, tmp_path: Path, still_clock: None
) -> Iterator[World]:
    with postgres_server.database() as url:
        made = World.make(url, tmp_path)
        yield made
        made.close()


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_p47_a_missing_or_old_client_is_told_with_what_to_install(
    on_postgresql: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    told = flask(on_postgresql, "backup", tmp_path / "backups")
    assert "pg_dump is not installed" in told.output
    program(tmp_path / "bin", "pg_dump", 'echo "pg_dump (PostgreSQL) 9.6.24"')
    told = flask(on_postgresql, "backup", tmp_path / "backups")
    assert told.exit_code == 1
    assert "pg_dump is 9, the server is" in told.output
    assert list((tmp_path / "backups").iterdir()) == []


def test_p47_no_password_stands_on_a_command_line(
    on_postgresql: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in that writes down how it was called, on a server that takes any password."""
    seen = tmp_path / "seen"
    program(
        tmp_path / "bin",
        "pg_dump",
        f'if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 99"; exit; fi\n'
        f'echo "arguments $@" >>{seen}\necho "password $PGPASSWORD" >>{seen}\necho "it says why" >&2; exit 3',
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    database = Database()
    url = on_postgresql.parts.settings.database_url
    database.open(
        read_settings(
            {"FEEDBACK_MODE": "demo"},
            database_url=url.replace("postgres@", "postgres:quiet-word@"),
        ).database_url
    )
    with pytest.raises(Exception, match="it says why"):
        backup.make_backup(
            database, on_postgresql.parts.keys, tmp_path / "backups", days=DAYS
        )
    database.engine.dispose()
    arguments, password = seen.read_text().splitlines()
    assert "quiet-word" in password
    assert "quiet-word" not in arguments
    assert "postgres" not in arguments


def test_p47_tables_that_the_backup_does_not_know_are_not_left_beside_it(
    on_postgresql: World, tmp_path: Path
) -> None:
    file = make(on_postgresql, tmp_path / "backups")
    with on_postgresql.parts.database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_a_later_version (id integer)"))
    assert_untouched(on_postgresql, file, RestoreRefused)


@pytest.fixture
def true_world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A World at the true time, which the site's workers share."""
    made = World.make(database_url, tmp_path)
    yield made
    made.close()


@POSTGRESQL_MOSTLY
@pytest.mark.parametrize(
    ("backups", "sends"),
    [
        pytest.param(2, 60, marks=pytest.mark.full),
    ],
)
def test_p47_backups_under_writes_hold_all_that_was_thanked_for(
    true_world: World, spare_url: str, tmp_path: Path, backups: int, sends: int
) -> None:
    outcome = f17.run(true_world, spare_url, tmp_path, sends=sends, backups=backups)
    proved = f"backups {backups}, restored and proved {backups}"
    assert (
        str(outcome) == f"{proved}; acked {sends}, stored {sends}, missing 0, doubled 0"
    )


@ON_POSTGRESQL
@pytest.mark.full
@pytest.mark.long
def test_p47_twenty_backups_under_two_thousand_sends(
    true_world: World, spare_url: str, tmp_path: Path
) -> None:
    outcome = f17.run(true_world, spare_url, tmp_path)
    assert outcome.holds, str(outcome)
    assert outcome.made == f17.BACKUPS


def test_p47_a_nightly_backup_that_stops_is_shown_in_red(
    world: World, tmp_path: Path
) -> None:
    make(world, tmp_path / "backups")
    words = "No backup was made since"
    for hours, shown in ((35, False), (37, True)):
        with clock.set_clock(NOON + timedelta(hours=hours), everywhere=True):
            assert (
                words in world.sign_in(world.manager()).get("/manager/2026-10").text
            ) is shown
