"""What keeps the service running and accountable: the outbox, the audit trail, the worker's beat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, id_column, one_of

MESSAGES = ("text_to_read", "set_aside", "concern", "contact_request", "envelope_opened")


class OutboxMessage(Base):
    """A message that must go out, written in the transaction of what it tells of (promise 54). It names no child.

    `about_id` is the id of the queue entry, concern or contact request; one message a kind and thing.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(one_of("kind", MESSAGES), name="kind_known"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("uq_outbox_message_kind_about_id", "kind", "about_id", unique=True),
        Index("ix_outbox_message_sent_at_due_at", "sent_at", "due_at"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[str] = mapped_column(Id)
    written_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


class AuditEntry(Base):
    """Append-only and chained: `mac` covers the entry and the one before it (promise 37). Never a text or a name."""

    __tablename__ = "audit_entry"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[str | None] = mapped_column(Id)
    what: Mapped[str] = mapped_column(String(24))
    about: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    key_id: Mapped[str] = mapped_column(String(16))
    mac: Mapped[str] = mapped_column(String(64))


class Beat(Base):
    """When a part of the service last showed that it runs."""

    __tablename__ = "beat"

    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
