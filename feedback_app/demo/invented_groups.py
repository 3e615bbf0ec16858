"""The other two surveys in the demo's year: invented groups that the manager asked, and how many children there are."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from feedback_app import clock
from feedback_app.demo.children import ask_group
from feedback_app.invitations.campaigns import make_campaign
from feedback_app.models.campaign import Campaign
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
    ("safeguarding", "12-17", 0, 12, ()),
)
"""Survey, band, how many months ago, how many children, age marks."""
CAMPAIGNS = (("u-matter", "Yearly round", 4, 2), ("safeguarding", "Plans", 0, -2))
"""Survey, name, how many months ago it began and ends; below 0: that many months from now."""
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
    campaigns = _begin_campaigns(parts, manager, keys, months[-1])
    for key, band, back, children, marks in GROUPS:
        if key not in keys:
            continue
        survey = catalogue.find_survey(key)
        for number in range(children):
            at = _noon(months[-1 - back].first) + timedelta(days=2 + number // 4)
            if at >= clock.now():
                break
            own = next(
                (
                    one
                    for one in campaigns
                    if one.survey == key and one.runs_on(at.date())
                ),
                None,
            )
            ask_group(
                parts, rng, manager, survey, band, at=at, marks=marks, campaign=own
            )


def _begin_campaigns(
    parts: Instance, manager: Person, surveys: set[str], month: Month
) -> list[Campaign]:
    """One that is over, and one that runs."""
    begun = []
    for key, name, began, ends in CAMPAIGNS:
        if key not in surveys:
            continue
        first = month.add_months(-began).first
        with clock.set_clock(_noon(first)), parts.database.short_write() as session:
            made = make_campaign(
                session,
                parts.keys.audit,
                survey=key,
                name=f"{name}, {Month.containing(first).name}",
                begins_on=first,
                last_day=month.add_months(-ends).last,
                reminder_days="14,3",
                person_id=manager.id,
            )
            session.expunge(made)
        begun.append(made)
    return begun


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.LONDON)
