"""A concern on one page: the words, who the child is, whom to ring; closed only when seen and read; opened again."""

from __future__ import annotations

import contextlib
import re
import threading
from datetime import timedelta

from sqlalchemy import func, select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.concerns import escalation
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.models.safeguarding import CaseNote, Concern
from feedback_app.models.text import QueueEntry, ReadMark
from feedback_app.safeguarding.cases import verbs
from tests.conftest import NOON
from tests.support.cases import act_on, end_on_page, shown_on
from tests.support.databases import POSTGRESQL_MOSTLY

UNSAFE = {"talk_to": "not_safe", "talk_how_text": "at school please"}


def unsafe_child(world: World, **texts: str) -> tuple[Invitation, str]:
    """A child who says that they are not safe; the invitation, and the address of the concern's page."""
    invitation = world.invitation()
    form = world.form(invitation, {"know_iro": ["yes"]}, texts or {"better": "x"})
    form |= {name: [value] for name, value in UNSAFE.items()}
    assert world.receive(form).verdict == "thanks"
    return invitation, address_of(world, invitation)


def address_of(world: World, invitation: Invitation) -> str:
    with world.session() as session:
        found = session.scalars(
            select(Concern.id).where(
                Concern.invitation_id == invitation.id, Concern.source == "child"
            )
        ).one()
    return f"/safeguarding/concerns/{found}"


def later_send(world: World, invitation: Invitation, words: str) -> None:
    form = world.form(invitation, {}, {"better": words})
    assert world.receive(form).verdict == "set_aside"


def concern_at(world: World, page: str) -> Concern:
    with world.session() as session:
        return session.get_one(Concern, page.rpartition("/")[2])


def audited(world: World, *what: str) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).where(AuditEntry.what.in_(what)))  # type: ignore[return-value]


def test_the_page_shows_the_words_the_choice_the_child_and_whom_to_ring(
    lite: World,
) -> None:
    _invitation, page = unsafe_child(lite, better="ask me first", best="the cake")
    shown = lite.sign_in(lite.lead()).get(page).text
    for words in (
        "ask me first",
        "the cake",
        "at school please",
        "I am not safe, or someone I know is not",
        "Officer Oak",
        "Rate my Review",
        "14 October 2026, on a phone, alone",
        "Whom to ring",
        "Children’s duty team, out of hours",
        "<dd>8–11</dd>",
    ):
        assert words in shown, words
    assert "CASE" not in shown, "the reference stays in its envelope"
    assert audited(lite, "concern_opened") == 1
    assert audited(lite, "text_opened") == 0


def test_from_landing_to_closed_in_six_interactions_with_the_envelope_opened(
    lite: World,
) -> None:
    """Each line is one: a link, a filled field, a choice, a press. It was twelve."""
    unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    queue = lead.get("/safeguarding/").text
    link = re.search(r'href="(/safeguarding/concerns/[0-9a-f]{32})"', queue)
    assert link
    page = link[1]  # 1: the concern, with all its words
    reason = "to ring the carer"  # 2: why the envelope
    opened = (
        act_on(  # 3: open it, which says that the words are read and that it is seen
            lead, page, "envelope", 200, reason=reason, shown=shown_on(lead, page)
        ).text
    )
    assert "The council finds the child by" in opened
    outcome, note = "talked", "the carer has her at home"  # 4, 5
    act_on(lead, page, "close", outcome=outcome, note=note)  # 6
    found = concern_at(lite, page)
    assert (found.state, found.outcome) == ("closed", "talked")
    with lite.session() as session:
        notes = session.scalars(select(CaseNote.kind).order_by(CaseNote.at)).all()
        assert notes == ["seen", "closed"]
        assert (
            session.scalars(
                select(QueueEntry.read_at).where(QueueEntry.read_at.is_(None))
            ).all()
            == []
        )


