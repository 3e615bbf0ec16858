"""What a child typed about how to talk, and then said that nobody should: no wish, yet somebody reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SetAside
from feedback_app.reading.ranking_run import rank_waiting
from feedback_app.responses.set_aside import open_set_aside
from tests.support.addresses import REPORT_DUE
from tests.support.tables import counts

WORDS = "Only when my dog can come too"


def made(world: World) -> dict[str, int]:
    """How many rows stand in the tables that could hold it."""
    found = counts(world.parts.database.engine)
    names = ("response", "set_aside", "queue_entry", "contact_request", "concern")
    return {name: found[name] for name in names}


def test_words_beside_a_no_are_read_by_a_person_and_make_no_wish_and_no_concern(
    world: World,
) -> None:
    form = world.form(world.invitation(), talk_to="no", talk_how_text=WORDS)
    for _ in range(2):  # the same again is the same thank-you
        assert world.receive(form).verdict == "thanks"
        assert made(world) == {
            "response": 1,
            "set_aside": 1,
            "queue_entry": 1,
            "contact_request": 0,
            "concern": 0,
        }
    with world.session() as session:
        kept = open_set_aside(world.parts.keys, session.scalars(select(SetAside)).one())
        entry = session.scalars(select(QueueEntry.id)).one()
    assert kept == {"talk_to": ["no"], "talk_how_text": [WORDS]}
    lead = world.sign_in(world.lead())
    assert "Sent later or beside the answers" in lead.get("/safeguarding/").text
    page = lead.get(f"/safeguarding/texts/{entry}").text
    assert WORDS in page
    assert "talk_how_text" not in page
    with clock.set_clock(REPORT_DUE, everywhere=True):
        assert WORDS not in world.sign_in(world.iro()).get("/iro/shared").text


def test_an_urgent_word_among_them_raises_a_concern_when_it_is_ranked(
    world: World,
) -> None:
    urgent = "I want to kill myself and he hits me"
    form = world.form(world.invitation(), talk_to="no", talk_how_text=urgent)
    assert world.receive(form).verdict == "thanks"
    assert rank_waiting(world.parts.database, world.parts.keys) == 1
    with world.session() as session:
        [concern] = session.scalars(select(Concern))
        assert session.scalars(select(QueueEntry.urgency)).all() == ["urgent"]
    assert (concern.source, concern.set_aside_id is not None) == ("ranking", True)


def test_they_may_be_as_long_as_they_are_and_other_words_of_a_used_link_are_late(
    lite: World,
) -> None:
    form = lite.form(lite.invitation(), talk_to="no", talk_how_text="biscuits " * 400)
    assert lite.receive(form).verdict == "thanks"
    assert lite.receive(form | {"talk_how_text": [WORDS]}).verdict == "set_aside"
    assert made(lite)["set_aside"] == 2
    assert made(lite)["concern"] == 1


@pytest.mark.parametrize("field", ["", " \n\u200b "])
def test_nothing_to_see_is_nothing_to_keep(lite: World, field: str) -> None:
    form = lite.form(lite.invitation(), talk_to="no", talk_how_text=field)
    assert lite.receive(form).verdict == "thanks"
    assert made(lite)["set_aside"] == 0


@pytest.mark.parametrize("channel", ["verbal", "paper"])
def test_what_an_officer_keys_in_is_not_lost_either(lite: World, channel: str) -> None:
    one = lite.invitation()
    where, who = (
        ("/iro/verbal", lite.iro())
        if channel == "verbal"
        else ("/paper", lite.manager())
    )
    said = {"day": "2026-10-14", "talk_to": "no", "talk_how_text": WORDS}
    client = lite.sign_in(who)
    for _ in range(2):
        client.post(
            f"{where}/{one.id}",
            said | {"csrf_token": client.guard("/me")},
            expect=200 if channel == "verbal" else 303,
        )
    with lite.session() as session:
        [kept] = session.scalars(select(SetAside))
        assert session.scalars(select(ContactRequest)).all() == []
    assert open_set_aside(lite.parts.keys, kept)["talk_how_text"] == [WORDS]
