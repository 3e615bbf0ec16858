"""Who works when: targets, leave and days of work of the IROs, and the targets of the service, as they were entered.

Rows are added and never changed, so that the history stays (docs/decisions/0020).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, one_of

WORK_KINDS = ("target", "leave", "leave_back", "days", "service")
MOST_OF_AN_IRO = 20
"""Children a month that one IRO can be asked for; more is a slip."""
IN_WORDS_LIMIT = 60


class WorkChange(Base):
    """One thing that was entered: about one IRO, or, of the kind "service", about everybody."""

    __tablename__ = "work_change"
    __table_args__ = (
        CheckConstraint(one_of("kind", WORK_KINDS), name="kind_known"),
        CheckConstraint(
            "(kind = 'service') = (person_id IS NULL)", name="service_has_no_person"
        ),
        CheckConstraint(
            "(took_part IS NULL) = (did_not IS NULL)", name="targets_go_together"
        ),
        CheckConstraint(
            "took_part IS NULL OR (took_part >= 0 AND did_not >= 0)",
            name="targets_not_negative",
        ),
        CheckConstraint(
            "first_day IS NULL OR last_day IS NULL OR first_day <= last_day",
            name="days_in_order",
        ),
        Index("ix_work_change_person_id", "person_id"),
    )

    #: That of its entry in the audit trail: what was entered later has the higher number.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    #: `YYYY-MM`: the month from which a target holds, or the only one for which it does.
    month: Mapped[str | None] = mapped_column(String(7))
    only_month: Mapped[bool] = mapped_column(default=False)
    #: Children a month, of an IRO (target), or of each IRO without a target of their own (service). None: as usual.
    took_part: Mapped[int | None]
    did_not: Mapped[int | None]
    #: Children a month for the whole service.
    children: Mapped[int | None]
    #: Part time, in the manager's words.
    in_words: Mapped[str] = mapped_column(String(IN_WORDS_LIMIT), default="")
    #: Of a leave, both included; or the first and the last day of work (days), None where it is not known.
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    #: The number of the leave that was taken back.
    takes_back: Mapped[int | None]
    #: Why a month was changed whose report had been due.
    reason: Mapped[str] = mapped_column(String(400), default="")
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
