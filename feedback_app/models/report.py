"""Tables that no page uses yet: typed-in cohorts and handed-over reports. The demo and the pages leave them empty."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of

REPORT_KINDS = ("month", "quarter", "year")


class Cohort(Base):
    """How many children of a kind there were on a date, as typed in: the base of a participation rate (plan row 11b).

    Not written or read by any page yet.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("what", "on_date"),
        CheckConstraint("number >= 0", name="number_not_negative"),
    )

    id: Mapped[str] = id_column()
    what: Mapped[str] = mapped_column(String(60))
    on_date: Mapped[date]
    number: Mapped[int]
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


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
