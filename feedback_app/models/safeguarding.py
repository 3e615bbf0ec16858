"""Concerns, contact requests, and the notes that staff write about both."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of

CONCERN_SOURCES = ("child", "answer", "ranking", "reader", "set_aside")
CONCERN_STATES = ("new", "seen", "closed")
REQUEST_WANTED = ("iro", "other", "advocate")
REQUEST_STATES = ("new", "seen", "done")
CONCERN_OUTCOMES = (
    "safe",
    "talked",
    "social_worker",
    "police",
    "other_service",
    "not_found",
)
"""How a concern ends: the child is safe; talked with; passed on to a social worker, the police or others; not found."""
REQUEST_OUTCOMES = ("talked", "passed_on", "not_wanted", "not_found")
NOTE_KINDS = ("seen", "note", "closed")


class Concern(Base):
    """A possible safeguarding matter. Its times drive reminders and escalation."""

    __tablename__ = "concern"
    __table_args__ = (
        CheckConstraint(one_of("source", CONCERN_SOURCES), name="source_known"),
        CheckConstraint(one_of("state", CONCERN_STATES), name="state_known"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"
        ),
        CheckConstraint(
            f"outcome IS NULL OR {one_of('outcome', CONCERN_OUTCOMES)}",
            name="outcome_known",
        ),
        Index("ix_concern_state_raised_at", "state", "raised_at"),
    )

    id: Mapped[str] = id_column()
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitation.id"))
    response_id: Mapped[str | None] = mapped_column(ForeignKey("response.id"))
    set_aside_id: Mapped[str | None] = mapped_column(ForeignKey("set_aside.id"))
    #: What raised it: the child's own choice, an answer, the ranking of a text, a reader, a later send.
    source: Mapped[str] = mapped_column(String(10))
    #: The member of staff that it is about, who must never learn of it (promise 59).
    about_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(6), default="new")
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))


class ContactRequest(Base):
    """A child's wish that somebody talks with them; what they wrote about how is in sealed_text."""

    __tablename__ = "contact_request"
    __table_args__ = (
        CheckConstraint(one_of("wanted", REQUEST_WANTED), name="wanted_known"),
        CheckConstraint(one_of("state", REQUEST_STATES), name="state_known"),
        CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name="done_has_instant"
        ),
        CheckConstraint(
            f"outcome IS NULL OR {one_of('outcome', REQUEST_OUTCOMES)}",
            name="outcome_known",
        ),
        Index("ix_contact_request_state_due_on", "state", "due_on"),
    )

    id: Mapped[str] = id_column()
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitation.id"))
    response_id: Mapped[str] = mapped_column(ForeignKey("response.id"), unique=True)
    wanted: Mapped[str] = mapped_column(String(8))
    #: Option ids of how the child wants to be reached.
    how: Mapped[str] = mapped_column(String(80), default="")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(5), default="new")
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))


class CaseNote(Base):
    """A note on a concern or a contact request: sealed, never changed."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint(
            "(concern_id IS NULL) <> (request_id IS NULL)", name="one_case"
        ),
        CheckConstraint(one_of("kind", NOTE_KINDS), name="kind_known"),
    )

    id: Mapped[str] = id_column()
    concern_id: Mapped[str | None] = mapped_column(ForeignKey("concern.id"), index=True)
    request_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact_request.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