def test_it_is_not_closed_unseen_or_unread_and_what_was_typed_stays(
    lite: World,
) -> None:
    _invitation, page = unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    refused = act_on(lead, page, "close", 400, note="all well", outcome="safe").text
    assert 'href="#note">Nobody has said yet that they have seen it' in refused
    assert 'href="#words">Not all of the child’s words are read' in refused
    assert "all well</textarea>" in refused
    assert re.search(r'value="safe"[^>]* checked', refused)
    act_on(lead, page, "seen", note="ringing")  # without the words that stood there
    refused = act_on(lead, page, "close", 400, note="all well", outcome="safe").text
    assert "Nobody has said yet" not in refused
    assert "Not all of the child’s words are read" in refused
    assert "I have read these words" in refused
    act_on(lead, page, "read", shown=shown_on(lead, page))
    act_on(lead, page, "close", note="all well", outcome="safe")
    assert concern_at(lite, page).state == "closed"


def test_errors_stand_at_the_top_all_at_once_and_take_the_focus(lite: World) -> None:
    _invitation, page = unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    refused = act_on(lead, page, "close", 400, note=" ").text
    summary = refused.index(
        'class="error-summary" role="alert" tabindex="-1" autofocus'
    )
    assert summary < refused.index("<h1>")
    for place in ("#note", "#words", "#outcome", "#note-close"):
        assert f'<li><a href="{place}">' in refused, place
        assert f'id="{place[1:]}"' in refused


def test_a_text_that_comes_while_the_page_is_open_is_not_taken_for_read(
    lite: World,
) -> None:
    invitation, page = unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    before = shown_on(lead, page)
    later_send(lite, invitation, "and he has a key")
    refused = act_on(lead, page, "seen", 400, note="ringing now", shown=before).text
    assert "The child has sent more since you opened this page" in refused
    assert "and he has a key" in refused
    assert "ringing now</textarea>" in refused
    refused = act_on(lead, page, "envelope", 400, reason="to ring", shown=before).text
    assert 'value="to ring"' in refused
    assert concern_at(lite, page).state == "new"
    with lite.session() as session:
        assert session.scalars(select(ReadMark)).all() == []
    end_on_page(lead, page)
    assert concern_at(lite, page).state == "closed"


def test_a_text_that_comes_after_the_reading_keeps_it_from_being_closed(
    lite: World,
) -> None:
    invitation, page = unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    act_on(lead, page, "seen", note="ringing", shown=shown_on(lead, page))
    later_send(lite, invitation, "one thing more")
    refused = act_on(lead, page, "close", 400, note="well", outcome="safe").text
    assert "one thing more" in refused
    act_on(lead, page, "read", shown=shown_on(lead, page))
    act_on(lead, page, "close", note="well", outcome="safe")


