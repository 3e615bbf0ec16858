"""a concern knows where it is safe to talk with the child, as a wish to talk does"""

from alembic import op
import sqlalchemy as sa

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("concern", sa.Column("how", sa.String(length=80), nullable=False, server_default=""))
    with op.batch_alter_table("concern") as table:
        table.alter_column("how", existing_type=sa.String(length=80), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("concern") as table:
        table.drop_column("how")
