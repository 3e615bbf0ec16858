"""Somebody who leaves strands no link: another takes them, or they end; and leaving can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.people.persons import disable_if_unused


def outcome_of(world: World, invitation: Invitation) -> str:
    """How it stands."""
    with world.session() as session:
        return session.get_one(Invitation, invitation.id).outcome


def test_the_links_of_an_iro_who_leaves_go_to_another_and_come_back(
    world: World,
) -> None:
    leaver, other = world.iro("Officer Dune"), world.iro("Officer Pine")
    one = world.invitation(leaver, reference="RF-77")
    token = world.token(one)
    admin = world.sign_in(world.administrator())
    path = f"/admin/people/{leaver.id}"
    page = admin.get(f"{path}/left").text
    assert "1 link of theirs has no answer yet." in page
    assert "RF-77" not in page
    admin.submit(f"{path}/left", expect=400)
    admin.submit(f"{path}/left", {"links_to": world.manager().id}, expect=409)
    admin.submit(f"{path}/left", {"links_to": other.id})
    assert "RF-77" in world.sign_in(other).get("/iro/month").text
    world.client().get(f"/r/{token}")
    admin.submit(path, to=f"{path}/left/back")
    assert "RF-77" not in world.sign_in(other).get("/iro/month").text
    assert "RF-77" in world.sign_in(leaver).get("/iro/month").text
    with world.session() as session:
        assert session.get_one(Person, leaver.id).left_at is None


def test_links_that_were_ended_wait_again_when_leaving_is_taken_back(
    lite: World,
) -> None:
    leaver = lite.iro()
    one = lite.invitation(leaver)
    admin = lite.sign_in(lite.administrator())
    path = f"/admin/people/{leaver.id}"
    admin.submit(f"{path}/left", {"links_to": "end"})
    assert outcome_of(lite, one) == "ended"
    admin.submit(path, to=f"{path}/left/back")
    assert outcome_of(lite, one) == "waiting"


@pytest.mark.parametrize("links", [True, False])
def test_a_manager_hands_group_links_to_another_manager_and_who_has_none_just_leaves(
    lite: World, links: bool
) -> None:
    leaver, other = lite.manager(), lite.manager("Manager Mulberry")
    if links:
        lite.invitation(leaver, survey="u-matter")
    admin = lite.sign_in(lite.administrator())
    path = f"/admin/people/{leaver.id}"
    assert (lite.iro().name in admin.get(f"{path}/left").text) is False
    admin.submit(f"{path}/left", {"links_to": other.id} if links else {})
    with lite.session() as session:
        assert session.get_one(Person, leaver.id).left_at


WAYS = {
    "left": ("left", {}),
    "switched off": ("off", {}),
    "role taken away": ("roles", {"roles": ["manager", "lead"]}),
}
"""How an administrator's page ends somebody's work as an IRO: the form, and what it says beside who takes the links."""
BACK = {
    "left": ("left/back", {}),
    "switched off": ("on", {}),
    "role taken away": ("roles", {"roles": ["iro"]}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("to", ["another", "end"])
def test_whoever_stops_being_an_iro_strands_no_link_and_it_comes_back_with_them(
    world: World, way: str, to: str
) -> None:
    officer, other = world.iro("Officer Dune"), world.iro("Officer Pine")
    one = world.invitation(officer, reference="RF-77")
    admin, path = world.sign_in(world.administrator()), f"/admin/people/{officer.id}"
    form, fields = WAYS[way]
    taker = other.id if to == "another" else "end"
    if way != "left":
        asked = admin.submit(path, fields, to=f"{path}/{form}", expect=200).text
        assert "Nothing is changed yet. 1 link of theirs has no answer yet." in asked
        assert "Officer Pine" in asked
        assert "RF-77" not in asked
    for wrong, status in (("", 400), (world.manager().id, 409), ("x", 409)):
        chosen = fields | {"links_to": wrong}
        page = admin.submit(path, chosen, to=f"{path}/{form}", expect=status).text
        assert "Choose who takes" in page
    with world.session() as session:
        kept = session.get_one(Person, officer.id)
        assert (kept.active, kept.roles) == (True, {"iro"})
    admin.submit(path, fields | {"links_to": taker}, to=f"{path}/{form}")
    with world.session() as session:
        kept_link = session.get_one(Invitation, one.id)
        holder = session.get_one(Person, kept_link.issuer_id)
    if to == "end":
        assert kept_link.outcome == "ended"
    else:
        assert (kept_link.outcome, holder.id) == ("waiting", other.id)
        assert "RF-77" in world.sign_in(other).get("/iro/month").text
    back, fields = BACK[way]
    admin.submit(path, fields, to=f"{path}/{back}")
    assert "RF-77" in world.sign_in(officer).get("/iro/month").text
    assert "RF-77" not in world.sign_in(other).get("/iro/month").text
    assert outcome_of(world, one) == "waiting"


def test_a_role_that_opens_other_links_takes_none_along(lite: World) -> None:
    both = lite.person("Manager and IRO Myrtle", "iro", "manager")
    other = lite.iro("Officer Pine")
    reviewed = lite.invitation(both, reference="RF-1")
    grouped = lite.invitation(both, survey="u-matter", reference="CP-1")
    admin, path = lite.sign_in(lite.administrator()), f"/admin/people/{both.id}"
    chosen = {"roles": ["manager"], "links_to": other.id}
    admin.submit(path, chosen, to=f"{path}/roles")
    admin.submit(path, {"roles": ["manager", "lead"]}, to=f"{path}/roles")  # none asked
    with lite.session() as session:
        assert session.get_one(Invitation, reviewed.id).issuer_id == other.id
        assert session.get_one(Invitation, grouped.id).issuer_id == both.id


def test_a_pasted_list_takes_no_role_away(lite: World) -> None:
    officer = lite.iro()
    one, admin = lite.invitation(officer), lite.sign_in(lite.administrator())
    pasted = {"people": f"{officer.name}, {officer.email}, Administrator"}
    page = admin.submit("/admin/invite-list", pasted, expect=400).text
    assert "Have an account already" in page
    with lite.session() as session:
        assert session.get_one(Person, officer.id).roles == {"iro"}
        assert session.get_one(Invitation, one.id).issuer_id == officer.id


def test_an_account_that_is_switched_off_as_unused_leaves_no_open_link(
    lite: World,
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer)
    with (
        clock.set_clock(clock.now() + timedelta(days=10), everywhere=True),
        lite.app.app_context(),
        lite.parts.database.short_write() as session,
    ):
        row = session.get_one(Person, officer.id)
        assert disable_if_unused(session, lite.parts.keys, row, days=5)
    assert outcome_of(lite, one) == "ended"
    admin, path = lite.sign_in(lite.administrator()), f"/admin/people/{officer.id}"
    admin.submit(path, to=f"{path}/on")
    assert outcome_of(lite, one) == "waiting"
