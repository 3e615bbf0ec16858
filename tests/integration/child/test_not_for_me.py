"""A link that reached the wrong person: one tap says so, nothing counts, nothing written is lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.world import LINK_END, World
from feedback_app import clock
from feedback_app.invitations import issue as invitations
from feedback_app.invitations.tokens import mark_of
from feedback_app.models.invitation import Invitation
from feedback_app.models.text import QueueEntry, SetAside
from feedback_app.month import Month
from feedback_app.records.envelopes import envelope_end
from feedback_app.records.rules import retention_rules
from feedback_app.reports.figures.board import month_board
from feedback_app.responses.set_aside import open_set_aside
from tests.conftest import NOON
from tests.support.asking import invite_group
from tests.support.tables import counts

WORDS = "I am not the one you think, but I saw it too"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def said_of(
    world: World,
    invitation: Invitation,
    texts: dict[str, str] | None = None,
    **more: Sequence[str] | str,
) -> dict[str, list[str]]:
    """What the page sends when its "This is not for me" is pressed."""
    return world.form(invitation, {}, texts, not_for_me="1", **more)


def outcome(world: World, invitation: Invitation) -> str:
    with world.session() as session:
        return session.get_one(Invitation, invitation.id).outcome


def stored(world: World) -> tuple[int, int]:
    """How many responses and how many sends set aside there are."""
    found = counts(world.parts.database.engine)
    return found["response"], found["set_aside"]


def end(world: World, invitation: Invitation, *, how: str) -> None:
    at = clock.set_clock(NOON + MINUTE, everywhere=True)
    with at, world.session(reading=False) as session, session.begin():
        mine, keys = session.get_one(Invitation, invitation.id), world.parts.keys
        if how == "re-issued":
            assert invitations.reissue_link(
                session, keys, mine, days=14, person_id=mine.issuer_id
            )
        else:
            assert invitations.end_invitation(
                session,
                keys,
                mine,
                person_id=mine.issuer_id,
                outcome=how,
            )


def test_one_tap_ends_the_link_counts_nothing_and_leaves_nothing_on_the_phone(
    world: World,
) -> None:
    invitation = world.invitation()
    phone = world.client()
    phone.get(f"/r/{world.token(invitation)}")
    thanks = phone.post("/r", said_of(world, invitation))
    assert "This link does not work now" in thanks.text
    assert "Max-Age=0" in thanks.headers["Set-Cookie"]
    assert outcome(world, invitation) == "not_for_me"
    assert stored(world) == (0, 0)
    cookie = f"link-{mark_of(world.token(invitation))}"
    assert phone.http.get_cookie(cookie) is None
    phone.get(f"/r/{world.token(invitation)}", expect=404)


def test_without_script_the_thank_you_is_a_page_of_its_own_in_the_childs_words(
    world: World,
) -> None:
    invitation = world.invitation(band="4-7")
    answer = world.client().post(
        "/r", said_of(world, invitation, plain="1"), expect=303
    )
    assert answer.location == "/sent/not_for_me/4-7/young/en"
    assert (
        "The one who gave it out can see that"
        in world.client().get(answer.location).text
    )


def test_what_was_written_with_it_is_set_aside_and_says_that_it_is_somebody_elses(
    world: World,
) -> None:
    invitation = world.invitation()
    form = said_of(world, invitation, {"better": WORDS}, talk_to="not_safe")
    for _ in range(2):
        page = world.client().post("/r", form)
        assert "If you wrote something, a person will read it" in page.text
    assert (outcome(world, invitation), stored(world)) == ("not_for_me", (0, 1))
    with world.session() as session:
        kept = open_set_aside(world.parts.keys, session.scalars(select(SetAside)).one())
        entry = session.scalars(select(QueueEntry.id)).one()
    assert kept == {"not_for_me": ["1"], "q-better": [WORDS], "talk_to": ["not_safe"]}
    text = world.sign_in(world.lead()).get(f"/safeguarding/texts/{entry}").text
    assert "This is not for me" in text
    assert WORDS in text


def test_said_twice_it_is_the_same_thank_you_and_what_is_sent_later_is_set_aside(
    world: World,
) -> None:
    invitation = world.invitation()
    late = world.form(invitation, {"know_iro": ["yes"]})
    first = world.client().post("/r", said_of(world, invitation))
    assert world.client().post("/r", said_of(world, invitation)).data == first.data
    assert stored(world) == (0, 0)
    assert "A person will read it" in world.client().post("/r", late).text
    assert (outcome(world, invitation), stored(world)) == ("not_for_me", (0, 1))


@pytest.mark.parametrize("how", ["ended", "declined", "re-issued"])
def test_said_of_a_link_that_is_over_it_is_a_later_send_like_any_other(
    world: World, how: str
) -> None:
    invitation = world.invitation()
    form = said_of(world, invitation)
    end(world, invitation, how=how)
    before = outcome(world, invitation)
    with clock.set_clock(NOON + 2 * MINUTE, everywhere=True):
        assert "A person will read it" in world.client().post("/r", form).text
    assert (outcome(world, invitation), stored(world)) == (before, (0, 1))
    assert (
        before
        == {"ended": "ended", "declined": "declined", "re-issued": "waiting"}[how]
    )


def test_said_of_a_link_that_was_answered_the_answer_stays(world: World) -> None:
    invitation = world.invitation()
    assert (
        world.receive(world.form(invitation, {"know_iro": ["yes"]})).verdict == "thanks"
    )
    assert (
        "A person will read it"
        in world.client().post("/r", said_of(world, invitation)).text
    )
    assert (outcome(world, invitation), stored(world)) == ("answered", (1, 1))


def test_said_of_a_link_that_never_was_it_gets_the_dead_links_page(
    world: World,
) -> None:
    page = world.client().post(
        "/r", {"link": "A" * 43, "page": "x", "not_for_me": "1"}, expect=404
    )
    assert "This link does not work now" in page.text


@pytest.mark.parametrize(
    ("minutes", "becomes"), [(59, ("not_for_me", (0, 0))), (61, ("waiting", (0, 1)))]
)
def test_a_page_loaded_before_the_links_end_may_say_it_for_an_hour(
    world: World, minutes: int, becomes: tuple[str, tuple[int, int]]
) -> None:
    invitation = world.invitation()
    form = said_of(world, invitation)
    with clock.set_clock(LINK_END + minutes * MINUTE, everywhere=True):
        world.client().post("/r", form)
    assert (outcome(world, invitation), stored(world)) == becomes


def test_p03_said_by_one_phone_while_another_sends_exactly_one_of_both_counts(
    world: World,
) -> None:
    invitation = world.invitation()
    forms = [
        said_of(world, invitation)
        if n % 2
        else world.form(invitation, {"know_iro": ["yes"]})
        for n in range(8)
    ]
    together = threading.Barrier(len(forms))

    def send(form: dict[str, list[str]]) -> str:
        together.wait()
        return world.receive(form).verdict

    with ThreadPoolExecutor(len(forms)) as phones:
        verdicts = list(phones.map(send, forms))
    answered = outcome(world, invitation) == "answered"
    assert set(verdicts) == (
        {"thanks", "set_aside"} if answered else {"not_for_me", "set_aside"}
    )
    assert stored(world)[0] == (1 if answered else 0)


def test_its_envelope_is_kept_like_that_of_a_link_nobody_answered(world: World) -> None:
    invitation = world.invitation()
    world.client().post("/r", said_of(world, invitation))
    with world.session() as session:
        assert (
            envelope_end(
                session,
                session.get_one(Invitation, invitation.id),
                retention_rules(world.parts.settings)[0],
            )
            == LINK_END + 28 * DAY
        )


def test_the_iro_sees_which_link_it_was_and_nothing_is_counted_as_heard(
    world: World,
) -> None:
    invitation = world.invitation(pn="PN6", reference="CASE-SENTINEL")
    iro = world.sign_in(world.iro())
    assert "CASE-SENTINEL" in iro.get("/iro/month").text
    world.client().post("/r", said_of(world, invitation, {"better": WORDS}))
    page = iro.get("/iro/month").text
    assert "Links that were not for the child" in page
    assert "Asked on 14 October, age 8–11,\ndid not take part" in page
    for hidden in ("CASE-SENTINEL", WORDS, "Done"):
        assert hidden not in page
    iro.get(f"/iro/links/{invitation.id}", expect=404)
    with world.session() as session:
        seen = month_board(
            session,
            "rate-my-review",
            Month.containing(clock.today()),
            world.parts.settings,
        )
    assert (seen.total_heard.counted_children, seen.waiting_links) == (0, 0)


def test_the_manager_sees_how_many_on_the_board_and_which_among_their_own(
    world: World,
) -> None:
    manager = world.sign_in(world.manager())
    invite_group(
        manager,
        {
            "survey": "u-matter",
            "band": "12-17",
            "how_chosen": "random",
            "references": "A-1",
        },
    )
    with world.session() as session:
        own = session.scalars(select(Invitation)).one()
    rated = world.invitation()
    assert "not for the child" not in manager.get("/manager/2026-10").text
    for one in (own, rated):
        assert world.receive(said_of(world, one)).verdict == "not_for_me"
    assert (
        "1 link was not for the child who opened it"
        in manager.get("/manager/2026-10").text
    )
    page = manager.get("/manager/asked").text
    assert "The yearly survey: Asked on 14 October, age 12–17" in page
    assert "There are none" in page
    with clock.set_clock(NOON + 15 * DAY, everywhere=True):
        manager = world.sign_in(world.manager())
        assert "not for the child" not in manager.get("/manager/asked").text


def test_a_paper_form_of_such_a_link_is_not_keyed_in(world: World) -> None:
    invitation = world.invitation()
    words = world.words(invitation)
    world.client().post("/r", said_of(world, invitation))
    page = world.sign_in(world.manager()).submit(
        "/paper/", {"words": words}, expect=400
    )
    assert "No form with these four words is waiting" in page.text
