"""What a child said in confidence stays there: scoped reading, the child's own choice, no reader by office alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.support import quick
from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.iro.asking.remembered import PARTS
from feedback_app.messages.recipients import PERSONAL
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.running import OutboxMessage
from feedback_app.models.scope import responses_for
from feedback_app.sending import carry
from feedback_app.web.access import policy_of
from tests.support.addresses import REPORT_DUE, address, calendar_token
from tests.support.notify_server import NotifyServer, notify_server
from tests.support.reviews import import_review

GOOD = (
    {"know_iro": ["yes"], "at_meeting": ["yes"], "listened": ["very"]},
    {"better": "nothing, it was fine"},
)
BAD = (
    {"know_iro": ["no"], "at_meeting": ["no"], "why_not": ["worried"]},
    {"better": "he never rang me", "best": "x"},
)

GUARDS = re.compile(r'name="(csrf_token|form_key)"[^>]*>')


def without_guards(body: str) -> str:
    """A page without what is random in each of its forms."""
    return re.sub(r'name="(csrf_token|form_key|draw)"[^>]*>', "", body)


NARROWED = (
    "/iro/shared?band=8-11",
    "/iro/shared?survey=rate-my-review",
    "/iro/month?month=2026-10",
    *(f"/iro/ask?part={part}" for part in PARTS),
)
"""Pages by a query, beside the addresses themselves."""


def all_that_the_iro_sees(
    world: World, client: CheckedClient, ids: dict[str, str]
) -> dict[str, tuple[object, ...]]:
    """Every address that an IRO can fetch, with the child's invitation in it and without: status, heads and body.

    The guards differ each time and are left out.
    """
    seen: dict[str, tuple[object, ...]] = {}
    paths = [
        address(rule.rule, ids)
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and policy_of(world.app, rule.endpoint) & {"iro", "public"}  # type: ignore[operator]
    ]
    for path in (*paths, *NARROWED):
        answer = client.http.get(path)
        is_text = answer.mimetype.startswith("text/")
        body = without_guards(answer.text) if is_text else answer.data
        heads = {
            name: said
            for name, said in answer.headers
            if name not in ("Set-Cookie", "Content-Length")
        }
        seen[path] = (answer.status_code, heads, body)
    return seen


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with notify_server() as server:
        yield server


def test_p22_what_a_child_hid_changes_nothing_that_their_iro_can_fetch(
    tmp_path: Path, still_clock: None, notify: NotifyServer
) -> None:
    """Two worlds that are one until a child answers; then one child hides praise, the other a complaint and a fear."""
    before = tmp_path / "before"
    before.mkdir()
    quick.migrated(f"sqlite:///{before / 'test.db'}")
    world = World.make(f"sqlite:///{before / 'test.db'}", before, **notify.settings)
    officer, lead = world.iro(), world.lead()
    invitation, waiting = sent_links(world, officer)
    shared = world.response(
        officer, answers=GOOD[0], texts={"best": "the cake"}, iro_sees="yes"
    )
    not_reached = world.invitation(officer, reference="CASE-3")
    world.sign_in(officer).submit(
        "/iro/month", to=f"/iro/links/{not_reached.id}/not-reached"
    )
    ids = dict.fromkeys(("entry_id", "concern_id", "request_id"), shared)
    ids |= {
        "invitation_id": invitation.id,
        "person_id": officer.id,
        "month": "2026-10",
        "kind": "csv",
    }
    ids |= {"name": "child.css", "token": world.token(invitation)}
    ids["calendar_token"] = calendar_token(world, officer)
    for number in (4, 5, 6, 3, 2, 1):
        ids["review_id"] = import_review(
            world, officer, reference=f"CASE-{number}", pn_code="PN6"
        )
    ids |= {
        name: "x"
        for rule in world.app.url_map.iter_rules()
        for name in rule.arguments
        if name not in ids
    }
    people = dict(world.people)
    world.close()
    seen = []
    for place, ((answers, texts), talk_to) in enumerate(
        ((GOOD, "no"), (BAD, "not_safe"))
    ):
        folder = tmp_path / str(place)
        shutil.copytree(before, folder)
        one = World.make(f"sqlite:///{folder / 'test.db'}", folder, **notify.settings)
        one.people = dict(people)
        assert (
            one.receive(
                one.form(invitation, answers, texts, iro_sees="no", talk_to=talk_to)
            ).verdict
            == "thanks"
        )
        with one.app.app_context():
            worker.run_round(one.parts)
        _lead_reads_everything(one, lead)
        client = one.sign_in(officer)
        found = all_that_the_iro_sees(one, client, ids)
        assert "BEGIN:VEVENT" in str(found[f"/calendar/{ids['calendar_token']}.ics"])
        found |= all_that_the_iro_sees(
            one,
            client,
            ids | {"invitation_id": waiting.id, "token": one.token(waiting)},
        )
        assert "data-lock" in str(found[f"/iro/verbal/{waiting.id}"])
        assert "data-lock" in str(found[f"/iro/verbal/{invitation.id}"]), "it is over"
        shows_one_sending(found, waiting, invitation)
        drawn = {"part": "did_not", "references": "CASE-1\nCASE-2\nCASE-3\nCASE-4"}
        left_out = client.submit("/iro/pick", drawn, expect=400).text
        assert "3 children are left out" in left_out
        found["/iro/pick sent"] = (without_guards(left_out),)
        listed = str(found["/iro/month"])
        assert listed.count(">asked</span>") == 3, "answered, waits, not reached"
        assert f"/iro/reviews/{ids['review_id']}/ask" in found
        found["/iro/pick/reviews sent"] = (drawn_by_tap(client),)
        found["mail"] = (mail_to(one, officer),)
        with clock.set_clock(REPORT_DUE, everywhere=True):
            later = all_that_the_iro_sees(one, one.sign_in(officer), ids)
            assert "the cake" in str(later["/iro/shared"])
        seen.append(found | {f"later {path}": page for path, page in later.items()})
        one.close()
    assert len(seen[0]) >= 20
    assert seen[0] == seen[1]


def sent_links(world: World, officer: Person) -> list[Invitation]:
    """Two links, which the officer sends to a carer, and Notify takes them."""
    links = [
        world.invitation(officer, reference=reference)
        for reference in ("CASE-1", "CASE-2")
    ]
    typed = {
        "sent_by": "sms",
        "sent_to": "carer",
        "sent_to_address": "07700 900123",
    }
    for one in links:
        world.sign_in(officer).submit(f"/iro/links/{one.id}/send", typed)
    with world.app.app_context():
        carry.carry_sendings(
            world.parts.database, world.parts.keys, world.parts.settings
        )
    return links


def shows_one_sending(
    found: dict[str, tuple[object, ...]], waiting: Invitation, answered: Invitation
) -> None:
    """What became of it shows of the link that waits, and nothing of the one that was answered."""
    assert "on its way" in str(found[f"/iro/links/{waiting.id}"])
    assert str(found["/iro/month"]).count("on its way") == 1
    assert found[f"/iro/links/{waiting.id}/send"][0] == 200
    assert found[f"/iro/links/{answered.id}/send"][0] == 303


def drawn_by_tap(client: CheckedClient) -> str:
    """The page of a draw from the officer's reviews, without who was drawn: that is chance, in both worlds alike."""
    page = client.submit(
        "/iro/pick", {"part": "did_not"}, to="/iro/pick/reviews", expect=200
    ).text
    assert "drawn by the app from 3 children" in page
    assert "3 children are left out" in page
    return re.sub(r'CASE-\d|(?<=name="review" value=")\w+', "", without_guards(page))


