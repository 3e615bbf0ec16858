"""reviews from the case system, their sealed references, and which column of a file is which"""

from alembic import op
import sqlalchemy as sa

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PN_CODES = "'PN0', 'PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6', 'PN7'"
CHECKS = {
    "pn_code_known": f"pn_code IS NULL OR pn_code IN ({PN_CODES})",
    "mode_known": "mode IS NULL OR mode IN ('in_person', 'remote', 'blended')",
    "band_known": "band IS NULL OR band IN ('4-7', '8-11', '12-17', '16-25')",
    "has_a_day": "due_on IS NOT NULL OR held_on IS NOT NULL",
}


def upgrade() -> None:
    op.create_table(
        "imported_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_digest", sa.String(length=64), nullable=False),
        sa.Column("iro_id", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("pn_code", sa.String(length=3), nullable=True),
        sa.Column("spoke_on", sa.Date(), nullable=True),
        sa.Column("band", sa.String(length=5), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.String(length=32), nullable=False),
        *(sa.CheckConstraint(sql, name=op.f(f"ck_imported_review_{name}")) for name, sql in CHECKS.items()),
        sa.ForeignKeyConstraint(["iro_id"], ["person.id"], name=op.f("fk_imported_review_iro_id")),
        sa.ForeignKeyConstraint(["imported_by_id"], ["person.id"], name=op.f("fk_imported_review_imported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_review")),
        sa.UniqueConstraint("case_digest", name=op.f("uq_imported_review_case_digest")),
    )
    op.create_index("ix_imported_review_iro_id_held_on", "imported_review", ["iro_id", "held_on"])
    op.create_index("ix_imported_review_iro_id_due_on", "imported_review", ["iro_id", "due_on"])
    op.create_table(
        "review_reference",
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("reference_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["imported_review.id"], name=op.f("fk_review_reference_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review_reference")),
    )
    op.create_index("ix_review_reference_reference_digest", "review_reference", ["reference_digest"])
    op.create_table(
        "column_map",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("heading", sa.String(length=120), nullable=False),
        sa.CheckConstraint("kind IN ('reviews', 'people', 'targets', 'cohorts')", name=op.f("ck_column_map_kind_known")),
        sa.PrimaryKeyConstraint("kind", "field", name=op.f("pk_column_map")),
    )


def downgrade() -> None:
    op.drop_table("column_map")
    op.drop_table("review_reference")
    op.drop_table("imported_review")
