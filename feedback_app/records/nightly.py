"""The nightly deletion: deletes what is due by records/rules.py, also from the database files (promise 36).

Each batch is its own transaction with an audit entry, and checks again under the lock what is open: a run may be
stopped at any point, or run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.database.sessions import Database
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.response import Response
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.models.running import Delivery, OutboxMessage, ServiceFlag
from feedback_app.models.sending import Sending
from feedback_app.month import london_day
from feedback_app.privacy.keys import Keys
from feedback_app.records import due, envelopes, held, stops
from feedback_app.records.rules import Rule, RuleName, rules_in_force

EARLIEST_TIME = time(3)
"""London time from which a run may begin: at night, because PostgreSQL tables are locked for a moment each."""
INVITATIONS_A_BATCH = 50
"""Invitations, or complaints, deleted in one transaction."""
ROWS_A_BATCH = 2000
"""Rows of one table deleted in one transaction (due.SIMPLE_ROWS)."""
NIGHT = "retention"
"""The service flag that says when the last night's run began."""
TABLES_TO_WIPE = (
    "envelope", "sending", "draw", "sealed_text", "set_aside", "case_note", "answer", "answer_option", "response",
    "queue_entry", "read_mark", "concern", "contact_request", "outbox_message", "delivery", "invitation", "link",
    "miss", "signed_in", "challenge", "staff_token", "link_request", "recovery_code", "passkey", "complaint",
    "complaint_about", "interview", "calendar_link", "month_reminder", "chosen_numbers", "review_reference",
    "imported_review", "theme_text", "redaction", "quote", "report_file", "report", "report_sentence",
    "report_reminder", "campaign_child", "campaign_reminder",
)  # fmt: skip
"""The tables from which rows are deleted, those with sealed texts first."""

DeletedCounts = dict[RuleName, int]


def run_retention(
    database: Database, keys: Keys, settings: Settings, *, anyway: bool = False
) -> DeletedCounts:
    """Delete all that is due; return how many for each rule. The run gets an audit entry even if nothing was due.

    Raises RetentionStopped, with nothing deleted, where a person must look first; `anyway`: they have.
    """
    now = clock.now()
    with database.new_session(reading=True) as session:
        every = {rule.name: rule for rule in rules_in_force(session, settings)}
    _stop_or_clear(database, every["answers"], now, anyway=anyway)
    done: DeletedCounts = dict.fromkeys(every, 0)
    done["envelopes"] = _delete_in_batches(
        database, keys, every["envelopes"], now, _due_envelopes, _remove_envelopes(keys)
    )
    done["review_references"] = _delete_in_batches(
        database,
        keys,
        every["review_references"],
        now,
        _selected(due.old_references),
        _remove_references,
    )
    done["answers"] = _delete_in_batches(
        database,
        keys,
        every["answers"],
        now,
        _selected(due.old_answers),
        _remove_answers,
    )
    done["reviews"] = _delete_in_batches(
        database,
        keys,
        every["reviews"],
        now,
        _selected(due.old_reviews),
        _remove_reviews,
    )
    done["invitations"] = _delete_in_batches(
        database,
        keys,
        every["invitations"],
        now,
        _selected(due.empty_shells),
        _remove_shells,
    )
    done["complaints"] = _delete_in_batches(
        database,
        keys,
        every["complaints"],
        now,
        _selected(due.closed_complaints),
        _remove_complaints,
    )
    plain = [every[name] for name in due.SIMPLE_ROWS]
    while True:
        with database.short_write() as session:
            found = {
                rule.name: _remove_simple_rows(session, rule, now) for rule in plain
            }
            _write_audit_entry(session, keys, now, found, idle=not any(done.values()))
        for name, number in found.items():
            done[name] += number
        if not any(found.values()):
            break
    wipe_deleted(database)
    return done


def _stop_or_clear(
    database: Database, rule: Rule, now: datetime, *, anyway: bool
) -> None:
    """Raise RetentionStopped where a person must look first, its flag committed; `anyway` takes the flags away."""
    problem: stops.RetentionStopped | None = None
    with database.short_write() as session:
        if anyway:
            stops.clear_stops(session)
            return
        try:
            stops.check_clock(session, now)
            stops.check_answers(session, rule, now)
        except stops.RetentionStopped as stopped:
            problem = stopped
    if problem is not None:
        raise problem


def claim_night(session: Session, now: datetime) -> bool:
    """Return True once a night, to the worker whose transaction commits."""
    there, last = now.astimezone(LONDON), session.get(ServiceFlag, NIGHT)
    if there.time() < EARLIEST_TIME or (
        last is not None and london_day(last.set_at) >= there.date()
    ):
        return False
    session.merge(ServiceFlag(name=NIGHT, set_at=now))
    return True


def wipe_deleted(database: Database, *, by_day: bool = False) -> list[str]:
    """Remove deleted data from the files; return the tables for which that is tried again next night.

    `by_day` leaves PostgreSQL's tables to the night: rewriting a table makes children's sends wait.
    """
    if by_day and database.engine.dialect.name == "postgresql":
        return list(TABLES_TO_WIPE)
    with database.new_session(reading=True) as session:
        mark = session.get(ServiceFlag, held.TO_WIPE)
    if mark is None:
        return []
    left = database.wipe_deleted(TABLES_TO_WIPE)
    if not left:
        with database.short_write() as session:
            session.execute(
                delete(ServiceFlag).where(
                    ServiceFlag.name == held.TO_WIPE, ServiceFlag.set_at == mark.set_at
                )
            )
    return left


