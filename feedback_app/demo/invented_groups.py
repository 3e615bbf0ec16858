"""The other two surveys in the demo's year: invented groups that the manager asked, and how many children there are."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from feedback_app import clock
from feedback_app.demo.children import ask_group
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.reports.cohorts import enter_cohort
from feedback_app.web.context import Instance

SEED = 11
GROUPS = (
    ("safeguarding", "8-11", 1, 18, ()),
    ("safeguarding", "12-17", 2, 20, ()),
    ("u-matter", "4-7", 3, 14, ()),
    ("u-matter", "8-11", 3, 24, ()),
    ("u-matter", "12-17", 4, 30, ("16+",)),
    ("u-matter", "16-25", 4, 10, ("16+", "18+")),
)
"""Survey, band, how many months ago, how many children, age marks."""
COHORTS = (
    ("in_care", None, 96),
    ("in_care", "4-7", 21),
    ("in_care", "8-11", 30),
    ("in_care", "12-17", 45),
    ("plan_8_over", None, 74),
)


def ask_groups(parts: Instance, manager: Person, months: tuple[Month, ...]) -> None:
    """Enter the invented cohorts and ask the groups; what they answer changes nothing that was invented before."""
    rng = random.Random(SEED)  # noqa: S311 (invented data, the same each time)
    catalogue = parts.catalogue
    keys = {survey.key for survey in catalogue.newest_surveys("manager")}
    first_day = months[2].first
    with (
        clock.set_clock(_noon(first_day)),
        parts.database.short_write() as session,
    ):
        for what, band, number in COHORTS:
            enter_cohort(
                session,
                parts.keys.audit,
                what=what,
                band=band,
                on_date=first_day,
                number=number,
                source="an invented list of the case system",
                person_id=manager.id,
            )
    for key, band, back, children, marks in GROUPS:
        if key not in keys:
            continue
        survey = catalogue.find_survey(key)
        for number in range(children):
            at = _noon(months[-1 - back].first) + timedelta(days=2 + number // 4)
            ask_group(parts, rng, manager, survey, band, at=at, marks=marks)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.LONDON)
