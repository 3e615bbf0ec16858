"""The safeguarding lead reads what a child wrote under the question they saw, with all that the child answered."""

from __future__ import annotations

import re

from markupsafe import escape
from sqlalchemy import select

from bench.support.world import World
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry, ReadMark


def question(world: World, question_id: str, band: str = "8-11") -> str:
    found = world.parts.catalogue.find_survey("rate-my-review").find_question(
        band, question_id
    )
    assert found
    return str(escape(found.text))


def the_concern(world: World) -> Concern:
    with world.session() as session:
        return session.scalars(select(Concern)).one()


def test_a_text_stands_under_its_question_on_its_page_and_on_that_of_the_concern(
    world: World,
) -> None:
    world.response(
        texts={"better": "ask me first"},
        answers={"know_iro": ["yes"]},
        wishes={"talk_to": "not_safe"},
    )
    lead = world.sign_in(world.lead())
    case = f"/safeguarding/concerns/{the_concern(world).id}"
    page = lead.get(case).text
    assert question(world, "better") in page
    assert "ask me first" in page
    opened = re.search(r'href="(/safeguarding/texts/[0-9a-f]+)"', page)
    assert opened
    text = lead.get(opened[1]).text
    assert question(world, "better") in text
    assert "ask me first" in text
    assert f'href="{case}"' in text


def test_a_concern_shows_everything_the_child_answered_in_the_words_they_saw(
    world: World,
) -> None:
    world.response(
        answers={"know_iro": ["yes"], "listened": ["declined"]},
        wishes={"talk_to": "not_safe"},
    )
    page = (
        world.sign_in(world.lead())
        .get(f"/safeguarding/concerns/{the_concern(world).id}")
        .text
    )
    survey = world.parts.catalogue.find_survey("rate-my-review")
    know_iro = survey.find_question("8-11", "know_iro")
    assert know_iro
    assert question(world, "know_iro") in page
    assert str(escape(know_iro.find_option("yes").label)) in page  # type: ignore[union-attr]
    assert "<dt>Age</dt><dd>8–11" in page


def test_what_was_answered_in_easy_read_is_shown_in_easy_words(world: World) -> None:
    world.response(
        answers={"told_after": ["hard"]},
        wishes={"talk_to": "not_safe"},
        look="easy",
    )
    page = (
        world.sign_in(world.lead())
        .get(f"/safeguarding/concerns/{the_concern(world).id}")
        .text
    )
    easy = (
        world.parts.catalogue.find_survey("rate-my-review")
        .find_question("8-11", "told_after")
        .easy
    )  # type: ignore[union-attr]
    assert easy
    assert str(escape(easy.text)) in page
    assert str(escape(easy.options["hard"])) in page
    assert question(world, "told_after") not in page


def test_a_second_send_is_read_in_the_words_the_child_saw(world: World) -> None:
    invitation = world.invitation()
    world.receive(world.form(invitation, {}, {"better": "first"}))
    late = world.form(
        invitation,
        {"know_iro": ["no"]},
        {"better": "second"},
        talk_to="iro",
        talk_how_text="at school",
    )
    assert world.receive(late).verdict == "set_aside"
    with world.session() as session:
        entry = session.scalars(
            select(QueueEntry).where(QueueEntry.set_aside_id.is_not(None))
        ).one()
    page = world.sign_in(world.lead()).get(f"/safeguarding/texts/{entry.id}").text
    for words in (
        question(world, "better"),
        question(world, "know_iro"),
        "second",
        "at school",
    ):
        assert words in page
    assert "talk_how_text" not in page


def test_p55_a_manager_who_finds_a_concern_raises_it_at_once_and_the_lead_still_reads_the_text(
    world: World,
) -> None:
    world.response(month="2026-10", texts={"better": "it is cold at night"})
    manager = world.sign_in(world.manager())
    page = manager.get("/manager/2026-10/comments").text
    path = re.search(r'href="(/manager/2026-10/comments/[0-9a-f]+)"', page)
    assert path
    manager.submit(path[1], {"outcome": "concern"}, to=f"{path[1]}/read")
    assert (the_concern(world).source, the_concern(world).state) == ("reader", "new")
    assert "A concern is raised" in manager.get("/manager/2026-10/comments").text
    with world.session() as session:
        entry = session.scalars(select(QueueEntry)).one()
        mark = session.get_one(ReadMark, (entry.id, "manager"))
    assert (mark.outcome, entry.read_at) == ("concern", None)
    manager.submit(path[1], {"outcome": "nothing_to_do"}, to=f"{path[1]}/read")
    with world.session() as session:
        assert session.get_one(ReadMark, (entry.id, "manager")).outcome == "concern", (
            "once found, it stays found"
        )
    manager.submit(path[1], {"outcome": "else"}, to=f"{path[1]}/read", expect=400)


def test_p55_who_read_a_text_when_and_what_they_found_is_kept_and_shown(
    world: World,
) -> None:
    world.response(texts={"better": "ask me first"})
    lead, deputy = (
        world.sign_in(world.lead()),
        world.sign_in(world.person("Deputy Dogwood", "deputy")),
    )
    with world.session() as session:
        entry = session.scalars(select(QueueEntry)).one()
    path = f"/safeguarding/texts/{entry.id}"
    assert "Nothing has been read yet" in lead.get("/safeguarding/read").text
    lead.submit(path, {"outcome": "theme", "theme": "Asking"}, to=f"{path}/read")
    assert entry.id not in lead.get("/safeguarding/").text
    listed = deputy.get("/safeguarding/read").text
    assert "Lead Lime" in listed
    assert "a theme" in listed
    assert "Wed 14 Oct 2026, 12:00" in listed
    assert "Read by Lead Lime on 14 October 2026, 12:00: a theme" in " ".join(
        deputy.get(path).text.split()
    )


def test_p55_where_nobody_is_left_to_read_the_service_says_so_in_red(
    world: World,
) -> None:
    words = "Nobody reads what children write"
    manager = world.sign_in(world.manager())
    assert words in manager.get("/manager/2026-10").text
    world.lead()
    assert words not in manager.get("/manager/2026-10").text


def test_p54_a_child_on_a_plan_who_names_no_safe_adult_raises_a_concern_in_the_same_transaction(
    world: World,
) -> None:
    for survey, band in (
        ("safeguarding", "8-11"),
        ("safeguarding", "12-17"),
        ("u-matter", "4-7"),
    ):
        invitation = world.invitation(survey=survey, band=band)
        assert (
            "Have your say" in world.client().get(f"/r/{world.token(invitation)}").text
        )
        assert (
            world.receive(world.form(invitation, {"safe_adult": ["no"]})).verdict
            == "thanks"
        )
        with world.session() as session:
            raised = session.scalars(
                select(Concern).where(Concern.invitation_id == invitation.id)
            ).one()
        assert (raised.source, raised.state) == ("answer", "new")
