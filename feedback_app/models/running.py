"""Tables for running the service: the outbox, settings, the audit trail, heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, id_column


class OutboxMessage(Base):
    """A message to send, written in the same transaction as the event it is about (promise 54). It names no child.

    Recipients are added later, one Delivery for each. One message for each kind and subject, and for each time that
    the subject, a concern, is reopened.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index(
            "uq_outbox_message_kind_about_id_reopening",
            "kind",
            "about_id",
            "reopening",
            unique=True,
        ),
        Index("ix_outbox_message_sent_at_due_at", "sent_at", "due_at"),
    )

    id: Mapped[str] = id_column()
    #: What it tells: `messages/recipients.py` and `messages/wording.py` know whom and how.
    kind: Mapped[str] = mapped_column(String(20))
    #: The id of the queue entry, concern, request or person, or a day for daily messages.
    about_id: Mapped[str] = mapped_column(Id)
    #: How often the concern had been reopened when it was written; 0 for all others.
    reopening: Mapped[int] = mapped_column(default=0)
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


class MonthReminder(Base):
    """A reminder that one IRO's month is short, written once for each step; its mail says what is missing by then."""

    __tablename__ = "month_reminder"
    __table_args__ = (UniqueConstraint("person_id", "month", "step"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    #: `YYYY-MM`.
    month: Mapped[str] = mapped_column(String(7))
    #: The day of the month that the settings name, or "last" for its last working day.
    step: Mapped[str] = mapped_column(String(4))
    written_at: Mapped[datetime] = mapped_column(Instant)


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
    __table_args__ = (Index("ix_audit_entry_what_at", "what", "at"),)

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


class PressedForm(Base):
    """A form of staff that was done once, kept for an hour: pressed again, it leads to what it made (web/once.py)."""

    __tablename__ = "pressed_form"

    #: A digest of the form's own random name, its address and all that is in it.
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    #: The address on this site that its answer led to; NULL until it is known, "" where it was a page and no redirect.
    led_to: Mapped[str | None] = mapped_column(String(400))


class Heartbeat(Base):
    """When a part of the service last showed that it works; `/readyz`, alarms and the check of the service read it.

    `worker`, `backup`; `restore`: a backup was restored and proved; `mail` and a mark: a test mail was taken by the
    mail server of these settings.
    """

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


class KeyProof(Base):
    """What the database knows of a key that its rows depend on, not the key (operations/key_checks.py)."""

    __tablename__ = "key_proof"

    #: The name of the key file.
    ring: Mapped[str] = mapped_column(String(8), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: 32 hexadecimal digits, derived from the key.
    proof: Mapped[str] = mapped_column(String(32))
