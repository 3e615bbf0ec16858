"""What is erased for a link is gone, survives a restore, and takes nothing unread with it (promise 38)."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from bench.support import postgres
from bench.support.world import World
from feedback_app import audit, clock
from feedback_app.child.receive import receive_submission
from feedback_app.models.base import Base
from feedback_app.models.invitation import Invitation, Link
from feedback_app.models.person import SignedIn, StaffToken
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import SetAside
from feedback_app.operations import after_restore
from feedback_app.privacy.keys import KeyRing, load_keys
from feedback_app.records import erasure, held
from feedback_app.records import erasure_ledger as ledger
from feedback_app.records import nightly as retention
from tests.conftest import NOON
from tests.support.database_files import on_disk
from tests.support.finished_case import everything, sealed, see_to_all
from tests.support.tables import SURVEY_DATA, Contents, contents

DAY = timedelta(days=1)
OF_A_CHILD = (*SURVEY_DATA, "read_mark", "case_note", "delivery")
SHELL = ("invitation", "link")
Restore = Callable[[], World]


def erase(
    world: World, invitation: Invitation, reason: str = "the child asked"
) -> None:
    lead = world.lead()
    with world.parts.database.short_write() as session:
        erasure.erase_invitation(
            session,
            world.parts.keys,
            world.parts.settings.erased_file,
            invitation.id,
            reason=reason,
            person_id=lead.id,
        )


def number_of(world: World, table: type[Base]) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def settle(world: World, **how: bool) -> list[str]:
    return after_restore.settle_restored(
        world.parts.database, world.parts.keys, world.parts.settings, **how
    )


@pytest.fixture
def restore(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Restore]]:
    """Take a backup; what it gives back restores that one, beside the database that goes on."""
    url, made = world.parts.settings.database_url, []

    def open_on(restored: str) -> World:
        made.append(World.make(restored, tmp_path))
        return made[-1]

    if url.startswith("sqlite"):

        def take() -> Restore:
            copy = tmp_path / "yesterday.db"
            with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
                connection.execute("VACUUM INTO ?", (str(copy),))
            with sqlite3.connect(copy) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
            return lambda: open_on(f"sqlite:///{copy}")

        yield take
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        name = f"{make_url(url).database}_yesterday"

        def take() -> Restore:
            world.parts.database.engine.dispose()
            server.run(
                f"CREATE DATABASE {name} TEMPLATE {name.removesuffix('_yesterday')}"
            )
            return lambda: open_on(server.url(name))

        yield take
        server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    for one in made:
        one.close()


def test_p38_everything_that_is_held_for_a_link_goes_and_nothing_of_anybody_elses(
    world: World, request: pytest.FixtureRequest
) -> None:
    world.response(texts={"better": "another child"}, wishes={"talk_to": "not_safe"})
    see_to_all(world)
    others, their_words = (
        contents(world.parts.database.engine, OF_A_CHILD),
        sealed(world),
    )
    mine = everything(world)
    see_to_all(world)
    words = sealed(world) - their_words
    assert len(words) > 5
    erase(world, mine)
    left = contents(world.parts.database.engine, OF_A_CHILD)
    shell = {name for name in OF_A_CHILD if set(left[name]) - set(others[name])}
    assert shell == {*SHELL, "outbox_message"}, (
        "the second person is still told of the opened envelope"
    )
    assert {
        row[1] for row in set(left["outbox_message"]) - set(others["outbox_message"])
    } == {"envelope_opened"}
    for name in OF_A_CHILD:
        assert set(others[name]) <= set(left[name]), name
    assert retention.wipe_deleted(world.parts.database) == []
    assert on_disk(world, request, *words) == []
    assert len(on_disk(world, request, *their_words)) == len(their_words)
    with world.session() as session:
        last = session.scalars(
            select(AuditEntry).order_by(AuditEntry.number.desc())
        ).first()
        assert last is not None
        assert (last.what, last.about, last.reason) == (
            "erased",
            mine.id,
            "the child asked",
        )
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None


@pytest.mark.parametrize(
    "waits", ["a text", "a concern", "a wish to talk", "a send set aside"]
)
def test_p38_nothing_is_erased_while_something_is_open_or_unread(
    world: World, waits: str
) -> None:
    lead, invitation = world.lead(), world.invitation()
    wish = {"a concern": "not_safe", "a wish to talk": "advocate"}.get(waits, "no")
    form = world.form(
        invitation, {}, {"better": "x"} if waits == "a text" else {}, talk_to=wish
    )
    assert world.receive(form).verdict == "thanks"
    if waits == "a send set aside":
        assert world.receive(form | {"q-best": ["later"]}).verdict == "set_aside"
    before = contents(world.parts.database.engine)
    with pytest.raises(erasure.MattersStillOpen) as refused:
        erase(world, invitation)
    assert refused.value.waits
    assert contents(world.parts.database.engine) == before
    assert not world.parts.settings.erased_file.exists()
    assert lead


def test_p38_an_erasure_says_why(world: World) -> None:
    with pytest.raises(erasure.ErasureReasonMissing):
        erase(world, world.invitation(), reason="  ")


def test_p38_a_waiting_link_ends_and_a_late_send_of_it_is_set_aside_not_lost(
    world: World,
) -> None:
    invitation = world.invitation()
    form = world.form(invitation, {}, {"better": "I had it in my pocket"})
    erase(world, invitation)
    with world.session() as session:
        kept = session.get_one(Invitation, invitation.id)
        assert (kept.outcome, session.scalars(select(Link.ends_at)).one()) == (
            "ended",
            NOON,
        )
    world.client().get(f"/r/{world.token(invitation)}", expect=404)
    with clock.set_clock(NOON + 2 * timedelta(hours=1), everywhere=True):
        assert world.receive(form).verdict == "set_aside"
    assert number_of(world, SetAside) == number_of(world, Concern) == 1


def test_p38_without_a_ledger_nothing_is_erased(world: World, tmp_path: Path) -> None:
    mine, lead = world.invitation(), world.lead()
    before = contents(world.parts.database.engine)
    away = tmp_path / "not mounted" / "erased"
    with (
        world.session(reading=False) as session,
        pytest.raises(ledger.LedgerError, match="may write to it"),
    ):
        erasure.erase_invitation(
            session, world.parts.keys, away, mine.id, reason="x", person_id=lead.id
        )
    assert contents(world.parts.database.engine) == before
    erase(world, mine)
    world.parts.settings.erased_file.unlink()
    with pytest.raises(ledger.LedgerError, match="Find out where it went"):
        erase(world, world.invitation())


def test_p38_the_line_is_on_the_ledger_before_the_database_changes(
    world: World,
) -> None:
    mine, lead = everything(world), world.lead()
    see_to_all(world)
    before = contents(world.parts.database.engine)
    with world.session(reading=False) as session:
        file = world.parts.settings.erased_file
        erasure.erase_invitation(
            session, world.parts.keys, file, mine.id, reason="x", person_id=lead.id
        )
        assert [
            one.invitation_id
            for one in ledger.read_lines(file, world.parts.keys.audit).erased
        ] == [mine.id]
        session.rollback()
    assert contents(world.parts.database.engine) == before, "the commit failed"
    erase(world, mine)
    assert (
        len(
            ledger.read_lines(
                world.parts.settings.erased_file, world.parts.keys.audit
            ).erased
        )
        == 2
    )


def test_p38_what_was_erased_is_gone_again_after_yesterday_is_restored_and_nothing_else_is(
    world: World, request: pytest.FixtureRequest, restore: Callable[[], Restore]
) -> None:
    world.response(texts={"better": "another child"}, wishes={"talk_to": "iro"})
    others = contents(world.parts.database.engine, OF_A_CHILD)
    mine, waiting = everything(world), world.invitation(reference="CASE-8")
    restored_from = restore()
    see_to_all(world)
    erase(world, mine)
    erase(world, waiting)
    retention.wipe_deleted(world.parts.database)
    today = _without_instants(
        contents(
            world.parts.database.engine, ("answer", "answer_option", "response", "link")
        )
    )
    back = restored_from()
    words = sealed(back)
    report = settle(back)
    assert (
        report[0]
        == "The ledger lists 2 erasures: 2 erased again, 0 already in this backup, 0 unknown to it."
    )
    kept = sealed(back)
    assert len(words - kept) == 5
    assert on_disk(back, request, *(words - kept)) == []
    assert len(on_disk(back, request, *kept)) == len(kept) > 0
    assert (
        _without_instants(contents(back.parts.database.engine, tuple(today))) == today
    )
    left = contents(back.parts.database.engine, OF_A_CHILD)
    assert all(set(others[name]) <= set(left[name]) for name in OF_A_CHILD), (
        "another child's are untouched"
    )
    with back.session() as session:
        assert session.get_one(Invitation, waiting.id).outcome == "ended"
        what = session.scalars(
            select(AuditEntry.what).order_by(AuditEntry.number)
        ).all()
        assert what[-4:] == ["erased", "erased", "restored", "retention_ran"]
        assert audit.first_bad_entry(session, back.parts.keys.audit) is None
    assert settle(back)[0].startswith(
        "The ledger lists 2 erasures: 0 erased again, 2 already in this backup"
    )


def _without_instants(found: Contents) -> dict[str, set[tuple[object, ...]]]:
    """Rows without when their link ended: an erasure done again ends it at another moment."""
    return {
        name: {row[:-1] if name == "link" else row for row in rows}
        for name, rows in found.items()
    }


def test_p38_what_came_in_after_an_erasure_is_not_erased_by_a_restore(
    world: World, restore: Callable[[], Restore]
) -> None:
    mine = everything(world)
    see_to_all(world)
    erase(world, mine)
    with (
        clock.set_clock(NOON + DAY, everywhere=True),
        world.app.app_context(),
        world.session(reading=False) as session,
    ):
        late = world.form(mine, {}, {"better": "please help"}, loaded_at=NOON)
        assert receive_submission(session, world.parts, late).verdict == "set_aside"
        session.commit()
    back = restore()()
    settle(back)
    assert number_of(back, SetAside) == number_of(back, Concern) == 1


def test_p38_a_ledger_line_of_an_erasure_that_failed_does_not_take_later_words(
    world: World,
) -> None:
    mine = world.invitation()
    ledger.append_line(
        world.parts.settings.erased_file,
        world.parts.keys.audit,
        mine.id,
        NOON - timedelta(hours=1),
    )
    assert (
        world.receive(world.form(mine, {}, {"better": "please help"})).verdict
        == "thanks"
    )
    report = settle(world)
    assert "holds something newer" in report[1]
    with world.session() as session:
        assert held.collect_rows(session, (mine.id,)).texts


def test_p38_a_line_that_somebody_slipped_in_erases_nothing_and_is_named(
    world: World,
) -> None:
    mine, other = everything(world), everything(world, "CASE-9")
    see_to_all(world)
    restored = contents(world.parts.database.engine, SURVEY_DATA)
    file = world.parts.settings.erased_file
    ledger.append_line(file, world.parts.keys.audit, "0" * 32, NOON)
    true = file.read_text().splitlines()[0]
    file.write_text(
        f"{true}\n{true.replace('0' * 32, mine.id)}\n\nnonsense\n{NOON.isoformat()} {other.id}\n"
    )
    report = settle(world)
    assert [line for line in report if line.startswith("Line ")] == [
        f"Line {number} of the ledger was not written by this service: left alone."
        for number in (2, 4, 5)
    ]
    assert contents(world.parts.database.engine, SURVEY_DATA) == restored


def test_p38_a_ledger_of_another_services_key_stops_a_restore(lite: World) -> None:
    lite.parts.settings.erased_file.write_text(
        f"{NOON.isoformat()} {'1' * 32} 0 {'2' * 64}\n"
    )
    with pytest.raises(ledger.LedgerError, match="audit key"):
        settle(lite)
    with lite.session() as session:
        assert audit.last_entry(session) == (0, "")


def test_p38_without_the_ledger_a_restore_goes_on_only_when_told_so(
    world: World,
) -> None:
    commands = world.app.test_cli_runner()
    stopped = commands.invoke(args=["after-restore"])
    assert stopped.exit_code == 1
    assert "--no-ledger" in stopped.output
    assert number_of(world, AuditEntry) == 0
    told = commands.invoke(args=["after-restore", "--no-ledger"])
    assert told.exit_code == 0
    assert "whatever was erased since the backup is back" in told.output


def test_p38_after_a_restore_nobody_is_signed_in_and_no_link_of_staff_works(
    world: World,
) -> None:
    lead = world.lead()
    client = world.sign_in(lead)
    client.get("/safeguarding/")
    with world.parts.database.short_write() as session:
        from feedback_app.people import staff_links as staff_tokens

        staff_tokens.make_staff_link(
            session, world.parts.keys, lead, "reset", world.parts.settings, made_by=None
        )
    world.parts.settings.erased_file.touch()
    assert "1 sessions ended" in settle(world)[1]
    client.get("/safeguarding/", expect=303)
    assert number_of(world, SignedIn) == 0
    with world.session() as session:
        assert session.scalars(select(StaffToken.ends_at)).one() == NOON


def test_p38_a_restore_destroys_what_became_due_since(world: World) -> None:
    assert world.receive(world.form(world.invitation(), {}, {})).verdict == "thanks"
    world.parts.settings.erased_file.touch()
    with clock.set_clock(NOON + 1000 * DAY, everywhere=True):
        assert {
            "Due by now and deleted: envelopes 1.",
            "Due by now and deleted: answers 1.",
        } <= set(settle(world))


def _append(folder: Path, number: int) -> None:
    ring: KeyRing = load_keys(folder / "keys").audit
    for each in range(20):
        ledger.append_line(folder / "erased", ring, f"{number:016}{each:016}", NOON)


def test_p38_several_processes_append_whole_lines_that_only_the_service_can_read(
    lite: World, tmp_path: Path
) -> None:
    writers = [
        multiprocessing.Process(target=_append, args=(tmp_path, number))
        for number in range(4)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    found = ledger.read_lines(tmp_path / "erased", lite.parts.keys.audit)
    assert (len({one.invitation_id for one in found.erased}), found.bad) == (80, ())
    assert (tmp_path / "erased").stat().st_mode & 0o777 == 0o600


def test_p38_a_line_cut_off_in_the_writing_spoils_no_other(
    lite: World, tmp_path: Path
) -> None:
    ring, file = lite.parts.keys.audit, tmp_path / "erased"
    ledger.append_line(file, ring, "1" * 32, NOON)
    with file.open("a") as half:
        half.write("2026-10-14T11:0")
    ledger.append_line(file, ring, "2" * 32, NOON)
    found = ledger.read_lines(file, ring)
    assert [one.invitation_id[0] for one in found.erased] == ["1", "2"]
    assert found.bad == (2,)


def test_after_an_erasure_every_page_still_stands_and_the_months_counts_have_fallen(
    lite: World,
) -> None:
    mine = everything(lite)
    see_to_all(lite)
    manager, iro = lite.sign_in(lite.manager()), lite.sign_in(lite.iro())
    before = manager.get("/manager/2026-10").text
    erase(lite, mine)
    assert manager.get("/manager/2026-10").text != before
    for path in (
        "/manager/2026-10/answers",
        "/manager/2026-10/comments",
        "/manager/2026-10/summary.csv",
    ):
        manager.get(path)
    for path in ("/iro/month", "/iro/shared"):
        iro.get(path)
    lead = lite.sign_in(lite.lead())
    for path in ("", "messages", "openings", "retention", f"links/{mine.id}"):
        lead.get(f"/safeguarding/{path}")
