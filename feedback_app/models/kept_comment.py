"""What the manager makes of children's comments: themes, words covered by hand, and quotes chosen for the report.

None holds a word of a child's: ids of texts, places in them, and names that staff gave. All go with their text.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column
from feedback_app.models.text import THEME_NAME_LIMIT

SPANS_LIMIT = 4000


class Theme(Base):
    """A theme that comments are kept under, as a manager named it."""

    __tablename__ = "theme"
    __table_args__ = (
        CheckConstraint(
            f"length(name) BETWEEN 1 AND {THEME_NAME_LIMIT}", name="name_length"
        ),
    )

    id: Mapped[str] = id_column()
    name: Mapped[str] = mapped_column(String(THEME_NAME_LIMIT), unique=True)
    made_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class ThemeText(Base):
    """One text under one theme; a text may stand under many."""

    __tablename__ = "theme_text"
    __table_args__ = (Index("ix_theme_text_text_id", "text_id"),)

    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    text_id: Mapped[str] = mapped_column(ForeignKey("sealed_text.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Redaction(Base):
    """The words of a text that are covered where it is handed over. The text itself is never changed."""

    __tablename__ = "redaction"
    __table_args__ = (
        CheckConstraint(f"length(spans) <= {SPANS_LIMIT}", name="spans_length"),
    )

    text_id: Mapped[str] = mapped_column(ForeignKey("sealed_text.id"), primary_key=True)
    #: `start-end:kind` in code points, with a space between (privacy/covered.py); the latest set holds.
    spans: Mapped[str] = mapped_column(String(SPANS_LIMIT))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Quote(Base):
    """A comment chosen as a quote for the report of its month."""

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint("length(month) = 7", name="month_written_out"),
        Index("ix_quote_month", "month"),
    )

    text_id: Mapped[str] = mapped_column(ForeignKey("sealed_text.id"), primary_key=True)
    #: `YYYY-MM`.
    month: Mapped[str] = mapped_column(String(7))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    #: Whoever chose it ticked that an IRO who may not see it could not know the child by it.
    warned: Mapped[bool]
