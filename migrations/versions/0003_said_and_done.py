"""actions are told in three bands' words; the manager chooses a month's spotlight question"""

from alembic import op
import sqlalchemy as sa

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECKS = {
    "theme_length": "length(theme) BETWEEN 1 AND 200",
    "promise_length": "length(promise) BETWEEN 1 AND 1000",
    "state_known": "state IN ('promised', 'doing', 'done', 'cannot')",
    "done_has_a_day": "(state = 'done') = (done_on IS NOT NULL)",
    "said_by_not_negative": "said_by >= 0",
    "told_by_enough": "published_at IS NULL OR withdrawn_at IS NOT NULL OR said_by >= 5",
    "withdrawn_after_published": "withdrawn_at IS NULL OR published_at IS NOT NULL",
}
NEW = ("due_on", "state", "said_by", "created_at", "changed_at", "version")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    with op.batch_alter_table("action") as batch_op:
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("said_by", sa.Integer(), nullable=True))
        for name in ("created_at", "changed_at", "published_at", "withdrawn_at"):
            batch_op.add_column(sa.Column(name, instant, nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
    # An action of before has no words for children yet, so none of them is shown, whatever `shown` said.
    midnight = (
        "CAST(promised_on AS TIMESTAMP) AT TIME ZONE 'UTC'"
        if op.get_bind().dialect.name == "postgresql"
        else "promised_on || ' 00:00:00.000000'"
    )
    op.execute(
        "UPDATE action SET due_on = promised_on, said_by = 0, version = 1,"
        " state = CASE WHEN done_on IS NULL THEN 'promised' ELSE 'done' END,"
        f" created_at = {midnight}, changed_at = {midnight}"
    )
    with op.batch_alter_table("action") as batch_op:
        for name in NEW:
            batch_op.alter_column(name, nullable=False)
        batch_op.drop_column("promised_on")
        batch_op.drop_column("shown")
        for name, sql in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_action_{name}"), sql)
    op.create_table(
        "action_words",
        sa.Column("action_id", sa.String(length=32), nullable=False),
        sa.Column("band", sa.String(length=8), nullable=False),
        sa.Column("said", sa.String(length=400), nullable=False),
        sa.Column("done", sa.String(length=400), nullable=False),
        sa.CheckConstraint("band IN ('4-7', '8-11', '12-17')", name=op.f("ck_action_words_band_known")),
        sa.CheckConstraint("length(said) <= 400", name=op.f("ck_action_words_said_length")),
        sa.CheckConstraint("length(done) <= 400", name=op.f("ck_action_words_done_length")),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_words_action_id")),
        sa.PrimaryKeyConstraint("action_id", "band", name=op.f("pk_action_words")),
    )
    op.create_table(
        "spotlight_choice",
        sa.Column("survey", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("chosen_by_id", sa.String(length=32), nullable=False),
        sa.Column("chosen_at", instant, nullable=False),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_spotlight_choice_month_written_out")),
        sa.ForeignKeyConstraint(["chosen_by_id"], ["person.id"], name=op.f("fk_spotlight_choice_chosen_by_id")),
        sa.PrimaryKeyConstraint("survey", "month", name=op.f("pk_spotlight_choice")),
    )


def downgrade() -> None:
    op.drop_table("spotlight_choice")
    op.drop_table("action_words")
    with op.batch_alter_table("action") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_action_{name}"), type_="check")
        batch_op.add_column(sa.Column("promised_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("shown", sa.Boolean(), nullable=True))
    op.execute(
        "UPDATE action SET promised_on = date(created_at),"
        " shown = (published_at IS NOT NULL AND withdrawn_at IS NULL)"
    )
    with op.batch_alter_table("action") as batch_op:
        batch_op.alter_column("promised_on", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("shown", existing_type=sa.Boolean(), nullable=False)
        for name in (*NEW, "published_at", "withdrawn_at"):
            batch_op.drop_column(name)
