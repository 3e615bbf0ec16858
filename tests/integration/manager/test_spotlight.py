"""The manager chooses a month's extra question ahead; a month that has begun keeps the one its children are asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.action import SpotlightChoice
from feedback_app.models.response import Response
from feedback_app.models.running import AuditEntry
from feedback_app.responses.spotlight import MonthHasBegun

NOVEMBER = datetime(2026, 11, 10, 11, 0, tzinfo=UTC)
ROOM = "/manager/spotlight"


def asked_on(world: World, path: str, client: CheckedClient | None = None) -> set[str]:
    """The spotlight questions on that page."""
    survey = world.parts.catalogue.find_survey("rate-my-review")
    spotlights = {
        question.id for asked in survey.spotlight.values() for question in asked
    }
    return spotlights & set(
        re.findall(r'name="q-(\w+)"', (client or world.client()).get(path).text)
    )


def test_a_chosen_question_is_asked_of_everyone_whom_it_fits_in_that_month(
    world: World,
) -> None:
    client = world.sign_in(world.manager())
    client.submit(f"{ROOM}/2026-11", {"question": "care_pack"})
    page = client.get(f"{ROOM}/").text
    assert "Chosen by Manager Maple" in page
    with clock.set_clock(NOVEMBER, everywhere=True):
        for band in ("8-11", "12-17"):
            assert asked_on(
                world, f"/r/{world.token(world.invitation(band=band))}"
            ) == {"care_pack"}
        youngest = asked_on(world, f"/r/{world.token(world.invitation(band='4-7'))}")
    assert len(youngest) == 1
    assert youngest != {"care_pack"}
    with world.session() as session:
        assert session.scalars(
            select(AuditEntry.about).where(AuditEntry.what == "spotlight_chosen")
        ).all() == ["rate-my-review 2026-11 care_pack"]


def test_a_question_for_those_of_sixteen_is_asked_of_them_alone(world: World) -> None:
    world.spotlight("2026-11", "plan_18")
    with clock.set_clock(NOVEMBER, everywhere=True):
        older = world.invitation(band="12-17", over16=True)
        younger = world.invitation(band="12-17")
        assert asked_on(world, f"/r/{world.token(older)}") == {"plan_18"}
        assert asked_on(world, f"/r/{world.token(younger)}") not in ({"plan_18"}, set())
        assert (
            world.receive(world.form(older, {"plan_18": ["yes"]})).verdict == "thanks"
        )
    with world.session() as session:
        found = session.scalars(select(Response)).one()
    assert found.spotlight == "plan_18"


def test_the_choice_can_be_taken_back_until_the_month_begins_and_not_after(
    world: World,
) -> None:
    client = world.sign_in(world.manager())
    client.submit(f"{ROOM}/2026-11", {"question": "proud"})
    client.submit(f"{ROOM}/2026-11", {"question": "hobbies"})
    client.submit(f"{ROOM}/2026-12", {"question": "proud"})
    client.submit(f"{ROOM}/2026-12", {"question": "in-turn"})
    with world.session() as session:
        kept = session.execute(
            select(SpotlightChoice.month, SpotlightChoice.question)
        ).all()
    assert [tuple(row) for row in kept] == [("2026-11", "hobbies")]
    for begun in ("2026-10", "2026-09"):
        guard = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"{ROOM}/2026-12").text
        )
        assert guard
        expect = 303 if begun == "2026-10" else 404
        client.post(
            f"{ROOM}/{begun}",
            {"csrf_token": guard[1], "question": "proud"},
            expect=expect,
        )
    with world.session() as session:
        assert session.scalars(select(SpotlightChoice.month)).all() == ["2026-11"]


def test_a_month_begins_at_midnight_in_london(world: World) -> None:
    almost = datetime(2027, 6, 30, 22, 59, tzinfo=UTC)
    with clock.set_clock(almost, everywhere=True):
        world.spotlight("2027-07", "proud")
    with (
        clock.set_clock(almost + timedelta(minutes=1), everywhere=True),
        pytest.raises(MonthHasBegun),
    ):
        world.spotlight("2027-07", "hobbies")


@pytest.mark.parametrize("question", ["", "better", "no_such_question"])
def test_only_a_spotlight_question_can_be_chosen(world: World, question: str) -> None:
    client = world.sign_in(world.manager())
    client.submit(
        f"{ROOM}/2026-11", {"question": question} if question else {}, expect=400
    )
    client.get(f"{ROOM}/2028-11", expect=404)
    client.get(f"{ROOM}/soon", expect=404)


def test_the_page_shows_thirteen_months_and_the_words_of_each_age(world: World) -> None:
    client = world.sign_in(world.manager())
    page = client.get(f"{ROOM}/").text
    assert page.count("In turn") == 13
    assert page.count(">Choose<") == 12
    assert "October 2027" in page
    survey = world.parts.catalogue.find_survey("rate-my-review")
    page = client.get(f"{ROOM}/2026-11").text
    for question in survey.spotlight["4-7"]:
        assert question.text in page.replace("&#39;", "'")
    assert "12–17, 16 or over" in page


def test_what_is_written_down_later_asks_the_question_of_the_month_in_which_the_child_was_asked(
    world: World,
) -> None:
    world.spotlight("2026-11", "proud")
    world.spotlight("2026-12", "hobbies")
    with clock.set_clock(NOVEMBER, everywhere=True):
        invitation = world.invitation()
    with clock.set_clock(datetime(2026, 12, 1, 11, 0, tzinfo=UTC), everywhere=True):
        client = world.sign_in(world.iro())
        page = f"/iro/verbal/{invitation.id}"
        assert asked_on(world, page, client) == {"proud"}
        client.submit(
            page,
            {"q-proud": "yes", "q-hobbies": "yes", "day": "2026-11-28"},
            expect=200,
        )
    with world.session() as session:
        assert session.scalars(select(Response.spotlight)).all() == ["proud"]


def test_a_page_keeps_the_question_it_was_loaded_with_over_the_turn_of_the_month(
    world: World,
) -> None:
    world.spotlight("2026-11", "proud")
    late = datetime(2026, 10, 31, 23, 50, tzinfo=UTC)
    with clock.set_clock(late, everywhere=True):
        invitation = world.invitation()
        (question,) = asked_on(world, f"/r/{world.token(invitation)}")
        form = world.form(invitation)
    with clock.set_clock(late + timedelta(minutes=30), everywhere=True):
        assert asked_on(world, f"/r/{world.token(invitation)}") == {"proud"}
        assert world.receive(form).verdict == "thanks"
    with world.session() as session:
        assert session.scalars(select(Response.spotlight)).all() == [question]


def test_a_load_asks_the_database_for_its_link_and_the_choice_and_no_more(
    world: World,
) -> None:
    link = f"/r/{world.token(world.invitation())}"
    yearly = f"/r/{world.token(world.invitation(survey='u-matter'))}"
    client = world.client()
    client.get(link)
    asked: list[str] = []
    event.listen(
        world.parts.database.engine,
        "before_cursor_execute",
        lambda *args: asked.append(args[2]),
    )
    client.get(link)
    assert len(asked) == 2
    assert "spotlight_choice" in asked[1]
    asked.clear()
    client.get(yearly)
    assert len(asked) == 1


def test_the_months_answers_say_which_was_the_extra_question(world: World) -> None:
    with clock.set_clock(datetime(2026, 9, 20, 11, 0, tzinfo=UTC), everywhere=True):
        world.spotlight("2026-10", "proud")
    world.response(month="2026-10", answers={"proud": ["yes"], "know_iro": ["yes"]})
    page = world.sign_in(world.manager()).get("/manager/2026-10/answers").text
    assert page.count("A spotlight question") == 1
    section = page[: page.index("A spotlight question")].rsplit("<summary><h2>", 1)[1]
    survey = world.parts.catalogue.find_survey("rate-my-review")
    question = survey.find_question("12-17", "proud")
    assert question
    assert section.startswith(question.text)


@pytest.mark.parametrize("who", ["iro", "lead", "administrator"])
def test_only_the_manager_chooses(world: World, who: str) -> None:
    client = world.sign_in(world.person(f"Somebody {who}", who))
    client.get(f"{ROOM}/", expect=404)
    client.get(f"{ROOM}/2026-11", expect=404)
