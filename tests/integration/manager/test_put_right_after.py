"""What was noted wrongly is put right after the child has answered: as if it had been right at once, everywhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from bench.support import quick
from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry
from feedback_app.reading.marks import mark_read
from feedback_app.records.erasure import erase_invitation
from tests.support.addresses import REPORT_DUE
from tests.support.databases import POSTGRESQL_MOSTLY

WHY = "the line above was chosen"
PN6 = {"pn_code": "PN6", "mode": "in_person", "reason": WHY, "version": "1"}
HEX = re.compile(
    r"[0-9a-f]{32}|csrf_token\S+ value=\S+|name=\"once\" value=\S+|data-whose=\S+|form_key\S+ value=\S+"
)


@pytest.fixture
def other_world(tmp_path: Path, still_clock: None) -> Iterator[World]:
    """A second application, to compare with."""
    (tmp_path / "other").mkdir()
    url = f"sqlite:///{tmp_path / 'other' / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, tmp_path / "other")
    yield made
    made.close()


def answered(world: World, **more: object) -> str:
    """A child has answered; the invitation's id."""
    made = world.response(
        world.iro(),
        answers={"at_meeting": ["yes"], "listened": ["very"]},
        texts={"better": "more biscuits"},
        iro_sees="yes",
        **more,  # type: ignore[arg-type]
    )
    with world.session() as session:
        return str(session.get_one(Response, made).invitation_id)


def put_right(client: CheckedClient, one: str, **fields: str) -> None:
    """Through the manager's page."""
    client.submit(f"/manager/answered/{one}", PN6 | fields)


def read_all(world: World) -> None:
    """The manager has read what was written."""
    reader = world.manager()
    with world.session(reading=False) as session:
        for entry in session.scalars(select(QueueEntry)).all():
            mark_read(
                session,
                world.parts.keys.audit,
                entry,
                reader="manager",
                outcome="theme",
                theme="Food",
                person_id=reader.id,
            )
        session.commit()


def everything_shown(world: World) -> dict[str, str]:
    """Board, answers, comments, themes, both exports, the IRO's month and what was shared: without ids and guards."""
    manager, iro = world.sign_in(world.manager()), world.sign_in(world.iro())
    shown = {
        page: manager.get(f"/manager/2026-10{page}").text
        for page in ("", "/answers", "/comments", "/summary.csv")
    }
    book = openpyxl.load_workbook(
        io.BytesIO(manager.get("/manager/2026-10/summary.xlsx").data)
    )
    shown["workbook"] = "\n".join(
        f"{list(sheet.iter_rows(values_only=True))}" for sheet in book.worksheets
    )
    shown["actions"] = manager.get("/manager/said-and-done/").text
    shown["month"] = iro.get("/iro/month").text
    with clock.set_clock(REPORT_DUE, everywhere=True):
        shown["shared"] = world.sign_in(world.iro()).get("/iro/shared").text
    return {name: HEX.sub("", text) for name, text in shown.items()}


def test_a_correction_leaves_what_the_right_code_would_have_left(
    lite: World, other_world: World
) -> None:
    """Two worlds: the right code and age at once, and wrong ones put right."""
    answered(lite, band="4-7", pn="PN6", over5=True)
    read_all(lite)
    wrong = answered(other_world, band="4-7", pn="PN1", over5=False)
    read_all(other_world)
    before = everything_shown(other_world)
    right = everything_shown(lite)
    assert before[""] != right[""]
    manager = other_world.sign_in(other_world.manager())
    put_right(manager, wrong, over5="y")
    put_right(manager, wrong, version="2", pn_code="PN7", over5="y")
    put_right(manager, wrong, version="3", over5="y")
    after = everything_shown(other_world)
    assert "more biscuits" in after["shared"]
    assert "more biscuits" in after["/comments"]
    for page, text in right.items():
        assert after[page] == text, page


def test_the_version_before_stands_with_author_and_reason_and_the_list_shows_no_answer(
    world: World,
) -> None:
    one = answered(world, wishes={"talk_to": "not_safe"})
    manager = world.sign_in(world.manager())
    page = manager.get("/manager/2026-10/answered").text
    assert f"/manager/answered/{one}" in page
    assert "PN1: came and spoke · In person" in page
    assert "/manager/2026-10/answered" in manager.get("/manager/2026-10").text
    put_right(manager, one)
    listed = manager.get("/manager/2026-10/answered").text
    assert "PN6: did not come, sent their views · In person · put right" in listed
    page += listed + manager.get(f"/manager/answered/{one}").text
    assert f"Put right by Manager Maple: <bdi>{WHY}</bdi>" in page
    for secret in ("biscuits", "CASE-1", "not safe"):
        assert secret not in page
    with world.session() as session:
        first, second = session.scalars(select(Response).order_by(Response.version))
        assert (first.pn_code, first.author_id) == ("PN1", None)
        assert (second.pn_code, second.author_id) == ("PN6", world.manager().id)
        assert (second.reason, second.sent_id) == (WHY, first.id)
        assert second.iro_may_see == "yes"
        assert second.content_digest == first.content_digest
        for table in (AnswerRow, AnswerOption):
            counts = [
                session.scalar(select(func.count()).where(table.response_id == of))
                for of in (first.id, second.id)
            ]
            assert counts[0] == counts[1] != 0
        assert session.get_one(Invitation, one).pn_code == "PN6"
        [entry] = session.scalars(
            select(AuditEntry).where(AuditEntry.what == "response_corrected")
        )
        assert (entry.about, entry.reason) == (one, WHY)
        concern = session.scalars(select(Concern)).one()
    lead = world.sign_in(world.lead())
    page = lead.get(f"/safeguarding/concerns/{concern.id}").text
    assert "more biscuits" in page
    assert "I am not safe" in page
    world.sign_in(world.iro()).get(f"/manager/answered/{one}", expect=404)


