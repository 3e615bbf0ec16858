"""What a child answered. A trigger refuses updates of response, answer and answer_option (promise 23).

Answers carry only the day in London, never an instant (promise 39); instants are on the invitation, the queue,
concerns, the outbox and the audit trail.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    and_,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from feedback_app.models.base import Base, Id, id_column, one_of
from feedback_app.models.invitation import PN_CODES
from feedback_app.survey.model import BANDS, LOOKS, MODES

CHANNELS = ("self", "helped", "verbal", "paper", "import")
HELPERS = (
    "none", "iro", "carer", "mum", "dad", "family", "social_worker", "advocate", "teacher", "other",
)  # fmt: skip
"""Who can have helped; a child at home has mum, dad and family where a child in care has an IRO and a carer."""
IRO_MAY_SEE = ("yes", "no", "heard", "not_asked")
ANSWER_STATES = ("given", "left", "declined")
PRESENT = (
    "child_alone", "carer", "family", "social_worker", "advocate", "teacher", "other",
)  # fmt: skip
"""Who can have been there, beside the IRO, when a child said their answers aloud. `child_alone`: nobody else."""


class Response(Base):
    """One child's answers to one survey; a correction is a new version with author and reason.

    `pn_code`, `mode`, `iro_id` and the age marks are copied from the invitation at the time of the send, so that a
    month's figures need this table only.
    """

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("invitation_id", "version"),
        CheckConstraint(one_of("band", BANDS), name="band_known"),
        CheckConstraint(one_of("look", LOOKS), name="look_known"),
        CheckConstraint(one_of("channel", CHANNELS), name="channel_known"),
        CheckConstraint(
            f"helper IS NULL OR {one_of('helper', HELPERS)}", name="helper_known"
        ),
        CheckConstraint(one_of("iro_may_see", IRO_MAY_SEE), name="iro_may_see_known"),
        CheckConstraint(f"mode IS NULL OR {one_of('mode', MODES)}", name="mode_known"),
        CheckConstraint(
            f"pn_code IS NULL OR {one_of('pn_code', PN_CODES)}", name="pn_code_known"
        ),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint(
            "version = 1 OR (author_id IS NOT NULL AND reason IS NOT NULL)",
            name="correction_says_why",
        ),
        CheckConstraint(
            "channel = 'import' OR invitation_id IS NOT NULL",
            name="invited_unless_imported",
        ),
        Index("ix_response_month_survey", "month", "survey"),
        Index("ix_response_iro_id_month", "iro_id", "month"),
        Index(
            "ix_response_corrected",
            "invitation_id",
            "version",
            postgresql_where=text("version > 1"),
            sqlite_where=text("version > 1"),
        ),
    )

    id: Mapped[str] = id_column()
    #: None for an imported response only.
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitation.id"))
    version: Mapped[int] = mapped_column(default=1)
    #: Of a correction, the id of the version that the child sent: texts, wishes and concerns stand under that.
    first_id: Mapped[str | None] = mapped_column(Id)
    survey: Mapped[str] = mapped_column(String(40))
    survey_version: Mapped[int]
    band: Mapped[str] = mapped_column(String(5))
    over5: Mapped[bool] = mapped_column(default=True)
    over16: Mapped[bool] = mapped_column(default=False)
    look: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(12))
    #: The id of the spotlight question that this child was shown.
    spotlight: Mapped[str | None] = mapped_column(String(40))
    mode: Mapped[str | None] = mapped_column(String(10))
    pn_code: Mapped[str | None] = mapped_column(String(3))
    iro_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(8))
    helper: Mapped[str | None] = mapped_column(String(16))
    #: `heard`: the IRO was there (verbal, or helped), so the child was not asked.
    iro_may_see: Mapped[str] = mapped_column(String(10))
    #: The London day: of receipt (self, helped), or on which the child gave the answers (verbal, paper).
    day: Mapped[date]
    #: `YYYY-MM` of `day`.
    month: Mapped[str] = mapped_column(String(7))
    #: Keyed digest of the normalised answers: tells a repeated send from a different one.
    content_digest: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(String(400))

    @property
    def sent_id(self) -> str:
        """Return the id of the version that the child sent, under which texts, wishes and concerns stand."""
        return self.first_id or self.id


class AnswerRow(Base):
    """One question on the child's path: given, left empty, or declined. Without a row it was not asked."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint(one_of("state", ANSWER_STATES), name="state_known"),
        Index(
            "ix_answer_month_question_state_response_id",
            "month",
            "question",
            "state",
            "response_id",
        ),
    )

    response_id: Mapped[str] = mapped_column(
        ForeignKey("response.id"), primary_key=True
    )
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    #: That of its response. With it a month's answers lie together, however many there are of other months.
    month: Mapped[str] = mapped_column(String(7))


class AnswerOption(Base):
    """One chosen option of an answer, by its id."""

    __tablename__ = "answer_option"
    __table_args__ = (
        ForeignKeyConstraint(
            ["response_id", "question"], ["answer.response_id", "answer.question"]
        ),
        Index(
            "ix_answer_option_month_question_option_response_id",
            "month",
            "question",
            "option",
            "response_id",
        ),
    )

    response_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: That of its response.
    month: Mapped[str] = mapped_column(String(7))


class Interview(Base):
    """What the officer noted who wrote a child's answers down: who was there, and whether they were read back.

    Kept once, beside the version that was sent (`Response.sent_id`); never changed. There is none of an answer from
    before it was asked.
    """

    __tablename__ = "interview"

    response_id: Mapped[str] = mapped_column(
        ForeignKey("response.id"), primary_key=True
    )
    #: Ids of `PRESENT` in that order, with a space between; "" where it was not noted.
    present: Mapped[str] = mapped_column(String(80))
    #: The officer says that they read it out and the child said that it is right.
    read_back: Mapped[bool]


@cache
def is_latest_version() -> ColumnElement[bool]:
    """Return the condition that no later version corrects the response: only such rows count and are shown.

    That a later one is above 1 is no other condition, but by it PostgreSQL expects few corrections. Without it it
    expects that nearly every response has one, and joins the answers in loops that take minutes with 10,000 of them.
    """
    later = aliased(Response)
    return ~exists().where(
        later.invitation_id == Response.invitation_id,
        later.version > Response.version,
        later.version > 1,
    )


VERSIONS = aliased(Response)
"""All versions of an answer: a text stands under the id of the one that was sent."""


@cache
def is_newest_of_versions() -> ColumnElement[bool]:
    """Return the condition that joins an answer to all its versions, for statements that go on to their texts.

    The newest is named by a whole key, so that SQLite, which keeps no statistics, looks it up instead of walking the
    month for each text.
    """
    each = aliased(Response)
    newest = (
        select(func.max(each.version))
        .where(each.invitation_id == VERSIONS.invitation_id)
        .scalar_subquery()
    )
    return and_(
        VERSIONS.invitation_id == Response.invitation_id, Response.version == newest
    )


def sent_version_id() -> ColumnElement[str]:
    """Return what `Response.sent_id` says, to order by. Texts are joined by `is_newest_of_versions`."""
    return func.coalesce(Response.first_id, Response.id)
