"""a role that keys in paper forms and sees nothing else"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OLD = "role IN ('iro', 'manager', 'lead', 'deputy', 'administrator')"
NEW = "role IN ('iro', 'manager', 'lead', 'deputy', 'administrator', 'business_support')"


def upgrade() -> None:
    replace_check(NEW)


def downgrade() -> None:
    # Whoever had this role alone keeps the account, and reaches nothing but it.
    op.execute("DELETE FROM person_role WHERE role = 'business_support'")
    replace_check(OLD)


def replace_check(sql: str) -> None:
    with op.batch_alter_table("person_role") as table:
        table.drop_constraint(op.f("ck_person_role_role_known"), type_="check")
        table.create_check_constraint(op.f("ck_person_role_role_known"), sql)
