"""who works when: targets, leave and days of work as they were entered"""

import calendar
from datetime import UTC, date, datetime

from alembic import op
import sqlalchemy as sa

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

def upgrade() -> None:
    made = op.create_table(
        "work_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("only_month", sa.Boolean(), nullable=False),
        sa.Column("took_part", sa.Integer(), nullable=True),
        sa.Column("did_not", sa.Integer(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=True),
        sa.Column("in_words", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("takes_back", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "kind IN ('target', 'leave', 'leave_back', 'days', 'service')", name=op.f("ck_work_change_kind_known")
        ),
        sa.CheckConstraint(
            "(kind = 'service') = (person_id IS NULL)", name=op.f("ck_work_change_service_has_no_person")
        ),
        sa.CheckConstraint(
            "(took_part IS NULL) = (did_not IS NULL)", name=op.f("ck_work_change_targets_go_together")
        ),
        sa.CheckConstraint(
            "took_part IS NULL OR (took_part >= 0 AND did_not >= 0)", name=op.f("ck_work_change_targets_not_negative")
        ),
        sa.CheckConstraint(
            "first_day IS NULL OR last_day IS NULL OR first_day <= last_day",
            name=op.f("ck_work_change_days_in_order"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_work_change_person_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_work_change_set_by_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_work_change")),
    )
    op.create_index("ix_work_change_person_id", "work_change", ["person_id"])
    copy_months(made)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER work_change_is_frozen BEFORE UPDATE ON work_change"
            " BEGIN SELECT RAISE(ABORT, 'rows of work_change are never changed'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER work_change_is_frozen BEFORE UPDATE ON work_change"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def copy_months(work_change: sa.Table) -> None:
    """What was kept month by month holds for that month alone; a month of leave is leave from its first to its last day."""
    kept = sa.text("SELECT iro_id, month, target_took_part, target_did_not, leave FROM iro_month ORDER BY month, iro_id")
    rows = []
    for number, row in enumerate(op.get_bind().execute(kept), 1):
        year, month = int(row.month[:4]), int(row.month[5:])
        first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        rows.append(
            {
                "number": -number,
                "kind": "leave" if row.leave else "target",
                "person_id": row.iro_id,
                "month": None if row.leave else row.month,
                "only_month": not row.leave,
                "took_part": None if row.leave else row.target_took_part,
                "did_not": None if row.leave else row.target_did_not,
                "in_words": "",
                "first_day": first if row.leave else None,
                "last_day": last if row.leave else None,
                "reason": "",
                "set_at": datetime.now(UTC),
            }
        )
    if rows:
        op.bulk_insert(work_change, rows)


def downgrade() -> None:
    op.drop_table("work_change")
