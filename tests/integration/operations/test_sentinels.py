"""Secrets go through the whole product; none is in a database, a log or a mail where it may not be (run F23)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults import f23
from bench.support import postgres, quick
from bench.support.world import World


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.full),
        pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.full]),
    ]
)
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world at the true time, on a database whose every file is its own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
        quick.migrated(url)
        world = World.make(url, tmp_path)
        yield world
        world.close()
        return
    with postgres.started() as server, server.database() as url:
        world = World.make(url, tmp_path)
        yield world
        world.close()


def test_p46_p33_p02_no_secret_is_found_where_it_may_not_be(
    alone: World, tmp_path: Path
) -> None:
    found = f23.run(alone, tmp_path)
    assert found.hits == (), str(found)
    assert found.secrets >= 14
    assert found.mails >= 4
    assert found.backups == 1


def test_the_search_finds_each_spelling_of_a_secret_and_knows_what_is_allowed() -> None:
    secrets = f23.Secrets()
    secrets.add("a word", "elderflowercordial", "database")
    held = {
        "log: x.log": b"said ELDERFLOWERCORDIAL",
        "database: test.db": b"elderflowercordial",
        "mail: 1": b"nothing",
    }
    assert secrets.hits(held) == ["a word in log: x.log"]
    for spelling in f23.spellings("elderflowercordial"):
        assert secrets.hits({"mail: 2": b"before " + spelling + b" after"}) == [
            "a word in mail: 2"
        ]
