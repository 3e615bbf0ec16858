"""entries of the audit trail are found by what they are and when"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_entry_what_at", "audit_entry", ["what", "at"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_what_at", "audit_entry")
