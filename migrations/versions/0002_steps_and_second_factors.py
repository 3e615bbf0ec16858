"""people sign in safely; concerns have notes and outcomes; messages have recipients"""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_MESSAGES = "kind IN ('text_to_read', 'set_aside', 'concern', 'contact_request', 'envelope_opened')"
NEW_MESSAGES = (
    "kind IN ('text_to_read', 'text_late', 'set_aside', 'concern', 'concern_reminder', 'concern_deputy',"
    " 'concern_manager', 'concern_duty', 'contact_request', 'request_due', 'request_late', 'envelope_opened',"
    " 'waiting', 'audit_head', 'staff_invited', 'password_reset', 'person_changed')"
)
OLD_MISSES = "kind IN ('link', 'words', 'sign_in')"
NEW_MISSES = "kind IN ('link', 'words', 'sign_in', 'second', 'reset')"
OUTCOMES = {
    "concern": "outcome IS NULL OR outcome IN ('safe', 'talked', 'social_worker', 'police', 'other_service', 'not_found')",
    "contact_request": "outcome IS NULL OR outcome IN ('talked', 'passed_on', 'not_wanted', 'not_found')",
}


def put_check(table: str, name: str, sql: str) -> None:
    """Change a check in place (SQLite: in a copy of the table, which keeps the others)."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), sql)


def upgrade() -> None:
    for table, sql in (("outbox_message", NEW_MESSAGES), ("miss", NEW_MISSES)):
        put_check(table, "kind_known", sql)
    with op.batch_alter_table("concern") as batch_op:
        batch_op.add_column(sa.Column("set_aside_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=16), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_concern_set_aside_id"), "set_aside", ["set_aside_id"], ["id"])
        batch_op.create_check_constraint(op.f("ck_concern_outcome_known"), OUTCOMES["concern"])
    with op.batch_alter_table("contact_request") as batch_op:
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=16), nullable=True))
        batch_op.create_check_constraint(op.f("ck_contact_request_outcome_known"), OUTCOMES["contact_request"])
    op.add_column("person", sa.Column("totp_key_id", sa.String(length=16), nullable=True))
    op.add_column("person", sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("totp_last_step", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("signed_in", sa.Column("how", sa.String(length=8), server_default="password", nullable=False))
    op.add_column("signed_in", sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table('challenge',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=True),
    sa.Column('value', sa.String(length=1000), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=False),
    sa.Column('recipient', sa.String(length=32), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.CheckConstraint("channel IN ('mail', 'notify', 'teams')", name=op.f('ck_delivery_channel_known')),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_delivery_tries_not_negative')),
    sa.ForeignKeyConstraint(['message_id'], ['outbox_message.id'], name=op.f('fk_delivery_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('message_id', 'channel', 'recipient', name=op.f('uq_delivery_message_id_channel_recipient'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_sent_at_due_at', ['sent_at', 'due_at'], unique=False)

    op.create_table('identity',
    sa.Column('tenant', sa.String(length=64), nullable=False),
    sa.Column('object_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_identity_person_id')),
    sa.PrimaryKeyConstraint('tenant', 'object_id', name=op.f('pk_identity')),
    sa.UniqueConstraint('person_id', name=op.f('uq_identity_person_id'))
    )
    op.create_table('passkey',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_person_id'), ['person_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('person_id', 'digest', name=op.f('uq_recovery_code_person_id_digest'))
    )
    op.create_table('setting',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=400), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_setting_changed_by_id')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_setting'))
    )
    op.create_table('staff_token',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('made_by_id', sa.String(length=32), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('invite', 'reset')", name=op.f('ck_staff_token_kind_known')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_staff_token_made_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_staff_token_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_token'))
    )
    with op.batch_alter_table('staff_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_token_person_id'), ['person_id'], unique=False)

    op.create_table('case_note',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('concern_id', sa.String(length=32), nullable=True),
    sa.Column('request_id', sa.String(length=32), nullable=True),
    sa.Column('kind', sa.String(length=6), nullable=False),
    sa.Column('person_id', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("kind IN ('seen', 'note', 'closed')", name=op.f('ck_case_note_kind_known')),
    sa.CheckConstraint('(concern_id IS NULL) <> (request_id IS NULL)', name=op.f('ck_case_note_one_case')),
    sa.ForeignKeyConstraint(['concern_id'], ['concern.id'], name=op.f('fk_case_note_concern_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_note_person_id')),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_case_note_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_note'))
    )
    with op.batch_alter_table('case_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_note_concern_id'), ['concern_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_note_request_id'), ['request_id'], unique=False)

def downgrade() -> None:
    for table in ("case_note", "staff_token", "setting", "recovery_code", "passkey", "identity", "delivery", "challenge"):
        op.drop_table(table)
    for table, columns in (
        ("signed_in", ("second_factor_at", "how")),
        ("person", ("left_at", "totp_last_step", "totp_confirmed_at", "totp_key_id")),
    ):
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    with op.batch_alter_table("contact_request") as batch_op:
        batch_op.drop_constraint(op.f("ck_contact_request_outcome_known"), type_="check")
        batch_op.drop_column("outcome")
        batch_op.drop_column("seen_at")
    with op.batch_alter_table("concern") as batch_op:
        batch_op.drop_constraint(op.f("ck_concern_outcome_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_concern_set_aside_id"), type_="foreignkey")
        batch_op.drop_column("outcome")
        batch_op.drop_column("set_aside_id")
    op.execute(f"DELETE FROM outbox_message WHERE NOT ({OLD_MESSAGES})")
    op.execute(f"DELETE FROM miss WHERE NOT ({OLD_MISSES})")
    for table, sql in (("outbox_message", OLD_MESSAGES), ("miss", OLD_MISSES)):
        put_check(table, "kind_known", sql)
