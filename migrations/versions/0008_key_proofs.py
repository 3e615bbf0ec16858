"""the database knows its keys: a proof of each, from which no key can be found"""

from alembic import op
import sqlalchemy as sa

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_proof",
        sa.Column("ring", sa.String(length=8), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("proof", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("ring", "key_id", name=op.f("pk_key_proof")),
    )


def downgrade() -> None:
    op.drop_table("key_proof")