def mail_to(world: World, officer: Person) -> str:
    """All mail that is written to the IRO on the day of the first reminder."""
    day = datetime(2026, 10, 15, 12, tzinfo=UTC)
    with (
        clock.set_clock(day, everywhere=True),
        world.app.app_context(),
        world.session(reading=False) as session,
    ):
        worker.run_database_steps(world.parts)
        letters = [
            worker.personal_message(world.parts, session, message)
            for message in session.scalars(select(OutboxMessage))
            if message.kind in PERSONAL
        ]
    mine = [letter for letter in letters if letter and letter[0] == officer.email]
    assert len(mine) == 1
    return str(mine)


def _lead_reads_everything(world: World, lead: Person) -> None:
    """Each text is opened and marked, each concern seen: nothing of it may show to the IRO."""
    client = world.sign_in(lead)
    queue = client.get("/safeguarding/").text
    for path in re.findall(r'href="(/safeguarding/texts/\w+)"', queue):
        client.submit(
            path,
            {"outcome": "concern" if "concerns/" in queue else "nothing_to_do"},
            to=f"{path}/read",
        )
    for path in set(re.findall(r'href="(/safeguarding/concerns/\w+)"', queue)):
        client.submit(path, {"note": "seen to"}, to=f"{path}/seen")


def test_p22_counts_of_work_are_the_same_whether_the_child_said_yes_or_no(
    lite: World,
) -> None:
    officer, other = lite.iro("Officer Oak"), lite.iro("Officer Pine")
    lite.response(officer, answers=GOOD[0], texts=GOOD[1], iro_sees="yes")
    lite.response(other, answers=GOOD[0], texts=GOOD[1], iro_sees="no")
    months = [lite.sign_in(who).get("/iro/month").text for who in (officer, other)]
    assert months[0].count("Done") == months[1].count("Done") == 1


