"""Erases all that is held for a link: first the ledger, then the database, so that it survives a restore (38)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.running import AuditEntry
from feedback_app.privacy.keys import Keys
from feedback_app.records import held
from feedback_app.records.erasure_ledger import LedgerError, append_line
from feedback_app.survey.types import clean_text


class ErasureReasonMissing(ValueError):
    """An erasure needs a reason: who asked for it, and why."""


class MattersStillOpen(Exception):
    """Something is still open or unread (`waits` counts it): nothing that a child discloses may be lost unread."""

    def __init__(self, waits: held.OpenMatters) -> None:
        self.waits = waits
        super().__init__("something is open or unread")


def erase_invitation(
    session: Session,
    keys: Keys,
    file: Path,
    invitation_id: str,
    *,
    reason: str,
    person_id: str,
) -> None:
    """Delete all that is held for this invitation; the empty invitation and its links stay (docs/rules.md, Data).

    The ledger `file` gets its line before the database changes: if the commit fails afterwards, erase again. Raises
    ReasonMissing, MattersStillOpen or LedgerError; then nothing has changed.
    """
    reason = clean_text(reason)
    if not reason:
        raise ErasureReasonMissing("a reason is needed")
    held.lock_invitations(session, (invitation_id,))
    found = held.collect_rows(session, (invitation_id,))
    waits = held.count_open_matters(session, found)
    if waits:
        raise MattersStillOpen(waits)
    if not file.exists() and _erased_before(session):
        raise LedgerError(
            f"{file} is not there, and something was erased before. Find out where it went before you erase more."
        )
    append_line(file, keys.audit, invitation_id, clock.now())
    erase_rows(session, keys, found, reason=reason[:400], person_id=person_id)


def erase_rows(
    session: Session,
    keys: Keys,
    found: held.HeldRows,
    *,
    reason: str,
    person_id: str | None,
) -> None:
    """Delete the rows of one invitation, end its link and write the audit entry; also after a restore."""
    held.delete_rows(session, found)
    (invitation_id,) = found.invitations
    now = clock.now()
    still_waiting = (Invitation.id == invitation_id) & (Invitation.outcome == "waiting")
    session.execute(
        update(Invitation).where(still_waiting).values(outcome="ended", outcome_at=now)
    )
    links = (Link.invitation_id == invitation_id) & (Link.ends_at > now)
    session.execute(update(Link).where(links).values(ends_at=now))
    audit.write_entry(
        session,
        keys.audit,
        "erased",
        person_id=person_id,
        about=invitation_id,
        reason=reason,
    )


def _erased_before(session: Session) -> bool:
    return (
        session.scalar(
            select(AuditEntry.number).where(AuditEntry.what == "erased").limit(1)
        )
        is not None
    )
