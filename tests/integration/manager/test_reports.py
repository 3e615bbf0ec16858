"""A report is shown, put in the manager's words, handed over once, and kept as it was (promise 53)."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import NOON, World
from feedback_app import clock, worker
from feedback_app.database import locks
from feedback_app.manager.reports.due_reminders import step_begins
from feedback_app.manager.reports.formats import EVIDENCE, KEPT
from feedback_app.models.report import Report, ReportFile, ReportReminder
from feedback_app.models.running import OutboxMessage, ServiceFlag
from feedback_app.models.text import QueueEntry
from feedback_app.month import Month
from feedback_app.operations import key_rotation as rotation
from feedback_app.operations.reseal import reseal_ring
from feedback_app.privacy.cipher import UnsealError, unseal_text
from feedback_app.privacy.covered import Span
from feedback_app.reading import kept_comments
from feedback_app.reading.marks import mark_read
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.evidence.evidence_map import BadEvidenceMap, evidence_areas
from feedback_app.reports.evidence.evidence_pack import build_pack
from feedback_app.reports.handing_over.report_period import ReportPeriod
from feedback_app.reports.handing_over.said_before import SAID
from feedback_app.reports.handing_over.versions import (
    content_digest,
    list_reports,
    open_file,
)
from feedback_app.reports.publishing.stored import (
    CHOOSING,
    WANTED,
    ask_for_numbers,
)
from feedback_app.web import context, keyring
from tests.support.databases import POSTGRESQL_MOSTLY
from tests.support.report_months import people_september

SEPTEMBER = "/manager/reports/2026-09"


def at_the_desk(world: World) -> CheckedClient:
    people_september(world)
    world.choose_numbers()
    return world.sign_in(world.manager())


def handed_over(client: CheckedClient, page: str = SEPTEMBER) -> None:
    client.submit(page, to=f"{page}/hand-over")


def versions(world: World) -> list[Report]:
    with world.session() as session:
        return list(session.scalars(select(Report).order_by(Report.version)))


def files_of(world: World, report: Report) -> dict[str, bytes]:
    found = {}
    with world.session() as session:
        for name in (*KEPT, SAID):
            opened = open_file(session, world.parts.keys, report.id, name)
            assert opened is not None
            found[name] = opened[1]
    return found


def test_the_draft_is_shown_with_what_is_to_do(lite: World) -> None:
    client = at_the_desk(lite)
    page = client.get(SEPTEMBER).text
    assert "A draft, ready since" in page
    assert "It was due on Friday 2 October." in page
    assert "24 children were heard" in page
    assert "Hand over version 1" in page
    assert "is not over" in client.get("/manager/reports/2026-11").text
    client.get("/manager/reports/2026-13", expect=404)
    client.get(f"{SEPTEMBER}/draft.exe", expect=404)


def test_own_words_stand_in_the_place_of_a_sentence_and_earlier_ones_are_kept(
    lite: World,
) -> None:
    client = at_the_desk(lite)
    for minute, words in enumerate(("Two asked for\nlater meetings.", "Three did.")):
        with clock.set_clock(NOON + timedelta(minutes=minute), everywhere=True):
            client.submit(
                SEPTEMBER, {"own-minute.moved": words}, to=f"{SEPTEMBER}/sentences"
            )
    page = client.get(SEPTEMBER).text
    assert page.count("Three did.") >= 2
    assert "Two asked for later meetings." in page
    answer = client.submit(
        SEPTEMBER,
        {"own-decision.1": "x" * 601},
        to=f"{SEPTEMBER}/sentences",
        expect=400,
    ).text
    assert "shorten it" in answer
    assert "x" * 601 in answer


@POSTGRESQL_MOSTLY
def test_p53_a_version_is_numbered_sealed_and_stays_as_it_was(world: World) -> None:
    client = at_the_desk(world)
    handed_over(client)
    report = versions(world)[0]
    assert (report.period, report.version, report.changes) == ("2026-09", 1, "")
    first = files_of(world, report)
    with world.session() as session:
        for file in session.scalars(select(ReportFile)):
            assert first[file.format] not in file.value
            assert file.digest == hashlib.sha256(first[file.format]).hexdigest()
            with pytest.raises(UnsealError):
                unseal_text(
                    world.parts.keys.text,
                    file.value,
                    table="report_file",
                    column="value",
                    row="another",
                )
    assert f"{report.digest[:8]}" in words_of(first["docx"])
    assert "Nothing has changed since" in client.get(SEPTEMBER).text
    check_pack(first, report)

    world.response(month="2026-09", channel="paper", answers={"know_iro": ["yes"]})
    world.choose_numbers()
    assert "figures differ since" in client.get(SEPTEMBER).text
    handed_over(client)
    newer = versions(world)[1]
    assert newer.version == 2
    assert "differ from version 1" in newer.changes
    assert "now 25" in newer.changes
    assert files_of(world, report) == first
    answer = client.get(f"/manager/reports/versions/{report.id}/pdf")
    assert answer.data == first["pdf"]
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="rate-my-review-2026-09-version-1.pdf"'
    )
    client.get(f"/manager/reports/versions/{report.id}/exe", expect=404)
    listed = client.get("/manager/reports").text
    assert listed.index("version 2") < listed.index("version 1")
    assert newer.digest[:16] in listed


@POSTGRESQL_MOSTLY
def test_a_version_names_the_sentences_and_quotes_that_differ(world: World) -> None:
    entry_id = a_comment(world, "Kai was kind to me")
    client = at_the_desk(world)
    client.submit(
        SEPTEMBER,
        {"own-minute.moved": "Two were ill.", "own-decision.1": "A room."},
        to=f"{SEPTEMBER}/sentences",
    )
    choose_quote(world, entry_id)
    handed_over(client)
    said = f"/manager/reports/versions/{versions(world)[0].id}/said"
    client.get(said, expect=404)
    with clock.set_clock(NOON + timedelta(minutes=1), everywhere=True):
        client.submit(
            SEPTEMBER,
            {"own-minute.moved": "Three were ill.", "own-decision.1": "A room."},
            to=f"{SEPTEMBER}/sentences",
        )
    cover_quote(world, entry_id)
    changed = "In one minute, changed: “Two were ill.” Now: “Three were ill.”"
    page = client.get(SEPTEMBER).text
    assert "What differs from version 1" in page
    assert changed in page
    assert (
        "One quote was changed (Age 12–17). It reads: “[name] was kind to me”" in page
    )
    assert "Kai" not in page
    handed_over(client)
    second = versions(world)[1]
    assert changed in second.changes
    assert "One quote was changed (Age 12–17)." in second.changes
    assert "kind" not in second.changes, "a child's words are kept sealed alone"
    in_word = words_of(files_of(world, second)["docx"])
    assert changed in in_word
    assert "It reads: “[name] was kind to me”" in in_word
    assert changed in client.get("/manager/reports").text

    take_back(world, entry_id)
    page = client.get(SEPTEMBER).text
    assert "One quote was taken out." in page
    handed_over(client)
    third = versions(world)[2]
    assert "No figure differs from version 2." in third.changes
    in_word = words_of(files_of(world, third)["docx"])
    assert "One quote was taken out." in in_word
    assert "kind to me" not in in_word


def a_comment(world: World, words: str) -> str:
    """A comment of September that the manager has read; its entry."""
    world.response(month="2026-09", band="12-17", texts={"better": words})
    manager = world.manager()
    with world.session(reading=False) as session:
        entry = session.scalars(select(QueueEntry)).one()
        mark_read(
            session,
            world.parts.keys.audit,
            entry,
            reader="manager",
            outcome="nothing_to_do",
            person_id=manager.id,
        )
        session.commit()
        return entry.id


def choose_quote(world: World, entry_id: str) -> None:
    with world.session(reading=False) as session:
        entry = session.get_one(QueueEntry, entry_id)
        kept_comments.choose_quote(
            session,
            world.parts.keys.audit,
            entry,
            kept_comments.response_of_entry(session, entry),
            person_id=world.manager().id,
            ticked=True,
        )
        session.commit()


def take_back(world: World, entry_id: str) -> None:
    with world.session(reading=False) as session:
        entry = session.get_one(QueueEntry, entry_id)
        ring, manager = world.parts.keys.audit, world.manager()
        kept_comments.take_quote_back(session, ring, entry, person_id=manager.id)
        session.commit()


def cover_quote(world: World, entry_id: str) -> None:
    """Cover the name with which it begins."""
    with world.session(reading=False) as session:
        kept_comments.cover_places(
            session,
            world.parts.keys.audit,
            session.get_one(QueueEntry, entry_id),
            [Span(0, 3, "name")],
            person_id=world.manager().id,
        )
        session.commit()


def check_pack(files: dict[str, bytes], report: Report) -> None:
    """The evidence pack holds the report's own files, tagged rows, and what each is known by."""
    with zipfile.ZipFile(io.BytesIO(files[EVIDENCE])) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    assert held["report.pdf"] == files["pdf"]
    contents = held["contents.txt"].decode("utf-8-sig")
    assert report.digest in contents
    for name, body in held.items():
        if name != "contents.txt":
            assert f"{hashlib.sha256(body).hexdigest()}  {name}" in contents
    lines = list(csv.reader(io.StringIO(held["evidence.csv"].decode("utf-8-sig"))))
    assert any(line[1] == "1" and line[3] == "Know who their IRO is" for line in lines)
    assert any(line[2] == "You said, we did" for line in lines)


