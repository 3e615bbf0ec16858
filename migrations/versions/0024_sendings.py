"""a child's link sent by text message or e-mail, and what became of it"""

from alembic import op
import sqlalchemy as sa

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

REASONS = (
    "'wrong_address', 'not_delivered', 'not_now', 'refused', 'given_up', 'restored', 'unreadable'"
)
CHECKS = {
    "way_known": "way IN ('sms', 'email')",
    "to_whom_known": "to_whom IN ('child', 'carer')",
    "state_known": "state IN ('waiting', 'handed_over', 'delivered', 'failed', 'gone')",
    "reason_known": f"reason IS NULL OR reason IN ({REASONS})",
    "reason_of_failed": "(state = 'failed') = (reason IS NOT NULL)",
    "sealed_under_key": "(value IS NULL) = (key_id IS NULL)",
}


def upgrade() -> None:
    op.create_table(
        "sending",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("invitation_id", sa.String(length=32), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=5), nullable=False),
        sa.Column("to_whom", sa.String(length=5), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("reason", sa.String(length=13), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("notify_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.CheckConstraint(sql, name=op.f(f"ck_sending_{name}")) for name, sql in CHECKS.items()),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_sending_invitation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sending_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending")),
    )
    op.create_index("ix_sending_invitation_id", "sending", ["invitation_id"])
    op.create_index("ix_sending_due_at", "sending", ["due_at"])
    op.create_index("ix_sending_person_id_made_at", "sending", ["person_id", "made_at"])


def downgrade() -> None:
    op.drop_table("sending")
