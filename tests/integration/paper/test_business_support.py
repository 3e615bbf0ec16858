"""Business support keys in paper forms and sees nothing else; a form without four words gets its invitation then."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock, labels
from feedback_app.messages import recipients, steps
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import ROLES, Person
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.models.safeguarding import Concern
from feedback_app.models.scope import READ_ALL
from feedback_app.models.text import QueueEntry, SetAside
from feedback_app.month import Month
from feedback_app.responses.read import facts_of, visit_of
from feedback_app.responses.set_aside import open_set_aside
from feedback_app.survey.form_order import form_questions
from feedback_app.survey.model import EASY, LOOK_OF_BAND
from feedback_app.web.access import policy_of
from tests.support.addresses import address, one_of_each

BOX = re.compile(r'name="([^"]+)" value="([^"]+)" data-letter="(\w)"')
FORM = {
    "day": "2026-10-14",
    "q-at_meeting": "yes",
    "q-better": "bring a chair that fits",
    "iro_sees": "yes",
    "helped": "none",
}
SUPPORT = "business_support"


@pytest.fixture
def sedge(lite: World) -> Person:
    return lite.person("Support Sedge", SUPPORT)


@pytest.fixture
def client(lite: World, sedge: Person) -> CheckedClient:
    return lite.sign_in(sedge)


def begun(officer: Person, **more: str) -> dict[str, str]:
    """What is copied from the part of a form that is torn off."""
    return {
        "survey": "rate-my-review",
        "reference": "rf 77",
        "band": "8-11",
        "language": "en",
        "iro": officer.id,
        "pn_code": "PN6",
        "mode": "remote",
        "how_chosen": "every_child",
        **more,
    }


def aside(lite: World) -> list[dict[str, list[str]]]:
    """What was set aside, in the order in which it came."""
    with lite.session() as session:
        rows = session.scalars(select(SetAside)).all()
        return [open_set_aside(lite.parts.keys, row) for row in rows]


@pytest.mark.full
def test_no_page_of_another_role_opens_for_business_support(
    lite: World, client: CheckedClient
) -> None:
    ids, guard = one_of_each(lite), client.guard("/me")
    opened, refused = set(), 0
    for rule in lite.app.url_map.iter_rules():
        allowed = policy_of(lite.app, rule.endpoint) or frozenset()
        if "public" in allowed or allowed >= set(ROLES):
            continue  # open to everybody, and one's own account
        if SUPPORT in allowed:
            opened.add(rule.rule)
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.http.open(
                address(rule.rule, ids),
                method=method,
                data={"csrf_token": guard} if method == "POST" else None,
            )
            assert answer.status_code == 404, f"{method} {rule.rule}"
            refused += 1
    assert opened == {"/paper/", "/paper/begin", "/paper/<invitation_id>"}
    assert refused > 100


def test_the_menu_of_business_support_has_paper_forms_alone(
    client: CheckedClient,
) -> None:
    page = client.get("/me").text
    menu = page.partition("<nav")[2].partition("</nav>")[0]
    assert menu.count("<a ") == 1
    assert 'href="/paper/"' in menu


def test_business_support_gets_no_message_and_reads_nothing() -> None:
    told = [
        *(role for roles in recipients.CHAINS.values() for role in roles),
        *(role for step in steps.STEPS for role in step.told),
    ]
    assert "lead" in told
    assert SUPPORT not in {*told, *READ_ALL}


def test_whoever_keyed_it_in_is_named_by_their_role(sedge: Person) -> None:
    assert labels.role_label(sedge.main_role) == "business support"


@pytest.mark.parametrize("role", [SUPPORT, "manager"])
def test_nobody_keys_in_a_form_about_themselves_in_whatever_role(
    lite: World, role: str
) -> None:
    both = lite.person("Both Beech", "iro", role)
    client = lite.sign_in(both)
    own = lite.invitation(both)
    client.get(f"/paper/{own.id}", expect=404)
    client.post(
        f"/paper/{own.id}", FORM | {"csrf_token": client.guard("/me")}, expect=404
    )
    path = client.submit("/paper/", {"words": lite.words(own)}).headers["Location"]
    client.get(path, expect=404)
    page = client.get("/paper/begin").text
    assert both.id not in page
    refused = client.submit("/paper/begin", begun(both), expect=400)
    assert "Not a valid choice" in refused.text
    with lite.session() as session:
        assert session.scalars(select(Response)).all() == []


def test_a_blank_form_from_end_to_end(world: World) -> None:
    client = world.sign_in(world.person("Support Sedge", SUPPORT))
    oak = world.iro()
    path = client.submit("/paper/begin", begun(oak)).headers["Location"]
    assert "rf 77" in client.get(path).text
    with world.session() as session:
        made = session.scalars(select(Invitation)).one()
    assert path == f"/paper/{made.id}"
    assert (made.iro_id, made.pn_code, made.mode, made.look) == (
        oak.id,
        "PN6",
        "remote",
        "middle",
    )
    client.submit(path, FORM | {"q-at_meeting": "no"})
    with world.session() as session:
        kept = session.scalars(select(Response)).one()
    assert (kept.channel, kept.iro_id, kept.pn_code, kept.iro_may_see) == (
        "paper",
        oak.id,
        "PN6",
        "yes",
    )
    again = client.get(path).text  # it is theirs no more: no reference, no words
    assert "data-sent=" in again
    assert "rf 77" not in again
    assert "chair" not in again


def test_a_form_of_a_survey_without_a_review_has_no_iro_and_no_code(
    lite: World, client: CheckedClient
) -> None:
    typed = begun(lite.iro(), survey="u-matter", band="16-25", over18="y")
    path = client.submit("/paper/begin", typed).headers["Location"]
    client.submit(path, {"day": "2026-10-14", "helped": "none"})
    with lite.session() as session:
        [made] = session.scalars(select(Invitation))
    assert (made.iro_id, made.pn_code, made.mode, made.over18) == (
        None,
        None,
        None,
        True,
    )


def test_what_is_missing_is_asked_for_beside_its_field_and_the_rest_stays(
    lite: World, client: CheckedClient
) -> None:
    typed = begun(lite.iro(), iro="", pn_code="", mode="", reference=" \u200b ")
    page = client.submit("/paper/begin", typed, expect=400).text
    for words in (
        "Choose the IRO.",
        "Choose how the child took part in the review.",
        "Choose how the review was held.",
        "Type a reference by which the council can find the child.",
    ):
        assert words in page
    assert 'value="8-11" checked' in page or 'checked id="band-1"' in page
    young = begun(lite.iro(), pn_code="PN0")
    assert "PN0 is for a child under 4" in (
        client.submit("/paper/begin", young, expect=400).text
    )
    other = begun(lite.iro(), survey="safeguarding", band="4-7")
    assert "not written for that age" in (
        client.submit("/paper/begin", other, expect=400).text
    )


def test_a_child_who_was_asked_already_is_named_before_a_second_form(
    lite: World, client: CheckedClient
) -> None:
    lite.invitation(reference="RF 77")
    typed = begun(lite.iro())
    page = client.submit("/paper/begin", typed, expect=409).text
    assert "a link of this survey waits" in page
    assert "rf 77" in page
    other = {"again": "y", "again_for": "RF 78"}  # the tick was for another child
    client.submit("/paper/begin", typed | other, expect=409)
    client.submit("/paper/begin", typed | {"again": "y", "again_for": "RF 77"})
    with lite.session() as session:
        assert len(session.scalars(select(Invitation)).all()) == 2


def test_what_is_not_on_the_childs_way_is_kept_for_the_lead_and_counts_for_nothing(
    lite: World, client: CheckedClient
) -> None:
    one = lite.invitation()
    beside = {
        "q-why_not": ["worried", "other"],
        "q-told_after": ["yes"],
        "declined": ["told_after"],
        "talk_to": ["no"],
        "talk_how": ["school"],
        "talk_how_text": ["ring my Nan"],
        "written_beside": ["a drawing of a dog"],
    }
    client.submit(f"/paper/{one.id}", FORM | beside)
    client.submit(f"/paper/{one.id}", FORM | beside)
    assert aside(lite) == [
        {
            "q-why_not": ["worried", "other"],
            "q-told_after": ["yes"],
            "talk_how": ["school"],
            "talk_how_text": ["ring my Nan"],
            "talk_to": ["no"],
            "written_beside": ["a drawing of a dog"],
        }
    ]
    more = {"written_beside": ["and a cat"]}
    client.submit(f"/paper/{one.id}", FORM | beside | more)
    assert len(aside(lite)) == 2
    with lite.session() as session:
        assert len(session.scalars(select(Response)).all()) == 1
        asked = session.scalars(select(AnswerRow.question)).all()
        assert session.scalars(select(Concern)).all() == []
        entry = session.scalars(
            select(QueueEntry.id).where(QueueEntry.set_aside_id.is_not(None))
        ).first()
    assert "why_not" not in asked
    page = lite.sign_in(lite.lead()).get(f"/safeguarding/texts/{entry}").text
    assert "Written elsewhere on the form" in page
    assert "I felt worried or upset" in page


def test_a_form_on_which_all_counts_sets_nothing_aside(
    lite: World, client: CheckedClient
) -> None:
    client.submit(f"/paper/{lite.invitation().id}", FORM)
    assert aside(lite) == []


def test_the_sheet_has_the_numbers_and_letters_of_the_form(
    lite: World, client: CheckedClient
) -> None:
    page = client.get(f"/paper/{lite.invitation().id}").text
    first = page.partition('id="ask-1"')[2].partition("</fieldset>")[0]
    assert 'name="q-at_meeting" value="no" data-letter="c"' in first
    assert 'id="ask-6"' not in page  # of another way of meeting: no number moves up
    assert "CASE-1" not in page  # another made the link


def test_the_former_addresses_lead_to_the_new_ones(lite: World) -> None:
    manager, one = lite.sign_in(lite.manager()), lite.invitation()
    moved = manager.get("/manager/paper/", expect=301)
    assert moved.headers["Location"] == "/paper/"
    moved = manager.get(f"/manager/paper/{one.id}", expect=301)
    assert moved.headers["Location"] == f"/paper/{one.id}"


def test_a_form_that_another_answered_meanwhile_is_over_and_shows_what_was_keyed_in(
    lite: World, client: CheckedClient
) -> None:
    one = lite.invitation()
    lite.receive(lite.form(one))
    page = client.post(
        f"/paper/{one.id}",
        FORM | {"csrf_token": client.guard("/me"), "written_beside": "by the door"},
        expect=409,
    ).text
    assert "bring a chair that fits" in page
    assert "by the door" in page
    client.get(f"/paper/{one.id}", expect=404)


KINDS = [
    pytest.param(
        survey,
        band,
        look,
        marks=pytest.mark.full if look == EASY or band == "12-17" else (),
    )
    for survey, bands in (
        ("rate-my-review", ("4-7", "8-11", "12-17")),
        ("safeguarding", ("8-11", "12-17")),
        ("u-matter", ("4-7", "8-11", "12-17", "16-25")),
    )
    for band in bands
    for look in (LOOK_OF_BAND[band], EASY)
]


@pytest.mark.parametrize(("survey", "band", "look"), KINDS)
def test_each_number_and_letter_of_a_form_keys_in_the_answer_that_it_stands_for(
    lite: World, client: CheckedClient, survey: str, band: str, look: str
) -> None:
    """The last answer of every question, by number and letter as they are printed, is the one that is stored."""
    one = lite.invitation(survey=survey, band=band, look=look)
    page = client.get(f"/paper/{one.id}").text
    parts = lite.parts
    with lite.app.test_request_context(), lite.session() as session:
        visit = visit_of(session, parts.catalogue, one, Month.containing(clock.today()))
    printed = form_questions(
        parts.catalogue,
        parts.catalogue.find_survey(survey),
        band,
        look,
        facts_of(one),
        visit.spotlight,
        parts.settings.braces,
        has_iro=one.iro_id is not None,
    )
    typed: dict[str, list[str]] = {}
    for asked in printed:
        place = page.partition(f'id="ask-{asked.number}"')[2].partition("</fieldset>")[
            0
        ]
        fields = {
            letter: (name, value)
            for name, value, letter in BOX.findall(place.replace("\n", " "))
        }
        assert list(fields) == [option.letter for option in asked.options]
        if asked.options:
            name, value = fields[asked.options[-1].letter]
            typed[name] = [value]
        else:
            typed[asked.field] = [f"number {asked.number}"]
    client.submit(f"/paper/{one.id}", typed | {"day": ["2026-10-14"], "sure": ["yes"]})
    with lite.session() as session:
        rows = session.execute(select(AnswerOption.question, AnswerOption.option))
        stored = {row.question: row.option for row in rows}
    by_id = {asked.question.id: asked for asked in printed}
    assert stored
    assert stored == {
        question: by_id[question].options[-1].option.id for question in stored
    }
    kept = {name.removeprefix("q-") for content in aside(lite) for name in content}
    answered = {one.question.id for one in printed if one.can_be_declined}
    with lite.session() as session:
        asked_for = set(session.scalars(select(AnswerRow.question)))
    assert answered <= asked_for | kept, "nothing that was keyed in is lost"
