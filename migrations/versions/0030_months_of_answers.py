"""the month beside each answer, so that a month's answers lie together in an index; corrections have an index too"""

from alembic import op
import sqlalchemy as sa

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = {"answer": ("question", "state"), "answer_option": ("question", "option")}


def upgrade() -> None:
    for table, counted in TABLES.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("month", sa.String(length=7), nullable=True))
        thaw(table)
        op.execute(f"UPDATE {table} SET month = (SELECT month FROM response WHERE response.id = {table}.response_id)")
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("month", existing_type=sa.String(length=7), nullable=False)
        freeze(table)
        op.create_index(f"ix_{table}_month_{'_'.join(counted)}_response_id", table, ["month", *counted, "response_id"])
    corrected = sa.text("version > 1")
    op.create_index(
        "ix_response_corrected",
        "response",
        ["invitation_id", "version"],
        postgresql_where=corrected,
        sqlite_where=corrected,
    )


def downgrade() -> None:
    op.drop_index("ix_response_corrected", "response")
    for table, counted in TABLES.items():
        op.drop_index(f"ix_{table}_month_{'_'.join(counted)}_response_id", table)
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("month")
        if op.get_bind().dialect.name == "sqlite":
            freeze(table)


def thaw(table: str) -> None:
    """Let rows be changed by this migration; on SQLite the copy of a table has no triggers anyway."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_is_frozen")


def freeze(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE ON {table}"
            " BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END"
        )
    else:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_is_frozen")
