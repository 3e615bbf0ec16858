"""One's own private calendar: the page on which its address is made, renewed and ended, and the calendar itself."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.people.calendar_links import (
    CALENDAR_ROLES,
    calendar_made_at,
    end_calendar_link,
    find_calendar_person,
    make_calendar_link,
)
from feedback_app.privacy.cipher import fingerprint
from feedback_app.reports.calendar_file import write_calendar
from feedback_app.reports.month_calendar import calendar_of
from feedback_app.web import context, limits
from feedback_app.web.access import current_person, current_viewer, policy

room = Blueprint("calendar", __name__)

MOST_FETCHES = 30
"""How often one calendar is sent within the window of the limits; programs ask every few hours."""


@room.get("/me/calendar")
@policy(*CALENDAR_ROLES)
def show_calendar() -> str:
    """What the calendar is for, and whether there is an address."""
    return _page()


@room.post("/me/calendar")
@policy(*CALENDAR_ROLES)
def make_address() -> AnyResponse:
    """Make a new address and show it, this once; an earlier one ends."""
    db = context.db_session()
    token = make_calendar_link(db, context.keys().audit, current_person())
    path = url_for("calendar.send_calendar", calendar_token=token)
    page = _page(f"{context.settings().public_url}{path}")
    db.commit()
    return make_response(page)


@room.post("/me/calendar/end")
@policy(*CALENDAR_ROLES)
def end_address() -> AnyResponse:
    """End the address: the calendar that was subscribed to stays empty from now on."""
    db, viewer = context.db_session(), current_viewer()
    end_calendar_link(db, context.keys().audit, viewer.person_id, by=viewer.person_id)
    flash(_("Your calendar’s address has ended."))
    db.commit()
    return redirect(url_for("calendar.show_calendar"), 303)


@room.get("/calendar/<calendar_token>.ics")
@policy("public")
def send_calendar(calendar_token: str) -> AnyResponse:
    """The calendar, to a program that has its address. An address that never was reads like one that has ended."""
    settings = context.settings()
    attempt = limits.count_attempt(
        "calendar", settings.link_misses, limits.caller_digest()
    )
    if attempt.over:
        return _plain(_("Too many tries. Wait ten minutes."), 429)
    db = context.db_session()
    person = find_calendar_person(db, calendar_token, unused_days=settings.unused_days)
    if person is None:
        return _plain(_("There is no calendar here, or its address has ended."), 404)
    person_id, roles = person.id, person.roles
    limits.refund_attempt(attempt)
    fetcher = limits.digest_to_count("calendar", fingerprint(calendar_token))
    if limits.count_attempt("feed", MOST_FETCHES, fetcher).over:
        return _plain(_("Too many tries. Wait ten minutes."), 429)
    survey = context.catalogue().monthly_survey().key
    calendar = calendar_of(context.db_session(), settings, survey, person_id, roles)
    body = write_calendar(calendar, site=settings.public_url, at=clock.now())
    answer = make_response(body)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="my-month.ics"'
    return answer


def _page(address: str = "") -> str:
    """The page; `address`: the one that was just made, which is shown on no other page."""
    made_at = calendar_made_at(context.db_session(), current_viewer().person_id)
    return render_template(
        "accounts/calendar/calendar.html", address=address, made_at=made_at
    )


def _plain(words: str, status: int) -> AnyResponse:
    """For a program, which shows no page."""
    answer = make_response(f"{words}\n", status)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer
