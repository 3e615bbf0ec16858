"""What keeps the service running and accountable: the outbox, settings, the audit trail, heartbeats."""

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
DELIVERY_CHANNELS = ("mail", "notify", "teams")


class OutboxMessage(Base):
    """A message that must go out, written in the transaction of what it tells of (promise 54). It names no child.

    `about_id` is the id of the queue entry, concern or contact request; one message a kind and thing.
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
    about_id: Mapped[str] = mapped_column(Id)
    written_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


class Delivery(Base):
    """One message on its way to one recipient by one channel. `recipient` is a person's id, "duty" or "team".

    `problem` says in plain words why the last try failed. One of a kind, so that two workers send nothing twice.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(one_of("channel", DELIVERY_CHANNELS), name="channel_known"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        UniqueConstraint("message_id", "channel", "recipient"),
        Index("ix_delivery_sent_at_due_at", "sent_at", "due_at"),
    )

    id: Mapped[str] = id_column()
    message_id: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"))
    channel: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(32))
    written_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str] = mapped_column(String(200), default="")


class Setting(Base):
    """A number or address that the administrator changed while the service runs; the rest is the environment's."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


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
