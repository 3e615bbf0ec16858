"""A page or a round asks the database a bounded number of times, however many children there are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from bench.support import quick
from bench.support.many import multiply
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.models.person import ROLES
from feedback_app.records import nightly
from feedback_app.web.access import find_policy
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each

pytestmark = pytest.mark.full

INVITATIONS, CONCERNS = 10_000, 2_000
MOST_OF_A_PAGE = 85
MOST_OF_A_REPORT = 250
"""A year's report reads the boards of its twelve months, however many children there are."""
MOST_OF_A_ROUND = 1_500
"""Fifty messages, fifty owners and fifty deliveries, each with who may be told."""
NOT_WALKED = ("/manager/<month>/summary.<kind>", "/static/<path:name>")


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that run within the block."""
    seen: list[str] = []

    def note(*given: object) -> None:
        seen.append(str(given[2]))

    engine = world.parts.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def big(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, dict[str, str]]]:
    """A service with ten thousand invitations and two thousand open concerns."""
    folder = tmp_path_factory.mktemp("big")
    url = f"sqlite:///{folder / 'big.db'}"
    quick.migrated(url)
    with clock.set_clock(NOON, everywhere=True):
        world = World.make(url, folder)
        ids = one_of_each(world)
        multiply(world, INVITATIONS, concerns=CONCERNS)
        yield world, ids
        world.close()


def test_no_page_asks_more_often_because_there_are_more_children(
    big: tuple[World, dict[str, str]],
) -> None:
    world, ids = big
    client = world.sign_in(world.person("Everybody Elm", *ROLES))
    too_often, slow = [], []
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule in NOT_WALKED:
            continue
        if find_policy(world.app, rule.endpoint) is None:
            continue
        path = address(rule.rule, ids)
        with counted(world) as seen:
            began = time.process_time()
            client.http.get(path)
            taken = time.process_time() - began
        is_report = rule.rule.startswith("/manager/reports/<period>")
        if len(seen) > (MOST_OF_A_REPORT if is_report else MOST_OF_A_PAGE):
            too_often.append(f"{path}: {len(seen)}")
        if taken > 2.5:
            slow.append(f"{path}: {taken:.1f} s")
    assert too_often == []
    assert slow == []


def test_no_round_of_the_worker_asks_more_often_either(
    big: tuple[World, dict[str, str]],
) -> None:
    world, _ids = big
    numbers = []
    with world.app.app_context():
        for minutes in (0, 1, 300):
            later = NOON + timedelta(minutes=minutes)
            with clock.set_clock(later, everywhere=True), counted(world) as seen:
                worker.run_database_steps(world.parts)
            numbers.append(len(seen))
    assert max(numbers) <= MOST_OF_A_ROUND, numbers
    assert statistics.median(numbers) > 0


def test_the_nightly_deletion_asks_by_the_batch(
    big: tuple[World, dict[str, str]], tmp_path: Path
) -> None:
    world, _ids = big
    later = NOON + timedelta(days=60)
    with clock.set_clock(later, everywhere=True), counted(world) as seen:
        done = nightly.run_retention(
            world.parts.database, world.parts.keys, world.parts.settings
        )
    assert done["envelopes"] > 1000
    assert len(seen) < 12 * done["envelopes"]
