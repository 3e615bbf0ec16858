"""Who was there when a child said it aloud, and whether it was read back: kept and read with the answers."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Interview, Response
from feedback_app.models.text import QueueEntry
from feedback_app.records import erasure
from feedback_app.responses.interviews import InterviewNotes, find_notes
from feedback_app.responses.new_version import correct_response
from tests.support.finished_case import see_to_all

SAID = {"day": "2026-10-14", "q-know_iro": "yes", "q-better": "less people"}
AN_ADVOCATE = "an advocate"
READ_BACK = "yes, and it is right"


def written_down(world: World, **more: str | list[str]) -> tuple[Invitation, Response]:
    """An interview with an advocate there, sent by the child's IRO."""
    officer = world.iro()
    one = world.invitation(officer, reference="CASE-7")
    fields = SAID | {"who": ["", "advocate"], "read_back": "yes"} | more
    world.sign_in(officer).submit(f"/iro/verbal/{one.id}", fields, expect=200)
    with world.session() as session:
        return one, session.scalars(select(Response)).one()


def notes_of(world: World, response: Response) -> InterviewNotes | None:
    with world.session() as session:
        return find_notes(session, response)


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({}, InterviewNotes(("advocate",), read_back=True)),
        (
            {"who": ["", "teacher", "carer"], "read_back": []},
            InterviewNotes(("carer", "teacher")),
        ),
        (
            {"who": ["", "child_alone"]},
            InterviewNotes(("child_alone",), read_back=True),
        ),
        (
            {"who": ["", "child_alone", "carer", "nobody known"], "read_back": []},
            InterviewNotes(("carer",)),
        ),
    ],
)
def test_who_was_there_and_that_it_was_read_back_is_kept_with_the_answers(
    world: World, more: dict[str, list[str]], kept: InterviewNotes
) -> None:
    _one, response = written_down(world, **more)
    assert notes_of(world, response) == kept


def test_the_page_begins_with_whose_answers_they_are_and_asks_for_their_own_words(
    lite: World,
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer, pn="PN6", reference="CASE-7")
    page = lite.sign_in(officer).get(f"/iro/verbal/{one.id}").text
    whose = re.sub(r"<[^>]+>|\s+", " ", page.partition('class="whose">')[2])
    assert "CASE-7 · age 8–11 · did not take part" in " ".join(whose.split())
    assert page.index('class="whose"') < page.index('id="s-day"')
    assert page.count("Their own words, as they say them") == page.count(
        '<textarea id="q-'
    )
    assert "I read it back, and it is right" in page
    assert 'data-verbal data-key="?w=' in page


def test_where_nobody_is_ticked_it_is_said_and_all_that_was_typed_stays(
    lite: World,
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer)
    client, path = lite.sign_in(officer), f"/iro/verbal/{one.id}"
    fields = SAID | {"who": "", "read_back": "yes", "day": "2026-10-12"}
    page = client.submit(path, fields, expect=400).text
    assert "Tick who was there" in page.partition("<form")[0]
    assert "<title>Error:" in page
    assert "less people" in page
    assert 'value="2026-10-12"' in page
    assert 'name="read_back" value="yes" checked' in page
    kept = client.submit(path, SAID | {"who": ["", "carer"], "day": ""}, expect=400)
    assert 'value="carer" aria-describedby="who-problem" checked' in kept.text
    with lite.session() as session:
        assert session.scalars(select(Response)).all() == []


def test_a_page_from_before_it_was_asked_is_taken_and_says_that_it_was_not_noted(
    lite: World,
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer)
    lite.sign_in(officer).submit(f"/iro/verbal/{one.id}", SAID, expect=200)
    with lite.session() as session:
        response = session.scalars(select(Response)).one()
        entry = session.scalars(select(QueueEntry)).one()
    assert notes_of(lite, response) == InterviewNotes()
    page = lite.sign_in(lite.lead()).get(f"/safeguarding/texts/{entry.id}").text
    assert "Who was there: not noted. Read back to the child: not noted." in page


def test_the_same_answers_again_with_another_note_are_the_same_thank_you(
    lite: World,
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer)
    client = lite.sign_in(officer)
    guard = client.guard()
    for who in ("carer", "teacher"):
        fields = SAID | {"who": who, "csrf_token": guard}
        client.post(f"/iro/verbal/{one.id}", fields, expect=200)
    with lite.session() as session:
        assert session.scalars(select(Interview.present)).all() == ["carer"]


