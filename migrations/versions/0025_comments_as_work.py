"""themes of many comments, covered words, quotes; where an action began"""

from datetime import datetime, timezone
import secrets

from alembic import op
import sqlalchemy as sa

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

QUESTIONS = {
    "best": "What was good?",
    "better": "What should we change?",
}
"""What a theme without a name is called now: by the question that its comments answer, else by the question's id."""
MARKS = """
SELECT read_mark.theme, read_mark.person_id, read_mark.at, queue_entry.text_id, sealed_text.column_name
FROM read_mark JOIN queue_entry ON queue_entry.id = read_mark.entry_id
JOIN sealed_text ON sealed_text.id = queue_entry.text_id
WHERE read_mark.outcome = 'theme' AND read_mark.reader = 'manager' AND sealed_text.owner = 'answer'
ORDER BY read_mark.at
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    theme = op.create_table(
        "theme",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_by_id", sa.String(length=32), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_theme_name_length")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_theme_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("name", name=op.f("uq_theme_name")),
    )
    theme_text = op.create_table(
        "theme_text",
        sa.Column("theme_id", sa.String(length=32), nullable=False),
        sa.Column("text_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_theme_text_theme_id")),
        sa.ForeignKeyConstraint(["text_id"], ["sealed_text.id"], name=op.f("fk_theme_text_text_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_theme_text_person_id")),
        sa.PrimaryKeyConstraint("theme_id", "text_id", name=op.f("pk_theme_text")),
    )
    op.create_index("ix_theme_text_text_id", "theme_text", ["text_id"])
    op.create_table(
        "redaction",
        sa.Column("text_id", sa.String(length=32), nullable=False),
        sa.Column("spans", sa.String(length=4000), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.CheckConstraint("length(spans) <= 4000", name=op.f("ck_redaction_spans_length")),
        sa.ForeignKeyConstraint(["text_id"], ["sealed_text.id"], name=op.f("fk_redaction_text_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_redaction_person_id")),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_redaction")),
    )
    op.create_table(
        "quote",
        sa.Column("text_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_quote_month_written_out")),
        sa.ForeignKeyConstraint(["text_id"], ["sealed_text.id"], name=op.f("fk_quote_text_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quote_person_id")),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_quote")),
    )
    op.create_index("ix_quote_month", "quote", ["month"])
    with op.batch_alter_table("action") as batch_op:
        batch_op.add_column(sa.Column("theme_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("said_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_action_theme_id"), "theme", ["theme_id"], ["id"])
    carry_over(theme, theme_text)


def carry_over(theme: sa.Table, theme_text: sa.Table) -> None:
    """The comments that the manager kept as a theme stand under it now; their marks stay as they are."""
    made: dict[str, str] = {}
    for row in op.get_bind().execute(sa.text(MARKS)).all():
        name = row.theme or QUESTIONS.get(row.column_name, row.column_name.replace("_", " "))
        at = row.at
        if isinstance(at, str):  # SQLite
            at = datetime.fromisoformat(at).replace(tzinfo=timezone.utc)
        if name not in made:
            made[name] = secrets.token_hex(16)
            op.bulk_insert(theme, [{"id": made[name], "name": name, "made_by_id": row.person_id, "made_at": at}])
        one = {"theme_id": made[name], "text_id": row.text_id, "person_id": row.person_id, "at": at}
        op.bulk_insert(theme_text, [one])


def downgrade() -> None:
    with op.batch_alter_table("action") as batch_op:
        batch_op.drop_constraint(op.f("fk_action_theme_id"), type_="foreignkey")
        batch_op.drop_column("said_on")
        batch_op.drop_column("theme_id")
    for name in ("quote", "redaction", "theme_text", "theme"):
        op.drop_table(name)