def _delete_in_batches(
    database: Database,
    keys: Keys,
    rule: Rule,
    now: datetime,
    over: Callable[[Session, Rule, datetime], Sequence[str]],
    remove: Callable[[Session, Rule, datetime, Sequence[str]], int],
) -> int:
    """Find what is due without blocking writers, then delete it in batches, each its own transaction."""
    with database.new_session(reading=True) as session:
        ids = over(session, rule, now)
    done = 0
    for start in range(0, len(ids), INVITATIONS_A_BATCH):
        with database.short_write() as session:
            number = remove(
                session, rule, now, ids[start : start + INVITATIONS_A_BATCH]
            )
            _write_audit_entry(session, keys, now, {rule.name: number}, idle=False)
        done += number
    return done


def _selected(
    selection: Callable[[Rule, datetime], Select[str]],
) -> Callable[[Session, Rule, datetime], Sequence[str]]:
    """The ids that a selection finds."""
    return lambda session, rule, now: session.scalars(selection(rule, now)).all()


def _due_envelopes(session: Session, rule: Rule, now: datetime) -> Sequence[str]:
    due_now = envelopes.envelopes_due(session, rule, by=now)
    return [id_ for id_, _end in due_now]


def _remove_envelopes(
    keys: Keys,
) -> Callable[[Session, Rule, datetime, Sequence[str]], int]:
    return lambda session, rule, now, batch: envelopes.destroy_envelopes(
        session, keys, batch, rule, now=now
    )


def _remove_answers(
    session: Session, rule: Rule, now: datetime, batch: Sequence[str]
) -> int:
    locked = held.lock_invitations(session, batch, wait=False)
    imported = session.scalars(
        select(Response.id).where(
            Response.id.in_(batch), Response.invitation_id.is_(None)
        )
    )
    # Ask again under the lock: something may have been opened since the ids were collected.
    due_ids = set(
        session.scalars(due.old_answers(rule, now, among=(*locked, *imported)))
    )
    if due_ids:
        invitation_ids = due_ids.intersection(locked)
        rows = held.collect_rows(
            session, sorted(invitation_ids), sorted(due_ids - invitation_ids)
        )
        held.delete_rows(session, rows)
    return len(due_ids)


def _remove_references(
    session: Session, rule: Rule, now: datetime, batch: Sequence[str]
) -> int:
    # Ask again: another file may have given a review a later day since.
    gone = session.scalars(
        due.old_references(rule, now).where(ReviewReference.review_id.in_(batch))
    ).all()
    session.execute(delete(ReviewReference).where(ReviewReference.review_id.in_(gone)))
    if gone:
        held.mark_to_wipe(session)
    return len(gone)


def _remove_reviews(
    session: Session, rule: Rule, now: datetime, batch: Sequence[str]
) -> int:
    gone = session.scalars(
        due.old_reviews(rule, now).where(ImportedReview.id.in_(batch))
    ).all()
    held.delete_reviews(session, gone)
    return len(gone)


def _remove_shells(
    session: Session, rule: Rule, now: datetime, batch: Sequence[str]
) -> int:
    locked = held.lock_invitations(session, batch, wait=False)
    over = session.scalars(
        due.empty_shells(rule, now).where(Invitation.id.in_(locked))
    ).all()
    session.execute(delete(Sending).where(Sending.invitation_id.in_(over)))
    session.execute(delete(Link).where(Link.invitation_id.in_(over)))
    session.execute(delete(Invitation).where(Invitation.id.in_(over)))
    if over:
        held.mark_to_wipe(session)
    return len(over)


def _remove_complaints(
    session: Session, rule: Rule, now: datetime, batch: Sequence[str]
) -> int:
    locked = held.lock_complaints(session, batch, wait=False)
    over = session.scalars(
        due.closed_complaints(rule, now).where(Complaint.id.in_(locked))
    ).all()
    if over:
        rows = held.collect_rows(session, (), complaint_ids=over)
        held.delete_rows(session, rows)
    return len(over)


def _remove_simple_rows(session: Session, rule: Rule, now: datetime) -> int:
    number = 0
    for rows in due.SIMPLE_ROWS[rule.name]:
        ids = session.scalars(due.due_rows(rows, rule, now).limit(ROWS_A_BATCH)).all()
        if rows.key is OutboxMessage.id:
            session.execute(delete(Delivery).where(Delivery.message_id.in_(ids)))
        session.execute(delete(rows.key.class_).where(rows.key.in_(ids)))
        number += len(ids)
    if number:
        held.mark_to_wipe(session)
    return number


def _write_audit_entry(
    session: Session,
    keys: Keys,
    now: datetime,
    found: Mapping[RuleName, int],
    *,
    idle: bool,
) -> None:
    """Write how many of what were deleted; with `idle`, also that nothing was due."""
    said = ", ".join(f"{name} {number}" for name, number in found.items() if number)
    if said or idle:
        day = str(london_day(now))
        audit.write_entry(
            session,
            keys.audit,
            "retention_ran",
            person_id=None,
            about=day,
            reason=said or "nothing was due",
        )