def test_pressed_again_it_is_one_and_who_comes_second_with_another_is_asked(
    lite: World,
) -> None:
    one = answered(lite)
    first, second = (
        lite.sign_in(lite.manager(name)) for name in ("Manager Maple", "Manager May")
    )
    put_right(first, one)
    put_right(second, one)  # says the same: nothing is added
    page = second.submit(
        f"/manager/answered/{one}", PN6 | {"pn_code": "PN7"}, expect=409
    ).text
    assert "Somebody put this right meanwhile" in page
    assert '<option selected value="PN7"' in page
    assert WHY in page
    assert 'name="version" value="2"' in page
    with lite.session() as session:
        assert session.scalar(select(func.max(Response.version))) == 2


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"reason": ""}, "Say in a few words why"),
        ({"reason": "\u2060 \u3164"}, "Say in a few words why"),
        ({"reason": "x" * 401}, "Say it in at most 400 characters"),
        ({"pn_code": "PN0"}, "PN0 is for a child under 4"),
        ({"pn_code": "PN9"}, "Not a valid choice"),
        ({"mode": ""}, "Choose how the review was held"),
    ],
)
def test_what_does_not_hold_is_refused_and_stays_in_the_form(
    lite: World, fields: dict[str, str], problem: str
) -> None:
    one = answered(lite)
    manager = lite.sign_in(lite.manager())
    page = manager.submit(f"/manager/answered/{one}", PN6 | fields, expect=400).text
    assert problem in page
    with lite.session() as session:
        assert session.scalar(select(func.max(Response.version))) == 1


def test_a_waiting_one_ones_own_child_and_one_with_a_concern_about_oneself_are_unknown(
    lite: World,
) -> None:
    both = lite.person("Both Birch", "manager", "iro")
    mine = lite.response(both, iro_sees="yes")
    about = answered(lite, wishes={"talk_to": "not_safe"})
    with lite.session(reading=False) as session:
        session.scalars(select(Concern)).one().about_id = both.id
        own = str(session.get_one(Response, mine).invitation_id)
        session.commit()
    client = lite.sign_in(both)
    listed = client.get("/manager/2026-10/answered").text
    for one in (own, about, lite.invitation().id, "0" * 32):
        assert one not in listed
        client.get(f"/manager/answered/{one}", expect=404)
        client.submit("/manager/ask", PN6, to=f"/manager/answered/{one}", expect=404)


def test_a_survey_without_a_review_has_its_age_mark_alone(lite: World) -> None:
    with lite.session() as session:
        made = lite.response(
            lite.manager("Other Maple"), survey="u-matter", band="12-17"
        )
        one = str(session.get_one(Response, made).invitation_id)
    manager = lite.sign_in(lite.manager())
    page = manager.get(f"/manager/answered/{one}").text
    assert "over16" in page
    assert "pn_code" not in page
    manager.submit(
        f"/manager/answered/{one}", {"over16": "y", "reason": WHY, "version": "1"}
    )
    with lite.session() as session:
        newest = session.scalars(
            select(Response).order_by(Response.version.desc())
        ).first()
        assert newest
        assert (newest.over16, newest.pn_code) == (True, None)


def test_an_erasure_takes_every_version(world: World) -> None:
    one = answered(world)
    put_right(world.sign_in(world.manager()), one)
    read_all(world)
    reader = world.lead()
    with world.session(reading=False) as session:
        for entry in session.scalars(select(QueueEntry)).all():
            mark_read(
                session,
                world.parts.keys.audit,
                entry,
                reader="lead",
                outcome="nothing_to_do",
                person_id=reader.id,
            )
        session.commit()
    lead = world.sign_in(world.lead())
    record = lead.get(f"/safeguarding/links/{one}").text
    assert one in record
    with world.app.app_context(), world.parts.database.short_write() as session:
        erase_invitation(
            session,
            world.parts.keys,
            world.parts.settings.erased_file,
            one,
            reason="asked for",
            person_id=world.lead().id,
        )
    with world.session() as session:
        for table in (Response, AnswerRow, AnswerOption, QueueEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    world.sign_in(world.manager()).get(f"/manager/answered/{one}", expect=404)


@POSTGRESQL_MOSTLY
def test_two_corrections_at_once_leave_one_and_the_other_is_asked(world: World) -> None:
    one = answered(world)
    people = [world.manager("Manager Maple"), world.manager("Manager May")]
    clients = [world.sign_in(person) for person in people]
    sent = [
        PN6 | {"pn_code": code, "csrf_token": client.guard("/me")}
        for code, client in zip(("PN6", "PN7"), clients, strict=True)
    ]

    def press(number: int) -> int:
        path = f"/manager/answered/{one}"
        return clients[number].http.post(path, data=sent[number]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (0, 1))) == [303, 409]
    with world.session() as session:
        assert session.scalar(select(func.max(Response.version))) == 2
