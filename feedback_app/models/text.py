"""Free texts (sealed), the queue of what must be read, who read it, and later sends set aside."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    case,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, id_column, one_of
from feedback_app.survey.types import TALK_LIMIT
from feedback_app.typed_text import TEXT_LIMIT

TEXT_OWNERS = ("answer", "response", "contact_request", "concern", "complaint")
"""What a text hangs on. `response` is for who helped, where that is "someone else"; it and `answer` have its row."""
READERS = ("lead", "manager")
READ_OUTCOMES = ("nothing_to_do", "theme", "concern")
URGENCIES = ("urgent", "first", "ordinary")
"""urgent: raises a concern; first: read before ordinary texts, and no more. The soonest stands first."""
THEME_NAME_LIMIT = 80


class SealedText(Base):
    """One free text. Only re-sealing updates it; only retention and erasure delete it (docs/rules.md, Data)."""

    __tablename__ = "sealed_text"
    __table_args__ = (
        CheckConstraint(one_of("owner", TEXT_OWNERS), name="owner_known"),
        CheckConstraint(f"characters BETWEEN 1 AND {TEXT_LIMIT}", name="length"),
        CheckConstraint(
            f"owner <> 'contact_request' OR characters <= {TALK_LIMIT}",
            name="talk_length",
        ),
        UniqueConstraint("owner", "row_id", "column_name"),
        Index("ix_sealed_text_key_id", "key_id"),
    )

    id: Mapped[str] = id_column()
    owner: Mapped[str] = mapped_column(String(20))
    column_name: Mapped[str] = mapped_column(String(40))
    #: Owner table, column (question id) and row: the place that the value is sealed for.
    row_id: Mapped[str] = mapped_column(Id)
    key_id: Mapped[str] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
    #: Length in code points, held to the limit by a CHECK.
    characters: Mapped[int]


class QueueEntry(Base):
    """One text, set-aside send or complaint that a person must read; every text has one (promise 55)."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        CheckConstraint(one_of("urgency", URGENCIES), name="urgency_known"),
        CheckConstraint(
            "(text_id IS NULL AND set_aside_id IS NULL AND complaint_id IS NOT NULL)"
            " OR (complaint_id IS NULL AND (text_id IS NULL) <> (set_aside_id IS NULL))",
            name="one_thing_to_read",
        ),
        Index("ix_queue_entry_read_at", "read_at"),
    )

    id: Mapped[str] = id_column()
    text_id: Mapped[str | None] = mapped_column(
        ForeignKey("sealed_text.id"), unique=True
    )
    set_aside_id: Mapped[str | None] = mapped_column(
        ForeignKey("set_aside.id"), unique=True
    )
    #: All that was typed into one complaint is read together.
    complaint_id: Mapped[str | None] = mapped_column(
        ForeignKey("complaint.id"), unique=True
    )
    queued_at: Mapped[datetime] = mapped_column(Instant)
    urgency: Mapped[str] = mapped_column(String(8))
    #: Why the ranking put it where it is; None until it is ranked.
    reasons: Mapped[str | None] = mapped_column(String(400))
    #: When the safeguarding lead's side read it; None while it waits.
    read_at: Mapped[datetime | None] = mapped_column(Instant)


def reading_order() -> ColumnElement[int]:
    """What is to be read sooner has the lower number."""
    numbers = {urgency: number for number, urgency in enumerate(URGENCIES)}
    return case(numbers, value=QueueEntry.urgency)


class ReadMark(Base):
    """Who read an entry and with what result: one row for the safeguarding lead's side, one for the manager's."""

    __tablename__ = "read_mark"
    __table_args__ = (
        CheckConstraint(one_of("reader", READERS), name="reader_known"),
        CheckConstraint(one_of("outcome", READ_OUTCOMES), name="outcome_known"),
        CheckConstraint(f"length(theme) <= {THEME_NAME_LIMIT}", name="theme_length"),
    )

    entry_id: Mapped[str] = mapped_column(
        ForeignKey("queue_entry.id"), primary_key=True
    )
    reader: Mapped[str] = mapped_column(String(8), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(16))
    #: The theme that the text was kept under, as a reader named it; "" where there is none.
    theme: Mapped[str] = mapped_column(String(THEME_NAME_LIMIT), default="")


class SetAside(Base):
    """A later, different send from a used link: kept for a person to read, in no figure (promises 5, 50)."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("invitation_id", "digest"),)

    id: Mapped[str] = id_column()
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"))
    digest: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
    day: Mapped[date]
