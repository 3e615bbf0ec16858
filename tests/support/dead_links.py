"""Links of every kind that must not open, and all that a reader could tell two answers apart by."""

from __future__ import annotations

from datetime import timedelta

from werkzeug.test import TestResponse

from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.invitations import issue as invitations
from feedback_app.models.invitation import Invitation


def dead_links(world: World) -> dict[str, str]:
    """A token of every kind that must not open: now is a minute after NOON, and the run-out link ended before."""
    with clock.set_clock(NOON - timedelta(days=15), everywhere=True):
        run_out = world.token(world.invitation(band="12-17"))
    bands = ("4-7", "8-11", "12-17", "8-11", "4-7")
    used, ended, declined, older, strayed = (
        world.invitation(band=band) for band in bands
    )
    tokens = {
        "used": world.token(used),
        "ended": world.token(ended),
        "said no": world.token(declined),
    }
    tokens |= {
        "re-issued": world.token(older),
        "run out": run_out,
        "not for me": world.token(strayed),
    }
    assert world.receive(world.form(strayed, not_for_me="1")).verdict == "not_for_me"
    assert world.receive(world.form(used)).verdict == "thanks"
    with world.session(reading=False) as session, session.begin():
        end, keys = invitations.end_invitation, world.parts.keys
        assert end(
            session,
            keys,
            session.get_one(Invitation, ended.id),
            person_id=ended.issuer_id,
        )
        assert end(
            session,
            keys,
            session.get_one(Invitation, declined.id),
            person_id=ended.issuer_id,
            outcome="declined",
        )
        mine = session.get_one(Invitation, older.id)
        assert invitations.reissue_link(
            session, keys, mine, days=14, person_id=ended.issuer_id
        )
    return {"unknown": "A" * 43, "not even a token": "x", **tokens}


def whole(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """All that a reader could tell two answers apart by."""
    return answer.status_code, sorted(answer.headers.to_wsgi_list()), answer.data
