"""On which days of a month who is short is reminded, and what the settings may say of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedback_app.config import Settings, UnsafeSettings, read_settings
from feedback_app.iro.month.month_reminders import due_step, reminder_steps
from feedback_app.month import Month


def settings(**more: object) -> Settings:
    return read_settings({"FEEDBACK_MODE": "demo"}, **more)


def days_of(month: Month, **more: object) -> list[str]:
    return [
        f"{step.name} {step.begins:%a %d %H:%M}"
        for step in reminder_steps(settings(**more), month)
    ]


@pytest.mark.parametrize(
    ("month", "days"),
    [
        # The 15th is a Sunday, the 22nd too; the 30th is a Monday.
        (Month(2026, 11), ["15 Mon 16 09:00", "22 Mon 23 09:00", "last Mon 30 09:00"]),
        (Month(2026, 10), ["15 Thu 15 09:00", "22 Thu 22 09:00", "last Fri 30 09:00"]),
        # Good Friday is 3 April in 2026; the month ends on a Thursday.
        (Month(2026, 4), ["15 Wed 15 09:00", "22 Wed 22 09:00", "last Thu 30 09:00"]),
    ],
)
def test_the_steps_of_a_month_are_working_days(month: Month, days: list[str]) -> None:
    assert days_of(month) == days


def test_two_that_fall_on_one_day_are_one_and_none_is_none() -> None:
    # 28 March 2027 is Easter Sunday, and the 29th a bank holiday: the 30th is the next working day.
    assert days_of(Month(2027, 3), reminder_days=(28,)) == [
        "28 Tue 30 09:00",
        "last Wed 31 09:00",
    ]
    # The last working day of February 2026 is Friday the 27th; the 28th has none after it in the month.
    assert days_of(Month(2026, 2), reminder_days=(27, 28)) == ["last Fri 27 09:00"]
    assert days_of(Month(2026, 2), reminder_days=(), remind_on_last_day=False) == []


@pytest.mark.parametrize(
    ("instant", "name"),
    [
        ("2026-06-15T07:59:59", None),  # nine o'clock in London is eight in UTC
        ("2026-06-15T08:00:00", "15"),
        ("2026-06-18T08:00:00", "15"),
        ("2026-06-18T08:00:01", None),
        ("2026-06-22T08:00:00", "22"),
        ("2026-06-30T22:59:59", "last"),
        ("2026-06-30T23:00:00", None),
    ],
)
def test_a_step_is_due_from_its_morning_and_three_days_late_at_most(
    instant: str, name: str | None
) -> None:
    step = due_step(settings(), datetime.fromisoformat(instant).replace(tzinfo=UTC))
    assert (step.name if step else None) == name


@pytest.mark.parametrize(
    ("typed", "days"),
    [("15,22", (15, 22)), (" 8 ", (8,)), ("none", ()), ("9,3,9", (3, 9))],
)
def test_days_are_written_with_commas(typed: str, days: tuple[int, ...]) -> None:
    found = read_settings({"FEEDBACK_MODE": "demo", "FEEDBACK_REMINDER_DAYS": typed})
    assert found.reminder_days == days


@pytest.mark.parametrize("typed", ["29", "0", "15 22", "soon", "15,none", ","])
def test_days_that_not_every_month_has_are_refused(typed: str) -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_REMINDER_DAYS: write days"):
        read_settings({"FEEDBACK_MODE": "demo", "FEEDBACK_REMINDER_DAYS": typed})
