"""heartbeats and flags are tables of their own; whether a survey is about a review is the survey's to say"""

from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HEARTBEATS = "('worker', 'backup')"
OLD_FACTS = (
    "review_facts_where_rated",
    "(survey = 'rate-my-review' AND mode IS NOT NULL AND pn_code IS NOT NULL)"
    " OR (survey <> 'rate-my-review' AND mode IS NULL AND pn_code IS NULL)",
)
NEW_FACTS = ("review_facts_together", "(mode IS NULL) = (pn_code IS NULL)")


def replace_check(old: tuple[str, str], new: tuple[str, str]) -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_constraint(op.f(f"ck_invitation_{old[0]}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_invitation_{new[0]}"), new[1])


def create_table(name: str, key: str, instant: str) -> None:
    op.create_table(
        name,
        sa.Column(key, sa.String(length=20), nullable=False),
        sa.Column(instant, sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    replace_check(OLD_FACTS, NEW_FACTS)
    create_table("heartbeat", "part", "at")
    create_table("service_flag", "name", "set_at")
    op.execute(f"INSERT INTO heartbeat (part, at) SELECT part, at FROM beat WHERE part IN {HEARTBEATS}")
    op.execute(f"INSERT INTO service_flag (name, set_at) SELECT part, at FROM beat WHERE part NOT IN {HEARTBEATS}")
    op.drop_table("beat")


def downgrade() -> None:
    create_table("beat", "part", "at")
    op.execute("INSERT INTO beat (part, at) SELECT part, at FROM heartbeat")
    op.execute("INSERT INTO beat (part, at) SELECT name, set_at FROM service_flag")
    op.drop_table("service_flag")
    op.drop_table("heartbeat")
    replace_check(NEW_FACTS, OLD_FACTS)
