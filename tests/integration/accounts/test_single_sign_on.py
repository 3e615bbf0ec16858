"""The council's own sign-in opens the account of who linked it, and nothing else (promise 15)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bench.support import quick
from bench.support.client import CheckedClient
from bench.support.world import PASSWORD, World
from feedback_app import audit, clock
from feedback_app.accounts.sso import oidc
from feedback_app.config import UnsafeSettings, read_settings
from feedback_app.models.person import Challenge, Identity, Person, PersonRole, SignedIn
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.people import staff_messages
from tests.conftest import NOON
from tests.support import issuer as issuers
from tests.support.issuer import CLIENT, OFFICER, TENANT, Issuer, issuing, new_key
from tests.support.settings import SAFE

STRANGER = "aaaaaaaa-0000-0000-0000-000000000009"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@pytest.fixture
def council(
    database_url: str, tmp_path: Path, issuer: Issuer, still_clock: None
) -> Iterator[World]:
    """A world whose council has a sign-in of its own."""
    made = World.make(database_url, tmp_path, **issuer.settings())
    yield made
    made.close()


@pytest.fixture
def council_lite(tmp_path: Path, issuer: Issuer, still_clock: None) -> Iterator[World]:

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, tmp_path, **issuer.settings())
    yield made
    made.close()


def on_site(world: World, address: str) -> str:
    base = world.parts.settings.public_url
    assert address.startswith(f"{base}/sign-in/sso/back?")
    return address.removeprefix(base)


def begin(client: CheckedClient, path: str = "/sign-in/sso") -> str:
    """Where the browser is sent."""
    return client.get(path, expect=303).headers["Location"]


def come_back(
    world: World,
    issuer: Issuer,
    client: CheckedClient,
    *,
    path: str = "/sign-in/sso",
    expect: int = 303,
) -> Any:
    """The whole way: there, signing in, and back."""
    return client.get(
        on_site(world, issuer.sign_in(begin(client, path))), expect=expect
    )


def link(
    world: World, issuer: Issuer, client: CheckedClient, *, expect: int = 303
) -> Any:
    page = client.submit(
        "/me/second-factor", to="/me/second-factor/sso", expect=200
    ).text
    address = html.unescape(re.search(r'href="(http[^"]+/authorize[^"]+)"', page)[1])  # type: ignore[index]
    assert "prompt=select_account" in address
    return client.get(on_site(world, issuer.sign_in(address)), expect=expect)


def linked(world: World, issuer: Issuer, person: Person | None = None) -> Person:
    officer = person or world.iro()
    link(world, issuer, world.sign_in(officer))
    return officer


def everyone(world: World) -> list[Any]:
    with world.session() as session:
        people = session.execute(
            select(Person.id, Person.email, Person.active).order_by(Person.id)
        ).all()
        roles = session.execute(
            select(PersonRole.person_id, PersonRole.role).order_by(PersonRole.person_id)
        ).all()
        return [*map(tuple, people), *map(tuple, roles)]


def test_p15_a_linked_person_comes_in_where_they_wanted_to_go_and_nothing_of_them_changes(
    council: World, issuer: Issuer
) -> None:
    linked(council, issuer)
    before = everyone(council)
    client = council.client()
    issuer.claims = {
        "amr": ["pwd", "mfa"],
        "email": "somebody.else@council.invalid",
        "roles": ["administrator"],
    }
    assert (
        come_back(council, issuer, client, path="/sign-in/sso?next=/iro/ask").headers[
            "Location"
        ]
        == "/iro/ask"
    )
    client.get("/iro/ask")
    client.get("/admin/", expect=404)
    assert everyone(council) == before
    with council.session() as session:
        assert session.scalars(select(SignedIn.how).order_by(SignedIn.how)).all() == [
            "password",
            "sso",
        ]
        assert session.scalar(select(func.count()).select_from(Challenge)) == 0


def test_p15_signing_in_creates_nobody_and_an_e_mail_opens_nothing(
    council: World, issuer: Issuer
) -> None:
    officer = linked(council, issuer)
    before = everyone(council)
    issuer.oid = STRANGER
    issuer.claims = {
        "email": officer.email,
        "preferred_username": officer.email,
        "upn": officer.email,
        "sub": OFFICER,
    }
    client = council.client()
    assert (
        "does not open the service"
        in come_back(council, issuer, client, expect=403).text
    )
    client.get("/iro/month", expect=303)
    assert everyone(council) == before


FORGED: dict[str, Callable[[Issuer], None]] = {
    "no signature": lambda i: setattr(i, "sign", issuers.signed_by_nobody),
    "HS256 with the public key": lambda i: setattr(
        i, "sign", issuers.signed_with_the_public_key
    ),
    "another key by the same name": lambda i: setattr(
        i, "sign", issuers.signed_by_another
    ),
    "a key that was never published": lambda i: setattr(
        i, "sign", issuers.signed_by_an_unknown
    ),
    "no token": lambda i: setattr(i, "sign", lambda _i, _c: ""),
    "not a token": lambda i: setattr(i, "sign", lambda _i, _c: "a.b.c"),
    "another issuer": lambda i: i.claims.update(iss="https://evil.invalid/v2.0"),
    "no issuer": lambda i: i.claims.update(iss=None),
    "another service": lambda i: i.claims.update(aud="another-service"),
    "several services and none named": lambda i: i.claims.update(
        aud=[CLIENT, "another-service"]
    ),
    "made out to another": lambda i: i.claims.update(azp="another-service"),
    "another tenant": lambda i: i.claims.update(
        tid="99999999-2222-3333-4444-555555555555"
    ),
    "no tenant": lambda i: i.claims.update(tid=None),
    "a list of tenants": lambda i: i.claims.update(tid=[TENANT]),
    "another nonce": lambda i: i.claims.update(nonce="another"),
    "no nonce": lambda i: i.claims.update(nonce=None),
    "expired": lambda i: i.claims.update(exp=int(clock.now().timestamp()) - 61),
    "no end": lambda i: i.claims.update(exp=None),
    "of tomorrow": lambda i: i.claims.update(nbf=int(clock.now().timestamp()) + 61),
    "made tomorrow": lambda i: i.claims.update(
        iat=int(clock.now().timestamp()) + 86_400
    ),
    "no object id": lambda i: i.claims.update(oid=None),
    "an empty object id": lambda i: i.claims.update(oid=""),
    "a list of object ids": lambda i: i.claims.update(oid=[OFFICER]),
    "an object id that is no string": lambda i: i.claims.update(oid=1),
    "an amr that is no list": lambda i: i.claims.update(amr="mfa"),
}


@pytest.mark.parametrize("fault", FORGED)
def test_p15_forged_tokens_open_nothing(
    council_lite: World, issuer: Issuer, fault: str
) -> None:
    linked(council_lite, issuer)
    client = council_lite.client()
    FORGED[fault](issuer)
    page = come_back(council_lite, issuer, client, expect=403).text
    assert "does not fit this service" in page
    client.get("/iro/month", expect=303)
    issuer.sign, issuer.claims = None, {}
    come_back(council_lite, issuer, client)
    client.get("/iro/month")


def test_p15_an_answer_of_another_persons_opens_that_persons_account_only(
    council: World, issuer: Issuer
) -> None:
    linked(council, issuer)
    lead = council.lead()
    issuer.oid = "aaaaaaaa-0000-0000-0000-000000000002"
    linked(council, issuer, lead)
    client = council.client()
    assert come_back(council, issuer, client).headers["Location"] == "/safeguarding/"
    client.get("/iro/month", expect=404)


def test_p15_a_clock_a_minute_off_is_borne(council_lite: World, issuer: Issuer) -> None:
    linked(council_lite, issuer)
    now = int(clock.now().timestamp())
    for claims in ({"exp": now - 59}, {"nbf": now + 59, "iat": now + 59}):
        issuer.claims = claims
        come_back(council_lite, issuer, council_lite.client())


@pytest.mark.parametrize(
    "how", ["replayed", "a foreign browser", "an unknown state", "no state", "too late"]
)
def test_p15_an_answer_counts_once_in_the_browser_that_asked(
    council: World, issuer: Issuer, how: str
) -> None:
    linked(council, issuer)
    client, stranger = council.client(), council.client()
    back = on_site(council, issuer.sign_in(begin(client)))
    if how == "a foreign browser":
        begin(stranger)
        assert "begun elsewhere" in stranger.get(back, expect=403).text
        client.get(back, expect=303)  # its own is not used up by that
        return
    if how == "replayed":
        kept = client.http.get_cookie("sso")
        assert kept is not None
        client.get(back, expect=303)
        client.http.delete_cookie("staff")
        client.http.set_cookie("sso", kept.value)
        client.get(back, expect=403)
    elif how == "too late":
        with clock.set_clock(NOON + timedelta(minutes=10), everywhere=True):
            client.get(back, expect=403)
    else:
        changed = back.partition("state=")[0] + ("" if how == "no state" else "state=x")
        client.get(changed, expect=403)
    client.get("/iro/month", expect=303)


@pytest.mark.parametrize(
    "error", ["access_denied", "login_required", "interaction_required", "<script>"]
)
def test_p15_a_refusal_of_the_council_is_said_in_words(
    council_lite: World, issuer: Issuer, error: str
) -> None:
    issuer.error = error
    page = come_back(council_lite, issuer, council_lite.client(), expect=403).text
    assert "did not let you in" in page
    assert "Go to the sign-in page" in page
    assert "<script>" not in page


def test_p15_a_code_that_the_council_does_not_take_is_said_in_words(
    council_lite: World, issuer: Issuer
) -> None:
    client = council_lite.client()
    back = on_site(council_lite, issuer.sign_in(begin(client)))
    issuer.codes.clear()
    assert "does not fit this service" in client.get(back, expect=403).text


def test_p15_where_the_council_is_away_a_page_says_so_and_passwords_still_work(
    council_lite: World, issuer: Issuer
) -> None:
    officer = linked(council_lite, issuer)
    client = council_lite.client()
    back = on_site(council_lite, issuer.sign_in(begin(client)))
    issuer.status = 503
    assert "does not answer just now" in client.get(back, expect=503).text
    oidc.ISSUER.get(council_lite.app).client = None
    issuer.asked.clear()
    for _ in range(3):  # it is asked once, and then left alone for a while
        assert (
            "Sign in with your password" in client.get("/sign-in/sso", expect=503).text
        )
    assert issuer.asked == ["openid-configuration"]
    council_lite.sign_in(officer).get("/iro/month")
    issuer.status = 200
    oidc.ISSUER.get(council_lite.app).away_until = 0
    come_back(council_lite, issuer, client)


def test_p15_where_nobody_listens_the_page_says_so_too(
    tmp_path: Path, still_clock: None
) -> None:

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    nowhere = {
        "oidc_issuer": "http://127.0.0.1:9/t",
        "oidc_tenant": "t",
        "oidc_client": "c",
        "oidc_secret": "s",
    }
    world = World.make(url, tmp_path, **nowhere)
    assert "does not answer" in world.client().get("/sign-in/sso", expect=503).text
    world.close()


def test_p15_another_issuers_description_is_not_taken(
    council_lite: World, issuer: Issuer
) -> None:
    kept = issuer.description()
    issuer.description = lambda: kept | {"issuer": "https://evil.invalid"}  # type: ignore[method-assign]
    council_lite.client().get("/sign-in/sso", expect=503)


def test_p15_keys_are_kept_and_looked_for_once_when_one_is_new(
    council_lite: World, issuer: Issuer
) -> None:
    linked(council_lite, issuer)
    come_back(council_lite, issuer, council_lite.client())
    assert issuer.asked.count("keys") == 1
    issuer.signing = new_key("k2")
    issuer.published = [issuer.signing]
    come_back(council_lite, issuer, council_lite.client())
    assert issuer.asked.count("keys") == 2
    issuer.sign = issuers.signed_by_an_unknown
    come_back(council_lite, issuer, council_lite.client(), expect=403)
    assert issuer.asked.count("keys") == 3


@pytest.mark.parametrize("how", ["disabled", "left", "unused", "unlinked"])
def test_p15_who_may_not_come_in_stays_out_and_reads_what_a_stranger_reads(
    council: World, issuer: Issuer, how: str
) -> None:
    officer = linked(council, issuer)
    administrator = council.sign_in(council.administrator())
    when = NOON
    if how == "unused":
        when += timedelta(days=60)
    else:
        path = {"disabled": "off", "left": "left", "unlinked": "unlink"}[how]
        administrator.submit(
            f"/admin/people/{officer.id}", to=f"/admin/people/{officer.id}/{path}"
        )
    with clock.set_clock(when, everywhere=True):
        page = come_back(council, issuer, council.client(), expect=403).text
        issuer.oid = STRANGER
        assert come_back(council, issuer, council.client(), expect=403).text == page
    with council.session() as session:
        assert session.scalar(select(func.count()).where(SignedIn.how == "sso")) == 0


def test_p15_p18_linking_and_unlinking_are_audited_told_and_end_sessions(
    council: World, issuer: Issuer
) -> None:
    officer = council.iro()
    other = council.sign_in(officer)
    client = council.sign_in(officer)
    assert link(council, issuer, client).headers["Location"] == "/me/second-factor"
    assert "Linked on 14 October 2026" in client.get("/me/second-factor").text
    other.get("/iro/month", expect=303)
    administrator = council.sign_in(council.administrator())
    page = f"/admin/people/{officer.id}"
    administrator.submit(page, to=f"{page}/unlink")
    client.get("/iro/month", expect=303)
    assert (
        "No council account"
        in administrator.submit(page, to=f"{page}/unlink", expect=409).text
    )
    with council.session() as session:
        assert audit.first_bad_entry(session, council.parts.keys.audit) is None
        for what, by in (
            ("identity_added", officer.id),
            ("identity_removed", council.administrator().id),
        ):
            entry = session.scalars(
                select(AuditEntry).where(AuditEntry.what == what)
            ).one()
            assert (entry.about, entry.person_id) == (officer.id, by)
        messages = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == "person_changed")
            .order_by(OutboxMessage.about_id)
        ).all()
        mails = [
            staff_messages.write_staff_message(
                session, council.parts.keys, council.parts.settings, one
            )
            for one in messages
        ]
        assert session.scalar(select(func.count()).select_from(Identity)) == 0
    assert [mail[2] for mail in mails if mail] == [officer.email] * 2
    assert mails[0]
    assert "now opens your account" in mails[0][1]


def test_p15_one_council_account_opens_one_account_and_the_other_way_round(
    council: World, issuer: Issuer
) -> None:
    officer = linked(council, issuer)
    lead = council.sign_in(council.lead())
    page = link(council, issuer, lead, expect=403).text
    assert "opens another account here" in page
    assert "Back to your second step" in page
    issuer.oid = STRANGER
    assert "yours is linked already" in link_again(council, issuer, officer).text
    with council.session() as session:
        assert session.scalars(select(Identity.person_id)).all() == [officer.id]
        assert session.scalars(select(Identity.object_id)).all() == [OFFICER]


def link_again(world: World, issuer: Issuer, person: Person) -> Any:
    """By a form that was open from before."""
    client = world.sign_in(person)
    page = client.get("/iro/ask").text
    guard = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]
    page = client.post("/me/second-factor/sso", {"csrf_token": guard}).text
    address = html.unescape(re.search(r'href="(http[^"]+/authorize[^"]+)"', page)[1])  # type: ignore[index]
    return client.get(on_site(world, issuer.sign_in(address)), expect=403)


def test_p15_who_was_signed_out_meanwhile_links_nothing(
    council: World, issuer: Issuer
) -> None:
    client = council.sign_in(council.iro())
    page = client.submit(
        "/me/second-factor", to="/me/second-factor/sso", expect=200
    ).text
    address = html.unescape(re.search(r'href="(http[^"]+/authorize[^"]+)"', page)[1])  # type: ignore[index]
    back = on_site(council, issuer.sign_in(address))
    client.http.delete_cookie("staff")
    client.get(back, expect=403)
    with council.session() as session:
        assert session.scalar(select(func.count()).select_from(Identity)) == 0


def test_p15_linking_is_asked_again_after_five_minutes(
    council_lite: World, issuer: Issuer
) -> None:
    client = council_lite.sign_in(council_lite.iro())
    page = client.get("/me/second-factor").text
    guard = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]
    with clock.set_clock(NOON + timedelta(minutes=6), everywhere=True):
        client.post("/me/second-factor/sso", {"csrf_token": guard}, expect=403)


def strict_world(url: str, folder: Path, issuer: Issuer, **more: Any) -> World:
    return World.make(
        url, folder, second_factor="required", **issuer.settings(), **more
    )


def identity(world: World, person: Person) -> None:
    with world.parts.database.short_write() as session:
        session.add(
            Identity(
                tenant=TENANT,
                object_id=OFFICER,
                person_id=person.id,
                added_at=clock.now(),
            )
        )


@pytest.mark.parametrize(
    ("claims", "setting", "complete"),
    [
        ({}, False, False),
        ({"amr": ["pwd"]}, False, False),
        ({"amr": ["pwd", "mfa"]}, False, True),
        ({}, True, True),
    ],
)
def test_p13_it_counts_as_a_second_step_only_where_it_says_so(
    database_url: str,
    tmp_path: Path,
    still_clock: None,
    issuer: Issuer,
    claims: dict[str, Any],
    setting: bool,
    complete: bool,
) -> None:
    world = strict_world(database_url, tmp_path, issuer, oidc_is_second_factor=setting)
    identity(world, world.iro())
    issuer.claims = claims
    client = world.client()
    place = come_back(world, issuer, client).headers["Location"]
    assert place == ("/iro/month" if complete else "/sign-in/second")
    client.get("/iro/month", expect=200 if complete else 303)
    world.close()


def test_p19_what_it_opened_is_asked_for_the_password_before_what_matters(
    tmp_path: Path, still_clock: None, issuer: Issuer
) -> None:
    """Whoever sits down at an open desk is signed in by the council without a word: that is no step up."""

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = strict_world(url, tmp_path, issuer, oidc_is_second_factor=True)
    identity(world, world.manager())
    client = world.client()
    come_back(world, issuer, client)
    place = client.get("/manager/2026-10/summary.csv", expect=303).headers["Location"]
    assert place.startswith("/me/confirm")
    assert (
        client.get("/me/second-factor", expect=303)
        .headers["Location"]
        .startswith("/me/confirm")
    )
    client.submit(
        place,
        {"password": PASSWORD, "next": "/manager/2026-10/summary.csv"},
        to="/me/confirm",
    )
    client.get("/manager/2026-10/summary.csv")
    client.get("/me/second-factor")
    world.close()


def test_the_button_stands_there_only_where_all_four_settings_are_given(
    lite: World, council_lite: World
) -> None:
    assert "council account" in council_lite.client().get("/sign-in").text
    assert "council account" not in lite.client().get("/sign-in").text
    lite.client().get("/sign-in/sso", expect=404)
    lite.client().get("/sign-in/sso/back?code=x&state=y", expect=403)


FOUR = {
    "FEEDBACK_OIDC_ISSUER": "https://login.council.invalid/t/v2.0",
    "FEEDBACK_OIDC_TENANT": TENANT,
    "FEEDBACK_OIDC_CLIENT": CLIENT,
    "FEEDBACK_OIDC_SECRET": "s",
}


@pytest.mark.parametrize("missing", FOUR)
def test_p40_production_refuses_a_sign_in_that_is_half_set_up(missing: str) -> None:
    assert read_settings(SAFE | FOUR).has_council_sign_in
    with pytest.raises(UnsafeSettings, match=missing):
        read_settings(SAFE | FOUR | {missing: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FEEDBACK_OIDC_ISSUER", "http://login.council.invalid"),
        ("FEEDBACK_OIDC_IS_SECOND_FACTOR", "true"),
    ],
)
def test_p40_production_refuses_a_sign_in_that_is_not_safe(
    name: str, value: str
) -> None:
    others = {} if name == "FEEDBACK_OIDC_IS_SECOND_FACTOR" else FOUR
    with pytest.raises(UnsafeSettings, match=name):
        read_settings(SAFE | others | {name: value})


def test_p15_a_phone_that_was_handed_to_a_child_is_not_opened_by_it(
    council_lite: World, issuer: Issuer
) -> None:
    """The council's own session on the phone would let the child in with one tap."""
    officer = linked(council_lite, issuer)
    phone, one = council_lite.sign_in(officer), council_lite.invitation(officer)
    begun = issuer.sign_in(begin(phone))
    phone.submit(f"/iro/links/{one.id}", to=f"/iro/links/{one.id}/hand-over")
    assert begin(phone, "/sign-in/sso?next=/iro/month") == "/sign-in?next=/iro/month"
    assert phone.get(on_site(council_lite, begun), expect=303).location == "/sign-in"
    assert phone.http.get_cookie("staff") is None
    page = phone.get("/sign-in").text
    assert "This phone was handed to a child." in page
    assert "Use your council account" not in page
    phone.submit("/sign-in", {"email": officer.email, "password": PASSWORD})
    phone.get("/iro/month")
    assert "Use your council account" in phone.get("/sign-in").text