def test_two_packs_of_one_document_are_the_same_file(tmp_path: Path) -> None:
    made = datetime(2026, 11, 6, tzinfo=UTC)
    one = ReportDocument(
        "month", "A", "S", "2026-10", "October", 1, made.date(), made, "", ()
    )
    packs = [
        build_pack(one, evidence_areas(None), {"a.txt": b"x"}, audit_head="1:a")
        for _time in range(2)
    ]
    assert packs[0] == packs[1]
    (tmp_path / "evidence.toml").write_text("[[area]]\nrows = 3")
    with pytest.raises(BadEvidenceMap, match="Write it as ours"):
        evidence_areas(tmp_path)


@pytest.mark.full
def test_p35_files_of_a_report_are_sealed_anew_and_stay_the_same(lite: World) -> None:
    client = at_the_desk(lite)
    handed_over(client)
    before = files_of(lite, versions(lite)[0])
    old, folder = lite.parts.keys.text.current, lite.parts.settings.keys_dir
    rotation.add_key(lite.parts.database, folder, "text")
    rotation.use_key(lite.parts.database, folder, "text")
    keyring.refresh_keys(lite.app, at_once=True)
    lite.parts = context.instance(lite.app)
    assert lite.parts.keys.text.current != old
    result = reseal_ring(lite.parts.database, lite.parts.keys, "text")
    assert result.unopened == {}
    with lite.session() as session:
        assert old not in session.scalars(select(ReportFile.key_id)).all()
    assert files_of(lite, versions(lite)[0]) == before


