"""What is over goes in time, with its bytes, and nothing that somebody still has to see to (promise 36)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.support.world import LINK_END, World
from feedback_app import audit, clock, worker
from feedback_app.invitations.pick_for_me import draw_child
from feedback_app.models.base import Base, new_id
from feedback_app.models.campaign import Campaign, CampaignChild
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.person import (
    Challenge,
    Miss,
    Passkey,
    Person,
    RecoveryCode,
    SignedIn,
    StaffToken,
)
from feedback_app.models.report import (
    ChosenNumbers,
    Report,
    ReportFile,
    ReportSentence,
)
from feedback_app.models.response import AnswerRow, Response
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage, ServiceFlag
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside
from feedback_app.models.work import WorkChange
from feedback_app.records import held, preview
from feedback_app.records import nightly as retention
from feedback_app.records.rules import retention_rules
from tests.conftest import NOON
from tests.support.database_files import on_disk
from tests.support.finished_case import everything, sealed, see_to_all
from tests.support.tables import contents

DAY = timedelta(days=1)


def run_at(world: World, at: datetime) -> dict[str, int]:
    """The run of a night; how many of each rule went."""
    with clock.set_clock(at, everywhere=True):
        done = retention.run_retention(
            world.parts.database, world.parts.keys, world.parts.settings
        )
    return {str(name): number for name, number in done.items() if number}


def number_of(world: World, table: type[Base]) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_p36_answers_and_all_that_hangs_on_them_go_after_two_years_bytes_too(
    world: World, request: pytest.FixtureRequest
) -> None:
    everything(world)
    world.response(wishes={"talk_to": "not_safe", "talk_how_text": "after school"})
    see_to_all(world)
    values = sealed(world)
    world.parts.database.wipe_deleted(retention.TABLES_TO_WIPE)
    assert len(on_disk(world, request, *values)) == len(values) > 6
    over = datetime(2028, 10, 14, 3, tzinfo=clock.LONDON)
    assert run_at(world, over - DAY)["envelopes"] == 2
    assert number_of(world, Response) == 2, "a day before they are due"
    done = run_at(world, over)
    assert done["answers"] == 2
    assert run_at(world, over + DAY).get("answers") is None, "twice does no harm"
    for table in (
        Response,
        AnswerRow,
        SealedText,
        QueueEntry,
        SetAside,
        Concern,
        ContactRequest,
        CaseNote,
    ):
        assert number_of(world, table) == 0, table.__tablename__
    with world.session() as session:
        assert session.scalars(select(OutboxMessage.kind)).all() == [
            "envelope_opened"
        ], "as the audit trail, it stays"
    assert number_of(world, Invitation) == 2, "their links still end in a page of ours"
    assert on_disk(world, request, *values) == []
    with world.session() as session:
        assert session.get(ServiceFlag, held.TO_WIPE) is None
        ran = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.what == "retention_ran")
            .order_by(AuditEntry.number)
        ).all()
        assert [one.reason for one in ran][:1] == ["envelopes 2"]
        assert any("answers 2" in one.reason for one in ran)
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None


@pytest.mark.parametrize("waits", ["text", "concern", "wish", "set_aside"])
def test_p36_nothing_goes_while_something_about_it_is_open_or_unread(
    world: World, waits: str
) -> None:
    invitation = world.invitation()
    texts, wishes = (
        ({"better": "x"} if waits == "text" else {}),
        {"concern": "not_safe", "wish": "advocate"},
    )
    form = world.form(invitation, {}, texts, talk_to=wishes.get(waits, "no"))
    assert world.receive(form).verdict == "thanks"
    if waits == "set_aside":
        assert world.receive(form | {"q-best": ["later"]}).verdict == "set_aside"
        with world.parts.database.short_write() as session:
            concern = session.scalars(select(Concern)).one()
            concern.state, concern.closed_at = "closed", NOON
    before = contents(
        world.parts.database.engine,
        ("response", "answer", "sealed_text", "set_aside", "envelope"),
    )
    assert run_at(world, NOON + 3000 * DAY).keys() <= {"misses", "messages"}
    after = contents(
        world.parts.database.engine,
        ("response", "answer", "sealed_text", "set_aside", "envelope"),
    )
    assert after == before
    see_to_all(world)
    assert run_at(world, NOON + 3000 * DAY)["answers"] == 1


def test_p36_a_late_send_has_two_years_of_its_own(world: World) -> None:
    invitation = world.invitation()
    form = world.form(invitation, {}, {})
    world.receive(form)
    with clock.set_clock(NOON + 300 * DAY, everywhere=True):
        assert world.receive(form | {"q-best": ["much later"]}).verdict == "set_aside"
    see_to_all(world)
    assert "answers" not in run_at(world, NOON + 1029 * DAY)
    assert run_at(world, NOON + 1031 * DAY)["answers"] == 1


def test_p36_an_invitation_and_its_links_stay_as_long_as_a_page_may_still_be_sent(
    world: World,
) -> None:
    invitation = world.invitation()
    over = LINK_END.replace(year=2028)
    assert run_at(world, over - DAY) == {"envelopes": 1}
    with clock.set_clock(over - DAY, everywhere=True):
        late = world.form(invitation, {}, {"better": "from a drawer"}, loaded_at=NOON)
        with world.app.app_context(), world.session(reading=False) as session:
            from feedback_app.child.receive import receive_submission

            assert (
                receive_submission(session, world.parts, late).verdict == "set_aside"
            ), "never dropped; not kept by this test"
    assert run_at(world, over)["invitations"] == 1
    assert number_of(world, Link) == number_of(world, Invitation) == 0
    assert run_at(world, over + DAY) == {}


def test_p36_imported_answers_which_have_no_invitation_go_by_the_same_rule(
    world: World,
) -> None:
    invitation = world.invitation()
    world.receive(world.form(invitation, {"know_iro": ["yes"]}, {}))
    with world.parts.database.short_write() as session:
        row = session.scalars(select(Response)).one()
        kept = {
            column.name: getattr(row, column.name)
            for column in Response.__table__.columns
        }
        session.add(
            Response(
                **kept | {"id": "7" * 32, "invitation_id": None, "channel": "import"}
            )
        )
        session.flush()
        session.add(
            AnswerRow(
                response_id="7" * 32, question="know_iro", state="left", month="2026-10"
            )
        )
    over = datetime(2028, 10, 14, 3, tzinfo=clock.LONDON)
    assert "answers" not in run_at(world, over - DAY)
    assert run_at(world, over)["answers"] == 2
    assert number_of(world, AnswerRow) == number_of(world, Response) == 0


def test_p36_a_child_who_said_no_leaves_no_reference_behind(world: World) -> None:
    with world.app.app_context(), world.parts.database.short_write() as session:
        from feedback_app.invitations import issue as invitations

        mine = session.get_one(Invitation, world.invitation().id)
        assert invitations.end_invitation(
            session,
            world.parts.keys,
            mine,
            person_id=mine.issuer_id,
            outcome="declined",
        )
    assert [run_at(world, NOON + days * DAY) for days in (27, 28)] == [
        {},
        {"envelopes": 1},
    ]


def a_message(session: Session, world: World) -> datetime:
    message = OutboxMessage(
        kind="waiting",
        about_id="2026-10-14",
        written_at=NOON,
        due_at=NOON,
        sent_at=NOON,
    )
    session.add(message)
    session.flush()
    lead = world.lead().id
    session.add(
        Delivery(
            message_id=message.id,
            channel="mail",
            recipient=lead,
            written_at=NOON,
            due_at=NOON,
            sent_at=NOON,
        )
    )
    return NOON + 90 * DAY


def a_miss(session: Session, _world: World) -> datetime:
    session.add(Miss(id=new_id(), kind="link", who="0" * 64, at=NOON))
    return NOON + 7 * DAY


def a_session(session: Session, world: World) -> datetime:
    at = {"began_at": NOON, "seen_at": NOON, "ends_at": NOON + timedelta(hours=8)}
    session.add(SignedIn(id="3" * 64, person_id=world.lead().id, **at))
    return NOON + timedelta(hours=8) + 7 * DAY


def a_challenge(session: Session, world: World) -> datetime:
    session.add(
        Challenge(
            id="4" * 64,
            kind="passkey",
            person_id=world.lead().id,
            value="v",
            ends_at=NOON,
        )
    )
    return NOON + 7 * DAY


def a_staff_link(session: Session, world: World) -> datetime:
    session.add(
        StaffToken(
            id="5" * 64,
            person_id=world.lead().id,
            kind="reset",
            made_at=NOON,
            ends_at=NOON,
        )
    )
    return NOON + 30 * DAY


def a_leaver(session: Session, world: World) -> datetime:
    person = session.get_one(Person, world.lead().id)
    person.active, person.left_at = False, NOON
    session.add(RecoveryCode(person_id=person.id, digest="6" * 64))
    session.add(
        Passkey(
            person_id=person.id,
            credential_id=b"c",
            public_key=b"p",
            name="phone",
            created_at=NOON,
        )
    )
    return NOON + 30 * DAY


def a_leavers_work(session: Session, world: World) -> datetime:
    person = session.get_one(Person, world.lead().id)
    person.active, person.left_at = False, NOON
    session.add(
        WorkChange(number=1, kind="days", person_id=person.id, set_at=NOON, reason="")
    )
    return NOON.replace(year=NOON.year + 2)


def a_draw(session: Session, world: World) -> datetime:
    """A child who was drawn and not asked; the instant at which the draw is due."""
    drawn = draw_child(
        session,
        world.parts.keys,
        ["RF-1", "RF-2"],
        form_name="",
        survey="rate-my-review",
        part="did_not",
        person_id=world.iro().id,
        envelope_days=28,
    )
    return drawn.draw.drawn_at + 28 * DAY


def a_campaign(session: Session, world: World) -> datetime:
    campaign = Campaign(
        survey="u-matter",
        name="Autumn",
        begins_on=NOON.date(),
        ends_at=NOON + 30 * DAY,
        reminder_days="",
        made_at=NOON,
        author_id=world.lead().id,
    )
    session.add(campaign)
    session.flush()
    session.add(CampaignChild(campaign_id=campaign.id, reference_digest="0" * 64))
    return campaign.ends_at + 28 * DAY


def chosen_numbers(session: Session, _world: World) -> datetime:
    session.add(
        ChosenNumbers(
            survey="rate-my-review",
            month="2026-09",
            number=1,
            chosen_at=NOON,
            counted="1 1",
            beside=0,
            digest="0" * 64,
            content=b"x",
            left_at=NOON,
        )
    )
    return NOON.replace(year=NOON.year + 3)


def a_report(session: Session, world: World) -> datetime:
    lead = world.lead()
    report = Report(
        kind="month",
        period="2026-09",
        version=1,
        digest="0" * 64,
        handed_over_at=NOON,
        author_id=lead.id,
    )
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
                author_id=lead.id,
            ),
        ]
    )
    return NOON.replace(year=NOON.year + 3)


PLAIN: dict[
    str, tuple[Callable[[Session, World], datetime], tuple[type[Base], ...]]
] = {
    "draws": (a_draw, (Draw,)),
    "campaigns": (a_campaign, (CampaignChild,)),
    "messages": (a_message, (OutboxMessage, Delivery)),
    "misses": (a_miss, (Miss,)),
    "sessions": (a_session, (SignedIn,)),
    "challenges": (a_challenge, (Challenge,)),
    "staff_links": (a_staff_link, (StaffToken,)),
    "leavers": (a_leaver, (RecoveryCode, Passkey)),
    "work": (a_leavers_work, (WorkChange,)),
    "numbers": (chosen_numbers, (ChosenNumbers,)),
    "reports": (a_report, (ReportFile, Report, ReportSentence)),
}


@pytest.mark.parametrize("name", PLAIN)
def test_p36_every_other_rule_keeps_its_day(world: World, name: str) -> None:
    make, tables = PLAIN[name]
    world.lead()
    with world.parts.database.short_write() as session:
        over = make(session, world)
    kept = [number_of(world, table) for table in tables]
    assert run_at(world, over - DAY) == {}
    assert run_at(world, over - timedelta(seconds=1)) == {}
    assert [number_of(world, table) for table in tables] == kept
    assert set(run_at(world, over)) == {name}
    assert [number_of(world, table) for table in tables] == [0] * len(tables)
    assert run_at(world, over + DAY) == {}


def test_p36_every_rule_has_its_test() -> None:
    assert {rule.name for rule in rules_of()} == {
        "envelopes",
        "answers",
        "invitations",
        "complaints",  # integration/complaints/test_records_of_complaints.py
        "review_references",  # integration/records/test_reviews_go.py
        "reviews",  # the same
        *PLAIN,
    }


def rules_of() -> tuple[object, ...]:
    from feedback_app.config import Settings

    return retention_rules(Settings(mode="demo"))


def test_p36_a_day_that_two_years_later_is_none_is_kept_whole() -> None:
    from feedback_app.config import Settings

    answers = next(
        rule
        for rule in retention_rules(Settings(mode="demo"))
        if rule.name == "answers"
    )
    assert answers.ends_at(date(2028, 2, 29)) == date(2030, 3, 1)
    assert answers.cutoff(date(2030, 2, 28)) == date(2028, 2, 28)
    assert answers.cutoff(date(2028, 2, 29)) == date(2026, 2, 28)
    assert answers.ends_at(date(2026, 10, 14)) == date(2028, 10, 14)


def test_p36_what_was_told_of_an_open_concern_is_not_forgotten(world: World) -> None:
    world.lead()
    world.response(wishes={"talk_to": "not_safe"})
    with world.app.app_context():
        worker.run_round(world.parts)
    assert number_of(world, OutboxMessage) >= 3
    with world.parts.database.short_write() as session:
        for one in session.scalars(select(Delivery)):
            one.sent_at = session.get_one(OutboxMessage, one.message_id).sent_at = NOON
    assert run_at(world, NOON + 365 * DAY)["messages"] == 2
    with world.session() as session:
        assert {one.kind for one in session.scalars(select(OutboxMessage))} == {
            "concern",
            "concern_reminder",
        }


def test_p36_the_preview_shows_what_the_run_deletes_and_deletes_nothing(
    world: World,
) -> None:
    everything(world)
    see_to_all(world)
    world.invitation()
    with world.parts.database.short_write() as session:
        for make, _tables in PLAIN.values():
            make(session, world)
    before = contents(world.parts.database.engine)
    for days in (0, 8, 29, 700, 731, 760, 800):
        with world.session() as session:
            at = NOON + days * DAY
            lines = {
                line.rule.name: line
                for line in preview.preview_deletion(session, world.parts.settings, at)
            }
            later = {
                line.rule.name: line.due
                for line in preview.preview_deletion(
                    session, world.parts.settings, at + 30 * DAY
                )
            }
        assert {name: line.due + line.soon for name, line in lines.items()} == later
        for line in lines.values():
            assert (line.due > 0) == (
                line.next_at is not None and line.next_at <= at
            ), line
    assert contents(world.parts.database.engine) == before
    shown = {name: line.due for name, line in lines.items() if line.due}
    done = run_at(world, NOON + 800 * DAY)
    assert done == shown | {"invitations": 2}, (
        "with the answers their invitations are empty too"
    )


def test_p36_the_command_prints_the_same_table(lite: World) -> None:
    everything(lite)
    commands = lite.app.test_cli_runner()
    dry = commands.invoke(args=["retention", "--dry-run"])
    assert dry.exit_code == 0
    assert "answers      due now      0  within 30 days      0" in dry.output
    assert number_of(lite, AuditEntry) == number_of(lite, AuditEntry)
    assert "answers: 0" in commands.invoke(args=["retention"]).output
    with lite.session() as session:
        last = session.scalars(
            select(AuditEntry).order_by(AuditEntry.number.desc())
        ).first()
        assert last is not None
        assert (last.what, last.reason) == ("retention_ran", "nothing was due")


def test_p36_the_worker_runs_it_once_a_night(world: World) -> None:
    def ran(at: datetime) -> int:
        with clock.set_clock(at, everywhere=True), world.app.app_context():
            worker.run_round(world.parts)
        with world.session() as session:
            return len(
                session.scalars(
                    select(AuditEntry).where(AuditEntry.what == "retention_ran")
                ).all()
            )

    night = datetime(2026, 10, 15, 2, 59, tzinfo=clock.LONDON)
    minute = timedelta(minutes=1)
    assert [
        ran(night),
        ran(night + minute),
        ran(night + 2 * minute),
        ran(night + 600 * minute),
    ] == [0, 1, 1, 1]
    assert ran(night + DAY + minute) == 2


def test_p36_a_table_in_use_is_wiped_the_next_night(
    world: World, request: pytest.FixtureRequest
) -> None:
    everything(world)
    see_to_all(world)
    values = sealed(world)
    over = datetime(2028, 10, 14, 3, tzinfo=clock.LONDON)
    reader = world.session()
    reader.execute(text("SELECT count(*) FROM sealed_text"))
    run_at(world, over)
    assert number_of(world, SealedText) == 0
    with world.session() as session:
        assert session.get(ServiceFlag, held.TO_WIPE) is not None
    reader.close()
    run_at(world, over + DAY)
    assert on_disk(world, request, *values) == []
