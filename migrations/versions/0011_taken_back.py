"""a link knows its printed end and what it replaced, a correction its first version, a handed-over link its past"""

from alembic import op
import sqlalchemy as sa

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of links that were ended before, nobody knows any more what their card says: they stay ended.
    op.add_column("link", sa.Column("card_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE link SET card_ends_at = ends_at")
    with op.batch_alter_table("link") as batch_op:
        batch_op.alter_column("card_ends_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.add_column(sa.Column("replaces", sa.Integer(), nullable=True))
    op.add_column("response", sa.Column("first_id", sa.String(length=32), nullable=True))
    op.add_column("invitation", sa.Column("handed_over_by_id", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("invitation", "handed_over_by_id")
    op.execute("DELETE FROM answer_option WHERE response_id IN (SELECT id FROM response WHERE first_id IS NOT NULL)")
    op.execute("DELETE FROM answer WHERE response_id IN (SELECT id FROM response WHERE first_id IS NOT NULL)")
    op.execute("DELETE FROM response WHERE first_id IS NOT NULL")
    op.drop_column("response", "first_id")
    with op.batch_alter_table("link") as batch_op:
        batch_op.drop_column("replaces")
        batch_op.drop_column("card_ends_at")
