"""Workers are killed while children send: what was thanked for is stored, once, with its message (promises 49, 54)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults import f1
from bench.support.world import World
from tests.support.databases import POSTGRESQL_MOSTLY


@pytest.fixture
def true_world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A World at the true time, which the killed workers share."""
    made = World.make(database_url, tmp_path)
    yield made
    made.close()


@POSTGRESQL_MOSTLY
@pytest.mark.parametrize(
    ("sends", "kills"), [(30, 1), pytest.param(90, 3, marks=pytest.mark.full)]
)
def test_p49_killed_workers_lose_and_double_nothing(
    true_world: World, tmp_path: Path, sends: int, kills: int
) -> None:
    tally = f1.run(true_world, tmp_path, sends=sends, kills=kills)
    assert (
        str(tally)
        == f"acked {sends}, stored {sends}, missing 0, doubled 0, outbox == stored"
    )


@pytest.mark.full
@pytest.mark.long
def test_p49_fifty_killed_workers_in_two_thousand_sends_lose_and_double_nothing(
    true_world: World, tmp_path: Path
) -> None:
    assert f1.run(true_world, tmp_path).holds
