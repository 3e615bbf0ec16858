"""complaints about how personal data is used, with their words to read, notes and concerns"""

from alembic import op
import sqlalchemy as sa

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD = {
    ("sealed_text", "owner_known"): "owner IN ('answer', 'contact_request', 'concern')",
    ("queue_entry", "one_thing_to_read"): "(text_id IS NULL) <> (set_aside_id IS NULL)",
    ("case_note", "one_case"): "(concern_id IS NULL) <> (request_id IS NULL)",
    ("case_note", "kind_known"): "kind IN ('seen', 'note', 'closed', 'reopened')",
}
NEW = {
    ("sealed_text", "owner_known"): "owner IN ('answer', 'contact_request', 'concern', 'complaint')",
    ("queue_entry", "one_thing_to_read"): (
        "(text_id IS NULL AND set_aside_id IS NULL AND complaint_id IS NOT NULL)"
        " OR (complaint_id IS NULL AND (text_id IS NULL) <> (set_aside_id IS NULL))"
    ),
    ("case_note", "one_case"): (
        "(concern_id IS NULL AND request_id IS NULL AND complaint_id IS NOT NULL)"
        " OR (complaint_id IS NULL AND (concern_id IS NULL) <> (request_id IS NULL))"
    ),
    ("case_note", "kind_known"): "kind IN ('seen', 'note', 'closed', 'acknowledged', 'reopened')",
}


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reference_digest", sa.String(length=64), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "about IN ('none', 'manager', 'lead', 'other')", name=op.f("ck_complaint_about_known")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'acknowledged', 'closed')", name=op.f("ck_complaint_state_known")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('put_right', 'explained', 'nothing_wrong', 'passed_on', 'withdrawn')",
            name=op.f("ck_complaint_outcome_known"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_complaint_closed_has_outcome"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (acknowledged_on IS NULL)", name=op.f("ck_complaint_acknowledged_has_day")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_complaint_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
        sa.UniqueConstraint("content_digest", name=op.f("uq_complaint_content_digest")),
    )
    op.create_index("ix_complaint_state_due_on", "complaint", ["state", "due_on"])
    op.create_index("ix_complaint_reference_digest", "complaint", ["reference_digest"])
    op.create_table(
        "complaint_about",
        sa.Column("complaint_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_about_complaint_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_complaint_about_person_id")),
        sa.PrimaryKeyConstraint("complaint_id", "person_id", name=op.f("pk_complaint_about")),
    )
    op.create_index("ix_complaint_about_person_id", "complaint_about", ["person_id"])
    for table in ("queue_entry", "concern", "case_note"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("complaint_id", sa.String(length=32), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_{table}_complaint_id"), "complaint", ["complaint_id"], ["id"])
            if table == "queue_entry":
                batch_op.create_unique_constraint(op.f("uq_queue_entry_complaint_id"), ["complaint_id"])
            else:
                batch_op.create_index(op.f(f"ix_{table}_complaint_id"), ["complaint_id"])
    with op.batch_alter_table("case_note") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=8), type_=sa.String(length=12))
    replace_checks(NEW)


def downgrade() -> None:
    complaints = "(SELECT id FROM concern WHERE complaint_id IS NOT NULL)"
    entries = "(SELECT id FROM queue_entry WHERE complaint_id IS NOT NULL)"
    messages = (
        "(SELECT id FROM outbox_message WHERE kind LIKE 'complaint%'"
        f" OR about_id IN {complaints} OR about_id IN {entries})"
    )
    op.execute(f"DELETE FROM delivery WHERE message_id IN {messages}")
    op.execute(f"DELETE FROM outbox_message WHERE id IN {messages}")
    op.execute(f"DELETE FROM read_mark WHERE entry_id IN {entries}")
    op.execute("DELETE FROM queue_entry WHERE complaint_id IS NOT NULL")
    op.execute(f"DELETE FROM case_note WHERE complaint_id IS NOT NULL OR concern_id IN {complaints}")
    op.execute("DELETE FROM concern WHERE complaint_id IS NOT NULL")
    op.execute("DELETE FROM sealed_text WHERE owner = 'complaint'")
    replace_checks(OLD)
    with op.batch_alter_table("case_note") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=12), type_=sa.String(length=8))
    for table in ("queue_entry", "concern", "case_note"):
        with op.batch_alter_table(table) as batch_op:
            if table == "queue_entry":
                batch_op.drop_constraint(op.f("uq_queue_entry_complaint_id"), type_="unique")
            else:
                batch_op.drop_index(op.f(f"ix_{table}_complaint_id"))
            batch_op.drop_constraint(op.f(f"fk_{table}_complaint_id"), type_="foreignkey")
            batch_op.drop_column("complaint_id")
    op.drop_table("complaint_about")
    op.drop_table("complaint")


def replace_checks(wanted: dict[tuple[str, str], str]) -> None:
    for (table, name), sql in wanted.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), sql)
