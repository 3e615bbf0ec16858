"""Migrations lead to what the models say, and back, with data in every table, on both databases (promise 48)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Engine,
    MetaData,
    create_engine,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bench.support import postgres
from bench.support.world import World
from feedback_app import audit
from feedback_app.database.engines import make_engine
from feedback_app.models import Base
from feedback_app.models.action import Action, ActionWords, SpotlightChoice
from feedback_app.models.campaign import (
    Campaign,
    CampaignChild,
    CampaignReminder,
)
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Invitation
from feedback_app.models.kept_comment import Quote, Redaction, Theme, ThemeText
from feedback_app.models.person import (
    CalendarLink,
    Challenge,
    Identity,
    IroMonth,
    LinkRequest,
    Passkey,
    Person,
    RecoveryCode,
    StaffToken,
)
from feedback_app.models.report import (
    ChosenNumbers,
    Cohort,
    Report,
    ReportFile,
    ReportReminder,
    ReportSentence,
)
from feedback_app.models.response import AnswerOption, AnswerRow, Interview, Response
from feedback_app.models.review import ColumnMap, ImportedReview, ReviewReference
from feedback_app.models.running import (
    AuditEntry,
    Delivery,
    Heartbeat,
    KeyProof,
    MonthReminder,
    OutboxMessage,
    PressedForm,
    ServiceFlag,
    Setting,
)
from feedback_app.models.safeguarding import CaseNote, Concern
from feedback_app.models.sending import Sending
from feedback_app.models.setting_change import SettingChange
from feedback_app.models.text import SealedText
from feedback_app.models.work import WorkChange
from feedback_app.operations import migrations
from feedback_app.operations.migrations import alembic_config, migrate_to_head
from feedback_app.privacy.cipher import seal_text
from feedback_app.typed_text import TEXT_LIMIT
from tests.conftest import NOON
from tests.support.tables import contents

SCRIPTS = ScriptDirectory.from_config(alembic_config("sqlite://"))
REVISIONS = [one.revision for one in SCRIPTS.walk_revisions()]
"""Newest first."""


def add_report(session: Session, author_id: str) -> None:
    """A report that was handed over, with all that belongs to one."""
    report = Report(
        kind="month",
        period="2026-09",
        version=1,
        digest="0" * 64,
        author_id=author_id,
    )
    report.handed_over_at = NOON
    session.add(report)
    session.flush()
    session.add_all(
        [
            ReportFile(
                report_id=report.id,
                format="pdf",
                digest="0" * 64,
                value=b"x",
                key_id="k",
                made_at=NOON,
            ),
            ReportSentence(
                period="2026-09",
                key="decision.1",
                words="More rooms.",
                written_at=NOON,
                author_id=author_id,
            ),
            ReportReminder(
                person_id=author_id, month="2026-09", step=3, written_at=NOON
            ),
        ]
    )


def add_campaign(session: Session, author_id: str) -> None:
    """A campaign that asked a child, and reminded somebody."""
    campaign = Campaign(
        survey="u-matter",
        name="Autumn",
        begins_on=NOON.date(),
        reminder_days="14,3",
        author_id=author_id,
    )
    campaign.ends_at = campaign.made_at = NOON
    session.add(campaign)
    session.flush()
    session.add_all(
        [
            CampaignChild(campaign_id=campaign.id, reference_digest="0" * 64),
            CampaignReminder(
                person_id=author_id, campaign_id=campaign.id, step=3, written_at=NOON
            ),
        ]
    )
    first = session.scalars(select(Invitation)).first()
    assert first is not None
    first.campaign_id = campaign.id


@pytest.fixture
def full(world: World) -> World:
    """A world with a row in every table."""
    iro, lead = world.iro(), world.lead()
    world.person("Support Sedge", "business_support")
    world.sign_in(iro)
    world.client().http.get("/r/unknown")
    world.response(
        iro,
        answers={"know_iro": ["yes"]},
        texts={"better": "x"},
        wishes={"talk_to": "other"},
    )
    world.response(
        iro,
        wishes={"talk_to": "not_safe", "helping": "mum", "helping_text": "and Nan"},
    )
    world.response(iro, channel="verbal", wishes={"who": "carer", "read_back": "yes"})
    world.complaint("My words went to school.", about="lead")
    invitation = world.invitation(iro)
    world.receive(world.form(invitation, texts={"better": "first"}))
    assert (
        world.receive(world.form(invitation, texts={"better": "second"})).verdict
        == "set_aside"
    )
    with world.app.app_context(), world.parts.database.short_write() as session:
        from feedback_app.demo.invented_staff import WorkingYear, enter_work
        from feedback_app.models.text import QueueEntry
        from feedback_app.month import Month
        from feedback_app.reading.marks import mark_read

        enter_work(
            session,
            world.parts,
            {"hazel": iro, "grove": iro, "kelp": iro, "manager": lead},
            WorkingYear(tuple(Month(2026, 10).add_months(ahead) for ahead in range(4))),
        )
        session.add(IroMonth(iro_id=iro.id, month="2026-07"))
        entry = session.scalars(select(QueueEntry)).first()
        assert entry is not None
        mark_read(
            session,
            world.parts.keys.audit,
            entry,
            reader="lead",
            outcome="theme",
            person_id=lead.id,
        )
        session.add(
            Cohort(
                what="in_care",
                on_date=NOON.date(),
                number=83,
                source="case system",
                entered_at=NOON,
                author_id=lead.id,
            )
        )
        session.add(_action(lead.id))
        _kept_comment(session, lead.id)
        session.add(
            Draw(
                person_id=iro.id,
                drawn_at=NOON,
                month="2026-10",
                part="did_not",
                drawn_from=4,
                left_out=1,
                reference_digest="0" * 64,
            )
        )
        review = ImportedReview(
            id="9" * 32,
            case_digest="0" * 64,
            iro_id=iro.id,
            due_on=NOON.date(),
            held_on=NOON.date(),
            pn_code="PN2",
            spoke_on=NOON.date(),
            band="8-11",
            mode="remote",
            imported_at=NOON,
            imported_by_id=lead.id,
        )
        session.add(review)
        session.flush()
        session.add(
            ReviewReference(
                review_id=review.id,
                key_id=world.parts.keys.envelope.current,
                value=seal_text(
                    world.parts.keys.envelope,
                    "LC-2041",
                    table="review_reference",
                    column="value",
                    row=review.id,
                ),
                reference_digest="0" * 64,
            )
        )
        session.add(
            Sending(
                id="8" * 32,
                invitation_id=session.scalar(text("SELECT id FROM invitation")),
                issue_number=1,
                way="sms",
                to_whom="carer",
                key_id=world.parts.keys.envelope.current,
                value=seal_text(
                    world.parts.keys.envelope,
                    "+447700900123",
                    table="sending",
                    column="value",
                    row="8" * 32,
                ),
                state="waiting",
                made_at=NOON,
                person_id=lead.id,
                state_at=NOON,
                due_at=NOON,
            )
        )
        session.add(ColumnMap(kind="reviews", field="held_on", heading="Review date"))
        session.add(
            SpotlightChoice(
                survey="x",
                month="2027-01",
                question="proud",
                chosen_by_id=lead.id,
                chosen_at=NOON,
            )
        )
        add_report(session, lead.id)
        add_campaign(session, lead.id)
        session.add(
            SettingChange(
                number=1,
                key="fewest_answers",
                value="12",
                before="10",
                month="2026-11",
                reason="Fewer children this year.",
                set_at=NOON,
                set_by_id=lead.id,
            )
        )
        session.add(
            ChosenNumbers(
                survey="x",
                month="2026-09",
                number=1,
                chosen_at=NOON,
                counted="1 1",
                beside=0,
                digest="0" * 64,
                content=b"x",
                left_at=NOON,
                left_with_id=lead.id,
            )
        )
        session.add(Heartbeat(part="worker", at=NOON))
        session.add(KeyProof(ring="text", key_id="a1b2c3d4", proof="4" * 32))
        session.add(ServiceFlag(name="to_wipe", set_at=NOON))
        session.add(
            MonthReminder(person_id=iro.id, month="2026-10", step="15", written_at=NOON)
        )
        _sign_in_parts(session, lead.id)
        message = session.scalars(select(OutboxMessage)).first()
        concern = session.scalars(select(Concern)).first()
        assert message is not None
        assert concern is not None
        session.add(
            Delivery(
                message_id=message.id,
                channel="mail",
                recipient=lead.id,
                written_at=NOON,
                due_at=NOON,
                tries=1,
            )
        )
        session.add(
            Setting(
                name="duty_day",
                value="01632 960 199",
                changed_at=NOON,
                changed_by_id=lead.id,
            )
        )
        session.add(PressedForm(id="3" * 64, person_id=lead.id, at=NOON, led_to="/me"))
        session.add(
            CaseNote(
                concern_id=concern.id,
                kind="seen",
                person_id=lead.id,
                at=NOON,
                key_id="x",
                value=b"sealed",
            )
        )
    return world


def _kept_comment(session: Session, person_id: str) -> None:
    """A text under a theme, with a covered word, chosen as a quote."""
    theme = Theme(name="Time", made_by_id=person_id, made_at=NOON)
    session.add(theme)
    text_id = session.scalars(select(SealedText.id)).first()
    assert text_id is not None
    session.flush()
    kept = {"text_id": text_id, "person_id": person_id, "at": NOON}
    session.add(ThemeText(theme_id=theme.id, **kept))
    session.add(Redaction(spans="0-1:word", **kept))
    session.add(Quote(month="2026-10", warned=True, **kept))


def _action(person_id: str) -> Action:
    """One that is done and shown."""
    return Action(
        theme="time",
        promise="ask first",
        owner_id=person_id,
        due_on=NOON.date(),
        state="done",
        done_on=NOON.date(),
        said_by=5,
        created_at=NOON,
        changed_at=NOON,
        published_at=NOON,
        words=[ActionWords(band="8-11", said="Ask us.", done="We ask.")],
    )


def _sign_in_parts(session: Session, person_id: str) -> None:
    """A row in each table of second factors and invitations."""
    later = NOON + timedelta(minutes=30)
    session.add(
        Passkey(
            person_id=person_id,
            credential_id=b"c",
            public_key=b"p",
            sign_count=1,
            name="phone",
            created_at=NOON,
        )
    )
    session.add(RecoveryCode(person_id=person_id, digest="0" * 64))
    session.add(
        StaffToken(
            id="1" * 64, person_id=person_id, kind="reset", made_at=NOON, ends_at=later
        )
    )
    session.add(CalendarLink(id="5" * 64, person_id=person_id, made_at=NOON))
    session.add(LinkRequest(account="4" * 64, on_known_device=False, asked_at=NOON))
    session.add(Identity(tenant="t", object_id="o", person_id=person_id, added_at=NOON))
    session.add(
        Challenge(
            id="2" * 64, kind="passkey", person_id=person_id, value="v", ends_at=later
        )
    )


def test_p48_head_is_what_the_models_say(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection), Base.metadata)
            == []
        )
    engine.dispose()


def test_every_table_has_a_row_in_the_full_world(full: World) -> None:
    with full.session() as session:
        empty = [
            name
            for name in Base.metadata.tables
            if not session.scalar(text(f"SELECT count(*) FROM {name}"))
        ]
    assert empty == []


def test_p48_up_down_up_with_data_in_every_table(full: World) -> None:
    url = full.parts.settings.database_url
    full.parts.database.engine.dispose()
    command.downgrade(alembic_config(url), "base")
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate_to_head(url)
    test_p48_head_is_what_the_models_say(url)


def test_migrating_twice_changes_nothing(full: World) -> None:
    before = contents(full.parts.database.engine)
    migrate_to_head(full.parts.settings.database_url)
    assert contents(full.parts.database.engine) == before


def test_p48_there_is_one_history_with_one_head() -> None:
    assert len(SCRIPTS.get_heads()) == len(SCRIPTS.get_bases()) == 1


def test_p45_the_newest_file_is_the_revision_that_alembic_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert migrations.newest_revision() == SCRIPTS.get_current_head()
    monkeypatch.setattr(migrations, "FOLDER", tmp_path / "missing")
    assert migrations.newest_revision() is None


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        with server.database("template0") as url:
            yield url


@pytest.mark.parametrize("revision", REVISIONS[:1])
def test_p48_the_newest_step_goes_up_down_and_up(empty_url: str, revision: str) -> None:
    go_up_down_and_up(empty_url, revision)


@pytest.mark.full
def test_p48_every_step_goes_up_down_and_up(empty_url: str) -> None:
    for revision in reversed(REVISIONS):
        go_up_down_and_up(empty_url, revision)


def go_up_down_and_up(url: str, revision: str) -> None:
    """From wherever the database is up to that revision, one down, and up again."""
    config, engine = alembic_config(url), create_engine(url)
    steps = (
        ("up", command.upgrade, revision),
        ("down", command.downgrade, "-1"),
        ("again", command.upgrade, revision),
    )
    after = {}
    for name, step, where in steps:
        step(config, where)
        after[name] = (
            reflected_tables(engine),
            reflected_checks(engine),
            reflected_indexes(engine),
        )
    engine.dispose()
    assert after["up"] == after["again"], revision
    assert after["up"] != after["down"], revision


def test_p48_the_checks_after_all_migrations_are_those_of_the_models(
    empty_url: str,
) -> None:
    config, engine = alembic_config(empty_url), create_engine(empty_url)
    command.upgrade(config, "head")
    migrated = reflected_checks(engine)
    command.downgrade(config, "base")
    Base.metadata.create_all(engine)
    assert migrated == reflected_checks(engine)
    engine.dispose()


def reflected_tables(engine: Engine) -> str:
    """All tables, columns and keys as the database has them, without the addresses of Python's own objects."""
    tables = MetaData()
    tables.reflect(engine)
    return re.sub(r" object at 0x[0-9a-f]+", "", repr(tables.sorted_tables))


