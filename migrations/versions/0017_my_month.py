"""my month: reminders of what is missing, and the addresses of private calendars"""

from alembic import op
import sqlalchemy as sa

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_link_person_id")),
    )
    op.create_table(
        "month_reminder",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("step", sa.String(length=4), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_month_reminder_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_reminder")),
        sa.UniqueConstraint("person_id", "month", "step", name=op.f("uq_month_reminder_person_id_month_step")),
    )


def downgrade() -> None:
    op.drop_table("month_reminder")
    op.drop_table("calendar_link")
