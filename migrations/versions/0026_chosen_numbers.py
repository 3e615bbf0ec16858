"""the numbers of answers that may leave with a month's report"""

from alembic import op
import sqlalchemy as sa

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chosen_numbers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("survey", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.String(length=40), nullable=False),
        sa.Column("beside", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_with_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_chosen_numbers_number_positive")),
        sa.ForeignKeyConstraint(["left_with_id"], ["person.id"], name=op.f("fk_chosen_numbers_left_with_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_numbers")),
        sa.UniqueConstraint("survey", "month", "number", name=op.f("uq_chosen_numbers_survey_month_number")),
    )


def downgrade() -> None:
    op.drop_table("chosen_numbers")
