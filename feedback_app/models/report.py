"""Cohorts, by which shares are taken, and handed-over reports, which no page writes yet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of
from feedback_app.survey.model import BANDS

REPORT_KINDS = ("month", "quarter", "year")
COHORT_KINDS = ("in_care", "plan_8_over")
"""Children in care; children of 8 and over with a child protection plan."""


class Cohort(Base):
    """How many children of a kind there were on a date, typed in or imported: the base of a share (plan row 11b).

    Rows are added and never changed; of one kind, band and date the one entered last holds.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint(one_of("what", COHORT_KINDS), name="what_known"),
        CheckConstraint(f"band IS NULL OR {one_of('band', BANDS)}", name="band_known"),
        Index("ix_cohort_what_on_date", "what", "on_date"),
    )

    id: Mapped[str] = id_column()
    what: Mapped[str] = mapped_column(String(20))
    #: None: of every age that the kind holds.
    band: Mapped[str | None] = mapped_column(String(5))
    on_date: Mapped[date]
    number: Mapped[int]
    #: Where the number is from, in the words of whoever entered it.
    source: Mapped[str] = mapped_column(String(120), default="")
    entered_at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


class ChosenNumbers(Base):
    """The numbers of answers that may leave with a month's report, chosen once (decision 0035).

    A draft until the report is downloaded (`left_at`); answers that come in after that make another.
    """

    __tablename__ = "chosen_numbers"
    __table_args__ = (
        UniqueConstraint("survey", "month", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[str] = id_column()
    survey: Mapped[str] = mapped_column(String(40))
    #: `YYYY-MM`.
    month: Mapped[str] = mapped_column(String(7))
    number: Mapped[int]
    chosen_at: Mapped[datetime] = mapped_column(Instant)
    #: Which answers it was counted from: how many responses and versions of the months that it needs.
    counted: Mapped[str] = mapped_column(String(40))
    #: How many had left that it was chosen beside; a draft is overtaken when there are more.
    beside: Mapped[int]
    #: SHA-256 of the content, in hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    #: Sums of answers and the relations between them; no child's row.
    content: Mapped[bytes] = mapped_column(LargeBinary)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    left_with_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Report(Base):
    """A handed-over report, frozen and numbered; a change makes a new version (promise 53).

    Not written or read by any page yet: today a report is made when it is downloaded.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("kind", "period", "version"),
        CheckConstraint(one_of("kind", REPORT_KINDS), name="kind_known"),
        CheckConstraint("version >= 1", name="version_positive"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(8))
    #: A month's report: `YYYY-MM`.
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    handed_over_at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
