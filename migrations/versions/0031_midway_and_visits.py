"""midway reviews and visits before a review, as the case system lists them"""

from alembic import op
import sqlalchemy as sa

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

COLUMNS = ("midway_on", "visited_on")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("imported_review", sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("imported_review") as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