def test_a_phone_and_a_paper_form_note_nothing_of_the_kind(lite: World) -> None:
    lite.response(wishes={"who": "carer", "read_back": "yes"})
    lite.response(channel="paper", wishes={"who": "carer", "read_back": "yes"})
    with lite.session() as session:
        assert session.scalars(select(Interview)).all() == []


def test_the_lead_reads_it_beside_the_words_and_in_the_file_of_what_is_held(
    world: World,
) -> None:
    one, _response = written_down(world, talk_to="other", not_safe="not_safe")
    lead = world.sign_in(world.lead())
    queue = lead.get("/safeguarding/").text
    for pattern in (r"/safeguarding/texts/\w+", r"/safeguarding/concerns/\w+"):
        found = re.search(pattern, queue)
        assert found
        page = lead.get(found[0]).text
        assert AN_ADVOCATE in page
        assert READ_BACK in page
    held = f"/safeguarding/links/{one.id}"
    file = lead.http.post(
        f"{held}/what-we-hold",
        data={"csrf_token": lead.guard(held), "reason": "the child asked"},
    ).text
    assert AN_ADVOCATE in file
    assert READ_BACK in file


def test_p22_no_page_of_an_iro_shows_it_and_nobody_else_does_who_reads_no_answers(
    lite: World,
) -> None:
    written_down(lite, not_safe="not_safe")
    readers: list[CheckedClient] = [
        lite.sign_in(lite.iro()),
        lite.sign_in(lite.person("Admin Alder", "administrator")),
    ]
    for client, pages in zip(
        readers, (("/iro/month", "/iro/shared", "/iro/ask"), ("/admin/",)), strict=True
    ):
        for page in pages:
            text = client.http.get(page).text
            assert AN_ADVOCATE not in text
            assert READ_BACK not in text


def test_a_correction_leaves_it_and_erasure_takes_it(world: World) -> None:
    one, response = written_down(world)
    with world.parts.database.short_write() as session:
        done = correct_response(
            session,
            world.parts.keys,
            one.id,
            {"pn_code": "PN2"},
            seen=1,
            reason="a slip",
            person_id=world.manager().id,
        )
    assert done == "corrected"
    with world.session() as session:
        newest = session.scalars(select(Response).where(Response.version == 2)).one()
    assert notes_of(world, newest) == notes_of(world, response)
    see_to_all(world)
    lead = world.lead()
    with world.parts.database.short_write() as session:
        erasure.erase_invitation(
            session,
            world.parts.keys,
            world.parts.settings.erased_file,
            one.id,
            reason="the child asked",
            person_id=lead.id,
        )
    with world.session() as session:
        assert session.scalars(select(Interview)).all() == []


def test_what_is_over_can_be_opened_once_more_with_the_key_of_what_the_device_keeps(
    lite: World,
) -> None:
    """The key is this person's for this link alone."""
    one = lite.invitation(lite.iro())
    assert lite.receive(lite.form(one)).verdict == "thanks"
    page = lite.sign_in(lite.iro()).get(f"/iro/verbal/{one.id}", expect=404).text
    assert "This link is over" in page
    key = re.search(r'data-lock="([0-9a-f]{64})"', page)
    assert key
    other = lite.invitation(lite.iro(), reference="CASE-8")
    another = lite.sign_in(lite.iro()).get(f"/iro/verbal/{other.id}").text
    assert key[1] not in another
    stranger = lite.sign_in(lite.iro("Officer Pine"))
    stranger.get(f"/iro/verbal/{one.id}", expect=404)
    assert "data-lock" not in stranger.http.get(f"/iro/verbal/{one.id}").text


def test_what_had_arrived_unheard_is_said_to_be_written_down(lite: World) -> None:
    """The phone lost the acknowledgement: its page opens again, and what it kept goes."""
    one, _response = written_down(lite)
    page = lite.sign_in(lite.iro()).get(f"/iro/verbal/{one.id}").text
    assert "Saved, marked as written down by you" in page
    assert 'data-sent="' in page