def reflected_checks(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """Name and SQL of every CHECK by table, which `MetaData.reflect` leaves out."""
    inspector = inspect(engine)
    return {
        table: sorted(
            (str(check["name"]), check["sqltext"])
            for check in inspector.get_check_constraints(table)
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def reflected_indexes(engine: Engine) -> dict[str, list[tuple[str, list[str]]]]:
    """Name and columns of every index by table, which the text of a `Table` leaves out."""
    inspector = inspect(engine)
    return {
        table: sorted(
            (str(index["name"]), [str(column) for column in index["column_names"]])
            for index in inspector.get_indexes(table)
        )
        for table in inspector.get_table_names()
    }


def test_an_sqlite_file_is_in_wal_from_its_first_migration(lite: World) -> None:
    with lite.session() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"


@pytest.mark.parametrize(
    "table",
    [
        Response,
        AnswerRow,
        AnswerOption,
        Interview,
        AuditEntry,
        WorkChange,
        Report,
        ReportSentence,
        SettingChange,
    ],
    ids=lambda table: table.__tablename__,
)
def test_p23_the_database_refuses_to_alter_what_a_child_said_or_who_did_what(
    full: World, table: type[Base]
) -> None:
    column = next(iter(table.__table__.columns))
    with (
        full.session(reading=False) as session,
        pytest.raises(DatabaseError, match="never changed"),
    ):
        session.execute(update(table).values({column.name: column}))


def test_p37_the_audit_trail_cannot_be_shortened(full: World) -> None:
    with (
        full.session(reading=False) as session,
        pytest.raises(DatabaseError, match=r"append-only|never changed"),
    ):
        session.execute(delete(AuditEntry))


def test_the_seal_of_a_text_may_be_renewed_and_nothing_else_of_it(full: World) -> None:
    with full.session(reading=False) as session:
        session.execute(update(SealedText).values(key_id="other"))
        with pytest.raises(DatabaseError, match=r"renewed|never changed"):
            session.execute(update(SealedText).values(column_name="else"))


def test_a_copied_table_keeps_its_triggers(full: World) -> None:
    """SQLite copies a table to change it, and the copy has no triggers of its own."""
    if not full.parts.settings.database_url.startswith("sqlite"):
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with full.session() as session:
        assert set(session.scalars(text(query))) == {
            "answer_is_frozen",
            "answer_option_is_frozen",
            "audit_entry_is_frozen",
            "audit_entry_stays",
            "interview_is_frozen",
            "report_is_frozen",
            "report_sentence_is_frozen",
            "response_is_frozen",
            "setting_change_is_frozen",
            "sealed_text_keeps_its_place",
            "work_change_is_frozen",
        }


@pytest.fixture
def open_trail(full: World) -> World:
    """A world whose trail somebody with the database's own password has opened up."""
    with full.session(reading=False) as session:
        if full.parts.settings.database_url.startswith("sqlite"):
            session.execute(text("DROP TRIGGER audit_entry_is_frozen"))
            session.execute(text("DROP TRIGGER audit_entry_stays"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        session.commit()
    return full


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("UPDATE audit_entry SET about = 'x' WHERE number = 3", 3),
        ("UPDATE audit_entry SET person_id = NULL WHERE number = 4", 4),
        ("DELETE FROM audit_entry WHERE number = 2", 3),
        ("DELETE FROM audit_entry WHERE number = 1", 2),
        ("UPDATE audit_entry SET number = number + 100 WHERE number >= 4", 104),
    ],
)
def test_p37_verify_names_the_first_entry_that_was_altered_cut_or_moved(
    open_trail: World, deed: str, found: int
) -> None:
    ring = open_trail.parts.keys.audit
    with open_trail.session(reading=False) as session:
        assert audit.first_bad_entry(session, ring) is None
        session.execute(text(deed))
        assert audit.first_bad_entry(session, ring) == found


def test_p26_the_database_holds_the_same_limit_as_the_form(world: World) -> None:
    row = {"owner": "answer", "row_id": "0" * 32, "key_id": "k", "value": b"x"}
    with world.session(reading=False) as session:
        session.execute(
            insert(SealedText), [row | {"column_name": "a", "characters": TEXT_LIMIT}]
        )
        with pytest.raises(DatabaseError):
            session.execute(
                insert(SealedText),
                [row | {"column_name": "b", "characters": TEXT_LIMIT + 1}],
            )


OLD_ACTION = (
    "INSERT INTO action (id, theme, promise, owner_id, promised_on, done_on, shown)"
    " VALUES (:id, 'time', 'ask first', :owner, '2026-03-05', :done_on, :shown)"
)


def test_p48_actions_of_before_keep_what_they_say_and_are_shown_to_nobody(
    world: World,
) -> None:
    owner, url = world.manager().id, world.parts.settings.database_url
    world.parts.database.engine.dispose()
    command.downgrade(alembic_config(url), "0002")
    with world.session(reading=False) as session, session.begin():
        for row in (
            {"id": "a" * 32, "done_on": None, "shown": True},
            {"id": "b" * 32, "done_on": "2026-04-01", "shown": False},
        ):
            session.execute(text(OLD_ACTION), row | {"owner": owner})
    world.parts.database.engine.dispose()
    migrate_to_head(url)
    with world.session() as session:
        first, second = session.scalars(select(Action).order_by(Action.id))
    assert (first.theme, first.state, first.is_shown, second.state) == (
        "time",
        "promised",
        False,
        "done",
    )
    assert first.created_at.date() == first.due_on == date(2026, 3, 5)
    assert second.done_on == date(2026, 4, 1)
    command.downgrade(alembic_config(url), "0002")
    with world.session() as session:
        rows = session.execute(
            text("SELECT promised_on, done_on, shown FROM action ORDER BY id")
        ).all()
    assert [tuple(str(value) for value in row[:2]) for row in rows] == [
        ("2026-03-05", "None"),
        ("2026-03-05", "2026-04-01"),
    ]
    assert not any(row.shown for row in rows)


def test_no_child_is_told_what_fewer_than_five_said_nor_is_an_action_done_without_its_day(
    full: World,
) -> None:
    for broken in (
        "UPDATE action SET said_by = 4",
        "UPDATE action SET done_on = NULL",
        "UPDATE action SET state = 'lost'",
        "UPDATE action SET theme = ''",
        "UPDATE action SET published_at = NULL, withdrawn_at = changed_at",
        f"UPDATE action_words SET said = '{'x' * 401}'",
        f"UPDATE action SET promise = '{'x' * 1001}'",
    ):
        with full.session(reading=False) as session, pytest.raises(DatabaseError):
            session.execute(text(broken))
    with full.session(reading=False) as session:
        session.execute(
            text("UPDATE action SET withdrawn_at = changed_at, said_by = 4")
        )


def test_impossible_states_are_barred(world: World) -> None:
    invitation = world.invitation()
    for broken in (
        "UPDATE invitation SET pn_code = NULL",
        "UPDATE invitation SET mode = NULL",
        "UPDATE invitation SET outcome = 'lost'",
        "UPDATE invitation SET band = '5-9'",
        "UPDATE person SET email = 'UPPER@staff.invalid'",
        "INSERT INTO concern (id, source, raised_at, state) VALUES ('1', 'child', '2026-10-14 11:00', 'closed')",
    ):
        with world.session(reading=False) as session, pytest.raises(DatabaseError):
            session.execute(text(broken))
    assert invitation.pn_code == "PN1"


def test_p48_a_copied_table_keeps_its_checks(full: World) -> None:
    """SQLite copies a table to change it; what the models forbid stays forbidden."""
    with full.session() as session:
        inspector = inspect(session.connection())
        for name, table in Base.metadata.tables.items():
            wanted = {
                str(one.name)
                for one in table.constraints
                if isinstance(one, CheckConstraint)
            }
            held = {str(one["name"]) for one in inspector.get_check_constraints(name)}
            assert wanted <= held, name


def test_targets_and_leave_that_were_kept_month_by_month_are_copied(
    empty_url: str,
) -> None:
    config, engine = alembic_config(empty_url), make_engine(empty_url)
    command.upgrade(config, "0016")
    command.downgrade(config, "-1")
    with Session(engine) as session:
        oak = Person(id="oak", email="oak@staff.invalid", name="Oak", created_at=NOON)
        session.add(oak)
        session.flush()
        session.add(
            IroMonth(iro_id="oak", month="2026-02", target_took_part=0, target_did_not=0, leave=True)
        )  # fmt: skip
        session.add(
            IroMonth(
                iro_id="oak", month="2026-03", target_took_part=2, target_did_not=0
            )
        )
        session.commit()
    command.upgrade(config, "0016")
    with Session(engine) as session:
        leave, target = session.scalars(
            select(WorkChange).order_by(WorkChange.number.desc())
        )
        assert (leave.kind, leave.first_day, leave.last_day) == (
            "leave",
            date(2026, 2, 1),
            date(2026, 2, 28),
        )
        assert (target.kind, target.month, target.only_month) == (
            "target",
            "2026-03",
            True,
        )
        assert (target.took_part, target.did_not, target.person_id) == (2, 0, "oak")
    engine.dispose()


def test_before_there_were_two_outcomes_more_they_were_no_refusal(
    world: World,
) -> None:
    for number, outcome in enumerate(("declined", "unreached", "unsafe")):
        made = world.invitation(reference=f"CASE-{number}")
        with world.session(reading=False) as session, session.begin():
            session.execute(
                text(
                    "UPDATE invitation SET outcome = :outcome, how_chosen = 'drawn', draws_unused = 0 WHERE id = :id"
                ),
                {"outcome": outcome, "id": made.id},
            )
    url = world.parts.settings.database_url
    world.parts.database.engine.dispose()
    command.downgrade(alembic_config(url), "0019")
    with world.session() as session:
        kept = session.execute(text("SELECT outcome, how_chosen FROM invitation")).all()
    assert sorted(tuple(row) for row in kept) == [
        ("declined", "random"),
        ("ended", "random"),
        ("ended", "random"),
    ]
    world.parts.database.engine.dispose()
    migrate_to_head(url)
