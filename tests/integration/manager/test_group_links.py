"""What a mis-tap did to a link of a group is taken back, and what was noted wrongly is put right while it waits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import AuditEntry
from tests.conftest import NOON


def group_link(world: World) -> tuple[CheckedClient, Invitation, str]:
    """A manager's browser, a link of theirs, and the path of its page."""
    manager = world.manager()
    one = world.invitation(manager, survey="u-matter", reference="CP-7")
    return world.sign_in(manager), one, f"/manager/asked/{one.id}"


def opens(world: World, token: str) -> bool:
    """Whether the link of that token draws its survey."""
    return world.client().http.get(f"/r/{token}").status_code == 200


def test_an_end_is_taken_back_where_it_leads_and_in_the_list_and_the_card_works(
    world: World,
) -> None:
    manager, one, path = group_link(world)
    token = world.token(one)
    cards = "/manager/asked/cards?survey=u-matter&band=8-11&day=2026-10-14"
    assert f'href="{path}"' in manager.get(cards).text
    for where in (path, "/manager/asked"):
        assert "CP-7" in manager.get(path).text
        assert manager.submit(path, to=f"{path}/end").location == path
        assert not opens(world, token)
        ended = manager.get(where).text
        assert f'action="{path}/back"' in ended
        assert "CP-7" not in ended
        manager.submit(where, to=f"{path}/back")
        assert opens(world, token)
    assert "Ended by you" not in manager.get("/manager/asked").text


def test_a_card_that_was_not_lost_works_again_and_the_newer_one_no_longer(
    lite: World,
) -> None:
    manager, one, path = group_link(lite)
    first = lite.token(one)
    with clock.set_clock(NOON + timedelta(days=3), everywhere=True):
        manager = lite.sign_in(lite.manager())
        manager.submit(path, to=f"{path}/again")
        newer = re.search(r"/r/([A-Za-z0-9_-]{43})", manager.get(path).text)
        assert newer
        assert newer[1] != first
        assert "works until Wednesday 28 October" in manager.get(path).text
        for issue in ("2", "2", "x"):
            manager.submit(path, {"issue": issue}, to=f"{path}/again/back")
            assert opens(lite, first)
            assert not opens(lite, newer[1])


def test_age_marks_and_look_are_put_right_and_the_card_stays(world: World) -> None:
    manager, one, path = group_link(world)
    token, page = world.token(one), manager.get(f"{path}/correct").text
    assert 'value="16-25"' in page
    assert 'name="pn_code"' not in page
    for fields, words in (
        ({"band": "12-17", "over18": "y"}, "“18 or over” is for the age"),
        ({"band": "8-11", "over5": "y"}, "“Over 5” is for the age"),
        ({"band": "20-30"}, "Not a valid choice"),
    ):
        refused = manager.submit(f"{path}/correct", fields, expect=400).text
        assert words in refused
    right = {"band": "16-25", "over18": "y", "easy": "y"}
    assert manager.submit(f"{path}/correct", right).location == path
    assert world.token(one) == token
    with world.session() as session:
        kept = session.get_one(Invitation, one.id)
        [entry] = session.scalars(
            select(AuditEntry).where(AuditEntry.what == "invitation_corrected")
        )
    assert (kept.band, kept.look, kept.over16, kept.over18) == (
        "16-25",
        "easy",
        True,
        True,
    )
    assert (kept.pn_code, kept.mode) == (None, None)
    assert "CP-7" not in entry.reason
    assert opens(world, token)


def test_a_survey_that_is_not_written_for_an_age_does_not_offer_it(lite: World) -> None:
    manager = lite.manager()
    one = lite.invitation(manager, survey="safeguarding")
    page = lite.sign_in(manager).get(f"/manager/asked/{one.id}/correct").text
    assert re.findall(r'name="band"[^>]* value="([^"]+)"', page) == ["8-11", "12-17"]
    assert 'name="over5"' not in page
    assert 'name="over18"' not in page
    assert 'name="over16"' in page


@pytest.mark.parametrize("tap", ["end", "again", "back", "again/back", "correct"])
def test_once_answered_nothing_is_changed_any_more(lite: World, tap: str) -> None:
    manager, one, path = group_link(lite)
    assert lite.receive(lite.form(one)).verdict == "thanks"
    manager.get(path, expect=404)
    manager.get(f"{path}/correct", expect=404)
    manager.submit("/manager/ask", {"band": "12-17", "issue": "1"}, to=f"{path}/{tap}")
    with lite.session() as session:
        kept = session.get_one(Invitation, one.id)
    assert (kept.outcome, kept.band, kept.issue_number) == ("answered", "8-11", 1)


def test_p21_another_managers_link_and_an_iros_own_are_as_unknown_as_none(
    lite: World,
) -> None:
    _manager, one, path = group_link(lite)
    other = lite.sign_in(lite.manager("Manager Mulberry"))
    both = lite.person("Manager and IRO Myrtle", "iro", "manager")
    reviewed = f"/manager/asked/{lite.invitation(both).id}"
    for client, address in ((other, path), (lite.sign_in(both), reviewed)):
        client.get(address, expect=404)
        client.get(f"{address}/correct", expect=404)
        for tap in ("end", "again", "back", "again/back", "correct"):
            fields = {"band": "12-17", "issue": "1"}
            client.submit("/manager/ask", fields, to=f"{address}/{tap}", expect=404)
    with lite.session() as session:
        assert session.get_one(Invitation, one.id).outcome == "waiting"