@POSTGRESQL_MOSTLY
def test_a_text_that_comes_at_the_same_moment_is_read_or_has_an_open_concern(
    world: World,
) -> None:
    lead = world.lead()
    for number in range(3):
        invitation, page = unsafe_child(world)
        client = world.sign_in(lead)
        act_on(client, page, "seen", note="ringing", shown=shown_on(client, page))
        barrier = threading.Barrier(2)

        def close(page: str = page, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            with (
                contextlib.suppress(verbs.StepRefused),
                world.parts.database.short_write() as session,
            ):
                concern = session.get_one(Concern, page.rpartition("/")[2])
                verbs.close_concern(
                    session,
                    world.parts.keys,
                    concern,
                    outcome="safe",
                    note="well",
                    person_id=lead.id,
                )

        closing = threading.Thread(target=close)
        closing.start()
        barrier.wait()
        later_send(world, invitation, f"more {number}")
        closing.join()
        with world.session() as session:
            open_ones = session.scalars(
                select(Concern).where(
                    Concern.invitation_id == invitation.id, Concern.state != "closed"
                )
            ).all()
        assert "set_aside" in {one.source for one in open_ones}


def test_what_is_closed_meanwhile_is_not_closed_twice_and_keeps_what_was_typed(
    lite: World,
) -> None:
    _invitation, page = unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    deputy = lite.sign_in(lite.person("Deputy Dogwood", "deputy"))
    end_on_page(lead, page)
    refused = act_on(deputy, page, "close", 400, note="mine", outcome="police").text
    assert "Somebody else ended it meanwhile" in refused
    assert re.search(r'id="note-more"[^>]*>mine</textarea>', refused)
    assert concern_at(lite, page).outcome == "safe"
    refused = act_on(deputy, page, "seen", 400, note="mine too").text
    assert "mine too</textarea>" in refused
    act_on(deputy, page, "note", note="mine")
    assert concern_at(lite, page).state == "closed"


def test_a_closed_concern_is_opened_again_with_a_reason_and_its_clock_begins_anew(
    lite: World,
) -> None:
    _invitation, page = unsafe_child(lite)
    lead = lite.sign_in(lite.lead())
    end_on_page(lead, page)
    refused = act_on(lead, page, "reopen", 400, reason=" ").text
    assert '<a href="#reopen-reason">Say why' in refused
    refused = act_on(lead, page, "reopen", 400, reason="r" * 401).text
    assert "r" * 401 in refused
    later = NOON + timedelta(days=3)
    with clock.set_clock(later, everywhere=True):
        lead = lite.sign_in(lite.lead())
        act_on(lead, page, "reopen", reason="the school rang")
        shown = lead.get(page).text
        assert "opened again Saturday 17 October" in shown
        assert "the school rang" in shown
        lead.submit(page, {"reason": "again"}, to=f"{page}/reopen", expect=303)
    found = concern_at(lite, page)
    assert (found.state, found.owner_id, found.outcome) == ("new", None, None)
    assert (found.reopened_at, found.times_reopened) == (later, 1)
    assert audited(lite, "concern_reopened") == 1
    with (
        clock.set_clock(later + timedelta(days=3), everywhere=True),
        lite.parts.database.short_write() as session,
    ):
        escalation.take_steps(session, lite.parts.settings)
        told = session.execute(
            select(OutboxMessage.kind, OutboxMessage.reopening).where(
                OutboxMessage.about_id == found.id
            )
        ).all()
    assert ("concern", 0) in told
    assert {kind for kind, number in told if number == 1} >= {
        "concern",
        "concern_reminder",
        "concern_deputy",
        "concern_manager",
        "concern_duty",
    }


def test_whoever_the_other_concern_of_a_child_is_about_sees_neither(
    lite: World,
) -> None:
    """Two concerns of one child: that about the deputy bars them from the other too, and from its count."""
    invitation, page = unsafe_child(lite)
    later_send(lite, invitation, "he is the deputy")
    about = lite.person("Deputy Dogwood", "deputy").id
    with lite.session(reading=False) as session:
        other = session.scalars(
            select(Concern).where(Concern.source == "set_aside")
        ).one()
        other.about_id = about
        session.commit()
    deputy = lite.sign_in(lite.people["Deputy Dogwood"])
    deputy.get(page, expect=404)
    assert "Concerns:" not in deputy.get("/safeguarding/").text
    assert "he is the deputy" in lite.sign_in(lite.lead()).get(page).text


def test_a_reader_who_may_not_see_the_words_does_not_close_over_them(
    lite: World,
) -> None:
    officer = lite.person("Officer Amber", "iro", "lead")
    invitation = lite.invitation(officer)
    form = lite.form(invitation, {}, {"better": "he never rang"})
    form |= {"talk_to": ["not_safe"], "iro_sees": ["no"]}
    assert lite.receive(form).verdict == "thanks"
    page = address_of(lite, invitation)
    client = lite.sign_in(officer)
    act_on(client, page, "seen", note="I see", shown=shown_on(client, page))
    refused = act_on(client, page, "close", 400, note="well", outcome="safe").text
    assert "Another reader has to read the words" in refused
    assert "he never rang" not in refused
    deputy: CheckedClient = lite.sign_in(lite.person("Deputy Dogwood", "deputy"))
    act_on(deputy, page, "read", shown=shown_on(deputy, page))
    act_on(client, page, "close", note="well", outcome="safe")
