"""Reports that the demo's manager handed over: the last two months', and one a quarter before, so that lines begin.

Choosing the numbers and writing the files takes half a minute. So `make run` has it done once the site stands.
"""

from __future__ import annotations

from datetime import datetime, time

from flask import Flask
from sqlalchemy import select

from feedback_app import audit, clock
from feedback_app.demo.state import EMAILS
from feedback_app.manager.reports.formats import write_all
from feedback_app.manager.reports.views import draft_report
from feedback_app.models.person import Person
from feedback_app.month import Month, due_date
from feedback_app.reports.handing_over import versions
from feedback_app.reports.handing_over.report_period import ReportPeriod
from feedback_app.reports.publishing.stored import (
    ask_for_numbers,
    choose_wanted,
    note_left,
)
from feedback_app.web.context import Instance, instance

HOUR = time(10)
TRIES = 3
"""The worker chooses numbers too: what it chose meanwhile may have been overtaken."""


def hand_over_reports(app: Flask) -> list[Month]:
    """Hand over what was not yet, each at its due date by the demo's clock; which months."""
    parts = instance(app)
    with app.app_context():
        return [month for month in _reported_months() if _hand_over(app, parts, month)]


def _reported_months() -> list[Month]:
    """Those whose reports are due by now, oldest first."""
    today = clock.today()
    last = Month.containing(today).previous
    if due_date(last) > today:
        last = last.previous
    earlier = last.last_full_quarter[0].previous
    return sorted({earlier, last.previous, last})


def _hand_over(app: Flask, parts: Instance, month: Month) -> bool:
    """Whether version 1 was made now."""
    of, surveys = ReportPeriod.of_month(month), parts.catalogue.monthly_versions()
    with parts.database.new_session(reading=True) as session:
        if versions.newest_version(session, of.address):
            return False
        manager = session.scalars(
            select(Person).where(Person.email == EMAILS["manager"])
        ).one()
    due = datetime.combine(due_date(month), HOUR, clock.LONDON)
    with clock.set_clock(due):
        for _try in range(TRIES):
            with parts.database.short_write() as session:
                ask_for_numbers(session, month)
            choose_wanted(parts.database, surveys)
            if _make_version(app, parts, of, manager):
                return True
    return False


def _make_version(
    app: Flask, parts: Instance, of: ReportPeriod, manager: Person
) -> bool:
    # Words are found as for a page; the demo's are English.
    with (
        app.test_request_context(),
        parts.database.new_session(reading=True) as session,
    ):
        draft = draft_report(
            session, parts, of, person_id=manager.id, roles=["manager"]
        )
        ready = draft.gathered.ready
        if ready is None:
            return False
        document = draft.as_version()
        head = "{}:{}".format(*audit.last_entry(session))
        files = write_all(document, None, audit_head=head)
    with parts.database.short_write() as session:
        versions.hold_versions(session)
        if versions.newest_version(session, of.address):
            return False
        if not note_left(session, ready.id, manager.id):
            return False
        versions.keep_version(
            session,
            parts.keys,
            of,
            document,
            files,
            changes=(),
            person_id=manager.id,
        )
    return True
