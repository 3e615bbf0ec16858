"""After a restore: erase again what was erased, delete what is due by now, end all sessions (promise 38)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.config import Settings
from feedback_app.database.sessions import Database
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import (
    CalendarLink,
    Challenge,
    LinkRequest,
    SignedIn,
    StaffToken,
)
from feedback_app.models.review import ImportedReview
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.sending import Sending
from feedback_app.models.text import QueueEntry
from feedback_app.privacy.keys import Keys
from feedback_app.records import erasure, erasure_ledger, held, nightly

REASON_ERASED_AGAIN = "erased before, and again after a restore"
ACCOUNTS_ADVICE = (
    "Accounts are as they were at the backup: go through People, "
    "and switch off again whoever left or was switched off."
)


def settle_restored(
    database: Database, keys: Keys, settings: Settings, *, without_ledger: bool = False
) -> list[str]:
    """Put a restored database in order and return a report, a string for each line. May be run twice.

    Raises LedgerError if the ledger is missing, cannot be read or is another service's. With `without_ledger` it goes
    on without, and what was erased since the backup is back.
    """
    with database.short_write() as session:
        if without_ledger:
            report = [
                "No ledger was read: whatever was erased since the backup is back."
            ]
        else:
            report = _erase_again(session, keys, _read_ledger(keys, settings))
        report.append(_end_sessions(session))
        report.append(_stop_sendings(session))
        audit.write_entry(
            session, keys.audit, "restored", person_id=None, reason=report[0][:400]
        )
    deleted = nightly.run_retention(database, keys, settings)
    report += [
        f"Due by now and deleted: {name} {number}."
        for name, number in deleted.items()
        if number
    ]
    tables_left = nightly.wipe_deleted(database)
    if tables_left:
        report.append(
            f"Deleted data may still be in the files of {', '.join(tables_left)}: tried again next night."
        )
    return [*report, ACCOUNTS_ADVICE]


def _read_ledger(keys: Keys, settings: Settings) -> erasure_ledger.Ledger:
    path = settings.erased_file
    try:
        found = erasure_ledger.read_lines(path, keys.audit)
    except FileNotFoundError as error:
        raise erasure_ledger.LedgerError(
            f"{path} is not there. It lists what was erased, which this backup may bring back. Put it where"
            " FEEDBACK_ERASED_FILE says. If nothing was ever erased, or the ledger is lost, run this with --no-ledger."
        ) from error
    if found.bad and not found.erased:
        raise erasure_ledger.LedgerError(
            f"No line of {path} was written under this service's audit key. Put the right keys in place, or the right"
            " ledger."
        )
    return found


def _erase_again(
    session: Session, keys: Keys, found: erasure_ledger.Ledger
) -> list[str]:
    known = Counter[str]()
    said = [
        f"Line {number} of the ledger was not written by this service: left alone."
        for number in found.bad
    ]
    for one in found.erased:
        what = _erase_one_again(session, keys, one)
        known[what] += 1
        if what == "newer":
            said.append(
                f"Link {one.invitation_id} was erased on {one.at:%d %B %Y}, and holds something newer that came after:"
                " look at it, and erase it by hand."
            )
    numbers = (
        f"{known['erased']} erased again, {known['done']} already in this backup, "
        f"{known['unknown']} unknown to it"
    )
    return [f"The ledger lists {len(found.erased)} erasures: {numbers}.", *said]


def _erase_one_again(
    session: Session, keys: Keys, one: erasure_ledger.ErasureLine
) -> str:
    """Erase one invitation, complaint or review again; return `erased`, or why not: `unknown`, `done`, `newer`.

    A backup from before the erasure holds nothing newer than it. A backup from after it has the erasure in its audit
    trail (`done`); what came in later was never meant to be erased (`newer`).
    """
    invitation = session.get(Invitation, one.invitation_id)
    complaint = session.get(Complaint, one.invitation_id)
    review = session.get(ImportedReview, one.invitation_id)
    if invitation is None and complaint is None and review is None:
        return "unknown"
    noted = select(AuditEntry.number).where(
        AuditEntry.what == "erased",
        AuditEntry.about == one.invitation_id,
        AuditEntry.at >= one.at,
    )
    if session.scalar(noted.limit(1)) is not None:
        return "done"
    if review is not None:
        erasure.erase_review_row(
            session, keys, review.id, reason=REASON_ERASED_AGAIN, person_id=None
        )
        return "erased"
    if invitation is None:  # a complaint comes once: nothing of it can be newer
        rows = held.collect_rows(session, (), complaint_ids=(one.invitation_id,))
        erasure.erase_complaint_rows(
            session, keys, rows, reason=REASON_ERASED_AGAIN, person_id=None
        )
        return "erased"
    found = held.collect_rows(session, (one.invitation_id,))
    answered_later = (
        invitation.outcome == "answered" and (invitation.outcome_at or one.at) > one.at
    )
    if answered_later or _has_newer_rows(session, found, one.at):
        return "newer"
    erasure.erase_rows(session, keys, found, reason=REASON_ERASED_AGAIN, person_id=None)
    return "erased"


def _has_newer_rows(session: Session, found: held.HeldRows, since: datetime) -> bool:
    """Return True if any of these rows came in after that instant."""
    return any(
        session.scalar(select(key).where(key.in_(ids), at > since).limit(1)) is not None
        for key, at, ids in (
            (QueueEntry.id, QueueEntry.queued_at, found.entries),
            (Concern.id, Concern.raised_at, found.concerns),
            (ContactRequest.id, ContactRequest.asked_at, found.requests),
        )
    )


def _stop_sendings(session: Session) -> str:
    """Send no link that waited in the backup: it may have gone since. Its officer sees it, and can send it anew."""
    stopped = session.connection().execute(
        update(Sending)
        .where(Sending.state == "waiting")
        .values(state="failed", reason="restored", state_at=clock.now(), due_at=None)
    )
    return f"{stopped.rowcount} links that were to be sent are not sent: their officers see it."


def _end_sessions(session: Session) -> str:
    now = clock.now()
    ended = session.connection().execute(delete(SignedIn)).rowcount
    session.execute(delete(Challenge))
    session.execute(delete(LinkRequest))
    # An address that was renewed or ended since the backup must not open again.
    session.execute(delete(CalendarLink))
    session.execute(
        update(StaffToken).where(StaffToken.ends_at > now).values(ends_at=now)
    )
    return f"{ended} sessions ended, with all half-done sign-ins, links for staff and private calendars."
