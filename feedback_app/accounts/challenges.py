"""Questions put to a browser while somebody signs in or adds a factor: answered once, within minutes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.person import Challenge, Person
from feedback_app.privacy.cipher import fingerprint


def store_challenge(
    session: Session,
    secret: str,
    *,
    kind: str,
    person: Person | None = None,
    value: str = "",
    minutes: int = 5,
) -> None:
    """Store a question under the hash of its secret, for that many minutes, with `value` beside it.

    With a person, only that person may answer; without one, anybody. Questions whose time is over are deleted.
    """
    now = clock.now()
    session.execute(delete(Challenge).where(Challenge.ends_at <= now))
    session.add(
        Challenge(
            id=fingerprint(secret),
            kind=kind,
            person_id=person.id if person else None,
            value=value,
            ends_at=now + timedelta(minutes=minutes),
        )
    )
    session.flush()


def waiting_challenge(
    session: Session, secret: str, *, kind: str, person: Person
) -> str | None:
    """Return the value stored with a question to this person that is not answered yet, or None; it stays."""
    row = session.get(Challenge, fingerprint(secret))
    if (
        row is None
        or row.kind != kind
        or row.person_id != person.id
        or clock.now() >= row.ends_at
    ):
        return None
    return row.value


def use_challenge(
    session: Session, secret: str, *, kind: str, person: Person | None = None
) -> str | None:
    """Return the value stored with a question, which is now answered; None when it was, never was, or is over.

    One DELETE decides, so only one of several answers counts. With a person, the question must have been put to that
    person; without one, to nobody in particular.
    """
    asked = (Challenge.id == fingerprint(secret)) & (Challenge.kind == kind)
    whose = Challenge.person_id == (person.id if person else None)
    taken = (
        delete(Challenge)
        .where(asked, whose, Challenge.ends_at > clock.now())
        .returning(Challenge.value)
    )
    value: str | None = session.scalar(
        taken.execution_options(synchronize_session=False)
    )
    return value
