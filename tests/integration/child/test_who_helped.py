"""Who helped a child: what is stored, who may then see the answers, and where the words "someone else" leads to go."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.records.held import collect_rows
from feedback_app.responses.texts import open_text, response_id_of
from feedback_app.safeguarding.queue.child_page import child_page_of, set_aside_fields
from feedback_app.survey.model import BANDS
from feedback_app.survey.types import HELPER_LIMIT

NAN = "My nan"


def sent(world: World, survey: str = "rate-my-review", **fields: str) -> Response:
    """The response that these fields give."""
    iro = None if survey == "u-matter" else world.iro()
    invitation = world.invitation(iro, survey=survey)
    received = world.receive(world.form(invitation, {}, {}, **fields))
    assert received.verdict == "thanks"
    with world.session() as session:
        return session.scalars(
            select(Response).where(Response.invitation_id == invitation.id)
        ).one()


@pytest.mark.parametrize(
    ("fields", "helper", "channel", "may_see"),
    [
        ({}, None, "self", "no"),
        ({"helped": "none"}, "none", "self", "no"),
        ({"helping": "carer", "iro_sees": "yes"}, "carer", "helped", "yes"),
        ({"helping": "teacher", "helped": "none"}, "teacher", "helped", "no"),
        ({"helping": "iro", "iro_sees": "no"}, "iro", "helped", "heard"),
        ({"helped": "iro"}, "iro", "helped", "heard"),
        ({"helping": "a stranger", "helped": "iro"}, "iro", "helped", "heard"),
        ({"helped_text": NAN}, "other", "helped", "no"),
    ],
)
def test_who_helps_is_read_once_and_an_iro_who_helps_has_heard_it(
    world: World, fields: dict[str, str], helper: str, channel: str, may_see: str
) -> None:
    response = sent(world, **fields)
    assert (response.helper, response.channel, response.iro_may_see) == (
        helper,
        channel,
        may_see,
    )


def test_the_yearly_survey_asks_nothing_about_the_iro_whoever_helps(
    world: World,
) -> None:
    response = sent(world, "u-matter", helped="iro")
    assert (response.helper, response.iro_may_see) == ("iro", "not_asked")


@pytest.mark.parametrize("helper", ["mum", "dad", "family"])
def test_a_child_at_home_can_be_helped_by_those_at_home(
    world: World, helper: str
) -> None:
    assert sent(world, "safeguarding", helping=helper).helper == helper
    words = world.parts.catalogue.words
    for band in BANDS[1:3]:
        for easy in (False, True):
            asked = words.find_text("helped", "safeguarding", band, easy=easy)
            ids = [option.id for option in asked.options]
            assert helper in ids
            assert not {"iro", "carer"} & set(ids)
            assert all("IRO" not in option.label for option in asked.options)


def test_who_someone_else_is_is_sealed_waits_to_be_read_and_goes_with_the_answers(
    world: World,
) -> None:
    response = sent(world, helping="other", helping_text=f" {NAN} ")
    with world.session() as session:
        [text] = session.scalars(select(SealedText))
        assert (text.owner, text.row_id) == ("response", response.id)
        assert NAN.encode() not in text.value
        assert open_text(world.parts.keys.text, text) == NAN
        assert response_id_of(session, text) == response.id
        assert session.scalars(select(QueueEntry.text_id)).all() == [text.id]
        held = collect_rows(session, [response.invitation_id or ""])
        assert (held.texts, len(held.entries)) == ((text.id,), 1)


def test_the_lead_reads_who_it_is_under_what_the_box_asked(world: World) -> None:
    sent(world, helping="other", helping_text=NAN)
    lead = world.sign_in(world.lead())
    with world.session() as session:
        entry = session.scalars(select(QueueEntry.id)).one()
    page = lead.get(f"/safeguarding/texts/{entry}").text
    assert NAN in page
    assert "Who is it?" in page


@pytest.mark.parametrize("box", ["helping_text", "helped_text"])
def test_too_long_is_shown_back_with_all_that_was_typed(world: World, box: str) -> None:
    typed = "x" * (HELPER_LIMIT + 1)
    invitation = world.invitation(world.iro())
    form = world.form(invitation, {}, {}, **{box: typed})
    received = world.receive(form)
    assert received.verdict == "too_long"
    [problem] = received.problems
    assert (problem.question, problem.length) == (box, HELPER_LIMIT + 1)
    page = world.client().post("/r", form, expect=400).text
    assert typed in page


def test_the_same_answers_with_another_helper_are_another_send(world: World) -> None:
    invitation = world.invitation(world.iro())
    form = world.form(invitation, {}, {}, helping="other", helping_text=NAN)
    assert world.receive(form).verdict == "thanks"
    assert world.receive(form).verdict == "thanks"
    form["helping_text"] = ["My aunt"]
    assert world.receive(form).verdict == "set_aside"


def test_a_later_send_says_who_helped_in_words(world: World) -> None:
    invitation = world.invitation(world.iro())
    page = child_page_of(world.parts.catalogue, world.parts.settings, invitation)
    said = set_aside_fields(page, {"helping": ["carer"], "helping_text": [NAN]})
    assert [(one.question, one.answer, one.words) for one in said] == [
        ("Did someone help you?", "My carer", ""),
        ("Who is it?", "", NAN),
    ]
