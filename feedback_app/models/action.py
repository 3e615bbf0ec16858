"""What the service does about what children said, in the words that children read of it; and the months' spotlights.

None of it is an answer: the manager types every word of it, and no child's words are copied here.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.models.base import Base, Id, Instant, id_column, one_of
from feedback_app.privacy.suppress import FEWEST_SHOWN

ACTION_STATES = ("promised", "doing", "done", "cannot")
ACTION_BANDS = ("4-7", "8-11", "12-17")
"""The bands in whose words an action is told; 16-25 reads those for 12-17."""
THEME_LIMIT, PROMISE_LIMIT, WORDS_LIMIT = 200, 1000, 400


class Action(Base):
    """ "You said, we did": a theme, what the service promised, by whom, until when, how far it is.

    It is shown to children from `published_at` until `withdrawn_at`. `said_by` is how many children said it: what
    fewer than five said is not told (settled.md, suppression). `version` counts its changes, so that two managers
    do not overwrite each other, and is part of what a drawn page is known by (`duties.told`).
    """

    __tablename__ = "action"
    __table_args__ = (
        CheckConstraint(f"length(theme) BETWEEN 1 AND {THEME_LIMIT}", name="theme_length"),
        CheckConstraint(f"length(promise) BETWEEN 1 AND {PROMISE_LIMIT}", name="promise_length"),
        CheckConstraint(one_of("state", ACTION_STATES), name="state_known"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_a_day"),
        CheckConstraint("said_by >= 0", name="said_by_not_negative"),
        CheckConstraint(
            f"published_at IS NULL OR withdrawn_at IS NOT NULL OR said_by >= {FEWEST_SHOWN}", name="told_by_enough"
        ),
        CheckConstraint("withdrawn_at IS NULL OR published_at IS NOT NULL", name="withdrawn_after_published"),
    )

    id: Mapped[str] = id_column()
    theme: Mapped[str] = mapped_column(String(THEME_LIMIT))
    promise: Mapped[str] = mapped_column(String(PROMISE_LIMIT))
    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8))
    done_on: Mapped[date | None]
    said_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    words: Mapped[list[ActionWords]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def is_shown(self) -> bool:
        """Whether children read it now."""
        return self.published_at is not None and self.withdrawn_at is None


class ActionWords(Base):
    """What children said and what is done about it, as one band reads it. Empty while it is still to be written."""

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
    """The spotlight question that the manager chose for a survey's month (`YYYY-MM`). No row: they take turns."""

    __tablename__ = "spotlight_choice"
    __table_args__ = (CheckConstraint("length(month) = 7", name="month_written_out"),)

    survey: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    question: Mapped[str] = mapped_column(String(40))
    chosen_by_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(Instant)
