"""The administrator manages people and roles, and reads no feedback (promises 18, 24)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import audit, clock
from feedback_app.labels import label
from feedback_app.messages.recipients import recipients_of
from feedback_app.messages.wording import write_message
from feedback_app.models.person import Passkey, Person, RecoveryCode
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.people import staff_messages
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each


def audited(world: World, what: str) -> list[AuditEntry]:
    with world.session() as session:
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None
        return list(session.scalars(select(AuditEntry).where(AuditEntry.what == what)))


def told(world: World) -> list[tuple[str, str]]:
    with world.session() as session:
        messages = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "person_changed")
        ).all()
        found = [
            staff_messages.write_staff_message(
                session, world.parts.keys, world.parts.settings, one
            )
            for one in messages
        ]
    return [(mail[2], mail[1]) for mail in found if mail]


def change(
    client: CheckedClient,
    person: Person,
    what: str,
    data: dict[str, object] | None = None,
    *,
    expect: int = 303,
) -> str:
    return client.submit(
        f"/admin/people/{person.id}",
        data,
        to=f"/admin/people/{person.id}/{what}",
        expect=expect,
    ).text


def test_p18_new_roles_end_sessions_at_once_and_are_told(world: World) -> None:
    officer, administrator = world.iro(), world.sign_in(world.administrator())
    before = world.sign_in(officer)
    change(administrator, officer, "roles", {"roles": ["manager", "iro"]})
    before.get("/iro/month", expect=303)
    world.sign_in(officer).get("/manager/2026-10")
    [entry] = audited(world, "roles_changed")
    assert (entry.about, entry.reason) == (officer.id, "iro > iro,manager")
    [(to, words)] = told(world)
    assert to == officer.email
    assert "What you may do" in words


@pytest.mark.parametrize(
    ("what", "kind"), [("off", "person_disabled"), ("left", "person_left")]
)
def test_p18_switching_off_and_leaving_end_sessions_at_once(
    world: World, what: str, kind: str
) -> None:
    officer, administrator = world.iro(), world.sign_in(world.administrator())
    before = world.sign_in(officer)
    change(administrator, officer, what)
    before.get("/iro/month", expect=303)
    world.client().submit(
        "/sign-in",
        {"email": officer.email, "password": "a long and quiet password"},
        expect=400,
    )
    assert len(audited(world, kind)) == 1
    assert len(told(world)) == 1
    with world.session() as session:
        row = session.get_one(Person, officer.id)
        assert (row.active, row.roles) == (False, {"iro"})
        assert (row.left_at == NOON) is (what == "left")
    change(administrator, officer, "on")
    world.sign_in(officer).get("/iro/month")


@pytest.mark.parametrize("what", ["off", "left"])
def test_the_only_administrator_stays(lite: World, what: str) -> None:
    me = lite.administrator()
    client = lite.sign_in(me)
    assert "only administrator" in change(client, me, what, expect=409)
    other = lite.administrator("Administrator Ash")
    change(client, other, "off")
    assert "only administrator" in change(client, me, what, expect=409)
    change(client, other, "on")
    change(client, me, what)
    client.get("/admin/", expect=303)


@pytest.mark.parametrize(
    "roles", [["administrator", "lead", "manager"], ["iro"], ["deputy"]]
)
def test_p24_nobody_changes_their_own_roles(lite: World, roles: list[str]) -> None:
    me, other = lite.administrator(), lite.administrator("Administrator Ash")
    client = lite.sign_in(me)
    page = change(client, me, "roles", {"roles": roles}, expect=409)
    assert "Nobody changes their own roles" in page
    with lite.session() as session:
        assert session.get_one(Person, me.id).roles == {"administrator"}
    client.get("/safeguarding/", expect=404)
    change(lite.sign_in(other), me, "roles", {"roles": roles})
    with lite.session() as session:
        assert session.get_one(Person, me.id).roles == set(roles)


@pytest.mark.parametrize("role", ["lead", "deputy", "manager"])
@pytest.mark.parametrize("by", ["roles", "invitation"])
def test_who_may_now_read_is_told_at_once_to_everybody_who_reads(
    lite: World, role: str, by: str
) -> None:
    readers = [lite.lead(), lite.person("Deputy Dogwood", "deputy"), lite.manager()]
    officer, client = lite.iro(), lite.sign_in(lite.administrator())
    form = {"name": "Newcomer Nettle", "email": "new@staff.example", "roles": [role]}
    if by == "roles":
        change(client, officer, "roles", {"roles": ["iro", role]})
    else:
        client.submit("/admin/invite", form)
    with lite.session(reading=False) as session, session.begin():
        [message] = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "reader_added")
        )
        told = recipients_of(session, message)
        letter = write_message(session, lite.parts.settings, message, told[0])
    assert {reader.id for reader in readers} <= set(told)
    assert (officer.name if by == "roles" else form["name"]) in letter.body
    assert str(label("role_title", role)) in letter.body


def test_a_role_that_reads_nothing_new_tells_nobody(lite: World) -> None:
    manager, client = lite.manager(), lite.sign_in(lite.administrator())
    change(client, manager, "roles", {"roles": ["manager", "iro"]})
    change(client, lite.iro(), "roles", {"roles": ["administrator"]})
    with lite.session() as session:
        kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert "reader_added" not in kinds


def test_nobody_leaves_with_open_concerns_or_requests_in_hand(lite: World) -> None:
    one_of_each(lite)
    lead = lite.lead()
    with lite.parts.database.short_write() as session:
        mine = [
            list(session.scalars(select(table))) for table in (Concern, ContactRequest)
        ]
        concerns, requests = map(len, mine)
        for row in (*mine[0], *mine[1]):
            row.owner_id = lead.id
    assert concerns
    assert requests
    client = lite.sign_in(lite.administrator())
    page = change(client, lead, "left", expect=409)
    assert f"{concerns} open concerns and {requests} open contact requests" in page
    with lite.session() as session:
        assert session.get_one(Person, lead.id).active


def test_a_bad_invitation_is_refused_in_words_with_nothing_lost(lite: World) -> None:
    client = lite.sign_in(lite.administrator())
    page = client.submit(
        "/admin/invite",
        {"name": "Officer Elder", "email": "elder", "roles": ["lead"]},
        expect=400,
    ).text
    assert "Type a whole e-mail" in page
    assert 'value="Officer Elder"' in page
    assert 'value="elder"' in page
    assert page.count("checked") == 1
    asked = {"name": "Officer Elder", "email": lite.iro().email, "roles": ["iro"]}
    assert (
        "has an account already"
        in client.submit("/admin/invite", asked, expect=400).text
    )
    assert (
        "at least one role"
        in client.submit("/admin/invite", asked | {"roles": []}, expect=400).text
    )
    client.submit("/admin/invite", asked | {"roles": ["queen"]}, expect=400)


def test_the_access_review_says_who_is_unused_and_who_went_through_it(
    world: World,
) -> None:
    away = world.iro("Officer Away")
    with clock.set_clock(NOON + timedelta(days=61), everywhere=True):
        client = world.sign_in(world.administrator())
        page = client.get("/admin/access-review").text
        assert "Nobody has reviewed" in page
        assert "long unused" in page.split(away.name)[1].split("</tr>")[0]
        client.submit("/admin/access-review")
        assert (
            "14 December 2026 by Administrator Acacia"
            in client.get("/admin/access-review").text
        )
    assert len(audited(world, "access_reviewed")) == 1


def test_p24_no_page_of_the_administrator_holds_a_childs_words(lite: World) -> None:
    ids = one_of_each(lite)
    seeded = ("more biscuits", "after school", "CASE-1")
    assert (
        "more biscuits"
        in lite.sign_in(lite.lead())
        .get(address("/safeguarding/texts/<entry_id>", ids))
        .text
    )
    client = lite.sign_in(lite.administrator())
    rules = [
        rule
        for rule in lite.app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.")
    ]
    pages = [
        client.get(address(rule.rule, ids)).text
        for rule in rules
        if "GET" in (rule.methods or ())
    ]
    assert len(pages) > 3
    assert not [words for page in pages for words in seeded if words in page]


def test_p13_who_lost_the_second_step_sets_up_a_new_one_after_the_password(
    world: World,
) -> None:
    officer, me = world.iro(), world.administrator()
    client = world.sign_in(me)
    assert "no second step yet" in change(
        client, officer, "second-step-off", expect=409
    )
    before = world.sign_in(officer)
    with world.parts.database.short_write() as session:
        row = session.get_one(Person, officer.id)
        row.totp_seed, row.totp_key_id, row.totp_confirmed_at = (
            b"sealed",
            "k",
            clock.now(),
        )
        passkey = {
            "credential_id": b"c",
            "public_key": b"p",
            "name": "lost phone",
            "created_at": clock.now(),
        }
        session.add(Passkey(person_id=officer.id, **passkey))
        session.add(RecoveryCode(person_id=officer.id, digest="d"))
    assert "remove the second step" in client.get(f"/admin/people/{officer.id}").text
    change(client, officer, "second-step-off")
    before.get("/iro/month", expect=303)
    with world.session() as session:
        assert session.get_one(Person, officer.id).totp_seed is None
        for table in (Passkey, RecoveryCode):
            assert session.scalars(select(table)).all() == []
    [entry] = audited(world, "factor_removed")
    assert (entry.person_id, entry.about, entry.reason) == (me.id, officer.id, "all")
    assert (
        "was taken off your account. An administrator did this." in told(world)[-1][1]
    )


def test_p13_an_administrator_does_not_take_their_own_second_step_off(
    lite: World,
) -> None:
    me = lite.administrator()
    client = lite.sign_in(me)
    assert "on your own page" in change(client, me, "second-step-off", expect=409)
    assert "remove the second step" not in client.get(f"/admin/people/{me.id}").text
