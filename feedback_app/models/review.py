"""Reviews as the council's case system lists them, and which column of its files is which (docs/decisions/0027).

A row names no child. The council's reference for the child is sealed in a table of its own and goes long before it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, id_column, one_of
from feedback_app.models.invitation import PN_CODES
from feedback_app.survey.model import BANDS, MODES

IMPORT_KINDS = ("reviews", "people", "targets", "cohorts")


class ImportedReview(Base):
    """One review of one child, from the table `ssd_cla_reviews` of the Standard Safeguarding Dataset.

    It is never tied to an invitation: while both references are kept, their digests are compared; after that nobody
    can tell which review a child's answers were about.
    """

    __tablename__ = "imported_review"
    __table_args__ = (
        CheckConstraint(
            f"pn_code IS NULL OR {one_of('pn_code', PN_CODES)}", name="pn_code_known"
        ),
        CheckConstraint(f"mode IS NULL OR {one_of('mode', MODES)}", name="mode_known"),
        CheckConstraint(f"band IS NULL OR {one_of('band', BANDS)}", name="band_known"),
        CheckConstraint("due_on IS NOT NULL OR held_on IS NOT NULL", name="has_a_day"),
        Index("ix_imported_review_iro_id_held_on", "iro_id", "held_on"),
        Index("ix_imported_review_iro_id_due_on", "iro_id", "due_on"),
    )

    id: Mapped[str] = id_column()
    #: Keyed digest of `clar_cla_review_id`, so that a file that is read twice doubles nothing.
    case_digest: Mapped[str] = mapped_column(String(64), unique=True)
    iro_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    #: `clar_cla_review_due_date` and `clar_cla_review_date`; a review that is still to come has no day held.
    due_on: Mapped[date | None]
    held_on: Mapped[date | None]
    #: `clar_cla_review_participation`.
    pn_code: Mapped[str | None] = mapped_column(String(3))
    #: `clar_cla_review_last_iro_contact_date`: when the IRO last spoke with the child before it.
    spoke_on: Mapped[date | None]
    #: From columns of the council's own: the midway review and the IRO's visit before this review.
    midway_on: Mapped[date | None]
    visited_on: Mapped[date | None]
    #: From columns of the council's own, where its file has them.
    band: Mapped[str | None] = mapped_column(String(5))
    mode: Mapped[str | None] = mapped_column(String(10))
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))


class ReviewReference(Base):
    """The council's reference for the child of an imported review, sealed as an envelope is."""

    __tablename__ = "review_reference"

    review_id: Mapped[str] = mapped_column(
        Id, ForeignKey("imported_review.id"), primary_key=True
    )
    key_id: Mapped[str] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
    #: As that of an envelope (invitations/references.py).
    reference_digest: Mapped[str] = mapped_column(String(64), index=True)


class ColumnMap(Base):
    """Which heading of the council's files holds what: chosen once, kept for the next file."""

    __tablename__ = "column_map"
    __table_args__ = (CheckConstraint(one_of("kind", IMPORT_KINDS), name="kind_known"),)

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    #: The field that the product knows, such as `held_on`.
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    heading: Mapped[str] = mapped_column(String(120))
