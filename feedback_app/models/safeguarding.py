"""Concerns, contact requests, and the notes that staff write about both and about complaints."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of
from feedback_app.month import last_working_day_before

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
NOTE_KINDS = ("seen", "note", "closed", "acknowledged", "reopened")


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
        CheckConstraint(
            "(times_reopened = 0) = (reopened_at IS NULL)", name="reopened_has_instant"
        ),
        Index("ix_concern_state_raised_at", "state", "raised_at"),
    )

    id: Mapped[str] = id_column()
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitation.id"))
    response_id: Mapped[str | None] = mapped_column(ForeignKey("response.id"))
    set_aside_id: Mapped[str | None] = mapped_column(ForeignKey("set_aside.id"))
    complaint_id: Mapped[str | None] = mapped_column(
        ForeignKey("complaint.id"), index=True
    )
    #: What raised it: the child's own choice, an answer, the ranking of a text, a reader, a later send.
    source: Mapped[str] = mapped_column(String(10))
    #: The member of staff that it is about, who must never learn of it (promise 59).
    about_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    #: Option ids of where it is safe to talk with the child; a wish to talk of the same child has them instead.
    how: Mapped[str] = mapped_column(String(80), default="")
    raised_at: Mapped[datetime] = mapped_column(Instant)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(6), default="new")
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))
    #: When it was last opened again after it had been closed: the clock begins anew then.
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)
    times_reopened: Mapped[int] = mapped_column(default=0)

    @property
    def waits_since(self) -> datetime:
        """When its clock began: as it was raised, or last reopened."""
        return self.reopened_at or self.raised_at


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

    @property
    def work_by(self) -> date:
        """The last day of work on which the promise can be kept: `due_on`, or before it where nobody works then."""
        return last_working_day_before(self.due_on)


class CaseNote(Base):
    """A note on a concern, a contact request or a complaint: sealed, never changed."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint(
            "(concern_id IS NULL AND request_id IS NULL AND complaint_id IS NOT NULL)"
            " OR (complaint_id IS NULL AND (concern_id IS NULL) <> (request_id IS NULL))",
            name="one_case",
        ),
        CheckConstraint(one_of("kind", NOTE_KINDS), name="kind_known"),
    )

    id: Mapped[str] = id_column()
    concern_id: Mapped[str | None] = mapped_column(ForeignKey("concern.id"), index=True)
    request_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact_request.id"), index=True
    )
    complaint_id: Mapped[str | None] = mapped_column(
        ForeignKey("complaint.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[str] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
