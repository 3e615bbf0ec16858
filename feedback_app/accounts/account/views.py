"""What the page of one's own account shows of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback_app.labels import label
from feedback_app.models.person import Person
from feedback_app.web.browsers import UNKNOWN
from feedback_app.web.staff_sessions import open_sessions

MARK_LENGTH = 32


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session as its person sees it.

    `mark` names it in an address, and opens nothing. `complete`: the second step was done, or was not needed.
    """

    mark: str
    browser: str
    how: str
    began_at: datetime
    seen_at: datetime
    is_this: bool
    complete: bool


def sessions_of(
    session: Session, person: Person, *, own_id: str, without_step: bool
) -> list[OpenSession]:
    """Return the person's open sessions, this one first. `without_step`: a password alone is enough for the person."""
    found = [
        OpenSession(
            row.id[:MARK_LENGTH],
            row.browser or UNKNOWN,
            label("signed_in_how", row.how),
            row.began_at,
            row.seen_at,
            row.id == own_id,
            without_step or row.second_factor_at is not None,
        )
        for row in open_sessions(session, person)
    ]
    return sorted(found, key=lambda one: not one.is_this)
