"""The month as London counts it, and the day on which its report is due."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.month import (
    Month,
    due_date,
    first_friday,
    is_working_day,
    london_day,
    working_days_until,
)

MONTHS = st.builds(Month, st.integers(2000, 2100), st.integers(1, 12))


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        ("2026-03-31T22:59:59+00:00", "2026-03"),
        ("2026-03-31T23:00:00+00:00", "2026-04"),
        ("2026-10-31T23:30:00+00:00", "2026-10"),
        ("2026-11-01T00:00:00+00:00", "2026-11"),
        ("2026-06-30T23:00:00+00:00", "2026-07"),
        ("2026-03-31T18:00:00-05:00", "2026-04"),
    ],
)
def test_p53_an_instant_belongs_to_the_month_on_londons_calendar(
    instant: str, month: str
) -> None:
    assert (
        str(Month.containing(london_day(dt.datetime.fromisoformat(instant)))) == month
    )


@given(MONTHS, st.integers(-3600, 3600))
def test_p53_bounds_and_london_day_agree_around_both_edges(
    month: Month, seconds: int
) -> None:
    for edge, before, after in ((0, month.previous, month), (1, month, month.next)):
        instant = month.utc_bounds()[edge] + dt.timedelta(seconds=seconds)
        assert Month.containing(london_day(instant)) == (
            before if seconds < 0 else after
        )


def test_p53_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        london_day(dt.datetime(2026, 3, 31, 23))


@given(MONTHS)
def test_a_month_is_read_back_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert month.next.previous == month
    assert month.previous < month < month.next


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-1",
        "2026-13",
        "2026-00",
        "26-10",
        "2026-1٣",
        "2026-10-01",
        "0000-01",
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_a_month_has_its_name_and_its_days() -> None:
    february = Month(2028, 2)
    assert (february.name, february.short_name) == ("February 2028", "February")
    assert (len(february.days), february.days[0], february.days[-1]) == (
        29,
        february.first,
        february.last,
    )


@pytest.mark.parametrize(
    ("month", "quarter"),
    [
        ("2027-03", "2027-01"),
        ("2027-04", "2027-01"),
        ("2027-05", "2027-01"),
        ("2027-06", "2027-04"),
        ("2027-01", "2026-10"),
    ],
)
def test_the_last_full_quarter_ends_with_the_month_or_before_it(
    month: str, quarter: str
) -> None:
    assert str(Month.parse(month).last_full_quarter[0]) == quarter


def test_twelve_months_end_with_this_one() -> None:
    months = Month(2026, 3).year_to_here
    assert (len(months), str(months[0]), months[-1]) == (12, "2025-04", Month(2026, 3))


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2026-10", "2026-11-06"),
        ("2021-03", "2021-04-01"),  # Good Friday, the 2nd
        ("2026-03", "2026-04-02"),  # Good Friday, the 3rd
        ("2026-12", "2027-01-04"),  # New Year's Day, and the first of the month
        ("2031-12", "2032-01-02"),
    ],
)
def test_the_report_is_due_on_the_first_friday_or_the_working_day_nearest_to_it(
    month: str, due: str
) -> None:
    assert str(due_date(Month.parse(month))) == due


@given(MONTHS)
def test_the_due_date_is_a_working_day_of_the_next_month_near_its_first_friday(
    month: Month,
) -> None:
    day, friday = due_date(month), first_friday(month)
    assert Month.containing(day) == month.next
    assert is_working_day(day)
    assert friday.weekday() == 4
    assert abs((day - friday).days) <= 4
    if is_working_day(friday):
        assert day == friday


def test_working_days_leave_out_weekends_and_englands_bank_holidays() -> None:
    assert working_days_until(dt.date(2026, 11, 3), dt.date(2026, 11, 6)) == 3
    assert working_days_until(dt.date(2026, 11, 6), dt.date(2026, 11, 6)) == 0
    assert working_days_until(dt.date(2026, 11, 9), dt.date(2026, 11, 6)) == 0
    assert (
        working_days_until(dt.date(2026, 12, 24), dt.date(2026, 12, 29)) == 1
    )  # the 28th stands in for the 26th
    assert is_working_day(
        dt.date(2026, 3, 17)
    )  # St Patrick's Day is no holiday in England
