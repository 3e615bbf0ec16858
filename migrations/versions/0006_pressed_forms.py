"""a form that was pressed twice is known again; kinds of messages and misses are said by the code alone"""

from alembic import op
import sqlalchemy as sa

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MESSAGES = (
    "kind IN ('text_to_read', 'text_late', 'set_aside', 'concern', 'concern_reminder', 'concern_deputy',"
    " 'concern_manager', 'concern_duty', 'contact_request', 'request_due', 'request_late', 'envelope_opened',"
    " 'waiting', 'audit_head', 'staff_invited', 'password_reset', 'person_changed')"
)
MISSES = "kind IN ('link', 'words', 'sign_in', 'second', 'reset')"


def upgrade() -> None:
    for table in ("outbox_message", "miss"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_kind_known"), type_="check")
    op.create_table(
        "pressed_form",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("led_to", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pressed_form_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pressed_form")),
    )


def downgrade() -> None:
    op.drop_table("pressed_form")
    op.execute(
        "DELETE FROM delivery WHERE message_id IN"
        f" (SELECT id FROM outbox_message WHERE NOT ({MESSAGES}))"
    )
    for table, check in (("outbox_message", MESSAGES), ("miss", MISSES)):
        op.execute(f"DELETE FROM {table} WHERE NOT ({check})")
        with op.batch_alter_table(table) as batch_op:
            batch_op.create_check_constraint(op.f(f"ck_{table}_kind_known"), check)
