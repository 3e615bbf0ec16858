"""Twelve months of asking and answering, with gaps and late months as in life, at the demo's own clock."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta

from sqlalchemy import select

from feedback_app import clock
from feedback_app.demo.children import (
    InventedChild,
    ask_child,
    invite_child,
    note_refusals,
    send_wishes,
)
from feedback_app.demo.invented_actions import add_actions_of_the_year
from feedback_app.demo.invented_complaints import add_complaints
from feedback_app.demo.invented_groups import ask_groups
from feedback_app.demo.invented_reviews import add_reviews
from feedback_app.demo.invented_staff import (
    CHANCE_OF_ASKING,
    OFFICERS,
    WorkingYear,
    add_staff,
    enter_work,
    note_leaver,
)
from feedback_app.demo.staff_reading import read_up_to
from feedback_app.demo.state import DemoState
from feedback_app.invitations.issue import open_link
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.web.context import Instance

MONTHS = 12
SEED = 2026
LAST_DAY_OF_ASKING = 26
"""Children are asked on these days of a month, so that most answers fall into it and some are late."""
USUAL_CHANCE_OF_ASKING = 0.95
CHANCE_OF_SECOND_CHILD = 0.12


def fill_year(parts: Instance, state: DemoState) -> None:
    """Make staff, targets, and a year of invitations, answers, refusals, silences, and reading."""
    rng = random.Random(SEED)  # noqa: S311 (invented data, the same each time)
    months = tuple(
        Month.containing(clock.today()).add_months(back)
        for back in range(1 - MONTHS, 1)
    )
    year = WorkingYear(months)
    with (
        clock.set_clock(_instant(months[0], 1, 8)),
        parts.database.short_write() as session,
    ):
        staff = add_staff(session, parts, state)
        enter_work(session, parts, staff, year)
    add_actions_of_the_year(parts, staff, months)
    for at, officer, took_part in sorted(_times_of_asking(rng, year)):
        if at < clock.now():
            ask_child(
                parts, rng, staff[officer.lower()], staff["manager"], took_part, at
            )
    with (
        clock.set_clock(_instant(months[-2], year.leaving_day.day, 16)),
        parts.database.short_write() as session,
    ):
        note_leaver(session, parts, staff, year)
    send_wishes(parts, rng, staff["larch"])
    note_refusals(parts, rng, staff["amber"])
    add_complaints(parts, staff)
    ask_groups(parts, staff["manager"], months)
    add_reviews(parts, staff, year, months[-2:])
    read_up_to(parts, staff, clock.now() - timedelta(days=2))


def fresh_link(parts: Instance, state: DemoState) -> str:
    """The address of a link that waits: the one announced before, or a new one for a child of 8-11."""
    with parts.database.new_session(reading=True) as session:
        invitation = (
            session.get(Invitation, state.invitation_id)
            if state.invitation_id
            else None
        )
    if (
        invitation is None
        or invitation.outcome != "waiting"
        or invitation.ends_at <= clock.now()
    ):
        with parts.database.short_write() as session:
            iro = session.scalars(
                select(Person).where(Person.email == state.email_of("iro"))
            ).one()
            invitation = invite_child(
                session,
                parts,
                iro,
                InventedChild("8-11", "PN1", "blended", "DEMO-CARD"),
            )
        state.invitation_id = invitation.id
        state.save()
    return f"{parts.settings.public_url}/r/{open_link(parts.keys, invitation).token}"


def _times_of_asking(
    rng: random.Random, year: WorkingYear
) -> list[tuple[datetime, str, bool]]:
    """When which officer asks a child, and whether that child took part in their review."""
    asked = []
    for month in year.months:
        for officer in OFFICERS:
            for took_part in (True, False):
                asked += [
                    (at, officer, took_part)
                    for at in _times_in_month(rng, month, officer)
                    if year.works_on(officer, at.date())
                ]
    return asked


def _times_in_month(rng: random.Random, month: Month, officer: str) -> list[datetime]:
    """Mostly one time, now and then none or two."""
    asks = rng.random() < CHANCE_OF_ASKING.get(officer, USUAL_CHANCE_OF_ASKING)
    asks_another = rng.random() < CHANCE_OF_SECOND_CHILD
    times = []
    for _child in range(asks + asks_another):
        day, hour, minute = (
            rng.randint(1, LAST_DAY_OF_ASKING),
            rng.randint(8, 17),
            rng.randint(0, 59),
        )
        times.append(_instant(month, day, hour, minute))
    return times


def _instant(month: Month, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(
        month.first.replace(day=day), time(hour, minute), clock.LONDON
    )
