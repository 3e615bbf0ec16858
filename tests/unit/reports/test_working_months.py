"""How a month stands on each day, and which target an IRO has in it (rules M6, M7)."""

from __future__ import annotations

import datetime as dt

import pytest

from feedback_app import clock
from feedback_app.models.work import WorkChange
from feedback_app.month import Month
from feedback_app.reports.figures.targets import HeardCounts, Target
from feedback_app.reports.figures.working_months import (
    AtWork,
    UsualTarget,
    WorkBook,
    WorkPlan,
)

NOVEMBER = Month(2026, 11)
NONE, BOTH = HeardCounts(), HeardCounts(1, 1)
ONE, OUTSIDE = HeardCounts(took_part=3), HeardCounts(outside=1)


@pytest.mark.parametrize(
    ("instant", "heard", "mark"),
    [
        # Midnight is London's: in June an hour before UTC's.
        ("2026-10-31T23:59:59+00:00", NONE, "open"),
        ("2026-11-01T00:00:00+00:00", NONE, "open"),
        ("2026-11-23T23:59:59+00:00", ONE, "open"),
        ("2026-11-24T00:00:00+00:00", ONE, "soon"),
        ("2026-11-30T23:59:59+00:00", NONE, "soon"),
        ("2026-12-01T00:00:00+00:00", NONE, "none"),
        ("2026-12-01T00:00:00+00:00", ONE, "some"),
        ("2026-12-01T00:00:00+00:00", OUTSIDE, "some"),
        ("2026-10-01T00:00:00+00:00", BOTH, "met"),
        ("2026-11-02T00:00:00+00:00", BOTH, "met"),
        ("2026-11-25T00:00:00+00:00", BOTH, "met"),
        ("2027-11-25T00:00:00+00:00", BOTH, "met"),
    ],
)
def test_a_month_is_grey_then_amber_in_its_last_week_then_red(
    instant: str, heard: HeardCounts, mark: str
) -> None:
    with clock.set_clock(dt.datetime.fromisoformat(instant)):
        assert Target(1, 1).month_mark(heard, NOVEMBER, clock.today()) == mark


@pytest.mark.parametrize(
    ("instant", "mark"),
    [
        ("2026-06-23T22:59:59+00:00", "open"),
        ("2026-06-23T23:00:00+00:00", "soon"),
        ("2026-06-30T22:59:59+00:00", "soon"),
        ("2026-06-30T23:00:00+00:00", "none"),
    ],
)
def test_in_summer_the_day_begins_an_hour_earlier(instant: str, mark: str) -> None:
    with clock.set_clock(dt.datetime.fromisoformat(instant)):
        found = Target(1, 1).month_mark(NONE, Month(2026, 6), clock.today())
    assert found == mark


@pytest.mark.parametrize("day", ["2026-10-01", "2026-11-25", "2027-01-01"])
def test_where_there_is_no_target_nothing_is_missed(day: str) -> None:
    today = dt.date.fromisoformat(day)
    assert Target(0, 0).month_mark(NONE, NOVEMBER, today) == "away"
    assert Target(0, 0, "leave").month_mark(BOTH, NOVEMBER, today) == "away"


def day(text: str | None) -> dt.date | None:
    """A day of 2026, or of another year where it says so."""
    if text is None:
        return None
    return dt.date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def plan(
    *rows: WorkChange,
    entered: str = "2020-01-01",
    left: str | None = None,
    is_iro: bool = True,
    heard: tuple[Month, ...] = (),
    waits: bool = True,
) -> WorkPlan:
    """The plan of one IRO of whom these rows were entered, in that order."""
    for number, row in enumerate(rows, 1):
        row.number = row.number or number
    book = WorkBook(rows, UsualTarget(16, Target(1, 1)), waits)
    known = AtWork("oak", dt.date.fromisoformat(entered), day(left), is_iro, heard)
    return book.plan_of(known)


def target(
    month: str, numbers: tuple[int, int] | None, *, only: bool = False
) -> WorkChange:
    """A row of a target."""
    took_part, did_not = numbers or (None, None)
    return WorkChange(
        kind="target", person_id="oak", month=month, only_month=only, took_part=took_part, did_not=did_not
    )  # fmt: skip


def days(kind: str, first: str | None, last: str | None, **more: int) -> WorkChange:
    """A row with days: leave, leave_back or days."""
    return WorkChange(
        kind=kind, person_id="oak", first_day=day(first), last_day=day(last), **more
    )


def asked(found: WorkPlan, *months: str) -> list[tuple[int, int] | str]:
    """The targets of these months, or why there is none."""
    targets = [found.target_of(Month.parse(month)) for month in months]
    return [one.away or (one.took_part, one.did_not) for one in targets]


def test_a_target_holds_from_its_month_on_and_a_later_one_stands() -> None:
    found = plan(target("2026-12", (1, 0)), target("2026-10", (2, 0)))
    assert asked(found, "2026-09", "2026-10", "2026-11", "2026-12", "2027-06") == [
        (1, 1), (2, 0), (2, 0), (1, 0), (1, 0)
    ]  # fmt: skip


