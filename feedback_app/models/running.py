"""Tables for running the service: the outbox, settings, the audit trail, heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, id_column, one_of

MESSAGE_KINDS = (
    "text_to_read",
    "text_late",
    "set_aside",
    "concern",
    "concern_reminder",
    "concern_deputy",
    "concern_manager",
    "concern_duty",
    "contact_request",
    "request_due",
    "request_late",
    "envelope_opened",
    "waiting",
    "audit_head",
    "staff_invited",
    "password_reset",
    "person_changed",
)


class OutboxMessage(Base):
    """A message to send, written in the same transaction as the event it is about (promise 54). It names no child.

    Recipients are added later, one Delivery for each. One message for each kind and subject.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(one_of("kind", MESSAGE_KINDS), name="kind_known"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("uq_outbox_message_kind_about_id", "kind", "about_id", unique=True),
        Index("ix_outbox_message_sent_at_due_at", "sent_at", "due_at"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(20))
    #: The id of the queue entry, concern, request or person, or a day for daily messages.
    about_id: Mapped[str] = mapped_column(Id)
    written_at: Mapped[datetime] = mapped_column(Instant)
    #: Not tried before this instant; moves on after each failed try.
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


class Delivery(Base):
    """One message to one recipient by one channel; unique, so that two workers never send it twice."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        UniqueConstraint("message_id", "channel", "recipient"),
        Index("ix_delivery_sent_at_due_at", "sent_at", "due_at"),
    )

    id: Mapped[str] = id_column()
    message_id: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"))
    #: A name of `messages.channels.CHANNELS`.
    channel: Mapped[str] = mapped_column(String(8))
    #: A person's id, or "duty" or "team".
    recipient: Mapped[str] = mapped_column(String(32))
    written_at: Mapped[datetime] = mapped_column(Instant)
    #: Not tried before this instant; moves on after each failed try.
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why the last try failed, in plain words.
    problem: Mapped[str] = mapped_column(String(200), default="")


class Setting(Base):
    """A service detail that the administrator changed; it overrides the environment (operations/service_details.py)."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


class AuditEntry(Base):
    """One entry of the audit trail; append-only. It never holds a child's words or a name (promise 37)."""

    __tablename__ = "audit_entry"

    #: 1, 2, 3 ... without a gap.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[str | None] = mapped_column(Id)
    #: One of `audit.AuditEvent`.
    what: Mapped[str] = mapped_column(String(24))
    #: An id, a month or a file name.
    about: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    key_id: Mapped[str] = mapped_column(String(16))
    #: Keyed MAC over this entry and the MAC before it.
    mac: Mapped[str] = mapped_column(String(64))


class Heartbeat(Base):
    """When a part of the service (`worker`, `backup`) last showed that it runs; `/readyz` and staff alarms read it."""

    __tablename__ = "heartbeat"

    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class ServiceFlag(Base):
    """A fact that all processes share, and since when it holds.

    `retention`: the night's deletion began. `to_wipe`: deleted bytes may still lie in the database files.
    `alarm KIND`: an alarm about too many misses of that kind was raised.
    """

    __tablename__ = "service_flag"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    set_at: Mapped[datetime] = mapped_column(Instant)
