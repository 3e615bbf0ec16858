"""The second step: compulsory, each code once, asked again before what matters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from bench.support import quick
from bench.support.client import CheckedClient
from bench.support.world import PASSWORD, World
from feedback_app import clock
from feedback_app.models.person import Person, RecoveryCode, SignedIn
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.privacy import cipher
from feedback_app.web.access import find_policy
from tests.conftest import NOON


@pytest.fixture
def strict(database_url: str, tmp_path: Path, still_clock: None) -> Iterator[World]:
    """A world in which the second factor is compulsory."""
    made = World.make(database_url, tmp_path, second_factor="required")
    yield made
    made.close()


@pytest.fixture
def strict_lite(tmp_path: Path, still_clock: None) -> Iterator[World]:

    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    made = World.make(url, tmp_path, second_factor="required")
    yield made
    made.close()


def by_password(world: World, person: Person) -> CheckedClient:
    client = world.client()
    answer = client.submit("/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in/second"
    return client


def enrol(client: CheckedClient) -> tuple[str, list[str]]:
    """Set an app up by the pages: its seed, and the recovery codes."""
    page = client.submit(
        "/me/second-factor", to="/me/second-factor/app", expect=200
    ).text
    seed = re.sub(r"\s", "", re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1])  # type: ignore[index]
    setup = re.search(r'name="setup" value="([^"]+)"', page)[1]  # type: ignore[index]
    fields = {"csrf_token": guard_in(page), "setup": setup, "code": code(seed)}
    shown = client.post("/me/second-factor/app", fields).text
    return seed, re.findall(r"<code>([a-z0-9-]{14})</code>", shown)


def code(seed: str, at: datetime | None = None) -> str:
    return pyotp.TOTP(seed).at(at or clock.now())


def guard_in(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_p13_a_password_alone_reaches_nothing_but_setting_up_a_second_factor(
    strict_lite: World,
) -> None:
    everyone = strict_lite.person(
        "Every Elm", "iro", "manager", "lead", "deputy", "administrator"
    )
    client = by_password(strict_lite, everyone)
    page = client.get("/me/second-factor")
    for rule in strict_lite.app.url_map.iter_rules():
        path = re.sub(r"<month>", "2026-10", re.sub(r"<kind>", "csv", rule.rule))
        path = re.sub(r"<\w+>", "0" * 32, re.sub(r"<int:\w+>", "1", path))
        named = find_policy(strict_lite.app, rule.endpoint)
        assert named is not None
        if (
            named.is_public
            or rule.endpoint == "accounts.sign_out"
            or named.before_second_step
        ):
            continue
        if "GET" in (rule.methods or ()):
            answer = client.http.get(path)
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/sign-in/second"), path
        if "POST" in (rule.methods or ()):
            assert (
                client.http.post(
                    path, data={"csrf_token": guard_in(page.text)}
                ).status_code
                == 401
            ), path
    assert (
        client.get("/sign-in/second", expect=303).headers["Location"]
        == "/me/second-factor"
    )
    client.post("/sign-out", {"csrf_token": guard_in(page.text)}, expect=303)


def test_p13_an_app_is_set_up_and_asked_for_from_then_on(strict: World) -> None:
    officer = strict.iro()
    client = by_password(strict, officer)
    seed, codes = enrol(client)
    assert len(set(codes)) == 10
    client.get("/iro/month")
    with clock.set_clock(later(1), everywhere=True):
        again = by_password(strict, officer)
        again.get("/iro/month", expect=303)
        again.get(
            "/me/second-factor", expect=303
        )  # what only a password opens cannot put another app in its place
        before = again.http.get_cookie("staff")
        assert (
            again.submit("/sign-in/second", {"code": code(seed)}).headers["Location"]
            == "/iro/month"
        )
        after = again.http.get_cookie("staff")
        assert before is not None
        assert after is not None
        assert before.value != after.value
        again.get("/iro/month")
        again.http.set_cookie("staff", before.value)
        again.get("/iro/month", expect=303)


def test_p13_the_seed_is_sealed_for_its_own_row(strict: World) -> None:
    officer = strict.iro()
    seed, _codes = enrol(by_password(strict, officer))
    with strict.session() as session:
        kept = session.get_one(Person, officer.id)
        assert kept.totp_seed is not None
        assert seed.encode() not in kept.totp_seed
        assert kept.totp_key_id == strict.parts.keys.text.current
        place = {"table": "person", "column": "totp_seed"}
        assert (
            cipher.unseal_text(
                strict.parts.keys.text, kept.totp_seed, **place, row=officer.id
            )
            == seed
        )
        with pytest.raises(cipher.UnsealError):
            cipher.unseal_text(
                strict.parts.keys.text, kept.totp_seed, **place, row="0" * 32
            )
        digests = session.scalars(select(RecoveryCode.digest)).all()
        assert len(digests) == 10
        assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in digests)
        assert not session.execute(text("SELECT 1 FROM challenge")).all()


def test_p14_a_code_works_once_padded_or_not_a_step_early_or_late(
    strict_lite: World,
) -> None:
    officer = strict_lite.iro()
    seed, _codes = enrol(by_password(strict_lite, officer))
    first = code(seed)
    by_password(strict_lite, officer).submit(
        "/sign-in/second", {"code": first}, expect=400
    )
    for minutes, drift, good in (
        (2, 0, True),
        (14, 30, True),
        (26, -30, True),
        (38, 60, False),
        (50, -60, False),
    ):
        with clock.set_clock(later(minutes), everywhere=True):
            typed = code(seed, clock.now() + timedelta(seconds=drift))
            padded = f" {typed[:3]} {typed[3:]} "
            by_password(strict_lite, officer).submit(
                "/sign-in/second", {"code": padded}, expect=303 if good else 400
            )
            if good:
                by_password(strict_lite, officer).submit(
                    "/sign-in/second", {"code": typed}, expect=400
                )


def test_p14_eight_phones_with_one_code_are_one_success(strict: World) -> None:
    officer = strict.iro()
    seed, codes = enrol(by_password(strict, officer))
    with clock.set_clock(later(2), everywhere=True):
        for typed in (code(seed), codes[0].upper()):
            clients = [by_password(strict, officer) for _ in range(8)]
            guards = [
                guard_in(client.get("/sign-in/second").text) for client in clients
            ]

            def send(client: FlaskClient, guard: str, typed: str = typed) -> int:
                return client.post(
                    "/sign-in/second", data={"csrf_token": guard, "code": typed}
                ).status_code

            with ThreadPoolExecutor(8) as pool:
                seen = list(pool.map(send, [client.http for client in clients], guards))
            assert seen.count(303) == 1, seen
            assert set(seen) <= {303, 400, 429}
            strict.parts.database.engine.dispose()
            with strict.parts.database.short_write() as session:
                session.execute(text("DELETE FROM miss"))


def test_p14_wrong_codes_make_one_wait_but_lock_nobody_out(strict_lite: World) -> None:
    officer = strict_lite.iro()
    seed, _codes = enrol(by_password(strict_lite, officer))
    with clock.set_clock(later(2), everywhere=True):
        client = by_password(strict_lite, officer)
        for _ in range(5):
            client.submit("/sign-in/second", {"code": "000000"}, expect=400)
        client.submit("/sign-in/second", {"code": code(seed)}, expect=429)
    with clock.set_clock(later(13), everywhere=True):
        client.submit("/sign-in/second", {"code": code(seed)})


def test_p18_a_new_factor_ends_all_other_sessions(strict_lite: World) -> None:
    officer = strict_lite.iro()
    other = by_password(strict_lite, officer)
    client = by_password(strict_lite, officer)
    enrol(client)
    assert (
        other.get("/sign-in/second", expect=303)
        .headers["Location"]
        .startswith("/sign-in?")
    )
    with strict_lite.session() as session:
        assert session.scalar(select(func.count()).select_from(SignedIn)) == 1


@pytest.mark.parametrize(
    ("minutes", "asks"), [(4 + 59 / 60, False), (5 + 1 / 60, True)]
)
def test_p19_an_export_asks_again_after_five_minutes(
    strict_lite: World, minutes: float, asks: bool
) -> None:
    client = by_password(strict_lite, strict_lite.manager())
    seed, _codes = enrol(client)
    with clock.set_clock(later(minutes), everywhere=True):
        answer = client.get("/manager/2026-10/summary.csv", expect=303 if asks else 200)
        if asks:
            place = answer.headers["Location"]
            assert place.startswith("/me/confirm?next=")
            fields = {"next": "/manager/2026-10/summary.csv", "code": code(seed)}
            assert (
                client.submit(place, fields, to="/me/confirm").headers["Location"]
                == fields["next"]
            )
            client.get("/manager/2026-10/summary.csv")
            with strict_lite.session() as session:
                assert "stepped_up" in session.scalars(select(AuditEntry.what)).all()


def test_p19_opening_an_envelope_asks_again_and_keeps_the_reason_that_was_typed(
    strict: World,
) -> None:
    strict.response(wishes={"talk_to": "not_safe"})
    with strict.session() as session:
        concern = session.scalars(select(Concern.id)).one()
    client = by_password(strict, strict.lead())
    seed, _codes = enrol(client)
    with clock.set_clock(later(6), everywhere=True):
        path = f"/safeguarding/concerns/{concern}/envelope"
        asked = client.submit(
            f"/safeguarding/concerns/{concern}",
            {"reason": "to reach <her> today"},
            to=path,
            expect=403,
        )
        with strict.session() as session:
            assert (
                "envelope_opened" not in session.scalars(select(AuditEntry.what)).all()
            )
        wrong = client.post(
            "/me/confirm", hidden(asked.text) | {"code": "000000"}, expect=400
        )
        shown = client.post("/me/confirm", hidden(wrong.text) | {"code": code(seed)})
        assert f'action="{path}"' in shown.text
        opened = client.post(path, hidden(shown.text))
        assert "CASE-1" in opened.text
        with strict.session() as session:
            found = session.scalars(
                select(AuditEntry.reason).where(AuditEntry.what == "envelope_opened")
            ).one()
        assert "to reach <her> today" in found


def test_p19_nothing_is_sent_on_to_a_page_that_does_not_ask_again(
    strict_lite: World,
) -> None:
    client = by_password(strict_lite, strict_lite.lead())
    enrol(client)
    for to in (
        "/sign-out",
        "//evil.invalid",
        "https://evil.invalid/",
        "/safeguarding/concerns/x/close",
    ):
        with clock.set_clock(later(3), everywhere=True):
            page = client.get("/me/confirm").text
            shown = client.post(
                "/me/confirm",
                {"csrf_token": guard_in(page), "to": to, "code": "1"},
                expect=400,
            ).text
            assert 'name="to" value=""' in shown
        with strict_lite.parts.database.short_write() as session:
            session.execute(text("DELETE FROM miss"))


def test_p19_a_demo_asks_for_the_password_where_there_is_no_second_factor(
    lite: World,
) -> None:
    client = lite.sign_in(lite.manager())
    assert "switched off" in client.get("/manager/2026-10").text
    client.get("/manager/2026-10/summary.csv")
    with clock.set_clock(later(6), everywhere=True):
        place = client.get("/manager/2026-10/summary.csv", expect=303).headers[
            "Location"
        ]
        client.submit(
            place, {"password": "wrong wrong wrong"}, to="/me/confirm", expect=400
        )
        client.submit(
            place,
            {"password": PASSWORD, "next": "/manager/2026-10/summary.csv"},
            to="/me/confirm",
        )
        client.get("/manager/2026-10/summary.csv")


def test_p13_a_demo_asks_whoever_set_a_second_factor_up(lite: World) -> None:
    officer = lite.iro()
    enrol(lite.sign_in(officer))
    by_password(lite, officer).get("/iro/month", expect=303)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form, as a browser would send them."""
    import html

    form = page[page.index("<main") :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.parametrize(("days", "good"), [(59, True), (60, False)])
def test_p18_an_account_unused_for_sixty_days_is_disabled_and_says_nothing_of_it(
    world: World, days: int, good: bool
) -> None:
    officer = world.iro()
    world.sign_in(officer)
    with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
        answer = world.client().submit(
            "/sign-in",
            {"email": officer.email, "password": PASSWORD},
            expect=303 if good else 400,
        )
        assert good or "E-mail or password is wrong" in answer.text
    with world.session() as session:
        assert session.get_one(Person, officer.id).active is good
        noted = session.scalars(
            select(AuditEntry.reason).where(AuditEntry.what == "person_disabled")
        ).all()
    assert noted == ([] if good else ["unused"])


def test_p17_what_a_page_asks_by_itself_does_not_prolong_a_session(lite: World) -> None:
    lead = lite.sign_in(lite.lead())
    queue: Any = lite.app.view_functions["safeguarding.show_queue"]
    usual = queue.access_policy
    queue.access_policy = replace(usual, background=True)
    try:
        with clock.set_clock(later(14), everywhere=True):
            lead.get("/safeguarding/")
        with clock.set_clock(later(16), everywhere=True):
            lead.get("/safeguarding/", expect=303)
    finally:
        queue.access_policy = usual


def test_p16_parallel_wrong_tries_stop_at_the_limit(world: World) -> None:
    officer = world.iro()
    world.sign_in(officer)
    clients = [world.client() for _ in range(20)]
    guards = [guard_in(client.get("/sign-in").text) for client in clients]

    def tries(client: FlaskClient, guard: str) -> list[int]:
        fields = {
            "csrf_token": guard,
            "email": officer.email,
            "password": "wrong wrong wrong",
        }
        return [client.post("/sign-in", data=fields).status_code for _ in range(2)]

    with ThreadPoolExecutor(4) as pool:
        seen = [
            s
            for pair in pool.map(tries, [client.http for client in clients], guards)
            for s in pair
        ]
    assert set(seen) <= {400, 429, 503}
    assert seen.count(400) <= 10 + 4  # those under way at the same moment
    assert (
        seen.count(400) + seen.count(503) >= 10
    )  # 503: the line was full, and it is no miss
