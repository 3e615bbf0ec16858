"""Erasing what is held for a link, so that it survives a restore: first the ledger, then the database (promise 38)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.running import AuditEntry
from feedback_app.privacy.keys import Keys
from feedback_app.records import erasure_ledger as ledger
from feedback_app.records import held
from feedback_app.survey.texts import clean_text


class ReasonMissing(ValueError):
    """An erasure says who asked for it, and why."""


class MattersStillOpen(Exception):
    """Something must be read or seen to first: nothing that a child discloses is lost unread."""

    def __init__(self, waits: held.OpenMatters) -> None:
        self.waits = waits
        super().__init__("something is open or unread")


def erase_invitation(
    session: Session, keys: Keys, file: Path, invitation_id: str, *, reason: str, person_id: str
) -> None:
    """Delete all that is held for this invitation; a shell of it and its links stays, so that a late send is set aside.

    A line is on the ledger `file` before the database changes: when the commit then fails, erase once more. Raises
    ReasonMissing, MattersStillOpen or LedgerError; then nothing has changed.
    """
    reason = clean_text(reason)
    if not reason:
        raise ReasonMissing("a reason is needed")
    held.lock_invitations(session, (invitation_id,))
    found = held.collect_rows(session, (invitation_id,))
    waits = held.count_open_matters(session, found)
    if waits:
        raise MattersStillOpen(waits)
    if not file.exists() and _erased_before(session):
        raise ledger.LedgerError(
            f"{file} is not there, and something was erased before. Find out where it went before you erase more."
        )
    ledger.append_line(file, keys.audit, invitation_id, clock.now())
    erase_rows(session, keys, found, reason=reason[:400], person_id=person_id)


def erase_rows(session: Session, keys: Keys, found: held.HeldRows, *, reason: str, person_id: str | None) -> None:
    """The database's part: also for what a restore brought back. One invitation at a time."""
    held.delete_rows(session, found)
    (invitation_id,) = found.invitations
    now = clock.now()
    waits = (Invitation.id == invitation_id) & (Invitation.outcome == "waiting")
    session.execute(update(Invitation).where(waits).values(outcome="ended", outcome_at=now))
    links = (Link.invitation_id == invitation_id) & (Link.ends_at > now)
    session.execute(update(Link).where(links).values(ends_at=now))
    audit.write_entry(session, keys.audit, "erased", person_id=person_id, about=invitation_id, reason=reason)


def _erased_before(session: Session) -> bool:
    return session.scalar(select(AuditEntry.number).where(AuditEntry.what == "erased").limit(1)) is not None
