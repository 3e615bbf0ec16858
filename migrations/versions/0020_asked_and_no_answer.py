"""asked, and no answer: not reached, not safe to ask; children whom the app drew"""

from alembic import op
import sqlalchemy as sa

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OLD = {
    "outcome_known": "outcome IN ('waiting', 'answered', 'ended', 'declined', 'not_for_me')",
    "how_chosen_known": (
        "how_chosen IN ('next_due', 'every_child', 'random', 'manager_chose', 'child_asked', 'officer_chose', 'imported')"
    ),
}
NEW = {
    "outcome_known": "outcome IN ('waiting', 'answered', 'ended', 'declined', 'unreached', 'unsafe', 'not_for_me')",
    "how_chosen_known": (
        "how_chosen IN ('next_due', 'every_child', 'random', 'manager_chose', 'child_asked', 'officer_chose', 'imported',"
        " 'drawn')"
    ),
}
DRAWN = ("drawn_by_a_draw", "(how_chosen = 'drawn') = (draws_unused IS NOT NULL)")


def upgrade() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("draws_unused", sa.Integer(), nullable=True))
        replace_checks(batch_op, NEW)
        batch_op.create_check_constraint(op.f(f"ck_invitation_{DRAWN[0]}"), DRAWN[1])
    op.create_index("ix_invitation_survey_issued_at", "invitation", ["survey", "issued_at"])
    op.create_table(
        "draw",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("drawn_from", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("reference_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("part IN ('took_part', 'did_not')", name=op.f("ck_draw_part_known")),
        sa.CheckConstraint("drawn_from >= 1", name=op.f("ck_draw_drawn_from_some")),
        sa.CheckConstraint("left_out >= 0", name=op.f("ck_draw_left_out_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draw_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_index("ix_draw_person_id_month", "draw", ["person_id", "month"])
    op.create_index("ix_draw_reference_digest", "draw", ["reference_digest"])


def downgrade() -> None:
    op.drop_table("draw")
    op.drop_index("ix_invitation_survey_issued_at", "invitation")
    # The nearest of the outcomes that are left; never "said no", which neither of them is.
    op.execute("UPDATE invitation SET outcome = 'ended' WHERE outcome IN ('unreached', 'unsafe')")
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_constraint(op.f(f"ck_invitation_{DRAWN[0]}"), type_="check")
    op.execute("UPDATE invitation SET how_chosen = 'random' WHERE how_chosen = 'drawn'")
    with op.batch_alter_table("invitation") as batch_op:
        replace_checks(batch_op, OLD)
        batch_op.drop_column("draws_unused")


def replace_checks(batch_op: object, wanted: dict[str, str]) -> None:
    for name, sql in wanted.items():
        batch_op.drop_constraint(op.f(f"ck_invitation_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_invitation_{name}"), sql)
