"""Actions ("You said, we did"), their wording for children, and the spotlight question chosen for a month.

The manager types all of it; no child's answer is copied here.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.models.base import Base, Id, Instant, id_column, one_of
from feedback_app.privacy.suppress import FEWEST_SHOWN

ACTION_STATES = ("promised", "doing", "done", "cannot")
ACTION_BANDS = ("4-7", "8-11", "12-17")
"""The bands that an action is worded for; 16-25 reads the wording for 12-17."""
THEME_LIMIT, PROMISE_LIMIT, WORDS_LIMIT = 200, 1000, 400


class Action(Base):
    """One "You said, we did": a theme, what the service promised, who does it, by when, and its state.

    Children see it from `published_at` until `withdrawn_at`.
    """

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint(
            f"length(theme) BETWEEN 1 AND {THEME_LIMIT}", name="theme_length"
        ),
        CheckConstraint(
            f"length(promise) BETWEEN 1 AND {PROMISE_LIMIT}", name="promise_length"
        ),
        CheckConstraint(one_of("state", ACTION_STATES), name="state_known"),
        CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL)", name="done_has_a_day"
        ),
        CheckConstraint("said_by >= 0", name="said_by_not_negative"),
        CheckConstraint(
            f"published_at IS NULL OR withdrawn_at IS NOT NULL OR said_by >= {FEWEST_SHOWN}",
            name="told_by_enough",
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR published_at IS NOT NULL",
            name="withdrawn_after_published",
        ),
    )

    id: Mapped[str] = id_column()
    #: What children said, in a few words, for staff.
    theme: Mapped[str] = mapped_column(String(THEME_LIMIT))
    promise: Mapped[str] = mapped_column(String(PROMISE_LIMIT))
    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8))
    done_on: Mapped[date | None]
    #: The theme of comments that it was begun from, and the first day on which a child said so.
    theme_id: Mapped[str | None] = mapped_column(ForeignKey("theme.id"))
    said_on: Mapped[date | None]
    #: How many children said it; fewer than five are never shown (docs/rules.md, Visibility).
    said_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Counts changes: refuses a second manager's outdated save, and is part of the key of a cached page.
    version: Mapped[int] = mapped_column(default=1)
    words: Mapped[list[ActionWords]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def is_shown(self) -> bool:
        """Return True while children can read it."""
        return self.published_at is not None and self.withdrawn_at is None


class ActionWords(Base):
    """The wording of an action for one band; empty strings until the manager has written it."""

    __tablename__ = "action_words"
    __table_args__ = (
        CheckConstraint(one_of("band", ACTION_BANDS), name="band_known"),
        CheckConstraint(f"length(said) <= {WORDS_LIMIT}", name="said_length"),
        CheckConstraint(f"length(done) <= {WORDS_LIMIT}", name="done_length"),
    )

    action_id: Mapped[str] = mapped_column(ForeignKey("action.id"), primary_key=True)
    band: Mapped[str] = mapped_column(String(8), primary_key=True)
    said: Mapped[str] = mapped_column(String(WORDS_LIMIT), default="")
    done: Mapped[str] = mapped_column(String(WORDS_LIMIT), default="")


class SpotlightChoice(Base):
    """The spotlight question that the manager chose for a survey and month; without a row the questions take turns."""

    __tablename__ = "spotlight_choice"
    __table_args__ = (CheckConstraint("length(month) = 7", name="month_written_out"),)

    survey: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: `YYYY-MM`.
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    question: Mapped[str] = mapped_column(String(40))
    chosen_by_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(Instant)
