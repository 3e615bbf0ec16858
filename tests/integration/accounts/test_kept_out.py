"""No stranger's wrong tries keep a person out, and no address an office; nobody tries more than a bounded number."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pyotp
import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import PASSWORD, World
from feedback_app import clock
from feedback_app.models.person import Miss, Person
from feedback_app.privacy import cipher
from tests.conftest import NOON
from tests.support.staff_links import CHOSEN, NEW, lost

WRONG = "wrong wrong wrong"


def from_address(world: World, address: str) -> CheckedClient:
    client = world.client()
    client.http.environ_base["REMOTE_ADDR"] = address
    return client


def try_password(
    client: CheckedClient, email: str, password: str = WRONG, *, expect: int = 400
) -> str:
    fields = {"email": email, "password": password}
    return client.submit("/sign-in", fields, expect=expect).text


def attack(world: World, email: str, times: int) -> None:
    """Wrong passwords of one account, each from an address of its own."""
    client = world.client()
    fields = {"email": email, "password": WRONG, "csrf_token": client.guard()}
    for number in range(times):
        elsewhere = {"REMOTE_ADDR": f"192.0.2.{number}"}
        answer = client.http.post("/sign-in", data=fields, environ_base=elsewhere)
        assert answer.status_code == 400, number


def app_of(world: World, person: Person) -> str:
    """Give the person an authenticator app; its seed."""
    seed = pyotp.random_base32()
    with world.parts.database.short_write() as session:
        row = session.get_one(Person, person.id)
        row.totp_seed = cipher.seal_text(
            world.parts.keys.text,
            seed,
            table="person",
            column="totp_seed",
            row=person.id,
        )
        row.totp_key_id = world.parts.keys.text.current
        row.totp_confirmed_at = clock.now()
    return seed


def test_p16_a_known_device_lets_its_person_in_whatever_strangers_try(
    world: World,
) -> None:
    officer = world.iro()
    own = world.sign_in_with_password(officer)
    attack(world, officer.email, 20)
    # However it is typed and wherever the header says it comes from, it is one account and one address.
    for email, header in (
        (officer.email, ""),
        (f" {officer.email.upper()} ", "198.51.100.7"),
    ):
        stranger = from_address(world, "192.0.2.250")
        stranger.http.environ_base["HTTP_X_FORWARDED_FOR"] = header
        page = try_password(stranger, email, PASSWORD, expect=429)
        assert "Forgot your password?" in page
    try_password(own, f" {officer.email.upper()}", PASSWORD, expect=303)


def test_p16_an_address_that_misses_much_keeps_out_nobody_who_was_here_before(
    world: World,
) -> None:
    world.change_settings(address_misses=6)
    officer, manager = world.iro(), world.manager()
    own = world.sign_in_with_password(officer)
    for number in range(4):
        try_password(world.client(), f"nobody{number}@staff.invalid")
    # Four misses over many accounts are an office on a Monday morning.
    newcomer = world.sign_in_with_password(manager)
    for number in range(2):
        try_password(world.client(), f"somebody{number}@staff.invalid")
    try_password(world.client(), "third@staff.invalid", expect=429)
    for client, person in ((own, officer), (newcomer, manager)):
        try_password(client, person.email, PASSWORD, expect=303)
    neighbour = from_address(world, "2001:db8:1:1::9")
    try_password(neighbour, manager.email, PASSWORD, expect=303)


def test_p16_addresses_of_one_household_are_one(lite: World) -> None:
    lite.change_settings(sign_in_misses=4)
    email = lite.iro().email
    for number in range(4):
        try_password(from_address(lite, f"2001:db8:1:1::{number}"), email)
    try_password(from_address(lite, "2001:db8:1:1:ffff::1"), email, expect=429)
    try_password(from_address(lite, "2001:db8:1:2::1"), email)
    for number in range(4):
        try_password(from_address(lite, "203.0.113.7"), f"{email}{number}")
    for _again in range(4):
        try_password(from_address(lite, "203.0.113.7"), email)
    try_password(from_address(lite, "::ffff:203.0.113.7"), email, expect=429)


def test_p16_what_all_addresses_together_may_try_is_bounded_within_a_day_too(
    lite: World,
) -> None:
    lite.change_settings(account_misses=2)
    email = lite.iro().email
    for minutes in (0, 11, 22, 33, 44):
        with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
            attack(lite, email, 2)
            try_password(lite.client(), email, PASSWORD, expect=429)
    with clock.set_clock(NOON + timedelta(hours=23), everywhere=True):
        try_password(lite.client(), email, PASSWORD, expect=429)
    with clock.set_clock(NOON + timedelta(days=1, minutes=30), everywhere=True):
        try_password(from_address(lite, "192.0.2.251"), email, PASSWORD, expect=303)


def test_p16_a_known_devices_own_misses_are_bounded_by_device_and_together(
    lite: World,
) -> None:
    lite.change_settings(sign_in_misses=2)
    officer = lite.iro()
    devices = [lite.sign_in_with_password(officer) for _number in range(5)]
    for device in devices[:4]:
        for _again in range(2):
            try_password(device, officer.email)
        try_password(device, officer.email, PASSWORD, expect=429)
    # Four devices at their limit are the limit of all; a stranger's count knows nothing of it.
    try_password(devices[4], officer.email, PASSWORD, expect=429)
    try_password(lite.client(), officer.email, PASSWORD, expect=303)


@pytest.mark.parametrize("of_another", [True, False])
def test_p16_a_mark_of_another_account_or_a_changed_one_is_worth_nothing(
    lite: World, of_another: bool
) -> None:
    lite.change_settings(account_misses=1)
    officer, other = lite.iro(), lite.manager()
    thief = lite.sign_in_with_password(other if of_another else officer)
    mark = thief.http.get_cookie("device")
    assert mark is not None
    if not of_another:
        seal = mark.value[-64:]
        turned = ("0" if seal[0] != "0" else "1") + seal[1:]
        thief.http.set_cookie("device", mark.value[:-64] + turned)
    attack(lite, officer.email, 1)
    try_password(thief, officer.email, PASSWORD, expect=429)


def test_the_mark_lasts_a_year_opens_nothing_and_is_read_by_no_script(
    lite: World,
) -> None:
    officer = lite.iro()
    client = lite.client()
    answer = client.submit("/sign-in", {"email": officer.email, "password": PASSWORD})
    [header] = [one for one in answer.headers.getlist("Set-Cookie") if "device=" in one]
    cookie = SimpleCookie(header)["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 365 * 24 * 3600
    alone = lite.client()
    alone.http.set_cookie("device", cookie.value)
    alone.get("/iro/month", expect=303)
    lite.change_settings(account_misses=1)
    for days, expected in ((365, 303), (366, 429)):
        with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
            with lite.parts.database.short_write() as session:
                session.get_one(Person, officer.id).last_seen_at = clock.now()
            attack(lite, officer.email, 1)
            late = lite.client()
            late.http.set_cookie("device", cookie.value)
            try_password(late, officer.email, PASSWORD, expect=expected)


def test_one_browser_knows_everybody_who_shares_it_and_passes_over_rubbish(
    lite: World,
) -> None:
    lite.change_settings(account_misses=1)
    shared = lite.client()
    shared.http.set_cookie("device", "~~..~" + "x" * 3000)
    people = [lite.iro(f"Officer {tree}") for tree in ("Oak", "Ash", "Elm")]
    for person in people:
        try_password(shared, person.email, PASSWORD, expect=303)
    for person in people:
        attack(lite, person.email, 1)
        try_password(lite.client(), person.email, PASSWORD, expect=429)
        try_password(shared, person.email, PASSWORD, expect=303)


def test_p14_p16_strangers_codes_keep_no_known_device_out_of_the_second_step(
    world: World,
) -> None:
    officer = world.iro()
    own = world.sign_in_with_password(officer)
    seed = app_of(world, officer)
    stranger = world.client()
    try_password(stranger, officer.email, PASSWORD, expect=303)
    for _again in range(5):
        stranger.submit("/sign-in/second", {"code": "000000"}, expect=400)
    stranger.submit("/sign-in/second", {"code": "abcd-efgh-jkmn"}, expect=429)
    again = from_address(world, "192.0.2.9")
    try_password(again, officer.email, PASSWORD, expect=303)
    right = pyotp.TOTP(seed).at(clock.now())
    again.submit("/sign-in/second", {"code": right}, expect=429)
    # On the device they know the person comes in, and is asked again without waiting.
    try_password(own, officer.email, PASSWORD, expect=303)
    own.submit("/sign-in/second", {"code": right}, expect=303)
    with clock.set_clock(NOON + timedelta(minutes=6), everywhere=True):
        right = pyotp.TOTP(seed).at(clock.now())
        own.submit("/me/confirm", {"code": right}, expect=303)
        # Its own misses are counted as ever.
        for _again in range(5):
            own.submit("/me/confirm", {"code": "000000"}, expect=400)
        own.submit("/me/confirm", {"code": "000000"}, expect=429)


def test_p19_a_link_by_mail_lets_a_person_in_on_a_new_device_under_attack(
    world: World,
) -> None:
    officer = world.iro()
    path = lost(world, officer)
    attack(world, officer.email, 20)
    new = world.client()
    try_password(new, officer.email, PASSWORD, expect=429)
    new.submit(path, CHOSEN)
    try_password(new, officer.email, NEW, expect=303)


def test_p39_a_known_devices_misses_hold_no_address_and_no_account(lite: World) -> None:
    own = lite.sign_in_with_password(lite.iro())
    try_password(own, lite.iro().email)
    with lite.session() as session:
        kept = session.scalars(select(Miss).order_by(Miss.kind)).all()
    assert [one.kind for one in kept] == ["known", "sign_in"]
    assert all(len(one.who) == 64 for one in kept)
