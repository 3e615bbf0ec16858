"""The fault runs of docs/faults.md, each on the databases that it concerns (promises 48, 49, 51, 52, 54, 58)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.faults import f2, f4, f6, f8, f9, f15, f24, places, upgrade
from bench.support.world import World
from feedback_app.config import ROOT

pytestmark = pytest.mark.full


@pytest.fixture
def true_world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A World at the true time, which the site's processes share."""
    made = World.make(database_url, tmp_path)
    yield made
    made.close()


@pytest.mark.alone
def test_p49_reloads_and_restarts_lose_and_double_and_refuse_nothing(
    true_world: World, tmp_path: Path
) -> None:
    tally = f2.run(true_world, tmp_path)
    assert tally.holds, tally


@pytest.mark.postgres
def test_p52_ended_connections_and_a_crashed_server_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    with places.postgres_world() as (world, server):
        tally = f4.run(world, server, tmp_path)
        assert tally.holds, tally


@pytest.mark.postgres
def test_p52_a_full_disk_refuses_with_the_words_and_all_goes_when_there_is_room() -> (
    None
):
    ran = subprocess.run(
        [sys.executable, "-m", "bench.faults.f5"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_p49_nobody_is_thanked_for_what_is_not_durable(tmp_path: Path) -> None:
    with places.lite_world() as world:
        tally = f6.run(world, tmp_path)
        assert tally.holds, tally


def test_p48_two_migrations_at_once_while_children_send_lose_nothing_and_both_end_well(
    true_world: World, tmp_path: Path
) -> None:
    tally = upgrade.run(true_world, tmp_path)
    assert tally.holds, tally


@pytest.mark.browser
@pytest.mark.postgres
def test_p51_a_database_that_is_down_keeps_the_text_on_the_screen_and_it_goes_by_itself(
    browser: Browser, tmp_path: Path
) -> None:
    with places.postgres_world() as (world, server):
        tally = f8.run(world, server, tmp_path, browser, down=8)
        assert tally.holds, tally


def test_p58_in_every_manner_of_failing_mail_each_message_arrives_once_at_last(
    true_world: World, tmp_path: Path
) -> None:
    tally = f9.run(true_world, tmp_path)
    assert tally.holds, tally


@pytest.mark.alone
def test_p52_forty_children_at_once_beside_staff_and_an_export_see_no_error(
    true_world: World, tmp_path: Path
) -> None:
    """What took how long is printed and not judged: the machine that tests run on is not alone."""
    tally = f15.run(true_world, tmp_path, seconds=20)
    print(tally)
    assert tally.holds, tally


@pytest.mark.alone
def test_p07_beside_every_flood_a_child_opens_their_page(
    true_world: World, tmp_path: Path
) -> None:
    """The medians are measured by `python -m bench.faults.f24`; here no page may fail, nor take as long as before."""
    found = f24.run(true_world, tmp_path, seconds=2)
    assert len(found) == 8
    assert all(done > 0 for _flood, _median, done in found[1:]), found
    assert max(median for _flood, median, _done in found) < 1000, found