@pytest.mark.full
def test_pressed_twice_or_by_two_it_is_one_version(world: World) -> None:
    client = at_the_desk(world)
    guard = client.guard(SEPTEMBER)
    for _press in range(2):
        client.post(f"{SEPTEMBER}/hand-over", {"csrf_token": guard}, expect=303)
    numbers = [report.version for report in versions(world)]
    assert numbers == sorted(set(numbers))


@pytest.mark.full
def test_a_version_without_a_change_has_the_same_data_and_a_digest_of_its_own(
    lite: World,
) -> None:
    client = at_the_desk(lite)
    handed_over(client)
    handed_over(client)
    first, second = versions(lite)
    assert first.digest != second.digest
    with lite.session() as session:
        assert [one.version for one in list_reports(session, "2026-09")] == [2, 1]
    assert files_of(lite, first)["csv"] == files_of(lite, second)["csv"]


@POSTGRESQL_MOSTLY
def test_the_page_says_how_far_the_figures_are(world: World) -> None:
    people_september(world)
    client = world.sign_in(world.manager())
    client.get(SEPTEMBER)
    seen = []
    with clock.set_clock(clock.now() + timedelta(seconds=20), everywhere=True):
        client.get(SEPTEMBER)  # asks once, however often it is opened
        seen.append(client.get(f"{SEPTEMBER}/progress").json)
        with world.parts.database.short_write() as session:
            session.add(ServiceFlag(name=f"{CHOOSING}2026-09", set_at=clock.now()))
        seen.append(client.get(f"{SEPTEMBER}/progress").json)
    world.choose_numbers()
    seen.append(client.get(f"{SEPTEMBER}/progress").json)
    waits, chosen, _ready = seen
    assert "for 20 seconds" in waits["words"]
    assert "being made ready, for 0 seconds" in chosen["words"]
    assert [one["ready"] for one in seen] == [False, False, True]
    with world.session() as session:
        flags = session.scalars(select(ServiceFlag.name)).all()
    assert not [one for one in flags if one.endswith("2026-09")]
    client.get("/manager/reports/none/progress", expect=404)


