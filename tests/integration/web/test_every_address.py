"""Every address, asked by everybody by every method: who gets in, with which headers, by which queries, writing what.

The walk is made once and recorded (`tests/support/walk.py`); each test reads from it what it is about. In the full
matrix everybody asks everything, on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.support import quick
from bench.support.client import check
from bench.support.world import NOON
from feedback_app import clock
from feedback_app.config import ROOT
from tests.support.headers import problems_of
from tests.support.tables import SURVEY_DATA
from tests.support.walk import (
    NOBODY,
    READING,
    Recorded,
    Visit,
    Walker,
    open_https_world,
)

UNSCOPED = ROOT / "tests" / "rules" / "unscoped.txt"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The walk on SQLite, where what is much alike is asked by one person after the other."""
    folder = tmp_path_factory.mktemp("walk")
    url = f"sqlite:///{folder / 'walk.db'}"
    quick.migrated(url)
    return walk(url, folder, turns=True)


def walk(database_url: str, folder: Path, *, turns: bool) -> Recorded:
    """Make a walk with the clock standing at NOON."""
    with clock.set_clock(NOON, everywhere=True):
        world = open_https_world(database_url, folder)
        recorded = Walker(world, turns=turns).walk()
        world.close()
    return recorded


OF_ANOTHER = {
    ("word_forms.show_form", "manager"),
    ("word_forms.download_form", "manager"),
}
"""Addresses of both roles: the link in them is the IRO's own, and a manager has links of their own."""


def closed(recorded: Recorded) -> Iterator[Visit]:
    """Requests of what not everybody may see."""
    for visit in recorded.visits:
        if (
            visit.rule is None
            or visit.open_to_all
            or visit.rule.endpoint == "accounts.sign_out"
        ):
            continue
        if visit.method in ("GET", "POST"):
            yield visit


def test_p43_p44_every_route_as_everybody_by_every_method_has_all_headers(
    recorded: Recorded,
) -> None:
    seen: dict[int, set[str]] = {}
    for visit in recorded.visits:
        problems = problems_of(visit.answer)
        assert not problems, f"{visit}: {problems}"
        of_status = seen.setdefault(visit.answer.status_code, set())
        # What is handed out as a file stands alone, with its looks inside.
        is_page = (
            visit.method in ("GET", "POST")
            and "Content-Disposition" not in visit.answer.headers
        )
        if is_page and f"{visit.method} {visit.address}" not in of_status:
            check(visit.answer)
        of_status.add(f"{visit.method} {visit.address}")
    assert {200, 303, 400, 401, 404, 405} <= set(seen), {
        code: len(rules) for code, rules in seen.items()
    }


def test_p20_each_role_reaches_what_the_table_says_and_nothing_else(
    recorded: Recorded,
) -> None:
    """404 behind another's door; nobody is led to sign in, or told so with 401."""
    refused = 0
    for visit in closed(recorded):
        status = visit.answer.status_code
        if visit.who == NOBODY:
            assert status == (303 if visit.method == "GET" else 401), str(visit)
            assert visit.method == "POST" or visit.answer.headers[
                "Location"
            ].startswith("/sign-in"), str(visit)
        elif not visit.allowed:
            assert status == 404, str(visit)
            assert "Page not found" in visit.answer.text, str(visit)
            refused += 1
        elif visit.method == "POST":
            assert status in (200, 303, 400, 404, 409), str(visit)
    assert refused > 200


def test_p20_each_role_sees_what_is_behind_its_own_doors(recorded: Recorded) -> None:
    """So that a page that is not found is not taken for one that is refused."""
    for visit in closed(recorded):
        if visit.allowed and visit.method == "GET":
            if (visit.rule.endpoint, visit.who) in OF_ANOTHER:
                continue
            assert visit.answer.status_code in (200, 301, 303), str(visit)


def test_p20_no_address_answers_to_a_method_that_it_has_not(recorded: Recorded) -> None:
    missing = [visit for visit in recorded.visits if visit.rule is None]
    assert len(missing) > 100
    assert [str(visit) for visit in missing if visit.answer.status_code != 405] == []


def test_p24_the_administrator_gets_404_on_every_route_of_content(
    recorded: Recorded,
) -> None:
    visits = [
        visit
        for visit in closed(recorded)
        if visit.who == "administrator" and not visit.allowed
    ]
    assert len(visits) > 20
    assert {visit.answer.status_code for visit in visits} == {404}


def test_p04_no_get_of_any_address_by_anyone_writes_survey_data(
    recorded: Recorded,
) -> None:
    visits = [visit for visit in recorded.visits if visit.method in READING]
    assert len(visits) > 100
    assert recorded.after == recorded.before
    written = [
        f"{statement} ".replace("(", " ")
        for visit in visits
        for statement in visit.written
    ]
    assert [
        one for one in written if any(f" {table} " in one for table in SURVEY_DATA)
    ] == []


def test_p21_every_query_for_feedback_is_scoped_or_on_the_list_with_its_reason(
    recorded: Recorded,
) -> None:
    lines = [
        line
        for line in UNSCOPED.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    listed = {
        who.strip(): why.strip()
        for who, _, why in (line.partition("|") for line in lines)
    }
    assert sum(visit.scoped for visit in recorded.visits) > 20
    assert sorted({who for visit in recorded.visits for who in visit.past}) == sorted(
        listed
    )
    assert all(listed.values())


@pytest.mark.full
def test_p04_p20_p21_p24_p43_p44_the_same_holds_when_everybody_asks_everything(
    database_url: str, tmp_path: Path
) -> None:
    recorded = walk(database_url, tmp_path, turns=False)
    for judge in (
        test_p43_p44_every_route_as_everybody_by_every_method_has_all_headers,
        test_p20_each_role_reaches_what_the_table_says_and_nothing_else,
        test_p20_each_role_sees_what_is_behind_its_own_doors,
        test_p20_no_address_answers_to_a_method_that_it_has_not,
        test_p24_the_administrator_gets_404_on_every_route_of_content,
        test_p04_no_get_of_any_address_by_anyone_writes_survey_data,
    ):
        judge(recorded)
    if database_url.startswith(
        "sqlite"
    ):  # the listener reads SQLite's statements and values
        test_p21_every_query_for_feedback_is_scoped_or_on_the_list_with_its_reason(
            recorded
        )
