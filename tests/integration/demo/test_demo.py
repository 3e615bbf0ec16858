"""The demo: an invented year, made through the product's own verbs, announced in five lines; never in production."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import audit, demo
from feedback_app.app import create_app
from feedback_app.config import ROOT, UnsafeSettings, read_settings
from feedback_app.database.engines import make_engine
from feedback_app.demo import state
from feedback_app.manager.reports.formats import KEPT
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern
from feedback_app.operations.migrations import migrate_to_head
from feedback_app.privacy.keys import make_keys
from feedback_app.reports.handing_over.versions import list_reports
from feedback_app.web.context import instance
from feedback_app.web.health import refuse_pending
from tests.support.report_months import people_september


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(state, "FILE", tmp_path / "demo.json")
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    migrate_to_head(url)
    return url


def test_five_lines_say_how_to_get_in_and_each_of_them_works(
    database: str, tmp_path: Path, still_clock: None
) -> None:
    app = create_app(
        read_settings(
            {"FEEDBACK_MODE": "demo"},
            database_url=database,
            keys_dir=tmp_path / "keys",
            log_level="WARNING",
        )
    )
    lines = dict(line.split(" ", 1) for line in demo.fill_demo(app))
    assert list(lines) == ["open", "iro", "manager", "lead", "child"]
    for role in ("iro", "manager", "lead"):
        email, password = lines[role].split(" ")
        client = CheckedClient(app)
        client.submit("/sign-in", {"email": email, "password": password}, expect=303)
    child = CheckedClient(app)
    child.get(lines["child"].removeprefix("http://127.0.0.1:5000"))

    parts = instance(app)
    with parts.database.new_session(reading=True) as session:
        assert len(set(session.scalars(select(Response.month)))) == 12
        assert set(session.scalars(select(Response.band))) == {
            "4-7",
            "8-11",
            "12-17",
            "16-25",
        }
        assert set(session.scalars(select(Response.channel))) == {
            "self",
            "helped",
            "verbal",
            "paper",
        }
        assert {"answered", "declined", "waiting"} <= set(
            session.scalars(select(Invitation.outcome))
        )
        assert session.scalar(select(func.count()).where(Concern.state == "new")) == 1
        assert audit.first_bad_entry(session, parts.keys.audit) is None


@pytest.mark.full
def test_a_second_run_says_the_same_and_gives_a_fresh_link_when_the_last_was_used(
    database: str, tmp_path: Path, still_clock: None
) -> None:
    app = create_app(
        read_settings(
            {"FEEDBACK_MODE": "demo"},
            database_url=database,
            keys_dir=tmp_path / "keys",
            log_level="WARNING",
        )
    )
    first = demo.fill_demo(app)
    assert demo.fill_demo(app) == first
    parts = instance(app)
    with parts.database.short_write() as session:
        invitation = session.scalars(
            select(Invitation).where(Invitation.outcome == "waiting")
        ).all()
        for one in invitation:
            one.outcome = "ended"
    again = demo.fill_demo(app)
    assert again[:-1] == first[:-1]
    assert again[-1] != first[-1]


def test_the_passwords_are_random_and_their_file_is_for_its_owner_alone(
    database: str, tmp_path: Path
) -> None:
    made = state.DemoState.read_or_make()
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    assert state.DemoState.read_or_make().passwords == made.passwords
    assert all(
        len(password) >= 16 and " " not in password
        for password in made.passwords.values()
    )
    assert len(set(made.passwords.values())) == len(made.passwords)


@pytest.mark.full
@pytest.mark.parametrize("revision", ["0001", None])
def test_p40_a_production_server_does_not_start_on_pending_migrations(
    database: str, tmp_path: Path, revision: str | None
) -> None:
    """In this process it starts before and is refused after; then as gunicorn loads it, in one of its own."""
    make_keys(tmp_path / "keys")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FEEDBACK_")
    } | {
        "FEEDBACK_MODE": "production",
        "FEEDBACK_DATABASE_URL": database,
        "FEEDBACK_KEYS_DIR": str(tmp_path / "keys"),
        "FEEDBACK_PUBLIC_URL": "https://review.council.invalid",
        "FEEDBACK_HOSTS": "review.council.invalid",
        "FEEDBACK_DUTY_DAY": "01632 960 200",
        "FEEDBACK_DUTY_NIGHT": "01632 960 201",
        "FEEDBACK_SERVICE_PHONE": "01632 960 202",
        "FEEDBACK_DUTY_EMAIL": "duty@council.invalid",
        "FEEDBACK_SMTP_HOST": "mail.council.invalid",
        "FEEDBACK_MAIL_FROM": "review@council.invalid",
        "FEEDBACK_ERASED_FILE": str(tmp_path / "erased"),
    }

    refuse_pending(create_app(read_settings(environment)))
    engine = make_engine(database)
    with engine.begin() as connection:
        if revision is None:
            connection.execute(text("DROP TABLE alembic_version"))
        else:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :revision"),
                {"revision": revision},
            )
    engine.dispose()
    with pytest.raises(UnsafeSettings, match="flask --app wsgi migrate"):
        refuse_pending(create_app(read_settings(environment)))
    refused = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "flask --app wsgi migrate" in refused.stderr


def test_p40_the_demo_never_starts_in_production(database: str, tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    settings = read_settings(
        {},
        mode="production",
        database_url=database,
        keys_dir=tmp_path / "keys",
        public_url="https://review.council.invalid",
        hosts="review.council.invalid",
        duty_day="01632 960 200",
        duty_night="01632 960 201",
        service_phone="01632 960 202",
        duty_email="duty@council.invalid",
        smtp_host="mail.council.invalid",
        mail_from="review@council.invalid",
        erased_file=tmp_path / "erased",
    )
    with pytest.raises(demo.NotADemo, match="production"):
        demo.add_reports(create_app(settings))
    with pytest.raises(demo.NotADemo, match="production"):
        demo.fill_demo(create_app(settings))


@pytest.mark.full
def test_the_demo_hands_over_earlier_reports_once_at_their_due_dates(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people_september(lite)
    monkeypatch.setitem(state.EMAILS, "manager", lite.manager().email)
    done = demo.add_reports(lite.app)
    assert [line.split()[0] for line in done] == ["June", "August", "September"]
    with lite.session() as session:
        reports = list_reports(session)
    assert [(str(one.period), f"{one.at:%d %B}") for one in reports] == [
        ("2026-09", "02 October"),
        ("2026-08", "04 September"),
        ("2026-06", "03 July"),
    ]
    assert set(KEPT) <= set(reports[0].files)
    assert demo.add_reports(lite.app) == []
