"""The audit trail: append-only, each entry chained to the one before by a keyed MAC (promise 37).

Only one transaction may append at a time: SQLite's write lock sees to it there, an advisory lock held to the commit
on PostgreSQL.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.database import locks
from feedback_app.models.running import AuditEntry
from feedback_app.privacy.keys import KeyRing

AuditEvent = Literal[
    "signed_in",
    "signed_out",
    "new_device",
    "account_attacked",
    "sessions_ended",
    "refused",
    "access_refused",
    "sign_in_failed",
    "invitation_issued",
    "invitation_reissued",
    "link_sent",
    "invitation_ended",
    "invitation_declined",
    "invitation_unreached",
    "invitation_unsafe",
    "invitation_taken_back",
    "reissue_taken_back",
    "invitation_corrected",
    "invitation_handed_over",
    "phone_handed_over",
    "response_corrected",
    "verbal_recorded",
    "paper_recorded",
    "text_opened",
    "text_read",
    "text_unread",
    "comments_shown",
    "theme_added",
    "theme_removed",
    "words_covered",
    "quote_chosen",
    "quote_taken_back",
    "concern_opened",
    "concern_reopened",
    "request_opened",
    "exported",
    "concern_seen",
    "concern_closed",
    "request_seen",
    "request_done",
    "envelope_opened",
    "envelope_destroyed",
    "envelope_searched",
    "concern_noted",
    "concern_about",
    "concern_taken_on",
    "opening_confirmed",
    "request_noted",
    "text_resealed",
    "key_added",
    "key_used",
    "key_dropped",
    "key_lost",
    "retention_ran",
    "erased",
    "access_exported",
    "backup_made",
    "restored",
    "person_added",
    "person_invited",
    "person_disabled",
    "person_enabled",
    "person_left",
    "person_returned",
    "roles_changed",
    "access_reviewed",
    "password_changed",
    "password_reset",
    "password_asked",
    "factor_added",
    "factor_removed",
    "codes_made",
    "code_used",
    "stepped_up",
    "calendar_made",
    "calendar_ended",
    "identity_added",
    "identity_removed",
    "setting_changed",
    "target_changed",
    "work_changed",
    "cohort_entered",
    "campaign_made",
    "campaign_prolonged",
    "report_written",
    "report_handed_over",
    "imported",
    "action_written",
    "action_published",
    "action_withdrawn",
    "spotlight_chosen",
    "complaint_opened",
    "complaint_given",
    "complaint_acknowledged",
    "complaint_noted",
    "complaint_about",
    "complaint_closed",
    "complaint_reopened",
]


def write_entry(
    session: Session,
    ring: KeyRing,
    what: AuditEvent,
    *,
    person_id: str | None,
    about: str = "",
    reason: str = "",
) -> AuditEntry:
    """Append an entry in the session's transaction.

    `about` is an id or a month, never a name or a child's words; `person_id` None stands for the service itself.
    """
    lock_trail(session)
    last = session.execute(
        select(AuditEntry.number, AuditEntry.mac)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=clock.now(),
        person_id=person_id,
        what=what,
        about=about,
        reason=reason,
        key_id=ring.current,
    )
    entry.mac = entry_mac(ring.newest_key, entry, last.mac if last else "")
    session.add(entry)
    session.flush()
    return entry


def write_entries(
    session: Session,
    ring: KeyRing,
    what: AuditEvent,
    *,
    person_id: str,
    about: Sequence[str],
) -> None:
    """Append an entry for each of these ids, in one statement however many they are."""
    lock_trail(session)
    number, mac = last_entry(session)
    for step, one in enumerate(about, 1):
        entry = AuditEntry(
            number=number + step,
            at=clock.now(),
            person_id=person_id,
            what=what,
            about=one,
            reason="",
            key_id=ring.current,
        )
        entry.mac = mac = entry_mac(ring.newest_key, entry, mac)
        session.add(entry)
    session.flush()


def lock_trail(session: Session) -> None:
    """Wait until no other transaction appends; keeps the lock to the commit.

    `write_entry` does this itself. Call it earlier to take this lock before others (a file lock, rows).
    """
    locks.hold_to_commit(session, locks.AUDIT_TRAIL)


def entry_mac(key: bytes, entry: AuditEntry, before: str) -> str:
    """Return the MAC that an entry must have, given the MAC of the entry before it (hex)."""
    fields = (
        before,
        str(entry.number),
        entry.at.isoformat(),
        entry.person_id or "",
        entry.what,
        entry.about,
        entry.reason,
        entry.key_id,
    )
    return hmac.new(key, "\x1f".join(fields).encode(), "sha256").hexdigest()


def last_entry(session: Session) -> tuple[int, str]:
    """Return number and MAC of the last entry, (0, "") for an empty trail. Mailed out each day (promise 37)."""
    last = session.execute(
        select(AuditEntry.number, AuditEntry.mac)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    return (last.number, last.mac) if last else (0, "")


def contains_entry(session: Session, number: int, mac_then: str) -> bool:
    """Return False if the entry that once was the last is missing or different: the end was cut off or remade."""
    if number == 0:
        return not mac_then
    entry = session.get(AuditEntry, number)
    return entry is not None and entry.mac == mac_then


def first_bad_entry(session: Session, ring: KeyRing) -> int | None:
    """Return the number of the first entry that was altered, moved, inserted or follows a gap; None if none."""
    mac_before, expected = "", 1
    entries = (
        select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    )
    for entry in session.scalars(entries):
        key = ring.find_key(entry.key_id)
        if (
            entry.number != expected
            or key is None
            or entry.mac != entry_mac(key, entry, mac_before)
        ):
            return entry.number
        mac_before, expected = entry.mac, expected + 1
    return None
