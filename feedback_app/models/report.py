"""Cohorts, by which shares are taken; the numbers that reports print; reports that were handed over."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of
from feedback_app.survey.model import BANDS

REPORT_KINDS = ("month", "quarter", "year", "own")
PERIOD_LIMIT, SENTENCE_LIMIT = 16, 600
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
    """A report that was handed over, frozen and numbered; a change makes a new version (promise 53).

    Rows and files are added and never changed, until they are deleted by their age.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("period", "version"),
        CheckConstraint(one_of("kind", REPORT_KINDS), name="kind_known"),
        CheckConstraint("version >= 1", name="version_positive"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(8))
    #: As its page's address has it: `2026-10`, `2026-Q3`, `2026`, `2025-26`.
    period: Mapped[str] = mapped_column(String(PERIOD_LIMIT))
    version: Mapped[int]
    #: SHA-256 of what it says, in hexadecimal; its first eight characters are printed on each page.
    digest: Mapped[str] = mapped_column(String(64))
    #: What differs from the version before, a line each, without a child's words; "" for the first.
    changes: Mapped[str] = mapped_column(Text, default="")
    handed_over_at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


class ReportFile(Base):
    """One file of a handed-over report, sealed: it holds words of children that were chosen as quotes."""

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("report_id", "format"),)

    id: Mapped[str] = id_column()
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"))
    #: As in its address: `docx`, `pdf`, `xlsx`, `csv` and so on (manager/reports/formats.py); `said` has no address.
    format: Mapped[str] = mapped_column(String(12))
    #: SHA-256 of the file, in hexadecimal, by which anybody can tell it from one that was altered.
    digest: Mapped[str] = mapped_column(String(64))
    #: The file's bytes as base64, sealed under the text keys.
    value: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(20))
    #: When the report was handed over.
    made_at: Mapped[datetime] = mapped_column(Instant)


class ReportSentence(Base):
    """The manager's own words in the place of one sentence of a report; of one sentence the newest row holds.

    Rows are added and never changed, so that each earlier wording can be seen. No words: the generated one stands.
    """

    __tablename__ = "report_sentence"
    __table_args__ = (Index("ix_report_sentence_period", "period"),)

    id: Mapped[str] = id_column()
    period: Mapped[str] = mapped_column(String(PERIOD_LIMIT))
    #: Which sentence: `minute.heard`, `decision.1` (reports/content).
    key: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(String(SENTENCE_LIMIT))
    written_at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


class ReportReminder(Base):
    """A reminder to a manager that a month's report is due, written once for each step and person."""

    __tablename__ = "report_reminder"
    __table_args__ = (UniqueConstraint("person_id", "month", "step"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    #: `YYYY-MM`.
    month: Mapped[str] = mapped_column(String(7))
    #: How many working days before the due date.
    step: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(Instant)
