"""Complaints about how personal data is used (Data Protection Act 2018, s.164A), and whom each is about."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of

COMPLAINT_ABOUT = ("none", "manager", "lead", "other")
"""Whom the sender chose: nobody in particular, the IRO manager, the safeguarding lead, somebody else."""
COMPLAINT_STATES = ("waiting", "acknowledged", "closed")
COMPLAINT_OUTCOMES = (
    "put_right",
    "explained",
    "nothing_wrong",
    "passed_on",
    "withdrawn",
)
"""How a complaint ends: put right; explained; nothing was wrong; passed on to whom it is for; taken back."""


class Complaint(Base):
    """One complaint. What was typed is in sealed_text, what staff did about it in case_note."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint(one_of("about", COMPLAINT_ABOUT), name="about_known"),
        CheckConstraint(one_of("state", COMPLAINT_STATES), name="state_known"),
        CheckConstraint(
            f"outcome IS NULL OR {one_of('outcome', COMPLAINT_OUTCOMES)}",
            name="outcome_known",
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)"
            " AND (closed_at IS NULL) = (outcome IS NULL)",
            name="closed_has_outcome",
        ),
        CheckConstraint(
            "(state = 'waiting') = (acknowledged_on IS NULL)",
            name="acknowledged_has_day",
        ),
        Index("ix_complaint_state_due_on", "state", "due_on"),
    )

    id: Mapped[str] = id_column()
    #: Eight random digits, which the sender may keep and say on the telephone: they open nothing.
    number: Mapped[str] = mapped_column(String(9), unique=True)
    about: Mapped[str] = mapped_column(String(8))
    received_at: Mapped[datetime] = mapped_column(Instant)
    #: The London day of `received_at`, by which complaints are counted, and the last day to acknowledge it.
    received_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    #: The London day on which the sender was told that it is here.
    acknowledged_on: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(16))
    #: Keyed digest of a reference that was typed, to find it for a request to see or erase.
    reference_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    #: Keyed digest of what was sent and of the page it was sent from: pressed twice, it is kept once.
    content_digest: Mapped[str] = mapped_column(String(64), unique=True)


class ComplaintAbout(Base):
    """A person whom a complaint is about: they never see it or hear of it (promise 59), whatever roles they get."""

    __tablename__ = "complaint_about"

    complaint_id: Mapped[str] = mapped_column(
        ForeignKey("complaint.id"), primary_key=True
    )
    person_id: Mapped[str] = mapped_column(
        ForeignKey("person.id"), primary_key=True, index=True
    )
