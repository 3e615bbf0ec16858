"""When a link opens, and when what was written on its page still counts (promises 4, 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bench.support.world import LINK_END, World
from feedback_app import clock
from feedback_app.invitations import issue as invitations
from feedback_app.invitations import links
from feedback_app.models.invitation import Invitation
from tests.conftest import NOON
from tests.support.tables import contents, counts

PREVIEWS = (
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (compatible; MS-SafeLinks)",
)
END = LINK_END
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def written(world: World) -> Iterator[list[str]]:
    """Every statement but SELECT that the engine was given during the test."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            said.append(statement)

    engine = world.parts.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_p04_fifty_previews_of_a_good_link_write_nothing_and_the_send_still_works(
    world: World, written: list[str]
) -> None:
    invitation = world.invitation()
    token, engine = world.token(invitation), world.parts.database.engine
    before = contents(engine)
    written.clear()
    phone = world.client()
    for number in range(50):
        ask = phone.http.head if number % 2 else phone.http.get
        assert (
            ask(f"/r/{token}", headers={"User-Agent": PREVIEWS[number % 5]}).status_code
            == 200
        )
        assert phone.http.options(f"/r/{token}").status_code == 200
    assert written == []
    assert contents(engine) == before
    phone.post("/r", world.form(invitation, {"know_iro": ["yes"]}))
    assert counts(engine)["response"] == 1


def test_p04_the_database_itself_refuses_a_write_on_a_get(world: World) -> None:
    with world.app.test_request_context("/r"):
        from feedback_app.web import context

        invitation = world.invitation()
        with pytest.raises(SQLAlchemyError):
            links.claim_answer(context.db_session(), invitation.id, at=NOON)
    with world.session() as session:
        assert session.get_one(Invitation, invitation.id).outcome == "waiting"


@pytest.mark.parametrize(
    ("at", "status"),
    [(END - SECOND, 200), (END, 404), (END + SECOND, 404)],
    ids=["a second before", "at", "after"],
)
def test_p05_a_link_opens_until_its_end_and_not_from_then_on(
    world: World, at: datetime, status: int
) -> None:
    token = world.token(world.invitation())
    with clock.set_clock(at, everywhere=True):
        world.client().get(f"/r/{token}", expect=status)


@pytest.mark.parametrize(
    ("loaded_at", "sent_at", "counts_as"),
    [
        (END - SECOND, END - SECOND, "response"),
        (END - SECOND, END, "response"),
        (END - SECOND, END + SECOND, "response"),
        (END - SECOND, END + 59 * MINUTE, "response"),
        (END - SECOND, END + 60 * MINUTE, "response"),
        (END - SECOND, END + 60 * MINUTE + SECOND, "set_aside"),
        (END - SECOND, END + 61 * MINUTE, "set_aside"),
        (END, END + SECOND, "set_aside"),
        (END - 14 * 24 * 60 * MINUTE, END + 10_000 * MINUTE, "set_aside"),
    ],
)
def test_p05_what_was_loaded_before_the_end_counts_for_an_hour_and_is_set_aside_after(
    world: World, loaded_at: datetime, sent_at: datetime, counts_as: str
) -> None:
    invitation = world.invitation()
    with clock.set_clock(sent_at, everywhere=True):
        form = world.form(invitation, {"know_iro": ["yes"]}, loaded_at=loaded_at)
        page = world.client().post("/r", form)
    stored = counts(world.parts.database.engine)
    assert {name: stored[name] for name in ("response", "set_aside")} == {
        "response": 0,
        "set_aside": 0,
    } | {counts_as: 1}
    assert ("A person will read it" in page.text) is (counts_as == "set_aside")


@pytest.mark.parametrize("minutes", [59, 61])
@pytest.mark.parametrize("how", ["ended", "declined", "re-issued", "run out and swept"])
def test_p05_however_a_link_ends_its_page_may_send_for_an_hour(
    world: World, how: str, minutes: int
) -> None:
    invitation = world.invitation()
    form = world.form(invitation, {"know_iro": ["yes"]}, loaded_at=NOON)
    over = NOON + 5 * MINUTE
    with (
        clock.set_clock(over, everywhere=True),
        world.session(reading=False) as session,
        session.begin(),
    ):
        over = end_it(world, session, invitation, how, over)
    with clock.set_clock(over + minutes * MINUTE, everywhere=True):
        world.client().get(f"/r/{form['link'][0]}", expect=404)
        world.client().post("/r", form)
    stored = counts(world.parts.database.engine)
    assert (stored["response"], stored["set_aside"]) == (
        (1, 0) if minutes == 59 else (0, 1)
    )


def end_it(
    world: World, session: Session, invitation: Invitation, how: str, at: datetime
) -> datetime:
    """End the link in that way; the instant of its end."""
    keys, mine = world.parts.keys, session.get_one(Invitation, invitation.id)
    if how == "re-issued":
        assert invitations.reissue_link(
            session, keys, mine, days=14, person_id=mine.issuer_id
        )
    elif how in ("ended", "declined"):
        assert invitations.end_invitation(
            session, keys, mine, person_id=mine.issuer_id, outcome=how
        )
    else:
        from feedback_app.worker import end_expired_links

        with clock.set_clock(END + 5 * MINUTE, everywhere=True):
            assert end_expired_links(session) == 1
        return END
    return at


def test_p05_a_new_link_ends_the_older_one_and_only_one_of_both_is_counted(
    world: World,
) -> None:
    invitation = world.invitation()
    older = world.form(invitation, {"know_iro": ["yes"]})
    with world.session(reading=False) as session, session.begin():
        mine = session.get_one(Invitation, invitation.id)
        invitations.reissue_link(
            session, world.parts.keys, mine, days=14, person_id=mine.issuer_id
        )
    newer = world.form(mine, {"know_iro": ["no"]})
    assert older["link"] != newer["link"]
    with clock.set_clock(NOON + MINUTE, everywhere=True):
        world.client().get(f"/r/{older['link'][0]}", expect=404)
        world.client().get(f"/r/{newer['link'][0]}")
        world.client().post("/r", newer)
        assert "A person will read it" in world.client().post("/r", older).text
    stored = counts(world.parts.database.engine)
    assert (stored["response"], stored["set_aside"]) == (1, 1)
