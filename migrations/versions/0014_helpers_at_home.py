"""the helpers of a child at home, and who "someone else" is"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OLD = {
    ("response", "helper_known"): (
        "helper IS NULL OR helper IN ('none', 'iro', 'carer', 'social_worker', 'advocate', 'teacher', 'other')"
    ),
    ("sealed_text", "owner_known"): "owner IN ('answer', 'contact_request', 'concern', 'complaint')",
}
NEW = {
    ("response", "helper_known"): (
        "helper IS NULL OR helper IN ('none', 'iro', 'carer', 'mum', 'dad', 'family', 'social_worker', 'advocate',"
        " 'teacher', 'other')"
    ),
    ("sealed_text", "owner_known"): "owner IN ('answer', 'response', 'contact_request', 'concern', 'complaint')",
}


TRIGGERS = {
    "response_is_frozen": (
        "CREATE TRIGGER response_is_frozen BEFORE UPDATE ON response"
        " BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END"
    ),
    "sealed_text_keeps_its_place": (
        "CREATE TRIGGER sealed_text_keeps_its_place BEFORE UPDATE OF id, owner, column_name, row_id, characters"
        " ON sealed_text BEGIN SELECT RAISE(ABORT, 'only the seal of a text may be renewed'); END"
    ),
}
"""SQLite changes a table by copying it, and the copy has no triggers. The second has been gone since 0013."""


def upgrade() -> None:
    replace_checks(NEW)


def downgrade() -> None:
    texts = "(SELECT id FROM sealed_text WHERE owner = 'response')"
    entries = f"(SELECT id FROM queue_entry WHERE text_id IN {texts})"
    op.execute(f"DELETE FROM read_mark WHERE entry_id IN {entries}")
    op.execute(f"DELETE FROM queue_entry WHERE text_id IN {texts}")
    op.execute("DELETE FROM sealed_text WHERE owner = 'response'")
    others = "UPDATE response SET helper = 'other' WHERE helper IN ('mum', 'dad', 'family')"
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER response_is_frozen")
        op.execute(others)
    else:
        op.execute("ALTER TABLE response DISABLE TRIGGER response_is_frozen")
        op.execute(others)
        op.execute("ALTER TABLE response ENABLE TRIGGER response_is_frozen")
    replace_checks(OLD)


def replace_checks(wanted: dict[tuple[str, str], str]) -> None:
    for (table, name), sql in wanted.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), sql)
    if op.get_bind().dialect.name == "sqlite":
        for name, sql in TRIGGERS.items():
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(sql)
