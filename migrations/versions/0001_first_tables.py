"""first tables"""

from alembic import op
import sqlalchemy as sa

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FROZEN = ("response", "answer", "answer_option", "audit_entry")
"""Tables whose rows are never changed once written (promises 23, 37)."""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "beat",
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_beat")),
    )
    op.create_table(
        "miss",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('link', 'words', 'sign_in')", name=op.f("ck_miss_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_miss")),
    )
    with op.batch_alter_table("miss", schema=None) as batch_op:
        batch_op.create_index("ix_miss_kind_at", ["kind", "at"], unique=False)
        batch_op.create_index("ix_miss_kind_who_at", ["kind", "who", "at"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.String(length=32), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('text_to_read', 'set_aside', 'concern', 'contact_request', 'envelope_opened')",
            name=op.f("ck_outbox_message_kind_known"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_message_tries_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_sent_at_due_at", ["sent_at", "due_at"], unique=False)
        batch_op.create_index("uq_outbox_message_kind_about_id", ["kind", "about_id"], unique=True)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_seed", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "sealed_text",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=20), nullable=False),
        sa.Column("column_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.CheckConstraint("owner <> 'contact_request' OR characters <= 500", name=op.f("ck_sealed_text_talk_length")),
        sa.CheckConstraint(
            "owner IN ('answer', 'contact_request', 'concern')", name=op.f("ck_sealed_text_owner_known")
        ),
        sa.CheckConstraint("characters BETWEEN 1 AND 4000", name=op.f("ck_sealed_text_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_text")),
        sa.UniqueConstraint("owner", "row_id", "column_name", name=op.f("uq_sealed_text_owner_row_id_column_name")),
    )
    with op.batch_alter_table("sealed_text", schema=None) as batch_op:
        batch_op.create_index("ix_sealed_text_key_id", ["key_id"], unique=False)

    op.create_table(
        "action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("theme", sa.String(length=200), nullable=False),
        sa.Column("promise", sa.String(length=1000), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_action_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_table(
        "cohort",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_cohort_number_not_negative")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_cohort_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("what", "on_date", name=op.f("uq_cohort_what_on_date")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("survey", sa.String(length=40), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=5), nullable=False),
        sa.Column("over5", sa.Boolean(), nullable=False),
        sa.Column("over16", sa.Boolean(), nullable=False),
        sa.Column("over18", sa.Boolean(), nullable=False),
        sa.Column("look", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=True),
        sa.Column("pn_code", sa.String(length=3), nullable=True),
        sa.Column("iro_id", sa.String(length=32), nullable=True),
        sa.Column("issuer_id", sa.String(length=32), nullable=False),
        sa.Column("how_chosen", sa.String(length=16), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("link_key_id", sa.String(length=16), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(survey = 'rate-my-review' AND mode IS NOT NULL AND pn_code IS NOT NULL) OR (survey <> 'rate-my-review' AND mode IS NULL AND pn_code IS NULL)",
            name=op.f("ck_invitation_review_facts_where_rated"),
        ),
        sa.CheckConstraint("band IN ('4-7', '8-11', '12-17', '16-25')", name=op.f("ck_invitation_band_known")),
        sa.CheckConstraint(
            "how_chosen IN ('next_due', 'every_child', 'random', 'manager_chose', 'child_asked', 'officer_chose', 'imported')",
            name=op.f("ck_invitation_how_chosen_known"),
        ),
        sa.CheckConstraint("look IN ('young', 'middle', 'older', 'easy')", name=op.f("ck_invitation_look_known")),
        sa.CheckConstraint(
            "mode IS NULL OR mode IN ('in_person', 'remote', 'blended')", name=op.f("ck_invitation_mode_known")
        ),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'answered', 'ended', 'declined', 'not_for_me')",
            name=op.f("ck_invitation_outcome_known"),
        ),
        sa.CheckConstraint(
            "pn_code IS NULL OR pn_code IN ('PN0', 'PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6', 'PN7')",
            name=op.f("ck_invitation_pn_code_known"),
        ),
        sa.CheckConstraint("issue_number >= 1", name=op.f("ck_invitation_issue_number_positive")),
        sa.ForeignKeyConstraint(["iro_id"], ["person.id"], name=op.f("fk_invitation_iro_id")),
        sa.ForeignKeyConstraint(["issuer_id"], ["person.id"], name=op.f("fk_invitation_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_iro_id_outcome", ["iro_id", "outcome"], unique=False)
        batch_op.create_index("ix_invitation_outcome_ends_at", ["outcome", "ends_at"], unique=False)

    op.create_table(
        "iro_month",
        sa.Column("iro_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("target_took_part", sa.Integer(), nullable=False),
        sa.Column("target_did_not", sa.Integer(), nullable=False),
        sa.Column("leave", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT leave OR (target_took_part = 0 AND target_did_not = 0)", name=op.f("ck_iro_month_leave_has_no_target")
        ),
        sa.CheckConstraint(
            "target_took_part >= 0 AND target_did_not >= 0", name=op.f("ck_iro_month_targets_not_negative")
        ),
        sa.ForeignKeyConstraint(["iro_id"], ["person.id"], name=op.f("fk_iro_month_iro_id")),
        sa.PrimaryKeyConstraint("iro_id", "month", name=op.f("pk_iro_month")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('iro', 'manager', 'lead', 'deputy', 'administrator')", name=op.f("ck_person_role_role_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('month', 'quarter', 'year')", name=op.f("ck_report_kind_known")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_report_version_positive")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_report_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("kind", "period", "version", name=op.f("uq_report_kind_period_version")),
    )
    op.create_table(
        "signed_in",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stepped_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
    )
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "envelope",
        sa.Column("invitation_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("reference_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_envelope_invitation_id")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_envelope")),
    )
    with op.batch_alter_table("envelope", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_envelope_reference_digest"), ["reference_digest"], unique=False)

    op.create_table(
        "link",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("words_digest", sa.String(length=64), nullable=False),
        sa.Column("invitation_id", sa.String(length=32), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("link_key_id", sa.String(length=16), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_link_invitation_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_link")),
        sa.UniqueConstraint("invitation_id", "issue_number", name=op.f("uq_link_invitation_id_issue_number")),
        sa.UniqueConstraint("words_digest", name=op.f("uq_link_words_digest")),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("invitation_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("survey", sa.String(length=40), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=5), nullable=False),
        sa.Column("over5", sa.Boolean(), nullable=False),
        sa.Column("over16", sa.Boolean(), nullable=False),
        sa.Column("look", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("spotlight", sa.String(length=40), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=True),
        sa.Column("pn_code", sa.String(length=3), nullable=True),
        sa.Column("iro_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("helper", sa.String(length=16), nullable=True),
        sa.Column("iro_may_see", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.CheckConstraint("band IN ('4-7', '8-11', '12-17', '16-25')", name=op.f("ck_response_band_known")),
        sa.CheckConstraint(
            "channel = 'import' OR invitation_id IS NOT NULL", name=op.f("ck_response_invited_unless_imported")
        ),
        sa.CheckConstraint(
            "channel IN ('self', 'helped', 'verbal', 'paper', 'import')", name=op.f("ck_response_channel_known")
        ),
        sa.CheckConstraint(
            "helper IS NULL OR helper IN ('none', 'iro', 'carer', 'social_worker', 'advocate', 'teacher', 'other')",
            name=op.f("ck_response_helper_known"),
        ),
        sa.CheckConstraint(
            "iro_may_see IN ('yes', 'no', 'heard', 'not_asked')", name=op.f("ck_response_iro_may_see_known")
        ),
        sa.CheckConstraint("look IN ('young', 'middle', 'older', 'easy')", name=op.f("ck_response_look_known")),
        sa.CheckConstraint(
            "mode IS NULL OR mode IN ('in_person', 'remote', 'blended')", name=op.f("ck_response_mode_known")
        ),
        sa.CheckConstraint(
            "pn_code IS NULL OR pn_code IN ('PN0', 'PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6', 'PN7')",
            name=op.f("ck_response_pn_code_known"),
        ),
        sa.CheckConstraint(
            "version = 1 OR (author_id IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("ck_response_correction_says_why"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_response_version_positive")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_response_author_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_response_invitation_id")),
        sa.ForeignKeyConstraint(["iro_id"], ["person.id"], name=op.f("fk_response_iro_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("invitation_id", "version", name=op.f("uq_response_invitation_id_version")),
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index("ix_response_iro_id_month", ["iro_id", "month"], unique=False)
        batch_op.create_index("ix_response_month_survey", ["month", "survey"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("invitation_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_set_aside_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
        sa.UniqueConstraint("invitation_id", "digest", name=op.f("uq_set_aside_invitation_id_digest")),
    )
    op.create_table(
        "answer",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('given', 'left', 'declined')", name=op.f("ck_answer_state_known")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_answer_response_id")),
        sa.PrimaryKeyConstraint("response_id", "question", name=op.f("pk_answer")),
    )
    op.create_table(
        "concern",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("invitation_id", sa.String(length=32), nullable=True),
        sa.Column("response_id", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("about_id", sa.String(length=32), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_concern_closed_has_instant")),
        sa.CheckConstraint(
            "source IN ('child', 'answer', 'ranking', 'reader', 'set_aside')", name=op.f("ck_concern_source_known")
        ),
        sa.CheckConstraint("state IN ('new', 'seen', 'closed')", name=op.f("ck_concern_state_known")),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_concern_about_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_concern_invitation_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_concern_owner_id")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_concern_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index("ix_concern_state_raised_at", ["state", "raised_at"], unique=False)

    op.create_table(
        "contact_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("invitation_id", sa.String(length=32), nullable=True),
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("wanted", sa.String(length=8), nullable=False),
        sa.Column("how", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_contact_request_done_has_instant")
        ),
        sa.CheckConstraint("state IN ('new', 'seen', 'done')", name=op.f("ck_contact_request_state_known")),
        sa.CheckConstraint("wanted IN ('iro', 'other', 'advocate')", name=op.f("ck_contact_request_wanted_known")),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_contact_request_invitation_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_contact_request_owner_id")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_contact_request_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
        sa.UniqueConstraint("response_id", name=op.f("uq_contact_request_response_id")),
    )
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.create_index("ix_contact_request_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "queue_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("text_id", sa.String(length=32), nullable=True),
        sa.Column("set_aside_id", sa.String(length=32), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgency", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.String(length=400), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("urgency IN ('urgent', 'ordinary')", name=op.f("ck_queue_entry_urgency_known")),
        sa.CheckConstraint(
            "(text_id IS NULL) <> (set_aside_id IS NULL)", name=op.f("ck_queue_entry_one_thing_to_read")
        ),
        sa.ForeignKeyConstraint(["set_aside_id"], ["set_aside.id"], name=op.f("fk_queue_entry_set_aside_id")),
        sa.ForeignKeyConstraint(["text_id"], ["sealed_text.id"], name=op.f("fk_queue_entry_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
        sa.UniqueConstraint("set_aside_id", name=op.f("uq_queue_entry_set_aside_id")),
        sa.UniqueConstraint("text_id", name=op.f("uq_queue_entry_text_id")),
    )
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.create_index("ix_queue_entry_read_at", ["read_at"], unique=False)

    op.create_table(
        "answer_option",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id", "question"],
            ["answer.response_id", "answer.question"],
            name=op.f("fk_answer_option_response_id_question"),
        ),
        sa.PrimaryKeyConstraint("response_id", "question", "option", name=op.f("pk_answer_option")),
    )
    op.create_table(
        "read_mark",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.CheckConstraint("outcome IN ('nothing_to_do', 'theme', 'concern')", name=op.f("ck_read_mark_outcome_known")),
        sa.CheckConstraint("reader IN ('lead', 'manager')", name=op.f("ck_read_mark_reader_known")),
        sa.ForeignKeyConstraint(["entry_id"], ["queue_entry.id"], name=op.f("fk_read_mark_entry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_read_mark_person_id")),
        sa.PrimaryKeyConstraint("entry_id", "reader", name=op.f("pk_read_mark")),
    )
    freeze()


def freeze() -> None:
    """Let the database itself refuse what no code may do: alter an answer, the audit trail, or what a text says."""
    if op.get_bind().dialect.name == "sqlite":
        for table in FROZEN:
            op.execute(
                f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END"
            )
        op.execute(
            "CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry"
            " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER sealed_text_keeps_its_place BEFORE UPDATE OF id, owner, column_name, row_id, characters"
            " ON sealed_text BEGIN SELECT RAISE(ABORT, 'only the seal of a text may be renewed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
    )
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER audit_entry_stays BEFORE DELETE OR TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER sealed_text_keeps_its_place BEFORE UPDATE OF id, owner, column_name, row_id, characters"
        " ON sealed_text FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("read_mark")
    op.drop_table("answer_option")
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_queue_entry_read_at")

    op.drop_table("queue_entry")
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_request_state_due_on")

    op.drop_table("contact_request")
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.drop_index("ix_concern_state_raised_at")

    op.drop_table("concern")
    op.drop_table("answer")
    op.drop_table("set_aside")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index("ix_response_month_survey")
        batch_op.drop_index("ix_response_iro_id_month")

    op.drop_table("response")
    op.drop_table("link")
    with op.batch_alter_table("envelope", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_envelope_reference_digest"))

    op.drop_table("envelope")
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_in_person_id"))

    op.drop_table("signed_in")
    op.drop_table("report")
    op.drop_table("person_role")
    op.drop_table("iro_month")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_outcome_ends_at")
        batch_op.drop_index("ix_invitation_iro_id_outcome")

    op.drop_table("invitation")
    op.drop_table("cohort")
    op.drop_table("action")
    with op.batch_alter_table("sealed_text", schema=None) as batch_op:
        batch_op.drop_index("ix_sealed_text_key_id")

    op.drop_table("sealed_text")
    op.drop_table("person")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("uq_outbox_message_kind_about_id")
        batch_op.drop_index("ix_outbox_message_sent_at_due_at")

    op.drop_table("outbox_message")
    with op.batch_alter_table("miss", schema=None) as batch_op:
        batch_op.drop_index("ix_miss_kind_who_at")
        batch_op.drop_index("ix_miss_kind_at")

    op.drop_table("miss")
    op.drop_table("beat")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
