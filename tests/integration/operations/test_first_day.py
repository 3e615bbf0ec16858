"""The first day of a service: what is wrong or missing is said in words, and nothing ends in a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bench.support import quick
from bench.support.mail import post_office
from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.cli import COMMANDS
from feedback_app.commands.keys import keys
from feedback_app.commands.migrate import upgrade_database
from feedback_app.commands.service_check import service
from feedback_app.config import ROOT, read_settings
from feedback_app.models.person import Person, StaffToken
from feedback_app.models.running import Heartbeat
from feedback_app.operations.readiness.check_row import CheckRow
from feedback_app.operations.readiness.check_service import (
    alarms_for_pages,
    check_environment,
    check_running,
)
from feedback_app.operations.readiness.running_rows import note_restore
from feedback_app.people.persons import add_person
from feedback_app.people.staff_links import make_staff_link
from feedback_app.web.alarms import WATCHERS
from tests.support.settings import SAFE


def environment_of(folder: Path) -> dict[str, str]:
    """Settings of a service that was never started, all in this folder."""
    folder.chmod(0o700)
    (folder / "backups").mkdir(exist_ok=True)
    return SAFE | {
        "FEEDBACK_BACKUP_DIR": str(folder / "backups"),
        "FEEDBACK_DATABASE_URL": f"sqlite:///{folder / 'feedback.db'}",
        "FEEDBACK_KEYS_DIR": str(folder / "keys"),
        "FEEDBACK_ERASED_FILE": str(folder / "erased"),
    }


def run(command: click.Command, *words: str, env: dict[str, str]) -> Result:
    return CliRunner().invoke(command, words, env=env, catch_exceptions=False)


def by_name(rows: list[CheckRow]) -> dict[str, CheckRow]:
    assert all(row.next_step for row in rows if row.state != "ok"), "what to do next"
    return {row.name: row for row in rows}


def states(rows: list[CheckRow], state: str) -> set[str]:
    return {row.name for row in rows if row.state == state}


def test_a_new_service_is_told_step_by_step_what_is_missing(
    tmp_path: Path, still_clock: None
) -> None:
    env = environment_of(tmp_path)
    first = run(service, "check", env=env)
    assert first.exit_code == 1
    assert "missing Keys: There is no key" in first.output
    assert "missing Database: It has no tables yet." in first.output
    assert "Run: flask --app wsgi migrate" in first.output
    assert not (tmp_path / "feedback.db").exists(), "looking makes nothing"

    made = run(keys, "make", env=env)
    assert "made in" in made.output
    assert "backup" in made.output
    assert "nothing to make" in run(keys, "make", env=env).output
    migrated = run(upgrade_database, env=env)
    assert "made the tables of a new database" in migrated.output
    assert "began the list of erasures" in migrated.output
    assert (tmp_path / "erased").stat().st_mode & 0o777 == 0o600
    again = run(upgrade_database, env=env).output
    assert again.startswith("nothing to do: the database is up to date")
    assert again.count("\n") == 1

    rows = check_environment(env)
    assert states(rows, "missing") == {
        "Administrator", "Safeguarding lead", "Deputy safeguarding lead", "IRO manager", "Telephone numbers", "Mail",
        "Backup", "Backup restored", "Worker",
    }  # fmt: skip
    assert states(rows, "wrong") == set()
    assert by_name(rows)["Telephone numbers"].says == "Never rung."


def test_settings_that_are_wrong_and_those_not_given_are_told_apart() -> None:
    env = SAFE | {"FEEDBACK_LINK_DAYS": "0", "FEEDBACK_DUTY_DAY": ""}
    rows = check_environment(env)
    assert states(rows, "wrong") == {"FEEDBACK_LINK_DAYS"}
    assert states(rows, "missing") == {"FEEDBACK_DUTY_DAY"}
    assert states(check_environment({}), "missing") == {"FEEDBACK_MODE"}
    ran = run(service, "check", env=env)
    assert ran.exit_code == 1
    assert "Not ready: 1 wrong, 1 missing." in ran.output


@pytest.mark.parametrize("spoilt", ["mode", "owner", "gone", "database", "other keys"])
def test_folders_keys_and_database_are_looked_at(
    tmp_path: Path, still_clock: None, spoilt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = environment_of(tmp_path)
    run(keys, "make", env=env)
    quick.migrated(env["FEEDBACK_DATABASE_URL"])
    name, state = "Keys", "wrong"
    if spoilt == "mode":
        (tmp_path / "keys" / "text").chmod(0o640)
    elif spoilt == "gone":
        (tmp_path / "keys" / "text").unlink()
    elif spoilt == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: 54_321)
        name = "Folder of FEEDBACK_KEYS_DIR"
    elif spoilt == "database":
        env["FEEDBACK_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"
        name = "Database"
    else:
        (tmp_path / "erased").write_text("2026-10-14T11:00:00+00:00 0 0 0\n")
        name = "List of erasures"
    row = by_name(check_environment(env))[name]
    assert row.state == state


@contextmanager
def production(world: World) -> Iterator[World]:
    """The same world as a real service sees it."""
    parts = world.parts
    settings = read_settings(
        SAFE,
        database_url=parts.settings.database_url,
        keys_dir=parts.settings.keys_dir,
        erased_file=parts.settings.erased_file,
    )
    yield World(
        world.app, type(parts)(settings, parts.keys, parts.catalogue, parts.database)
    )


def invite_lead(world: World) -> None:
    parts = world.parts
    with parts.database.short_write() as session:
        lead = add_person(
            session,
            parts.keys.audit,
            email="lead@council.invalid",
            name="Lead Larch",
            roles=["lead"],
            password=None,
        )
        make_staff_link(
            session, parts.keys, lead, "invite", parts.settings, made_by=None
        )


def rows_of(world: World) -> dict[str, CheckRow]:
    with world.session() as session:
        return by_name(check_running(session, world.parts.settings))


def alarms_of(world: World) -> str:
    with world.session() as session:
        return "\n".join(alarms_for_pages(session, world.parts.settings))


def test_p55_who_is_invited_is_not_here_until_they_signed_in_with_both_steps(
    lite: World,
) -> None:
    with production(lite) as real:
        parts = real.parts
        invite_lead(real)
        row = rows_of(real)["Safeguarding lead"]
        assert row.state == "missing"
        assert (
            row.says == "Lead Larch: invited, not yet here, link ends 21 October 2026"
        )
        assert "Nobody reads what children write" in alarms_of(real)

        def change(**values: object) -> None:
            with parts.database.short_write() as session:
                session.execute(update(Person).values(**values))

        change(password_hash=quick.cheap_hash("a long and quiet password"))
        assert "not signed in yet" in rows_of(real)["Safeguarding lead"].says
        change(last_seen_at=NOON)
        assert "Nobody reads what children write" in alarms_of(real), "the first step"
        change(totp_confirmed_at=NOON)
        assert rows_of(real)["Safeguarding lead"].state == "ok"
        said = alarms_of(real)
        assert "Nobody reads" not in said
        assert "No deputy safeguarding lead has signed in yet" in said
        assert "No IRO manager has signed in yet" in said
        change(active=False)
        assert "Nobody reads what children write" in alarms_of(real)


def test_an_invitation_that_ended_is_said_so(lite: World) -> None:
    with production(lite) as real:
        parts = real.parts
        invite_lead(real)
        with parts.database.short_write() as session:
            session.execute(update(StaffToken).values(ends_at=NOON - timedelta(days=1)))
        says = rows_of(real)["Safeguarding lead"].says
    assert says == "Lead Larch: invited, not yet here, link ended 13 October 2026"


def test_backup_and_restore_are_remembered_and_grow_old(lite: World) -> None:
    with production(lite) as real:
        names = ("Backup", "Backup restored")
        assert {rows_of(real)[name].state for name in names} == {"missing"}
        with real.parts.database.short_write() as session:
            session.merge(Heartbeat(part="backup", at=NOON))
            note_restore(session)
        assert {rows_of(real)[name].state for name in names} == {"ok"}
        with clock.set_clock(NOON + timedelta(days=2)):
            assert "No backup was made since 14 October 2026, 12:00" in alarms_of(real)
        with clock.set_clock(NOON + timedelta(days=366)):
            assert rows_of(real)["Backup restored"].state == "wrong"


def test_a_test_mail_goes_to_a_real_server_and_is_remembered_for_these_settings(
    tmp_path: Path,
) -> None:
    env = environment_of(tmp_path)
    run(keys, "make", env=env)
    quick.migrated(env["FEEDBACK_DATABASE_URL"])

    def mail_state(settings: dict[str, str]) -> str:
        return by_name(check_environment(settings))["Mail"].state

    with post_office() as post:
        env |= {
            "FEEDBACK_SMTP_HOST": "127.0.0.1",
            "FEEDBACK_SMTP_PORT": str(post.port),
            "FEEDBACK_SMTP_SECURITY": "none",
        }
        for mode, said in (("5xx", "said 554"), ("refuse", "refused the address")):
            post.mode = mode
            failed = run(service, "test-mail", "me@council.invalid", env=env)
            assert failed.exit_code == 1
            assert said in failed.output
        assert mail_state(env) == "missing"
        post.mode = ""
        taken = run(service, "test-mail", " Me@Council.invalid ", env=env)
        assert taken.exit_code == 0, taken.output
        assert "took a test mail to me@council.invalid" in taken.output
        [subject] = post.subjects("me@council.invalid")
        assert subject == "A test from Rate my Review"
        assert mail_state(env) == "ok"
        assert mail_state(env | {"FEEDBACK_SMTP_PORT": "25"}) == "missing"
        bad = run(service, "test-mail", "me at council", env=env)
        assert "no mail can be sent to" in bad.output
    nobody = run(service, "test-mail", "me@council.invalid", env=env)
    assert "no mail server answered" in nobody.output


def test_numbers_that_nobody_rang_are_said_on_every_page(lite: World) -> None:
    with production(lite) as real:
        assert "Nobody has called the telephone numbers" in alarms_of(real)
        rung = real.parts.settings.model_copy(
            update={"numbers_checked_on": date(2025, 10, 1)}
        )
        with real.session() as session:
            said = "\n".join(alarms_for_pages(session, rung))
    assert "last called on 1 October 2025, more than a year ago" in said
    assert "administrator" in WATCHERS


def test_p40_every_command_says_expected_errors_in_words(tmp_path: Path) -> None:
    env = environment_of(tmp_path) | {"FEEDBACK_LINK_DAYS": "0"}
    for command, words in ((keys, ["make"]), (upgrade_database, []), (service, ["test-mail", "x"])):  # fmt: skip
        ran = CliRunner().invoke(command, words, env=env)
        assert ran.exit_code == 1
        assert "Error: FEEDBACK_LINK_DAYS: must be at least 1" in ran.output
    for command in COMMANDS:
        below = list(command.commands.values()) if isinstance(command, click.Group) else [command]  # fmt: skip
        assert all(hasattr(one.callback, "speaks_plainly") for one in below)


@pytest.mark.parametrize(
    "where", [pytest.param("gunicorn", marks=pytest.mark.full), "worker"]
)
def test_p40_pages_and_worker_refuse_in_plain_lines(tmp_path: Path, where: str) -> None:
    """Before the fork, and in the worker's own process: no traceback, and no start."""
    command = {
        "gunicorn": ["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", "127.0.0.1:0"],
        "worker": ["-m", "flask", "--app", "wsgi", "worker"],
    }[where]  # fmt: skip
    wrong = {"FEEDBACK_LINK_DAYS": "0", "FEEDBACK_DUTY_DAY": "ring us"}
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | environment_of(tmp_path) | wrong,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _out, said = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            raise
    assert process.returncode != 0
    assert "Traceback" not in said
    lines = [line for line in said.splitlines() if line.startswith("FEEDBACK_")]
    assert lines == [
        "FEEDBACK_DUTY_DAY: write a telephone number in digits and spaces, such as 01632 960 100",
        "FEEDBACK_LINK_DAYS: must be at least 1",
    ]
