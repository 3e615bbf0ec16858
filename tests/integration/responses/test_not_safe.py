""" "I am not safe" is said together with a wish to talk, and heard in whatever form it comes (promises 26, 54)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bench.support.world import World
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside

HOW = "sentinel: at the gate, after school"
NEW_PAGE = {"not_safe": "not_safe"}
OLD_PAGE = {"talk_to": "not_safe"}
"""What a page sends on which it was one of those to talk to."""


def kept(world: World) -> tuple[list[tuple[str, str]], list[tuple[str, str]], int]:
    """Concerns (source, how), wishes to talk (wanted, how), and texts that wait for a reader."""
    with world.session() as session:
        concerns = session.execute(select(Concern.source, Concern.how)).all()
        wishes = session.execute(
            select(ContactRequest.wanted, ContactRequest.how)
        ).all()
        texts = session.scalar(select(func.count()).select_from(QueueEntry)) or 0
    return [tuple(one) for one in concerns], [tuple(one) for one in wishes], texts


def test_not_safe_and_an_advocate_are_both_seen_to_and_the_words_are_read_once(
    world: World,
) -> None:
    form = world.form(
        world.invitation(),
        talk_to="advocate",
        talk_how="school",
        talk_how_text=HOW,
        **NEW_PAGE,
    )
    assert world.receive(form).verdict == "thanks"
    assert kept(world) == ([("child", "")], [("advocate", "school")], 1)
    lead = world.sign_in(world.lead())
    with world.session() as session:
        concern, wish = (
            session.scalars(select(one)).one()
            for one in (Concern.id, ContactRequest.id)
        )
    for page in (f"/safeguarding/concerns/{concern}", f"/safeguarding/requests/{wish}"):
        shown = lead.get(page).text
        assert HOW in shown
        assert "an advocate" in shown
        assert "See me at school" in shown
    said = lead.get(f"/safeguarding/concerns/{concern}").text
    assert "I am not safe, or someone I know is not" in said


@pytest.mark.parametrize("said", [NEW_PAGE, OLD_PAGE])
def test_not_safe_alone_keeps_where_it_is_safe_to_talk(
    world: World, said: dict[str, str]
) -> None:
    form = world.form(
        world.invitation(), talk_how=["school", "phone"], talk_how_text=HOW, **said
    )
    assert world.receive(form).verdict == "thanks"
    assert kept(world) == ([("child", "school phone")], [], 1)
    with world.session() as session:
        concern = session.scalars(select(Concern.id)).one()
        assert session.scalars(select(SealedText.owner)).one() == "concern"
    shown = world.sign_in(world.lead()).get(f"/safeguarding/concerns/{concern}").text
    for words in ("I am not safe", "See me at school; Call me", HOW):
        assert words in shown


def test_a_page_from_before_and_one_from_now_say_the_same_thing(lite: World) -> None:
    invitation = lite.invitation()
    assert lite.receive(lite.form(invitation, **OLD_PAGE)).verdict == "thanks"
    assert lite.receive(lite.form(invitation, **NEW_PAGE)).verdict == "thanks"
    more = lite.form(invitation, talk_to="advocate", **NEW_PAGE)
    assert lite.receive(more).verdict == "set_aside"
    assert [source for source, _how in kept(lite)[0]] == ["child", "set_aside"]


@pytest.mark.parametrize("talk_to", ["no", "advocate"])
def test_not_safe_is_raised_although_a_text_is_too_long_to_be_kept(
    lite: World, talk_to: str
) -> None:
    form = lite.form(
        lite.invitation(), talk_to=talk_to, talk_how_text="x" * 501, **NEW_PAGE
    )
    refused = lite.app.test_client().post("/r", data=form)
    assert refused.status_code == 400
    assert 'name="not_safe" value="not_safe" checked' in refused.text
    with lite.session() as session:
        assert session.scalar(select(func.count()).select_from(SetAside)) == 1
        concern = session.scalars(select(Concern)).one()
    assert concern.source == "set_aside"
    shown = lite.sign_in(lite.lead()).get(f"/safeguarding/concerns/{concern.id}").text
    assert "I am not safe, or someone I know is not" in shown


def test_nobody_safe_and_not_safe_are_one_concern(lite: World) -> None:
    form = lite.form(
        lite.invitation(survey="safeguarding"), {"safe_adult": ["no"]}, **NEW_PAGE
    )
    lite.receive(form)
    assert kept(lite)[0] == [("child", "")]


def test_no_other_word_in_its_field_says_not_safe(lite: World) -> None:
    lite.receive(lite.form(lite.invitation(), not_safe="1"))
    assert kept(lite) == ([], [], 0)
