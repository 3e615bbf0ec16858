"""asks for a link to a new password, judged by the worker; a session says what kind of browser it is of"""

from alembic import op
import sqlalchemy as sa

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signed_in") as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(length=60), server_default="", nullable=False))
    op.create_table(
        "link_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("on_known_device", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
    )


def downgrade() -> None:
    op.drop_table("link_request")
    with op.batch_alter_table("signed_in") as batch_op:
        batch_op.drop_column("browser")
