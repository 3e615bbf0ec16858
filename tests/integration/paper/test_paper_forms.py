"""A paper form is keyed in: found by its four words, by anyone but the child's own IRO, marked paper."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.response import Response
from tests.conftest import NOON
from tests.support.addresses import REPORT_DUE

FORM = {
    "day": "2026-10-14",
    "q-know_iro": "no",
    "q-better": "bring a chair that fits",
    "iro_sees": "yes",
    "helped": "carer",
}


def test_the_four_words_lead_to_the_form_and_what_is_keyed_in_is_marked_paper(
    world: World,
) -> None:
    manager = world.sign_in(world.manager())
    invitation = world.invitation()
    path = manager.submit(
        "/paper/", {"words": world.words(invitation).upper()}
    ).headers["Location"]
    page = manager.get(path).text
    assert 'name="iro_sees"' in page
    assert 'name="helped"' in page
    assert "I will write down your words" not in page
    stored = manager.submit(path, FORM)
    assert stored.headers["Location"] == "/paper/"
    assert "Next form: four words" in manager.get("/paper/").text
    assert "Next form: four words" not in manager.get("/paper/").text
    with world.session() as session:
        response = session.scalars(select(Response)).one()
    assert (response.channel, response.iro_may_see, response.helper) == (
        "paper",
        "yes",
        "carer",
    )
    words = "bring a chair that fits"
    assert words not in world.sign_in(world.iro()).get("/iro/shared").text
    with clock.set_clock(REPORT_DUE, everywhere=True):
        assert words in world.sign_in(world.iro()).get("/iro/shared").text


def test_paper_that_came_by_post_counts_after_its_link_has_ended(world: World) -> None:
    invitation = world.invitation()
    with clock.set_clock(NOON + timedelta(days=20), everywhere=True):
        manager = world.sign_in(world.manager())
        path = manager.submit("/paper/", {"words": world.words(invitation)}).headers[
            "Location"
        ]
        manager.submit(path, FORM)
    with world.session() as session:
        assert session.scalars(select(Response.month)).all() == ["2026-10"]


def test_unknown_words_and_answered_forms_are_refused_and_what_was_typed_stays(
    lite: World,
) -> None:
    manager = lite.sign_in(lite.manager())
    answered = lite.invitation()
    words = lite.words(answered)
    lite.receive(lite.form(answered))
    for typed in ("apple bear cup dog", words):
        page = manager.submit("/paper/", {"words": typed}, expect=400).text
        assert "Check each word" in page
        assert f'value="{typed}"' in page


def test_no_iro_keys_in_answers_about_themselves(lite: World) -> None:
    both = lite.person("Manager and IRO Myrtle", "iro", "manager")
    client = lite.sign_in(both)
    client.get(f"/paper/{lite.invitation(both).id}", expect=404)
    client.get(f"/paper/{lite.invitation(lite.iro('Officer Pine')).id}")


def test_a_day_to_come_is_refused_and_the_same_form_twice_is_kept_once(
    lite: World,
) -> None:
    manager = lite.sign_in(lite.manager())
    path = f"/paper/{lite.invitation().id}"
    page = manager.submit(path, FORM | {"day": "2027-01-01"}, expect=400).text
    assert "bring a chair that fits" in page
    manager.submit(path, FORM)
    manager.submit(path, FORM)
    manager.submit(path, FORM | {"q-better": "other"}, expect=409)
    with lite.session() as session:
        assert len(session.scalars(select(Response)).all()) == 1


def test_a_form_that_differs_from_the_code_is_asked_about_once_and_kept_as_it_is(
    lite: World,
) -> None:
    manager, one = lite.sign_in(lite.manager()), lite.invitation(pn="PN6")
    path, form = f"/paper/{one.id}", FORM | {"q-at_meeting": "yes"}
    page = manager.submit(path, form, expect=400).text
    assert "You wrote that the child was at the review." in page
    assert "A manager puts the code right afterwards" in page
    assert "bring a chair that fits" in page
    manager.submit(path, form | {"sure": "yes"})
    with lite.session() as session:
        assert session.scalars(select(Response.pn_code)).all() == ["PN6"]
