"""A child whom the app drew from a list, for an officer who has not asked them yet (docs/decisions/0025)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of

PARTS = ("took_part", "did_not")
"""The two halves of the monthly target: children who took part in their review, and who did not."""


class Draw(Base):
    """One draw that was not used yet; it is deleted when its child is asked.

    Of the child it holds a keyed digest alone, and nothing else of the list.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint(one_of("part", PARTS), name="part_known"),
        CheckConstraint("drawn_from >= 1", name="drawn_from_some"),
        CheckConstraint("left_out >= 0", name="left_out_not_negative"),
        Index("ix_draw_person_id_month", "person_id", "month"),
    )

    #: The random name of the form that asked for it, so that a form that is sent twice is one draw.
    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    month: Mapped[str] = mapped_column(String(7))
    part: Mapped[str] = mapped_column(String(10))
    #: From how many children, without the `left_out`, who were asked already.
    drawn_from: Mapped[int]
    left_out: Mapped[int]
    reference_digest: Mapped[str] = mapped_column(String(64), index=True)
