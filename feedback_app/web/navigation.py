"""The bar at the top of staff pages: what this person's roles lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from feedback_app import clock
from feedback_app.messages.deliveries import stuck_messages
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.running import Beat
from feedback_app.web.access import Viewer, signed_in_person
from feedback_app.web.context import db_session, settings
from feedback_app.web.health import BEAT_AGE

BACKUP_AGE = timedelta(hours=36)
"""A nightly backup that was missed once, and half a day to mend it; where none was ever made, others make them."""
WATCHERS = frozenset(("lead", "deputy", "manager", "administrator"))


@dataclass(frozen=True, slots=True)
class Item:
    """One link of the bar."""

    href: str
    label: str
    current: bool


def nav_items() -> list[Item]:
    """The rooms of whoever is signed in, in the order they are worked in."""
    person = signed_in_person()
    if person is None or not person.complete:
        return []
    rooms = (
        ("iro", "iro.my_month", _("My month")),
        ("iro", "iro.ask_child", _("Ask a child")),
        ("iro", "iro.shared_answers", _("Shared with me")),
        ("lead deputy", "safeguarding.show_queue", _("To read")),
        ("lead deputy manager", "safeguarding.list_messages", _("Messages")),
        ("manager", "manager.latest_month", _("Board")),
        ("manager", "asking.invite_group", _("Ask many")),
        ("manager", "paper.find_paper_form", _("Paper forms")),
        ("manager", "said.list_actions", _("You said, we did")),
        ("manager", "spotlight.list_months", _("Spotlight")),
        ("administrator", "admin.list_people", _("People")),
        ("administrator", "numbers.show_details", _("Numbers")),
    )
    return [
        Item(url_for(endpoint), label, _current(endpoint))
        for roles, endpoint, label in rooms
        if person.roles & set(roles.split())
    ]


def home_of(person: Viewer) -> str:
    """Where a person lands after signing in."""
    places = {
        "manager": "manager.latest_month",
        "lead": "safeguarding.show_queue",
        "deputy": "safeguarding.show_queue",
        "iro": "iro.my_month",
        "administrator": "admin.list_people",
    }
    return url_for(next((place for role, place in places.items() if role in person.roles), "accounts.my_account"))


def service_alarms() -> list[str]:
    """What is wrong with the service itself, in red, for those who can ring somebody instead (promises 57, 58)."""
    person = signed_in_person()
    if person is None or not person.complete or not person.roles & WATCHERS:
        return []
    beat = db_session().get(Beat, "worker")
    found = []
    backup = db_session().get(Beat, "backup")
    if backup is not None and clock.now() - backup.at > BACKUP_AGE:
        found.append(
            _("No backup was made since %(when)s. Ring whoever runs the service.", when=format_datetime(backup.at))
        )
    if not _somebody_reads():
        found.append(
            _("Nobody reads what children write: no safeguarding lead and no deputy has an account that is on.")
        )
    if beat is None or clock.now() - beat.at > BEAT_AGE:
        found.append(
            _("The background worker has stopped: no reminder and no mail goes out. Ring whoever runs the service.")
        )
    number = stuck_messages(db_session(), settings())
    if number:
        found.append(
            _(
                "%(number)s messages could not be sent for a quarter of an hour. See Messages, and ring instead.",
                number=number,
            )
        )
    return found


def _somebody_reads() -> bool:
    """Whether every text and concern has a person who opens it (promise 55)."""
    readers = select(Person.id).join(PersonRole).where(PersonRole.role.in_(("lead", "deputy")), Person.active.is_(True))
    return db_session().scalar(readers.limit(1)) is not None


def _current(endpoint: str) -> bool:
    if request.endpoint == endpoint:
        return True
    room = endpoint.partition(".")[0]
    return room in ("manager", "asking", "paper", "said", "spotlight") and request.blueprint == room


def init_app(app: Flask) -> None:
    """Give templates the bar, the person and the name of the service."""
    app.jinja_env.globals.update(nav_items=nav_items, viewer=signed_in_person)

    @app.context_processor
    def _names() -> dict[str, object]:
        found = settings()
        return {
            "service_name": found.service_name,
            "demo": found.mode == "demo",
            "alarms": service_alarms,
            "second_step_off": found.second_factor == "may_skip",
        }
