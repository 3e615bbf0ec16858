"""cohorts by kind and band, with their source, kept as they were entered"""

from alembic import op
import sqlalchemy as sa

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BANDS = "band IS NULL OR band IN ('4-7', '8-11', '12-17', '16-25')"
KINDS = "what IN ('in_care', 'plan_8_over')"


def upgrade() -> None:
    # No page of any version wrote a row: the table is made anew.
    op.drop_table("cohort")
    op.create_table(
        "cohort",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("band", sa.String(length=5), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_cohort_number_not_negative")),
        sa.CheckConstraint(KINDS, name=op.f("ck_cohort_what_known")),
        sa.CheckConstraint(BANDS, name=op.f("ck_cohort_band_known")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_cohort_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
    )
    op.create_index("ix_cohort_what_on_date", "cohort", ["what", "on_date"])


def downgrade() -> None:
    op.drop_table("cohort")
    op.create_table(
        "cohort",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_cohort_number_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_cohort_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("what", "on_date", name=op.f("uq_cohort_what_on_date")),
    )