def test_p15_who_could_come_back_only_by_it_hands_no_phone_over(
    council_lite: World, issuer: Issuer
) -> None:
    officer = linked(council_lite, issuer)
    with council_lite.session(reading=False) as session:
        session.get_one(Person, officer.id).password_hash = None
        session.commit()
    phone, one = council_lite.sign_in(officer), council_lite.invitation(officer)
    path = f"/iro/links/{one.id}"
    page = phone.get(path).text
    assert "Hand this phone" not in page
    assert "add a passkey" in page
    assert phone.submit(path, to=f"{path}/hand-over").location == path
    phone.get("/iro/month")


def test_p15_a_second_person_in_the_same_browser_ends_the_first_ones_session(
    council: World, issuer: Issuer
) -> None:
    linked(council, issuer)
    client = council.sign_in(council.lead())
    old = client.http.get_cookie("staff")
    assert old is not None
    come_back(council, issuer, client)
    client.get("/iro/month")
    client.http.set_cookie("staff", old.value)
    client.get("/safeguarding/", expect=303)
    with council.parts.database.short_write() as session:
        assert session.execute(update(SignedIn).values(how="sso")).rowcount == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("claims", "kind"),
    [({"tid": "another"}, "invalid_claim tid"), ({"oid": None}, "missing_claim oid")],
)
def test_p46_the_log_says_what_to_mend_and_nothing_of_the_person(
    council_lite: World,
    issuer: Issuer,
    claims: dict[str, Any],
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    issuer.claims = claims
    come_back(council_lite, issuer, council_lite.client(), expect=403)
    issuer.claims = {}
    client = council_lite.client()
    back = on_site(council_lite, issuer.sign_in(begin(client)))
    issuer.codes.clear()
    client.get(back, expect=403)
    assert [vars(one)["kind"] for one in caplog.records if "kind" in vars(one)] == [
        kind,
        "invalid_grant",
    ]
    assert OFFICER not in caplog.text
