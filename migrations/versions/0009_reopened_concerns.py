"""a closed concern can be reopened, its messages begin anew; a text is kept under a named theme"""

from alembic import op
import sqlalchemy as sa

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLD_NOTES, NEW_NOTES = (
    "kind IN ('seen', 'note', 'closed')",
    "kind IN ('seen', 'note', 'closed', 'reopened')",
)
MESSAGE_INDEX = "uq_outbox_message_kind_about_id"


def put_note_kinds(sql: str, old_length: int, new_length: int) -> None:
    with op.batch_alter_table("case_note") as batch_op:
        batch_op.drop_constraint(op.f("ck_case_note_kind_known"), type_="check")
        batch_op.alter_column(
            "kind", existing_type=sa.String(old_length), type_=sa.String(new_length), existing_nullable=False
        )
        batch_op.create_check_constraint(op.f("ck_case_note_kind_known"), sql)


def upgrade() -> None:
    with op.batch_alter_table("concern") as batch_op:
        batch_op.add_column(sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("times_reopened", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_check_constraint(
            op.f("ck_concern_reopened_has_instant"), "(times_reopened = 0) = (reopened_at IS NULL)"
        )
    put_note_kinds(NEW_NOTES, 6, 8)
    with op.batch_alter_table("read_mark") as batch_op:
        batch_op.add_column(sa.Column("theme", sa.String(length=80), server_default="", nullable=False))
        batch_op.create_check_constraint(op.f("ck_read_mark_theme_length"), "length(theme) <= 80")
    op.add_column("outbox_message", sa.Column("reopening", sa.Integer(), server_default="0", nullable=False))
    op.drop_index(MESSAGE_INDEX, table_name="outbox_message")
    op.create_index(f"{MESSAGE_INDEX}_reopening", "outbox_message", ["kind", "about_id", "reopening"], unique=True)


def downgrade() -> None:
    op.drop_index(f"{MESSAGE_INDEX}_reopening", table_name="outbox_message")
    repeated = "SELECT id FROM outbox_message WHERE reopening > 0"
    op.execute(f"DELETE FROM delivery WHERE message_id IN ({repeated})")
    op.execute("DELETE FROM outbox_message WHERE reopening > 0")
    op.create_index(MESSAGE_INDEX, "outbox_message", ["kind", "about_id"], unique=True)
    op.execute("ALTER TABLE outbox_message DROP COLUMN reopening")
    with op.batch_alter_table("read_mark") as batch_op:
        batch_op.drop_constraint(op.f("ck_read_mark_theme_length"), type_="check")
        batch_op.drop_column("theme")
    op.execute("UPDATE case_note SET kind = 'note' WHERE kind = 'reopened'")
    put_note_kinds(OLD_NOTES, 8, 6)
    with op.batch_alter_table("concern") as batch_op:
        batch_op.drop_constraint(op.f("ck_concern_reopened_has_instant"), type_="check")
        batch_op.drop_column("times_reopened")
        batch_op.drop_column("reopened_at")
