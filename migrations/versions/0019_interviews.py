"""who was there when a child said it aloud, and whether it was read back"""

from alembic import op
import sqlalchemy as sa

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("present", sa.String(length=80), nullable=False),
        sa.Column("read_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_interview_response_id")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_interview")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER interview_is_frozen BEFORE UPDATE ON interview"
            " BEGIN SELECT RAISE(ABORT, 'rows of interview are never changed'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER interview_is_frozen BEFORE UPDATE ON interview"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("interview")
