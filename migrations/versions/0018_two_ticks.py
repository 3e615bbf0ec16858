"""what an officer ticks of an invitation: spoke with the child before, letter sent"""

from alembic import op
import sqlalchemy as sa

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TICKS = ("letter_sent", "spoke_before")


def upgrade() -> None:
    for tick in TICKS:
        op.add_column("invitation", sa.Column(tick, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for tick in TICKS:
        op.drop_column("invitation", tick)
