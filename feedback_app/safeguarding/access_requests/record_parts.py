"""What the file of all that is held is made of, and what every part of it reads from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import labels
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.records import held
from feedback_app.safeguarding.queue.child_page import QuestionAndAnswer
from feedback_app.web.context import Instance


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is held: facts as name and value, then what was asked and answered, or words."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    said: tuple[QuestionAndAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the file; without entries it says that there is none."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What every part reads from: one link, and the ids of all that hangs on it."""

    session: Session
    parts: Instance
    invitation: Invitation
    found: held.HeldRows
    role: Callable[[str | None], str]


def roles_in_words(session: Session) -> Callable[[str | None], str]:
    """What anybody who works here is called in the file, by their id."""
    people: Sequence[Person] = session.scalars(select(Person)).all()
    first = {one.id: one.main_role for one in people}
    return lambda person_id: (
        labels.role_label(first.get(person_id))
        if person_id
        else _("the service itself")
    )


def at_words(at: datetime) -> str:
    """An instant as London reads it."""
    return str(format_datetime(at, "d MMMM y, HH:mm"))


def day_words(day: date) -> str:
    """A day."""
    return str(format_date(day, "d MMMM y"))
