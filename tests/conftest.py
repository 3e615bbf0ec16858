"""Real parts for tests: two databases, a settable clock, a checked client, a live site, a real browser.

A missing PostgreSQL or Chromium fails; nothing is skipped for it (rule T1).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.support import postgres, quick
from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.database import time_budget

KINDS = ("sqlite", "postgresql")
DATABASES_DIFFER = (
    "tests/integration/database/",
    "tests/integration/operations/",
    "tests/integration/privacy/",
    "tests/integration/records/",
    "tests/integration/responses/",
    "tests/integration/web/test_ended_sessions.py",
    "tests/integration/web/test_raced_limits.py",
    "tests/integration/web/test_shared_limits.py",
    "tests/migrations/",
)
"""Where the two databases differ: locks, wiping, backups, the audit trail, sessions, limits, migrations."""
pytest_plugins = ["tests.support.browser"]
quick.waits_for_disk = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test of both databases `make test` takes one, and `make test-all` the other.

    It takes PostgreSQL where the two differ, elsewhere SQLite. A test that chooses its databases itself keeps its
    choice.
    """
    for item in items:
        if not isinstance(item, pytest.Function) or "database_url" not in getattr(
            item, "fixturenames", ()
        ):
            continue
        taken = (
            item.callspec.params.get("database_url")
            if hasattr(item, "callspec")
            else None
        )
        itself = any(
            "database_url" in mark.args[0] for mark in item.iter_markers("parametrize")
        )
        if taken in KINDS and not itself:
            chosen = (
                "postgresql" if item.nodeid.startswith(DATABASES_DIFFER) else "sqlite"
            )
            if taken != chosen:
                item.add_marker(pytest.mark.twin)
                item.add_marker(pytest.mark.full)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking for waste in it again and again took a sixth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


@pytest.fixture(autouse=True)
def no_time_budget_is_left() -> Iterator[None]:
    """A request that never ended would leave its spent time budget to every test after it."""
    yield
    assert time_budget.seconds_left() is None, "a request's time budget was not ended"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One throw-away PostgreSQL for the whole run."""
    with postgres.started() as server:
        yield server


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
        quick.migrated(url)
        yield url
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        with server.lent() as url:
            yield url


@pytest.fixture
def still_clock() -> Iterator[None]:
    """The clock stands at NOON for every thread."""
    with clock.set_clock(NOON, everywhere=True):
        yield


@pytest.fixture
def world(database_url: str, tmp_path: Path, still_clock: None) -> Iterator[World]:
    """An application on an empty database, with verbs to people it."""
    made = World.make(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def lite(tmp_path: Path, still_clock: None) -> Iterator[World]:
    """The same on SQLite alone, for what no database can change."""

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, tmp_path)
    yield made
    made.close()