def test_answers_that_a_child_shares_are_shown_without_month_reference_or_name(
    world: World,
) -> None:
    officer = world.iro()
    world.response(
        officer,
        answers=GOOD[0],
        texts={"better": "<b>less</b> people"},
        iro_sees="yes",
        reference="CASE-9",
    )
    with clock.set_clock(REPORT_DUE, everywhere=True):
        page = world.sign_in(officer).get("/iro/shared").text
    assert "&lt;b&gt;less&lt;/b&gt; people" in page
    assert "A lot" in page
    for hidden in ("CASE-9", "October", "2026"):
        assert hidden not in page


def test_left_empty_means_no(world: World) -> None:
    officer = world.iro()
    invitation = world.invitation(officer)
    world.receive(world.form(invitation, *GOOD))
    with clock.set_clock(REPORT_DUE, everywhere=True):
        page = world.sign_in(officer).get("/iro/shared").text
    assert "nothing, it was fine" not in page


@pytest.mark.parametrize(
    ("role", "sees"),
    [("iro", 0), ("manager", 1), ("lead", 1), ("deputy", 1), ("administrator", 0)],
)
def test_p21_p24_one_scoped_question_decides_whose_feedback_a_person_reaches(
    world: World, role: str, sees: int
) -> None:
    world.response(world.iro("Officer Oak"), answers=GOOD[0], iro_sees="yes")
    reader = world.person("Reader Rowan", role)
    with world.session() as session:
        assert (
            len(session.scalars(responses_for(reader.id, reader.roles)).all()) == sees
        )


def test_p21_an_iro_reaches_only_what_their_own_children_let_them_see(
    world: World,
) -> None:
    officer = world.iro("Officer Oak")
    kept = world.response(officer, answers=GOOD[0], iro_sees="yes")
    world.response(officer, answers=GOOD[0], iro_sees="no")
    world.response(world.iro("Officer Pine"), answers=GOOD[0], iro_sees="yes")
    with world.session() as session:
        found = session.scalars(responses_for(officer.id, officer.roles)).all()
    assert [response.id for response in found] == [kept]


def test_p23_a_send_cannot_set_what_is_not_the_childs_to_say(world: World) -> None:
    officer, other = world.iro("Officer Oak"), world.iro("Officer Pine")
    invitation = world.invitation(officer)
    form = world.form(
        invitation,
        *GOOD,
        iro_id=other.id,
        channel="verbal",
        version="9",
        month="2020-01",
        pn_code="PN7",
    )
    world.receive(form)
    with world.session() as session:
        response = session.get_one(Response, world.response_id(invitation))
    assert (response.iro_id, response.channel, response.version) == (
        officer.id,
        "self",
        1,
    )
    assert (response.month, response.pn_code) == ("2026-10", "PN1")


def test_p59_a_child_who_is_not_safe_reaches_the_lead_whatever_they_chose_for_their_iro(
    world: World,
) -> None:
    officer = world.iro()
    invitation = world.invitation(officer)
    world.receive(
        world.form(
            invitation,
            talk_to="not_safe",
            talk_how_text="in the gym please",
            iro_sees="no",
        )
    )
    page = world.sign_in(world.lead()).get("/safeguarding/").text
    assert "I am not safe, or someone I know is not" in page
    assert "gym" not in world.sign_in(officer).get("/iro/month").text


def test_the_lead_opens_the_envelope_with_a_reason_and_it_is_in_the_audit_trail(
    world: World,
) -> None:
    world.receive(world.form(world.invitation(reference="CASE-5"), talk_to="not_safe"))
    lead = world.sign_in(world.lead())
    path = re.search(r"/safeguarding/concerns/\w+", lead.get("/safeguarding/").text)[0]  # type: ignore[index]
    assert "CASE-5" not in lead.get(path).text
    assert (
        "Say why"
        in lead.submit(path, {"reason": " "}, to=f"{path}/envelope", expect=400).text
    )
    page = lead.submit(
        path, {"reason": "to see the child today"}, to=f"{path}/envelope", expect=200
    ).text
    assert "CASE-5" in page
    with world.session() as session:
        from feedback_app.models.running import AuditEntry, OutboxMessage

        opened = session.query(AuditEntry).filter_by(what="envelope_opened").one()
        told = session.query(OutboxMessage).filter_by(kind="envelope_opened").count()
    assert opened.reason == "to see the child today"
    assert told == 1
