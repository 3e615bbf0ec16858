"""Limits hold over all workers, and no failing part of them stands between a child and Send."""

from __future__ import annotations

import re
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bench.support.world import World
from feedback_app.config import ROOT
from tools.sbom import bill

LOCKS = ("requirements.lock", "requirements-dev.lock")


def test_p42_three_workers_with_a_limit_of_ten_let_exactly_ten_through(
    database_url: str, tmp_path: Path, still_clock: None
) -> None:
    """Three applications, each with its own engine, on one database: what three worker processes share."""
    workers = [World.make(database_url, tmp_path, word_misses=10) for _ in range(3)]
    codes = []
    for number in range(15):
        client = workers[number % 3].client().http
        codes.append(
            client.post(
                "/", data={"words": f"apple river stone cloud{number}"}
            ).status_code
        )
    assert codes.count(429) == 5
    assert 429 not in codes[:10]
    for worker in workers:
        worker.close()


@pytest.mark.full
@pytest.mark.postgres
def test_p42_with_the_counter_table_locked_a_good_link_and_send_still_work(
    postgres_server: object, tmp_path: Path, still_clock: None
) -> None:
    with postgres_server.database() as url:  # type: ignore[attr-defined]
        world = World.make(url, tmp_path)
        invitation = world.invitation()
        token, form = (
            world.token(invitation),
            world.form(invitation, {}, {"better": "x"}),
        )
        with world.session(reading=False) as holding:
            holding.execute(text("LOCK TABLE miss IN ACCESS EXCLUSIVE MODE"))
            began = time.monotonic()
            assert world.client().http.get(f"/r/{token}").status_code == 200
            sent = world.client().http.post("/r", data=form)
            assert sent.status_code == 200
            assert "Thank you" in sent.text
            typed = world.client().http.post(
                "/", data={"words": world.words(world.invitation())}
            )
            assert typed.status_code in (200, 303)
            for _dead in range(2):
                assert world.client().http.get("/r/unknown").status_code == 404
            assert time.monotonic() - began < 5
        world.close()


def test_p42_without_the_counter_table_a_good_link_and_send_still_work(
    lite: World,
) -> None:
    invitation = lite.invitation()
    token, form = lite.token(invitation), lite.form(invitation, {}, {"better": "x"})
    with lite.session(reading=False) as session:
        session.execute(text("DROP TABLE miss"))
        session.commit()
    assert lite.client().http.get(f"/r/{token}").status_code == 200
    assert "Thank you" in lite.client().http.post("/r", data=form).text
    assert lite.client().http.get("/r/unknown").status_code == 404


@pytest.mark.full
def test_p52_a_database_that_takes_no_writes_is_503_within_three_seconds_and_recovers_alone(
    lite: World,
) -> None:
    invitation = lite.invitation()
    form = lite.form(invitation, {}, {"better": "what I typed"})
    holding = sqlite3.connect(
        lite.parts.settings.database_url.removeprefix("sqlite:///"),
        isolation_level=None,
    )
    holding.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    refused = lite.client().http.post("/r", data=form)
    assert time.monotonic() - began < 3
    assert refused.status_code == 503
    assert "what I typed" in refused.text
    holding.execute("ROLLBACK")
    holding.close()
    assert "Thank you" in lite.client().http.post("/r", data=form).text
    with lite.session() as session:
        assert session.scalar(text("SELECT count(*) FROM response")) == 1


@pytest.mark.parametrize("name", LOCKS)
def test_p41_every_dependency_is_pinned_and_hashed_and_no_registry_is_named(
    name: str,
) -> None:
    lines = (ROOT / name).read_text().splitlines()
    starts = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(starts) > 20
    for line in starts:
        assert re.match(r"[a-z0-9][a-z0-9.-]*(\[[a-z,]+\])?==\S+", line), line
    whole = "\n".join(lines)
    entries = re.split(r"\n(?=[a-z0-9])", whole)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in whole
    assert "--index-url" not in whole


def test_p41_each_direct_dependency_is_in_the_lock() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "dependencies"
    ]
    locked = {
        re.split(r"[=\[]", line)[0]
        for line in (ROOT / LOCKS[0]).read_text().splitlines()
    }
    names = {re.split(r"[<>=\[]", one)[0].lower() for one in wanted}
    assert names <= locked


def test_p41_the_bill_of_materials_names_each_locked_library_with_its_hashes() -> None:
    lock = (ROOT / LOCKS[0]).read_text()
    found = bill(lock, "feedback-app", "0.1.0")
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    assert found == bill(lock, "feedback-app", "0.1.0")
    named = [one["name"] for one in found["components"]]
    assert named == [
        re.split(r"[=\[]", line)[0] for line in lock.splitlines() if line[:1].isalnum()
    ]
    assert {"flask", "cryptography"} <= set(named)
    assert all(
        one["hashes"] and one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        for one in found["components"]
    )
    assert sum(len(one["hashes"]) for one in found["components"]) == lock.count(
        "--hash=sha256:"
    )
