"""Collects and deletes every row that belongs to an invitation or a complaint: for retention, erasure and requests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app import clock
from feedback_app.models.base import Instant
from feedback_app.models.campaign import CampaignChild
from feedback_app.models.complaint import Complaint, ComplaintAbout
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.kept_comment import Quote, Redaction, ThemeText
from feedback_app.models.response import AnswerOption, AnswerRow, Interview, Response
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.models.sending import Sending
from feedback_app.models.text import QueueEntry, ReadMark, SealedText, SetAside

TO_WIPE = "to_wipe"
"""The service flag that stands while deleted bytes may still lie in the files."""
Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldRows:
    """The ids of all rows that belong to some invitations, to imported responses (which have none) or to complaints.

    `reviews`: imported reviews of the same child, by the digest of the reference, while both references are kept.
    """

    invitations: Ids
    responses: Ids
    asides: Ids
    requests: Ids
    concerns: Ids
    texts: Ids
    entries: Ids
    notes: Ids
    messages: Ids
    complaints: Ids = ()
    reviews: Ids = ()

    @property
    def has_content(self) -> bool:
        """Return True if there is more than the invitation and its links."""
        return any((self.responses, self.asides, self.requests, self.concerns))


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """How many concerns, requests and complaints are open, and texts unread; falsy when none."""

    concerns: int
    requests: int
    unread: int
    complaints: int = 0

    def __bool__(self) -> bool:
        return bool(self.concerns or self.requests or self.unread or self.complaints)


def lock_invitations(
    session: Session, invitation_ids: Collection[str], *, wait: bool = True
) -> Ids:
    """Lock these invitations to the end of the transaction; return those locked (`wait=False` skips busy ones).

    On PostgreSQL a concern or a send inserts a reference to the invitation's row and so waits for this lock, or held
    it before: check again what is open after locking. SQLite has one writer anyway. Take this lock before the audit
    trail's, never after, or two transactions may wait for each other.
    """
    query = (
        select(Invitation.id)
        .where(Invitation.id.in_(invitation_ids))
        .order_by(Invitation.id)
    )
    return tuple(session.scalars(query.with_for_update(skip_locked=not wait)).all())


def lock_complaints(
    session: Session, complaint_ids: Collection[str], *, wait: bool = True
) -> Ids:
    """The same for complaints: each step taken with one changes its row, and so waits for this lock."""
    query = (
        select(Complaint.id)
        .where(Complaint.id.in_(complaint_ids))
        .order_by(Complaint.id)
    )
    return tuple(session.scalars(query.with_for_update(skip_locked=not wait)).all())


def collect_rows(
    session: Session,
    invitation_ids: Collection[str],
    response_ids: Collection[str] = (),
    complaint_ids: Collection[str] = (),
) -> HeldRows:
    """Return the ids of all rows that belong to these invitations, responses and complaints."""

    def ids(column: InstrumentedAttribute[str], *any_of: ColumnElement[bool]) -> Ids:
        return tuple(
            session.scalars(select(column).where(or_(*any_of)).order_by(column)).all()
        )

    responses = ids(
        Response.id,
        Response.invitation_id.in_(invitation_ids),
        Response.id.in_(response_ids),
    )
    asides = ids(SetAside.id, SetAside.invitation_id.in_(invitation_ids))
    of_requests = (
        ContactRequest.invitation_id.in_(invitation_ids),
        ContactRequest.response_id.in_(responses),
    )
    requests = ids(ContactRequest.id, *of_requests)
    of_concerns = (
        Concern.invitation_id.in_(invitation_ids),
        Concern.response_id.in_(responses),
    )
    complaints = ids(Complaint.id, Complaint.id.in_(complaint_ids))
    concerns = ids(
        Concern.id,
        *of_concerns,
        Concern.set_aside_id.in_(asides),
        Concern.complaint_id.in_(complaints),
    )
    texts = ids(SealedText.id, *_text_owners(responses, requests, concerns, complaints))
    entries = ids(
        QueueEntry.id,
        QueueEntry.text_id.in_(texts),
        QueueEntry.set_aside_id.in_(asides),
        QueueEntry.complaint_id.in_(complaints),
    )
    notes = ids(
        CaseNote.id,
        CaseNote.concern_id.in_(concerns),
        CaseNote.request_id.in_(requests),
        CaseNote.complaint_id.in_(complaints),
    )
    given = session.scalars(
        select(AuditEntry.number).where(
            AuditEntry.what == "complaint_given", AuditEntry.about.in_(complaints)
        )
    )
    subjects = (
        *responses,
        *entries,
        *concerns,
        *requests,
        *complaints,
        *map(str, given if complaints else ()),
    )
    messages = ids(OutboxMessage.id, OutboxMessage.about_id.in_(subjects))
    return HeldRows(
        tuple(invitation_ids),
        responses,
        asides,
        requests,
        concerns,
        texts,
        entries,
        notes,
        messages,
        complaints,
        ids(
            ReviewReference.review_id,
            ReviewReference.reference_digest.in_(_references_of(invitation_ids)),
        ),
    )


def _references_of(invitation_ids: Collection[str]) -> Select[str]:
    """The digests of the references in the envelopes that are left of these invitations."""
    return select(Envelope.reference_digest).where(
        Envelope.invitation_id.in_(invitation_ids)
    )


def count_open_matters(session: Session, rows: HeldRows) -> OpenMatters:
    """Count what is still open or unread among these rows."""

    def count(*where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(*where)) or 0

    return OpenMatters(
        concerns=count(Concern.id.in_(rows.concerns), Concern.state != "closed"),
        requests=count(
            ContactRequest.id.in_(rows.requests), ContactRequest.state != "done"
        ),
        unread=count(QueueEntry.id.in_(rows.entries), QueueEntry.read_at.is_(None)),
        complaints=count(
            Complaint.id.in_(rows.complaints), Complaint.state != "closed"
        ),
    )


def ids_with_open_matters(of: Literal["invitation_id", "response_id"]) -> Select[Any]:
    """Select the invitations (or responses) about which something is open or unread.

    Starts from the open rows, which are few however much is kept.
    """
    response_id = Response.id if of == "response_id" else Response.invitation_id
    concern_id, request_id = getattr(Concern, of), getattr(ContactRequest, of)
    open_concerns = select(concern_id.label("id")).where(Concern.state != "closed")
    open_requests = select(request_id.label("id")).where(ContactRequest.state != "done")
    parts = [open_concerns, open_requests]
    # From the few unread entries to their texts and owners; ids are random, so one id is in one table only.
    unread = QueueEntry.read_at.is_(None)
    unread_texts = select(QueueEntry.text_id).where(
        unread, QueueEntry.text_id.is_not(None)
    )
    owner_ids = select(SealedText.row_id).where(SealedText.id.in_(unread_texts))
    for table, id_column in (
        (Response, response_id),
        (ContactRequest, request_id),
        (Concern, concern_id),
    ):
        parts.append(select(id_column.label("id")).where(table.id.in_(owner_ids)))
    if of == "invitation_id":
        asides = select(SetAside.invitation_id.label("id"))
        parts.append(
            asides.join(QueueEntry, QueueEntry.set_aside_id == SetAside.id).where(
                unread
            )
        )
    ids = union(*parts).subquery()
    # NOT IN is never true beside a NULL.
    return select(ids.c.id).where(ids.c.id.is_not(None))


def last_reads() -> Select[Any]:
    """Select each invitation of which a text was read (`id`), with the instant of the last time (`read_at`)."""
    texts = (
        select(SealedText.row_id, QueueEntry.read_at)
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .where(QueueEntry.read_at.is_not(None))
        .subquery()
    )
    # Ids are random, so one id is in one table only.
    parts = [
        select(table.invitation_id.label("id"), texts.c.read_at).join(
            texts, texts.c.row_id == table.id
        )
        for table in (Response, ContactRequest, Concern)
    ]
    asides = select(SetAside.invitation_id.label("id"), QueueEntry.read_at).join(
        QueueEntry, QueueEntry.set_aside_id == SetAside.id
    )
    every = union_all(*parts, asides).subquery()
    return select(every.c.id, func.max(every.c.read_at).label("read_at")).group_by(
        every.c.id
    )


def delete_rows(session: Session, rows: HeldRows) -> None:
    """Delete these rows, children before parents; the invitations and their links stay.

    The caller holds the lock, has checked that nothing is open, and writes the audit entry.
    """
    references = _references_of(rows.invitations)
    for table, where in (
        (Draw, Draw.reference_digest.in_(references)),
        (CampaignChild, CampaignChild.reference_digest.in_(references)),
        (Delivery, Delivery.message_id.in_(rows.messages)),
        (OutboxMessage, OutboxMessage.id.in_(rows.messages)),
        (ReadMark, ReadMark.entry_id.in_(rows.entries)),
        (QueueEntry, QueueEntry.id.in_(rows.entries)),
        (ThemeText, ThemeText.text_id.in_(rows.texts)),
        (Redaction, Redaction.text_id.in_(rows.texts)),
        (Quote, Quote.text_id.in_(rows.texts)),
        (SealedText, SealedText.id.in_(rows.texts)),
        (CaseNote, CaseNote.id.in_(rows.notes)),
        (Concern, Concern.id.in_(rows.concerns)),
        (ComplaintAbout, ComplaintAbout.complaint_id.in_(rows.complaints)),
        (Complaint, Complaint.id.in_(rows.complaints)),
        (ContactRequest, ContactRequest.id.in_(rows.requests)),
        (SetAside, SetAside.id.in_(rows.asides)),
        (Interview, Interview.response_id.in_(rows.responses)),
        (AnswerOption, AnswerOption.response_id.in_(rows.responses)),
        (AnswerRow, AnswerRow.response_id.in_(rows.responses)),
        (Response, Response.id.in_(rows.responses)),
        (Sending, Sending.invitation_id.in_(rows.invitations)),
        (Envelope, Envelope.invitation_id.in_(rows.invitations)),
    ):
        session.connection().execute(delete(table).where(where))
    delete_reviews(session, rows.reviews)
    session.expire_all()
    mark_to_wipe(session)


def delete_reviews(session: Session, review_ids: Collection[str]) -> None:
    """Delete these imported reviews with what is left of their references."""
    for where in (
        delete(ReviewReference).where(ReviewReference.review_id.in_(review_ids)),
        delete(ImportedReview).where(ImportedReview.id.in_(review_ids)),
    ):
        session.connection().execute(where)
    if review_ids:
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
    return bool(
        session.scalar(select(exists().where(Envelope.invitation_id == invitation_id)))
    )


def _text_owners(
    responses: Sequence[str],
    requests: Sequence[str],
    concerns: Sequence[str],
    complaints: Sequence[str],
) -> tuple[ColumnElement[bool], ...]:
    """Return one condition for each table that may own a sealed text."""
    owners = (
        ("answer", responses),
        ("response", responses),
        ("contact_request", requests),
        ("concern", concerns),
        ("complaint", complaints),
    )
    return tuple(
        and_(SealedText.owner == owner, SealedText.row_id.in_(rows))
        for owner, rows in owners
    )
