"""Collects and deletes every row that belongs to an invitation: for retention, erasure and requests to see data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, text, union
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.base import Instant
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.response import Answer, AnswerOption, Response
from feedback_app.models.running import Delivery, OutboxMessage
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside

TO_WIPE = "to_wipe"
"""The service flag that stands while deleted bytes may still lie in the files."""
Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldRows:
    """The ids of all rows that belong to some invitations (or to imported responses, which have no invitation)."""

    invitations: Ids
    responses: Ids
    asides: Ids
    requests: Ids
    concerns: Ids
    texts: Ids
    entries: Ids
    notes: Ids
    messages: Ids

    @property
    def has_content(self) -> bool:
        """Return True if there is more than the invitation and its links."""
        return any((self.responses, self.asides, self.requests, self.concerns))


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """How many concerns and requests are open, and texts unread; falsy when none."""

    concerns: int
    requests: int
    unread: int

    def __bool__(self) -> bool:
        return bool(self.concerns or self.requests or self.unread)


def lock_invitations(session: Session, invitation_ids: Collection[str], *, wait: bool = True) -> Ids:
    """Lock these invitations to the end of the transaction; return those locked (`wait=False` skips busy ones).

    On PostgreSQL a concern or a send inserts a reference to the invitation's row and so waits for this lock, or held
    it before: check again what is open after locking. SQLite has one writer anyway. Take this lock before the audit
    trail's, never after, or two transactions may wait for each other.
    """
    query = select(Invitation.id).where(Invitation.id.in_(invitation_ids)).order_by(Invitation.id)
    return tuple(session.scalars(query.with_for_update(skip_locked=not wait)).all())


def collect_rows(session: Session, invitation_ids: Collection[str], response_ids: Collection[str] = ()) -> HeldRows:
    """Return the ids of all rows that belong to these invitations and responses."""

    def ids(query: Select[Any]) -> Ids:
        return tuple(session.scalars(query.order_by(query.selected_columns[0])).all())

    responses = ids(
        select(Response.id).where(or_(Response.invitation_id.in_(invitation_ids), Response.id.in_(response_ids)))
    )
    asides = ids(select(SetAside.id).where(SetAside.invitation_id.in_(invitation_ids)))
    requests = ids(
        select(ContactRequest.id).where(
            or_(ContactRequest.invitation_id.in_(invitation_ids), ContactRequest.response_id.in_(responses))
        )
    )
    concerns = ids(
        select(Concern.id).where(
            or_(
                Concern.invitation_id.in_(invitation_ids),
                Concern.response_id.in_(responses),
                Concern.set_aside_id.in_(asides),
            )
        )
    )
    texts = ids(select(SealedText.id).where(_text_of(responses, requests, concerns)))
    entries = ids(select(QueueEntry.id).where(or_(QueueEntry.text_id.in_(texts), QueueEntry.set_aside_id.in_(asides))))
    notes = ids(select(CaseNote.id).where(or_(CaseNote.concern_id.in_(concerns), CaseNote.request_id.in_(requests))))
    about = (*responses, *entries, *concerns, *requests)
    messages = ids(select(OutboxMessage.id).where(OutboxMessage.about_id.in_(about)))
    return HeldRows(tuple(invitation_ids), responses, asides, requests, concerns, texts, entries, notes, messages)


def count_open_matters(session: Session, found: HeldRows) -> OpenMatters:
    """Count what is still open or unread among these rows."""

    def count(*where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*where)) or 0

    return OpenMatters(
        concerns=count(Concern.id.in_(found.concerns), Concern.state != "closed"),
        requests=count(ContactRequest.id.in_(found.requests), ContactRequest.state != "done"),
        unread=count(QueueEntry.id.in_(found.entries), QueueEntry.read_at.is_(None)),
    )


def ids_with_open_matters(of: Literal["invitation_id", "response_id"]) -> Select[Any]:
    """Select the invitations (or responses) about which something is open or unread.

    Starts from the open rows, which are few however much is kept.
    """
    response_id = Response.id if of == "response_id" else Response.invitation_id
    concern, request = getattr(Concern, of), getattr(ContactRequest, of)
    unread = QueueEntry.read_at.is_(None)
    parts = [
        select(concern.label("id")).where(Concern.state != "closed"),
        select(request.label("id")).where(ContactRequest.state != "done"),
    ]
    # From the few unread entries to their texts and owners; ids are random, so one id is in one table only.
    texts = select(QueueEntry.text_id).where(unread, QueueEntry.text_id.is_not(None))
    rows = select(SealedText.row_id).where(SealedText.id.in_(texts))
    for row, found in ((Response, response_id), (ContactRequest, request), (Concern, concern)):
        parts.append(select(found.label("id")).where(row.id.in_(rows)))
    if of == "invitation_id":
        parts.append(
            select(SetAside.invitation_id.label("id"))
            .join(QueueEntry, QueueEntry.set_aside_id == SetAside.id)
            .where(unread)
        )
    found_any = union(*parts).subquery()
    return select(found_any.c.id).where(found_any.c.id.is_not(None))


def delete_rows(session: Session, found: HeldRows) -> None:
    """Delete these rows, children before parents; the invitations and their links stay.

    The caller holds the lock, has checked that nothing is open, and writes the audit entry.
    """
    for table, where in (
        (Delivery, Delivery.message_id.in_(found.messages)),
        (OutboxMessage, OutboxMessage.id.in_(found.messages)),
        (ReadMark, ReadMark.entry_id.in_(found.entries)),
        (QueueEntry, QueueEntry.id.in_(found.entries)),
        (SealedText, SealedText.id.in_(found.texts)),
        (CaseNote, CaseNote.id.in_(found.notes)),
        (Concern, Concern.id.in_(found.concerns)),
        (ContactRequest, ContactRequest.id.in_(found.requests)),
        (SetAside, SetAside.id.in_(found.asides)),
        (AnswerOption, AnswerOption.response_id.in_(found.responses)),
        (Answer, Answer.response_id.in_(found.responses)),
        (Response, Response.id.in_(found.responses)),
        (Envelope, Envelope.invitation_id.in_(found.invitations)),
    ):
        session.connection().execute(delete(table).where(where))
    session.expire_all()
    mark_to_wipe(session)


def mark_to_wipe(session: Session) -> None:
    """Set the flag that deleted bytes may still be in the files; `nightly.wipe_deleted` removes them.

    Locks the flag's row: like the invitations' lock, take it before the audit trail's.
    """
    session.connection().execute(_MARK, {"name": TO_WIPE, "set_at": clock.now()})


_MARK = text(
    "INSERT INTO service_flag (name, set_at) VALUES (:name, :set_at)"
    " ON CONFLICT (name) DO UPDATE SET set_at = excluded.set_at"
).bindparams(bindparam("set_at", type_=Instant()))


def has_envelope(session: Session, invitation_id: str) -> bool:
    """Return True while the sealed envelope exists, so that the council can tell who the child is."""
    return bool(session.scalar(select(exists().where(Envelope.invitation_id == invitation_id))))


def _text_of(responses: Sequence[str], requests: Sequence[str], concerns: Sequence[str]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(SealedText.owner == owner, SealedText.row_id.in_(rows))
            for owner, rows in (("answer", responses), ("contact_request", requests), ("concern", concerns))
        )
    )
