"""Targets, cohorts and people by the same import: each by the rules of the page on which it is typed in."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.person import Person
from feedback_app.models.report import Cohort
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.models.work import WorkChange
from tests.support.sheets import Row, as_csv, check_file, send_on, store_file

PEOPLE = "/admin/people/file"
TARGETS: list[Row] = [
    ["IRO", "Month", "Took part", "Did not", "Only this month", "In words", "Why"],
    ["Officer Oak", "December 2026", "1", "0", "", "three days a week", ""],
    ["Officer Oak", "2027-02", "0", "0", "yes", "", ""],
]
COHORTS: list[Row] = [
    ["Cohort", "Age band", "Date", "Number", "Source"],
    ["children in care", "", date(2026, 9, 30), "412", "monthly list"],
    ["In care", "8–11", date(2026, 9, 30), "101", ""],
]


def long_here(world: World, name: str = "Officer Oak") -> Person:
    with clock.set_clock(datetime(2026, 1, 1, 9, tzinfo=UTC), everywhere=True):
        return world.iro(name)


def manager(world: World) -> CheckedClient:
    return world.sign_in(world.manager())


def entered(world: World) -> list[tuple[object, ...]]:
    with world.session() as session:
        rows = session.scalars(select(WorkChange).order_by(WorkChange.number))
        return [
            (row.month, row.only_month, row.took_part, row.did_not, row.in_words)
            for row in rows
        ]


def test_targets_are_entered_once_with_their_history(world: World) -> None:
    long_here(world)
    client = manager(world)
    said = store_file(client, as_csv(TARGETS), kind="targets")
    assert "2 targets: 2 new." in said
    stands = [
        ("2026-12", False, 1, 0, "three days a week"),
        ("2027-02", True, 0, 0, ""),
    ]
    assert entered(world) == stands
    again = check_file(client, as_csv(TARGETS), kind="targets")
    assert "All of it is here already" in again.text
    other = [list(row) for row in TARGETS]
    other[1][3] = "2"
    assert "1 target: 1 changed." in store_file(client, as_csv(other), kind="targets")
    assert entered(world) == [*stands, ("2026-12", False, 1, 2, "three days a week")]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (0, "Nobody", "Nobody here is called"),
        (0, "", "Write the IRO"),
        (1, "Smarch 2026", "“Smarch 2026” is no month"),
        (1, "January 2020", "Write a month from"),
        (1, "September 2026", "September 2026, whose report was due already. Say why."),
        (2, "many", "Write a whole number from 0 to 20"),
        (3, "21", "Write a whole number from 0 to 20"),
        (4, "perhaps", "Write yes, or leave it empty"),
        (5, "x" * 61, "Shorten it to 60 characters"),
    ],
)
def test_what_is_wrong_with_a_target_is_named(
    lite: World, column: int, cell: str, said: str
) -> None:
    long_here(lite)
    rows = [list(row) for row in TARGETS]
    rows[1][column] = cell
    page = check_file(manager(lite), as_csv(rows), kind="targets", expect=400)
    assert said in page.text
    assert "Row 2" in page.text
    assert entered(lite) == []


def test_a_reported_month_changes_with_a_reason_which_is_kept(world: World) -> None:
    long_here(world)
    rows = [TARGETS[0], ["Officer Oak", "September 2026", "0", "1", "yes", "", "ill"]]
    store_file(manager(world), as_csv(rows), kind="targets")
    with world.session() as session:
        assert session.scalars(select(WorkChange.reason)).all() == ["ill"]


def test_the_same_target_twice_in_a_file_is_named(lite: World) -> None:
    long_here(lite)
    rows = [*TARGETS, TARGETS[1]]
    page = check_file(manager(lite), as_csv(rows), kind="targets", expect=400)
    assert "Row 2 has a target of the same IRO and month" in page.text


def test_cohorts_are_entered_once_and_a_corrected_number_holds(world: World) -> None:
    client = manager(world)
    said = store_file(client, as_csv(COHORTS), kind="cohorts")
    assert "2 numbers: 2 new." in said
    again = check_file(client, as_csv(COHORTS), kind="cohorts")
    assert "All of it is here already" in again.text
    other = [list(row) for row in COHORTS]
    other[1][3] = "415"
    store_file(client, as_csv(other), kind="cohorts")
    with world.session() as session:
        found = session.scalars(select(Cohort).order_by(Cohort.number)).all()
        assert [(one.what, one.band, one.number) for one in found] == [
            ("in_care", "8-11", 101),
            ("in_care", None, 412),
            ("in_care", None, 415),
        ]
        entries = select(AuditEntry.reason).where(AuditEntry.what == "imported")
        assert session.scalars(entries).all()[-1] == (
            "cohorts: 0 new, 1 changed, 1 as they were"
        )


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (0, "adults", "“adults” is not known"),
        (0, "", "Write which children were counted"),
        (1, "3-5", "“3-5” is no age band"),
        (2, "", "Write the day on which they were counted"),
        (2, date(2026, 11, 1), "still to come"),
        (2, date(2010, 1, 1), "more than 10 years ago"),
        (3, "-4", "Write a whole number"),
        (4, "x" * 121, "Shorten it to 120 characters"),
    ],
)
def test_what_is_wrong_with_a_cohort_is_named(
    lite: World, column: int, cell: str | date, said: str
) -> None:
    rows = [list(row) for row in COHORTS]
    rows[1][column] = cell
    page = check_file(manager(lite), as_csv(rows), kind="cohorts", expect=400)
    assert said in page.text
    plan = [*COHORTS, ["plan_8_over", "4-7", date(2026, 9, 30), "3", ""], COHORTS[2]]
    page = check_file(manager(lite), as_csv(plan), kind="cohorts", expect=400)
    assert "begins at 8 years" in page.text
    assert "Row 3 counts the same children" in page.text


LIST: list[Row] = [
    ["Name", "E-mail", "Roles"],
    ["Fir Fern", "Fir@council.invalid", "IRO"],
    ["Ash Alder", "ash@council.invalid", "IRO and IRO manager"],
    ["Fir Fern", "fir@council.invalid", "IRO"],
]


def test_people_of_a_file_are_invited_and_who_has_an_account_stays(
    world: World,
) -> None:
    known = world.iro()
    client = world.sign_in_with_password(world.person("Acacia", "administrator"))
    rows = [*LIST, ["Somebody", known.email, "Administrator"]]
    page = check_file(client, as_csv(rows), kind="people", path=PEOPLE)
    assert "1 person has an account already" in page.text
    assert "2 invitations" in page.text
    answer = send_on(client, page, to=f"{PEOPLE}/store")
    assert "Links are on their way to 2 people" in client.get(answer.location).text
    with world.session() as session:
        people = {one.email: one for one in session.scalars(select(Person))}
        assert people["ash@council.invalid"].roles == {"iro", "manager"}
        assert people["fir@council.invalid"].name == "Fir Fern"
        assert people[known.email].roles == {"iro"}
        assert len(session.scalars(select(OutboxMessage)).all()) >= 2
    page = check_file(client, as_csv(rows), kind="people", path=PEOPLE)
    assert "There is nobody in the file to invite" in page.text


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (0, "", "Write the person’s name"),
        (0, "x" * 121, "The name has more than 120 characters"),
        (1, "fir at council", "No mail can be sent to fir at council"),
        (1, "ash@council.invalid", "has the same e-mail"),
        (2, "boss", "“boss” is no role"),
        (2, "", "Write at least one role"),
    ],
)
def test_what_is_wrong_with_a_person_is_named_and_nobody_is_invited(
    lite: World, column: int, cell: str, said: str
) -> None:
    client = lite.sign_in(lite.administrator())
    rows = [list(row) for row in LIST]
    rows[1][column] = cell
    page = check_file(client, as_csv(rows), kind="people", path=PEOPLE, expect=400)
    assert said in page.text
    with lite.session() as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_more_people_than_a_list_may_hold_are_refused(lite: World) -> None:
    client = lite.sign_in(lite.administrator())
    rows: list[Row] = [LIST[0]]
    rows += [["Fir", f"fir{n}@council.invalid", "IRO"] for n in range(101)]
    page = check_file(client, as_csv(rows), kind="people", path=PEOPLE, expect=400)
    assert "That is 101 people. Invite at most 100 at once." in page.text


def test_inviting_asks_who_it_is_again_and_the_file_is_not_lost(lite: World) -> None:
    client = lite.sign_in_with_password(lite.administrator())
    page = check_file(client, as_csv(LIST), kind="people", path=PEOPLE)
    with clock.set_clock(datetime(2026, 10, 14, 11, 9, tzinfo=UTC), everywhere=True):
        asked = send_on(client, page, to=f"{PEOPLE}/store", expect=403)
    assert "Confirm that it is you" in asked.text
    assert 'name="kept-rows"' in asked.text


@pytest.mark.parametrize("kind", ["reviews", "targets", "cohorts"])
def test_every_example_is_read_as_it_is(lite: World, kind: str) -> None:
    client = manager(lite)
    example = client.get(f"/manager/imports/example/{kind}.csv")
    page = client.http.post(
        "/manager/imports",
        data={
            "csrf_token": client.guard("/manager/imports"),
            "kind": kind,
            "file": (io.BytesIO(example.data), "example.csv"),
        },
    )
    assert "Choose the column" not in page.text
    assert "Nothing is stored yet" in page.text
    client.get("/manager/imports/example/people.csv", expect=404)