def test_of_one_month_what_was_entered_last_holds_and_the_usual_comes_back() -> None:
    found = plan(
        target("2026-10", (2, 0)), target("2026-10", (0, 1)), target("2026-12", None)
    )
    assert asked(found, "2026-10", "2026-12") == [(0, 1), (1, 1)]


def test_a_target_for_one_month_alone_can_be_taken_back() -> None:
    alone = target("2026-11", (0, 0), only=True)
    found = plan(target("2026-10", (1, 0)), alone)
    assert asked(found, "2026-10", "2026-11", "2026-12") == [(1, 0), (0, 0), (1, 0)]
    found = plan(target("2026-10", (1, 0)), alone, target("2026-11", None, only=True))
    assert asked(found, "2026-11") == [(1, 0)]


@pytest.mark.parametrize(
    ("first", "last", "freed"),
    [
        # November 2026 has 21 working days: 11 of them free it, 10 do not.
        ("11-02", "11-13", False),
        ("11-02", "11-15", False),
        ("11-02", "11-16", True),
        ("11-16", "11-30", True),
        ("11-17", "11-30", False),
        ("10-01", "12-31", True),
        ("11-14", "11-15", False),
    ],
)
def test_leave_of_half_of_the_working_days_frees_the_month(
    first: str, last: str, freed: bool
) -> None:
    found = plan(days("leave", first, last))
    assert asked(found, "2026-11") == ["leave" if freed else (1, 1)]


def test_two_leaves_count_together_and_one_taken_back_does_not() -> None:
    two = (days("leave", "11-02", "11-06"), days("leave", "11-20", "11-30"))
    assert asked(plan(*two), "2026-11") == ["leave"]
    back = days("leave_back", "11-20", "11-30", takes_back=2)
    assert asked(plan(*two, back), "2026-11") == [(1, 1)]


def test_exactly_half_frees_it_and_bank_holidays_are_no_working_days() -> None:
    # December 2026 has 22: the 25th and the 28th are bank holidays, so 21 are left.
    assert asked(plan(days("leave", "12-01", "12-15")), "2026-12") == ["leave"]
    # October 2026 has 22.
    assert asked(plan(days("leave", "10-01", "10-15")), "2026-10") == ["leave"]
    assert asked(plan(days("leave", "10-01", "10-14")), "2026-10") == [(1, 1)]


@pytest.mark.parametrize(
    ("entered", "november", "december"),
    [
        ("2026-10-31", (1, 1), (1, 1)),
        ("2026-11-01", (1, 1), (1, 1)),
        ("2026-11-02", (1, 1), (1, 1)),
        ("2026-11-03", "starting", (1, 1)),
        ("2026-11-30", "starting", (1, 1)),
        ("2026-12-01", "not_at_work", (1, 1)),
        ("2026-12-02", "not_at_work", "starting"),
    ],
)
def test_a_starter_owes_nothing_before_their_first_full_month(
    entered: str, november: object, december: object
) -> None:
    expected = [november, december]
    assert asked(plan(entered=entered), "2026-11", "2026-12") == expected
    typed = days("days", entered, None)
    assert asked(plan(typed, entered="2026-10-01"), "2026-11", "2026-12") == expected


def test_without_that_rule_a_starter_owes_a_month_of_which_they_work_more_than_half() -> (
    None
):
    assert asked(plan(entered="2026-11-16", waits=False), "2026-11") == [(1, 1)]
    assert asked(plan(entered="2026-11-17", waits=False), "2026-11") == ["starting"]


def test_a_leaver_owes_a_month_of_which_they_worked_more_than_half() -> None:
    for found in (plan(days("days", None, "11-16")), plan(left="2026-11-16")):
        assert asked(found, "2026-10", "2026-11", "2026-12") == [(1, 1), (1, 1), "not_at_work"]  # fmt: skip
    for found in (plan(days("days", None, "11-13")), plan(left="2026-11-13")):
        assert asked(found, "2026-10", "2026-11") == [(1, 1), "not_at_work"]


def test_a_last_day_that_is_taken_back_is_none() -> None:
    found = plan(days("days", None, "11-13"), days("days", None, None))
    assert asked(found, "2026-12") == [(1, 1)]


def test_children_heard_before_the_account_was_made_say_since_when() -> None:
    found = plan(entered="2026-11-20", heard=(Month(2026, 9), NOVEMBER))
    assert asked(found, "2026-08", "2026-09", "2026-11") == ["not_at_work", (1, 1), (1, 1)]  # fmt: skip
    found = plan(entered="2026-11-20", heard=(NOVEMBER,))
    assert asked(found, "2026-11") == ["starting"]


def test_who_is_no_iro_any_more_owes_nothing_after_the_last_child() -> None:
    found = plan(is_iro=False, heard=(Month(2026, 9),))
    assert asked(found, "2026-09", "2026-10") == [(1, 1), "not_at_work"]


def test_the_targets_of_everybody_change_from_a_month_on() -> None:
    row = WorkChange(
        kind="service", month="2026-11", children=20, took_part=2, did_not=1, only_month=False
    )  # fmt: skip
    found = plan(row, target("2026-12", (1, 0)))
    assert asked(found, "2026-10", "2026-11", "2026-12") == [(1, 1), (2, 1), (1, 0)]
    assert [found.usual.in_month(Month(2026, m)).children for m in (10, 11)] == [16, 20]
