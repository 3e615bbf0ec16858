"""Erases all that is held for a link or a complaint: the ledger first, so that it survives a restore (promise 38)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.running import AuditEntry
from feedback_app.privacy.keys import Keys
from feedback_app.records import held
from feedback_app.records.erasure_ledger import LedgerError, append_line
from feedback_app.typed_text import REASON_LIMIT, clean_line, is_visible


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
    complaint_ids: Collection[str] = (),
) -> None:
    """Delete all that is held for this invitation; the empty invitation and its links stay (docs/rules.md, Data).

    With it go the complaints in which its reference was typed (`finding.complaints_naming`), and the imported reviews
    that have its reference.

    The ledger `file` gets its line before the database changes: if the commit fails afterwards, erase again. Raises
    ReasonMissing, MattersStillOpen or LedgerError; then nothing has changed.
    """
    reason = _checked_reason(reason)
    held.lock_invitations(session, (invitation_id,))
    held.lock_complaints(session, complaint_ids)
    found = held.collect_rows(session, (invitation_id,))
    complaints = [
        held.collect_rows(session, (), complaint_ids=(one,)) for one in complaint_ids
    ]
    _require_settled(session, found, *complaints)
    _require_ledger(session, file)
    for one in (invitation_id, *complaint_ids, *found.reviews):
        append_line(file, keys.audit, one, clock.now())
    erase_rows(session, keys, found, reason=reason, person_id=person_id)
    for rows in complaints:
        erase_complaint_rows(session, keys, rows, reason=reason, person_id=person_id)


def erase_complaint(
    session: Session,
    keys: Keys,
    file: Path,
    complaint_id: str,
    *,
    reason: str,
    person_id: str,
) -> None:
    """Delete a closed complaint with all that hangs on it, under the same rules as an invitation.

    Raises ErasureReasonMissing, MattersStillOpen or LedgerError; then nothing has changed.
    """
    reason = _checked_reason(reason)
    held.lock_complaints(session, (complaint_id,))
    found = held.collect_rows(session, (), complaint_ids=(complaint_id,))
    _require_settled(session, found)
    _require_ledger(session, file)
    append_line(file, keys.audit, complaint_id, clock.now())
    erase_complaint_rows(session, keys, found, reason=reason, person_id=person_id)


def erase_reviews(
    session: Session,
    keys: Keys,
    file: Path,
    review_ids: Collection[str],
    *,
    reason: str,
    person_id: str,
) -> None:
    """Delete imported reviews with their references; each has its own line on the list of erasures.

    Raises ErasureReasonMissing or LedgerError; then nothing has changed.
    """
    reason = _checked_reason(reason)
    _require_ledger(session, file)
    for one in review_ids:
        append_line(file, keys.audit, one, clock.now())
    for one in review_ids:
        erase_review_row(session, keys, one, reason=reason, person_id=person_id)


def erase_review_row(
    session: Session,
    keys: Keys,
    review_id: str,
    *,
    reason: str,
    person_id: str | None,
) -> None:
    """Delete one imported review and write the audit entry; also after a restore."""
    held.delete_reviews(session, (review_id,))
    audit.write_entry(
        session,
        keys.audit,
        "erased",
        person_id=person_id,
        about=review_id,
        reason=reason,
    )


def erase_complaint_rows(
    session: Session,
    keys: Keys,
    found: held.HeldRows,
    *,
    reason: str,
    person_id: str | None,
) -> None:
    """Delete the rows of one complaint and write the audit entry; also after a restore."""
    held.delete_rows(session, found)
    (complaint_id,) = found.complaints
    audit.write_entry(
        session,
        keys.audit,
        "erased",
        person_id=person_id,
        about=complaint_id,
        reason=reason,
    )


def _checked_reason(typed: str) -> str:
    """Raises ErasureReasonMissing."""
    reason = clean_line(typed)
    if not is_visible(reason) or len(reason) > REASON_LIMIT:
        raise ErasureReasonMissing(
            f"a reason of at most {REASON_LIMIT} characters is needed"
        )
    return reason


def _require_settled(session: Session, *found: held.HeldRows) -> None:
    """Raises MattersStillOpen."""
    for rows in found:
        waits = held.count_open_matters(session, rows)
        if waits:
            raise MattersStillOpen(waits)


def _require_ledger(session: Session, file: Path) -> None:
    """Raises LedgerError where the list of erasures was there once and is gone."""
    if not file.exists() and was_erased_before(session):
        raise LedgerError(
            f"{file} is not there, and something was erased before. Find out where it went before you erase more."
        )


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


def was_erased_before(session: Session) -> bool:
    """Whether anything was ever erased from this database, by its audit trail."""
    return (
        session.scalar(
            select(AuditEntry.number).where(AuditEntry.what == "erased").limit(1)
        )
        is not None
    )