def test_a_month_that_runs_or_is_not_ready_is_not_handed_over(lite: World) -> None:
    people_september(lite)
    client = lite.sign_in(lite.manager())
    page = client.get(SEPTEMBER).text
    assert "The figures wait for their turn, for 0 seconds now" in page
    assert f'data-ask="{SEPTEMBER}/progress"' in page
    guard = client.guard(SEPTEMBER)
    for period in ("2026-09", "2026-11"):
        address = f"/manager/reports/{period}/hand-over"
        client.post(address, {"csrf_token": guard}, expect=303)
    assert versions(lite) == []


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        ("2026-10", "2026-10", "2026-10"),
        ("2026-Q3", "2026-07", "2026-09"),
        ("2026", "2026-01", "2026-12"),
        ("2025-26", "2025-04", "2026-03"),
        ("2026-04--2026-06", "2026-04", "2026-06"),
    ],
)
def test_an_address_names_whole_months(address: str, first: str, last: str) -> None:
    found = ReportPeriod.read_address(address)
    assert (str(found), str(found.period.first), str(found.period.last)) == (
        address,
        first,
        last,
    )


@pytest.mark.parametrize(
    ("first", "last", "address"),
    [
        ("2026-09", "2026-09", "2026-09"),
        ("2026-07", "2026-09", "2026-Q3"),
        ("2026-01", "2026-12", "2026"),
        ("2025-04", "2026-03", "2025-26"),
        ("2026-08", "2026-09", "2026-08--2026-09"),
    ],
)
def test_any_months_lead_to_their_report(
    lite: World, first: str, last: str, address: str
) -> None:
    people_september(lite)
    client = lite.sign_in(lite.manager())
    chosen = f"/manager/reports?first={first}&last={last}"
    answer = client.get(chosen, expect=302)
    assert answer.headers["Location"] == f"/manager/reports/{address}"
    assert ReportPeriod.read_address(address).address == address


@pytest.mark.parametrize("last", ["2026-08", "", "x"])
def test_months_that_are_none_are_asked_for_again(lite: World, last: str) -> None:
    people_september(lite)
    client = lite.sign_in(lite.manager())
    page = client.get(f"/manager/reports?first=2026-09&last={last}", expect=400).text
    assert "Choose a first month that is not after the last one." in page
    assert '<option value="2026-09" selected>September 2026</option>' in page


def test_managers_are_reminded_until_it_is_handed_over(lite: World) -> None:
    client = at_the_desk(lite)
    steps = [step_begins(lite.parts.settings, Month(2026, 9), days) for days in (3, 1)]
    assert [f"{step:%d %b}" for step in steps] == ["29 Sep", "01 Oct"]
    steps = [step_begins(lite.parts.settings, Month(2026, 10), days) for days in (3, 1)]
    lite.response(month="2026-10")
    for at in (steps[0] - timedelta(minutes=1), steps[0], steps[0], steps[1]):
        with (
            clock.set_clock(at.astimezone(UTC), everywhere=True),
            lite.app.app_context(),
        ):
            worker.run_database_steps(lite.parts)
    with lite.session() as session:
        assert session.scalars(
            select(ReportReminder.step).order_by(ReportReminder.written_at)
        ).all() == [3, 1]
        assert (
            len(
                session.scalars(
                    select(OutboxMessage).where(OutboxMessage.kind == "report_due")
                ).all()
            )
            == 2
        )
    assert client.get("/manager/reports").text.count("It was due on") == 1


def words_of(word_file: bytes) -> str:
    """All the text of a Word file, the foot of its pages too."""
    document = docx.Document(io.BytesIO(word_file))
    parts = [*document.paragraphs, *document.sections[0].footer.paragraphs]
    return "\n".join(paragraph.text for paragraph in parts)


def test_one_document_has_one_digest() -> None:
    made = datetime(2026, 11, 6, tzinfo=UTC)
    one = ReportDocument(
        "month", "A", "S", "2026-10", "October", 1, made.date(), made, "", ()
    )
    other = ReportDocument(
        "month", "B", "S", "2026-10", "October", 1, made.date(), made, "", ()
    )
    assert content_digest(one) == content_digest(one) != content_digest(other)


@pytest.mark.parametrize("flag", ["asked for", "being chosen"])
def test_two_who_ask_for_a_months_figures_at_once_both_go_on(
    world: World, flag: str
) -> None:
    """On PostgreSQL the second found no row and inserted one that the first one's commit had made by then."""
    database, september = world.parts.database, Month(2026, 9)
    people_september(world)
    name = f"{WANTED if flag == 'asked for' else CHOOSING}{september}"

    def ask_too() -> None:
        with database.short_write() as session:
            ask_for_numbers(session, september)

    second = ask_too if flag == "asked for" else world.choose_numbers
    with ThreadPoolExecutor(1) as pool:
        with database.short_write() as session:
            locks.hold_to_commit(session, locks.CHOSEN_NUMBERS)
            session.add(ServiceFlag(name=name, set_at=clock.now()))
            session.flush()
            other = pool.submit(second)
            wait([other], timeout=0.5)
        other.result(timeout=60)
