"""campaigns: a survey asked of many children between two days"""

from alembic import op
import sqlalchemy as sa

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("survey", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminder_days", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_campaign_name_given")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_campaign_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "campaign_child",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("reference_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_child_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_child")),
        sa.UniqueConstraint(
            "campaign_id", "reference_digest", name=op.f("uq_campaign_child_campaign_id_reference_digest")
        ),
    )
    op.create_index("ix_campaign_child_reference_digest", "campaign_child", ["reference_digest"])
    op.create_table(
        "campaign_reminder",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_campaign_reminder_person_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_reminder_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_reminder")),
        sa.UniqueConstraint(
            "person_id", "campaign_id", "step", name=op.f("uq_campaign_reminder_person_id_campaign_id_step")
        ),
    )
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("campaign_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(op.f("fk_invitation_campaign_id"), "campaign", ["campaign_id"], ["id"])
    op.create_index("ix_invitation_campaign_id", "invitation", ["campaign_id"])


def downgrade() -> None:
    op.drop_index("ix_invitation_campaign_id", "invitation")
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_constraint(op.f("fk_invitation_campaign_id"), type_="foreignkey")
        batch_op.drop_column("campaign_id")
    op.drop_table("campaign_reminder")
    op.drop_index("ix_campaign_child_reference_digest", "campaign_child")
    op.drop_table("campaign_child")
    op.drop_table("campaign")
