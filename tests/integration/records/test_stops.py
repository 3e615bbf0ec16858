"""A clock that runs ahead destroys nothing: deletion stops, the newest backups stay, and nobody is locked out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.accounts.second_step import codes
from feedback_app.models.person import Person
from feedback_app.operations import backup
from feedback_app.records import nightly, stops
from feedback_app.records.stops import LONGEST_PAUSE, RetentionStopped
from tests.conftest import NOON
from tests.support.finished_case import see_to_all
from tests.support.tables import counts

DAY = timedelta(days=1)


def round_at(world: World, days: float) -> None:
    with (
        clock.set_clock(NOON + days * DAY, everywhere=True),
        world.app.app_context(),
    ):
        worker.run_round(world.parts)


def kept(world: World) -> tuple[int, int]:
    found = counts(world.parts.database.engine)
    return found["response"], found["envelope"]


def test_a_clock_800_days_ahead_deletes_nothing_that_night_nor_the_next(
    world: World,
) -> None:
    world.lead()
    world.response(texts={"better": "more biscuits"})
    see_to_all(world)
    round_at(world, 0)
    before = kept(world)
    for days in (800, 801, 802):
        round_at(world, days)
        assert kept(world) == before
    with clock.set_clock(NOON + 802 * DAY, everywhere=True):
        client = world.sign_in(world.lead())
        assert "Nothing is deleted any more" in client.get("/safeguarding/").text


def test_a_person_who_has_looked_lets_it_go_on(world: World) -> None:
    world.lead()
    world.invitation()
    round_at(world, 0)
    round_at(world, 60)
    assert kept(world)[1] == 1
    with clock.set_clock(NOON + 60 * DAY, everywhere=True):
        parts = world.parts
        with pytest.raises(RetentionStopped):
            nightly.run_retention(parts.database, parts.keys, parts.settings)
        done = nightly.run_retention(
            parts.database, parts.keys, parts.settings, anyway=True
        )
        assert done["envelopes"] == 1
        nightly.run_retention(parts.database, parts.keys, parts.settings)


@pytest.mark.full
def test_a_service_that_never_stands_still_for_long_deletes_what_is_due(
    lite: World,
) -> None:
    lite.lead()
    lite.invitation()
    for days in range(0, 46, LONGEST_PAUSE.days):
        round_at(lite, days)
    assert kept(lite)[1] == 0


def test_more_than_a_fifth_of_all_answers_wait_for_a_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stops, "ALWAYS_FEW", 1)
    parts = world.parts
    for number in range(3):
        world.receive(world.form(world.invitation(reference=f"C-{number}")))
    with clock.set_clock(NOON + 1100 * DAY, everywhere=True):
        with pytest.raises(RetentionStopped, match="3 of 3"):
            nightly.run_retention(parts.database, parts.keys, parts.settings)
        assert kept(world)[0] == 3
        done = nightly.run_retention(
            parts.database, parts.keys, parts.settings, anyway=True
        )
    assert done["answers"] == 3


def test_the_newest_backups_stay_whatever_the_clock_says(
    lite: World, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    parts = lite.parts
    for days in range(9):
        with clock.set_clock(NOON + days * DAY, everywhere=True):
            backup.make_backup(parts.database, parts.keys, folder, days=35)
    with clock.set_clock(NOON + 800 * DAY, everywhere=True):
        made = backup.make_backup(parts.database, parts.keys, folder, days=35)
    assert len(made.deleted) == 3
    assert len(list(folder.iterdir())) == backup.ALWAYS_KEPT


def test_misses_and_codes_of_a_clock_that_ran_ahead_lock_nobody_out(
    lite: World,
) -> None:
    person = lite.lead()
    client = lite.client()
    wrong = {"email": person.email, "password": "wrong wrong wrong"}
    with clock.set_clock(NOON + DAY, everywhere=True):
        for _one in range(11):
            client.http.post("/sign-in", data=wrong | {"csrf_token": client.guard()})
    lite.client().submit(
        "/sign-in", {"email": person.email, "password": "a long and quiet password"}
    )


def test_a_code_used_by_a_clock_that_ran_ahead_does_not_lock_the_app_out(
    lite: World,
) -> None:
    person = lite.lead()
    keys = lite.parts.keys
    with lite.parts.database.short_write() as session:
        row = session.get_one(Person, person.id)
        seed = pyotp.random_base32()
        row.totp_seed, row.totp_key_id = codes._seal_seed(keys.text, row, seed), "x"
        row.totp_confirmed_at = NOON
        row.totp_last_step = int((NOON + DAY).timestamp()) // 30
        session.flush()
        now = pyotp.TOTP(seed).at(int(NOON.timestamp()))
        assert codes._use_app_code(session, keys, row, now)
        session.refresh(row)
        assert not codes._use_app_code(session, keys, row, now)
