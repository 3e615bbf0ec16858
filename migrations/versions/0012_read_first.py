"""a text may stand between urgent and ordinary: read first"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queue_entry") as table:
        table.drop_constraint(op.f("ck_queue_entry_urgency_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_queue_entry_urgency_known"), "urgency IN ('urgent', 'first', 'ordinary')"
        )


def downgrade() -> None:
    op.execute("UPDATE queue_entry SET urgency = 'urgent' WHERE urgency = 'first'")
    with op.batch_alter_table("queue_entry") as table:
        table.drop_constraint(op.f("ck_queue_entry_urgency_known"), type_="check")
        table.create_check_constraint(op.f("ck_queue_entry_urgency_known"), "urgency IN ('urgent', 'ordinary')")
