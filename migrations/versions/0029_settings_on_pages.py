"""settings on pages, with their history"""

from alembic import op
import sqlalchemy as sa

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=600), nullable=True),
        sa.Column("before", sa.String(length=600), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_setting_change_set_by_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_setting_change")),
    )
    op.create_index("ix_setting_change_key", "setting_change", ["key"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER setting_change_is_frozen BEFORE UPDATE ON setting_change"
            " BEGIN SELECT RAISE(ABORT, 'rows of setting_change are never changed'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER setting_change_is_frozen BEFORE UPDATE ON setting_change"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_index("ix_setting_change_key", table_name="setting_change")
    op.drop_table("setting_change")
