"""The lead finds a child's link for a request to see or to erase, by exact reference, link or words, on the record."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import html5lib
import pytest
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.records import nightly as retention
from tests.support.database_files import on_disk
from tests.support.finished_case import everything, sealed, see_to_all
from tests.support.tables import every_byte

FIND = "/safeguarding/links/"
WORDS = "pa\u202ec\u0327a ‮ <script>alert(1)</script> {{7*7}} %(x)s 👩‍👩‍👧‍👦 مرحبا"


def find(
    client: CheckedClient,
    by: str,
    what: str,
    *,
    why: str = "the child asked",
    expect: int = 303,
) -> TestResponse:
    return client.submit(FIND, {"by": by, "what": what, "reason": why}, expect=expect)


def entries(world: World, what: str) -> list[AuditEntry]:
    with world.session() as session:
        return list(
            session.scalars(
                select(AuditEntry)
                .where(AuditEntry.what == what)
                .order_by(AuditEntry.number)
            )
        )


def address(invitation: Invitation) -> str:
    return f"{FIND}{invitation.id}"


def test_a_link_is_found_by_its_exact_reference_whatever_the_case(world: World) -> None:
    mine = world.invitation(reference="Case-77/ä")
    world.invitation(reference="CASE-778")
    client = world.sign_in(world.lead())
    answer = find(client, "reference", "  cASE-77/Ä ")
    assert answer.headers["Location"] == address(mine)
    (entry,) = entries(world, "envelope_searched")
    assert (entry.about, entry.reason, entry.person_id) == (
        mine.id,
        "the child asked",
        world.lead().id,
    )
    assert "case-77" not in client.get(address(mine)).text.casefold()
    for part in ("Case-7", "Case-77/ä ", "77"):
        find(
            client,
            "reference",
            part,
            expect=303 if part.strip() == "Case-77/ä" else 404,
        )


def test_a_link_is_found_by_its_address_and_words_after_the_envelope_is_gone(
    world: World,
) -> None:
    mine = world.invitation(reference="CASE-7")
    with world.parts.database.short_write() as session:
        session.execute(delete(Envelope))
    client = world.sign_in(world.person("Deputy Dogwood", "deputy"))
    token = world.token(mine)
    for by, what in (
        ("link", f"https://x.invalid/r/{token}"),
        ("link", token),
        ("words", world.words(mine).upper()),
    ):
        assert find(client, by, what).headers["Location"] == address(mine)
    assert "destroyed" in find(client, "reference", "CASE-7", expect=404).text


def test_a_child_who_was_asked_twice_has_two_links(world: World) -> None:
    two = [world.invitation(reference="CASE-7") for _ in range(2)]
    page = find(world.sign_in(world.lead()), "reference", "CASE-7", expect=200).text
    assert "2 links were found" in page
    assert all(address(one) in page for one in two)
    assert {entry.about for entry in entries(world, "envelope_searched")} == {
        one.id for one in two
    }


def test_a_search_that_finds_nothing_is_on_the_record_too_and_says_what_to_do(
    world: World,
) -> None:
    client = world.sign_in(world.lead())
    page = find(client, "reference", "SECRET-CASE", expect=404).text
    assert "It may have been destroyed since" in page
    assert "SECRET-CASE" not in page
    (entry,) = entries(world, "envelope_searched")
    assert (entry.about, entry.reason) == ("none", "the child asked")
    assert b"SECRET-CASE" not in every_byte(world.parts.database.engine)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "CASE-7", "reason": "x"}, "Choose what you have."),
        ({"by": "reference", "what": " ", "reason": "x"}, "Type the reference"),
        (
            {"by": "reference", "what": "CASE-7", "reason": " "},
            "Say why you look for it.",
        ),
        (
            {"by": "reference", "what": "CASE-7", "reason": "request about case-7"},
            "Say why without what you look for",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_searched(
    lite: World, fields: dict[str, str], said: str
) -> None:
    lite.invitation(reference="CASE-7")
    page = lite.sign_in(lite.lead()).submit(FIND, fields, expect=400).text
    assert said in page
    assert entries(lite, "envelope_searched") == []


def test_a_reason_with_control_characters_is_kept_without_them(world: World) -> None:
    mine = world.invitation(reference="CASE-7")
    client = world.sign_in(world.lead())
    find(client, "reference", "CASE-7", why=" a\x07b ")
    assert file_of(client, mine, "c\x07d").status_code == 200
    client.submit(
        address(mine), {"reason": "e\x07f", "sure": "yes"}, to=f"{address(mine)}/erase"
    )
    whats = ("envelope_searched", "access_exported", "erased")
    assert [entries(world, what)[0].reason for what in whats] == ["ab", "cd", "ef"]


def test_p59_what_a_concern_about_the_reader_came_from_is_not_found(
    world: World,
) -> None:
    mine, lead = everything(world), world.lead()
    client = world.sign_in(lead)
    find(client, "reference", "CASE-7")
    with world.parts.database.short_write() as session:
        session.scalars(select(Concern)).first().about_id = lead.id  # type: ignore[union-attr]
    for by, what in (
        ("reference", "CASE-7"),
        ("link", world.token(mine)),
        ("words", world.words(mine)),
    ):
        find(client, by, what, expect=404)
    assert [entry.about for entry in entries(world, "envelope_searched")] == [
        mine.id,
        "none",
        "none",
        "none",
    ]
    client.get(address(mine), expect=404)
    for what in ("what-we-hold", "erase"):
        client.submit(
            FIND,
            {"reason": "x", "sure": "yes"},
            to=f"{address(mine)}/{what}",
            expect=404,
        )
    other = world.sign_in(world.person("Deputy Dogwood", "deputy"))
    other.get(address(mine))


def test_p59_a_lead_who_is_the_childs_iro_does_not_find_a_wish_for_somebody_else(
    world: World,
) -> None:
    both = world.person("Both Birch", "iro", "lead")
    world.response(both, wishes={"talk_to": "other"}, reference="CASE-7")
    find(world.sign_in(both), "reference", "CASE-7", expect=404)
    find(world.sign_in(world.lead()), "reference", "CASE-7")


def test_who_guesses_references_must_wait(lite: World) -> None:
    client = lite.sign_in(lite.lead())
    for number in range(lite.parts.settings.word_misses):
        find(client, "reference", f"CASE-{number}", expect=404)
    find(client, "reference", "CASE-X", expect=429)
    lite.invitation(reference="CASE-Y")
    find(lite.sign_in(lite.person("Deputy Dogwood", "deputy")), "reference", "CASE-Y")


# what we hold


def file_of(
    client: CheckedClient, invitation: Invitation, why: str = "the child asked"
) -> TestResponse:
    guard = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address(invitation)).text
    )
    assert guard
    data = {"csrf_token": guard[1], "reason": why}
    return client.http.post(f"{address(invitation)}/what-we-hold", data=data)


def test_the_page_counts_and_shows_no_words(world: World) -> None:
    mine = everything(world)
    page = world.sign_in(world.lead()).get(address(mine)).text
    assert "more time" not in page
    assert "after school" not in page
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="n">(\d+)', page))
    assert rows["Texts and sends to read"] == "3"
    assert rows["Concerns"] == "1"
    assert "It cannot be erased yet" in page


def test_everything_that_is_held_stands_in_one_file_in_the_words_the_child_saw(
    world: World,
) -> None:
    invitation = world.invitation(reference="CASE-7")
    form = world.form(
        invitation,
        {"know_iro": ["yes"]},
        {"better": WORDS},
        talk_to="advocate",
        talk_how=["school"],
        talk_how_text="ring the bell twice",
        helping="other",
        helping_text="Great-aunt Rosa",
        declined=["listened"],
    )
    assert world.receive(form).verdict == "thanks"
    assert world.receive(form | {"q-best": ["a second thought"]}).verdict == "set_aside"
    see_to_all(world, note="talked with Aunt Rose")
    lead = world.lead()
    client = world.sign_in(lead)
    answer = file_of(client, invitation)
    assert answer.status_code == 200
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="what-we-hold.html"'
    )
    page = "".join(
        html5lib.parse(answer.text, namespaceHTMLElements=False).find("body").itertext()
    )
    for said in (
        "CASE-7",
        "Do you know who your IRO is?",
        "ring the bell twice",
        "a second thought",
        "talked with Aunt Rose",
        "See me at school",
        "Did someone help you?",
        "Great-aunt Rosa",
        "the safeguarding lead",
        "A later submission of the same link",
        "What is held was put into a file",
        "a theme worth keeping",
        "A concern is waiting",
        "11 November 2026",
        "14 October 2028",
    ):
        assert said in page, said
    assert world.lead().name not in answer.text
    assert world.iro().name not in answer.text
    (entry,) = entries(world, "access_exported")
    assert (entry.about, entry.reason, entry.person_id) == (
        invitation.id,
        "the child asked",
        lead.id,
    )


def test_p28_a_childs_words_run_nothing_in_the_file_and_stand_as_typed(
    lite: World,
) -> None:
    invitation = lite.invitation()
    lite.receive(lite.form(invitation, {}, {"better": WORDS}))
    text = file_of(lite.sign_in(lite.lead()), invitation).text
    assert "<script" not in text
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    page = parser.parse(text)
    assert parser.errors == []
    quotes = [
        quote
        for quote in page.iter("blockquote")
        if "alert" in "".join(quote.itertext())
    ]
    assert ["".join(quote.itertext()) for quote in quotes] == [
        WORDS.replace("c\u0327", "ç")
    ]
    assert quotes[0].get("dir") == "auto"
    style, digest = (page.find(f"head/{path}") for path in ("style", "meta[2]"))
    expected = base64.b64encode(
        hashlib.sha256("".join(style.itertext()).encode()).digest()
    ).decode()
    assert digest.get("content") == f"default-src 'none'; style-src 'sha256-{expected}'"


def test_p39_the_file_says_nothing_of_where_or_on_what_it_was_written(
    lite: World,
) -> None:
    invitation = lite.invitation()
    lite.client().post("/r", lite.form(invitation), headers={"User-Agent": "Seldom/1"})
    text = file_of(lite.sign_in(lite.lead()), invitation).text
    assert "Seldom" not in text
    assert "127.0.0.1" not in text


def test_a_file_needs_a_reason_and_after_five_minutes_the_second_factor_again(
    lite: World,
) -> None:
    from datetime import timedelta

    from feedback_app import clock

    invitation = lite.invitation()
    client = lite.sign_in(lite.lead())
    assert file_of(client, invitation, " ").status_code == 400
    assert entries(lite, "access_exported") == []
    with clock.set_clock(clock.now() + timedelta(minutes=6), everywhere=True):
        answer = file_of(client, invitation)
    assert answer.status_code == 403
    assert "the child asked" in answer.text


# erasing


def test_p38_the_lead_erases_what_is_held_with_a_reason_and_a_tick(
    world: World, request: pytest.FixtureRequest
) -> None:
    mine = everything(world)
    client = world.sign_in(world.lead())
    guarded = {"to": f"{address(mine)}/erase"}
    answer = client.submit(
        address(mine), {"reason": "asked", "sure": "yes"}, expect=409, **guarded
    )
    assert "something must be seen to first" in answer.text
    see_to_all(world)
    assert (
        "Tick that"
        in client.submit(
            address(mine), {"reason": "asked by the child"}, expect=400, **guarded
        ).text
    )
    assert (
        "Say who asked"
        in client.submit(address(mine), {"sure": "yes"}, expect=400, **guarded).text
    )
    with world.session() as session:
        assert session.scalars(select(Response)).all()
    words = sealed(world)
    client.submit(address(mine), {"reason": "asked", "sure": "yes"}, **guarded)
    if world.parts.database.engine.dialect.name == "postgresql":
        retention.run_retention(
            world.parts.database, world.parts.keys, world.parts.settings
        )  # as in the next night
    assert on_disk(world, request, *words) == []
    page = client.get(address(mine)).text
    assert "There is nothing to erase" in page
    assert "Erased. What is left" in page
    (entry,) = entries(world, "erased")
    assert (entry.about, entry.reason) == (mine.id, "asked")
    find(client, "reference", "CASE-7", expect=404)
    find(client, "words", world.words(mine))


def test_p38_a_ledger_that_cannot_be_written_refuses_the_erasure(lite: World) -> None:
    lite.parts.settings.erased_file.mkdir()
    mine = lite.invitation()
    client = lite.sign_in(lite.lead())
    answer = client.submit(
        address(mine),
        {"reason": "asked", "sure": "yes"},
        to=f"{address(mine)}/erase",
        expect=503,
    )
    assert "Nothing was erased" in answer.text
    with lite.session() as session:
        assert session.scalars(select(Envelope)).all()
        assert session.get_one(Invitation, mine.id).outcome == "waiting"


def test_p24_p36_the_preview_holds_counts_only_and_is_not_the_administrators(
    lite: World,
) -> None:
    mine = everything(lite)
    for person in (lite.lead(), lite.manager()):
        page = lite.sign_in(person).get("/safeguarding/retention").text
        assert "28 days after" in page
        assert "2 years after" in page
        assert mine.id not in page
    lite.sign_in(lite.administrator()).get("/safeguarding/retention", expect=404)
    with lite.session() as session:
        assert session.scalars(select(Person)).all()


def test_p46_a_search_leaves_the_reference_in_no_log_and_no_address(
    database_url: str,
    tmp_path: Path,
    still_clock: None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    world = World.make(database_url, tmp_path, log_level="INFO")
    mine = world.invitation(reference="CASE-SENTINEL")
    client = world.sign_in(world.lead())
    answer = find(client, "reference", "case-sentinel")
    client.get(answer.headers["Location"])
    find(client, "reference", "case-sentinel-2", expect=404)
    file_of(client, mine)
    said = capfd.readouterr().err
    world.close()
    assert len(said.splitlines()) >= 6
    for secret in ("sentinel", "SENTINEL", world.words(mine)):
        assert secret not in said
        assert secret not in answer.headers["Location"]
