"""What a child answered. Rows of response, answer and answer_option are never updated (promise 23).

Only the London day is kept with an answer, never an instant (promise 39): instants live on the invitation, the
queue, concerns, the outbox and the audit trail.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    exists,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from feedback_app.models.base import Base, id_column, one_of
from feedback_app.models.invitation import PN_CODES
from feedback_app.survey.model import BANDS, LOOKS, MODES

CHANNELS = ("self", "helped", "verbal", "paper", "import")
HELPERS = ("none", "iro", "carer", "social_worker", "advocate", "teacher", "other")
IRO_MAY_SEE = ("yes", "no", "heard", "not_asked")
ANSWER_STATES = ("given", "left", "declined")


class Response(Base):
    """One child's answers to one survey; a correction is a new version with author and reason.

    `pn_code`, `mode`, `iro_id` and the marks are the invitation's as they stood at the send, so that a month is
    read from this table alone. `month` is `YYYY-MM` of `day`.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("invitation_id", "version"),
        CheckConstraint(one_of("band", BANDS), name="band_known"),
        CheckConstraint(one_of("look", LOOKS), name="look_known"),
        CheckConstraint(one_of("channel", CHANNELS), name="channel_known"),
        CheckConstraint(f"helper IS NULL OR {one_of('helper', HELPERS)}", name="helper_known"),
        CheckConstraint(one_of("iro_may_see", IRO_MAY_SEE), name="iro_may_see_known"),
        CheckConstraint(f"mode IS NULL OR {one_of('mode', MODES)}", name="mode_known"),
        CheckConstraint(f"pn_code IS NULL OR {one_of('pn_code', PN_CODES)}", name="pn_code_known"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("version = 1 OR (author_id IS NOT NULL AND reason IS NOT NULL)", name="correction_says_why"),
        CheckConstraint("channel = 'import' OR invitation_id IS NOT NULL", name="invited_unless_imported"),
        Index("ix_response_month_survey", "month", "survey"),
        Index("ix_response_iro_id_month", "iro_id", "month"),
    )

    id: Mapped[str] = id_column()
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitation.id"))
    version: Mapped[int] = mapped_column(default=1)
    survey: Mapped[str] = mapped_column(String(40))
    survey_version: Mapped[int]
    band: Mapped[str] = mapped_column(String(5))
    over5: Mapped[bool] = mapped_column(default=True)
    over16: Mapped[bool] = mapped_column(default=False)
    look: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(12))
    spotlight: Mapped[str | None] = mapped_column(String(40))
    mode: Mapped[str | None] = mapped_column(String(10))
    pn_code: Mapped[str | None] = mapped_column(String(3))
    iro_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(8))
    helper: Mapped[str | None] = mapped_column(String(16))
    iro_may_see: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    month: Mapped[str] = mapped_column(String(7))
    content_digest: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(String(400))


class Answer(Base):
    """One row for each question on the child's path: given, left empty, or declined. No row = not asked."""

    __tablename__ = "answer"
    __table_args__ = (CheckConstraint(one_of("state", ANSWER_STATES), name="state_known"),)

    response_id: Mapped[str] = mapped_column(ForeignKey("response.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))


class AnswerOption(Base):
    """One row for each option id that was chosen."""

    __tablename__ = "answer_option"
    __table_args__ = (ForeignKeyConstraint(["response_id", "question"], ["answer.response_id", "answer.question"]),)

    response_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)


def is_latest_version() -> ColumnElement[bool]:
    """Holds for a response that no later version corrects: only these count and are read."""
    later = aliased(Response)
    return ~exists().where(later.invitation_id == Response.invitation_id, later.version > Response.version)
