"""A private calendar: its address is shown once, dies at once, and says days and counts of work alone."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from bench.support.client import CheckedClient
from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.operations.after_restore import settle_restored
from tests.support.addresses import calendar_token
from tests.support.tables import contents

MISSING = (
    "Still to hear this month: a child who took part and a child who did not take part"
)


def on_day(day: str) -> AbstractContextManager[None]:
    """Ten o'clock on that day of 2026, for everything."""
    instant = datetime.fromisoformat(f"2026-{day}T10:00").replace(tzinfo=UTC)
    return clock.set_clock(instant, everywhere=True)


def made_address(client: CheckedClient) -> str:
    """Press the button; the path of the address that the page shows."""
    page = client.submit("/me/calendar", {}, expect=200).text
    return re.search(
        r'value="http://127\.0\.0\.1:5000(/calendar/[\w-]{43}\.ics)"', page
    )[1]  # type: ignore[index]


def entries(world: World, path: str) -> dict[str, date]:
    """Title and day of each entry, read back by a parser from the bytes that a calendar program gets."""
    answer = world.client().http.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return {
        str(event["summary"]): event["dtstart"].dt
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    }


def is_dead(world: World, path: str) -> bool:
    """Whether the address answers as one that never was."""
    never = world.client().http.get("/calendar/" + "x" * 43 + ".ics")
    found = world.client().http.get(path)
    return (found.status_code, found.data) == (404, never.data)


@pytest.fixture
def oak(lite: World) -> Person:
    with on_day("09-01"):
        lite.manager()
        return lite.iro()


def test_it_says_what_is_missing_while_it_is_and_when_the_report_is_due(
    lite: World, oak: Person
) -> None:
    path = made_address(lite.sign_in(oak))
    reports = {
        "The report for September 2026 is due": date(2026, 10, 2),
        "The report for October 2026 is due": date(2026, 11, 6),
        "The report for November 2026 is due": date(2026, 12, 4),
        # 1 January is a bank holiday.
        "The report for December 2026 is due": date(2027, 1, 4),
    }
    # 31 October is a Saturday.
    assert entries(lite, path) == {MISSING: date(2026, 10, 30)} | reports
    lite.response(oak, pn="PN1")
    more = {"One more: a child who did not take part": date(2026, 10, 30)}
    assert entries(lite, path) == more | reports
    lite.response(oak, pn="PN5")
    assert entries(lite, path) == reports


def test_on_leave_nothing_is_missing(lite: World, oak: Person) -> None:
    path = made_address(lite.sign_in(oak))
    lite.enter_leave(oak, date(2026, 10, 1), date(2026, 10, 31))
    assert len(entries(lite, path)) == 4


def test_a_manager_sees_the_days_of_reports_alone(lite: World, oak: Person) -> None:
    path = made_address(lite.sign_in(lite.manager()))
    assert all(title.startswith("The report for") for title in entries(lite, path))
    body = lite.client().http.get(path).text
    assert "URL:http://127.0.0.1:5000/manager/" in body
    for role in ("lead", "deputy", "administrator"):
        client = lite.sign_in(lite.person(f"Person of {role}", role))
        client.get("/me/calendar", expect=404)
        assert "/me/calendar" not in client.get("/me").text


def test_the_file_is_valid_by_rfc_5545(lite: World, oak: Person) -> None:
    lite.change_settings(
        service_name="Fy adolygiad; barn plant, pobl ifanc ac eraill 🙂 a mwy"
    )
    lite.enter_target(oak, "2026-10", 12, 13)
    path = made_address(lite.sign_in(oak))
    body = lite.client().http.get(path).data
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    assert any(line.startswith(b" ") for line in lines), "a long line is folded"
    calendar = Calendar.from_ical(body)
    assert (calendar["version"], calendar.errors) == ("2.0", [])
    assert calendar["prodid"]
    assert calendar["x-wr-calname"] == lite.parts.settings.service_name
    events = calendar.walk("VEVENT")
    assert len({str(event["uid"]) for event in events}) == len(events) == 5
    for event in events:
        assert event.errors == []
        assert event["dtstamp"].dt == NOON
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert str(event["uid"]).endswith("@127.0.0.1")


def test_an_entry_keeps_its_uid_while_its_words_change(
    lite: World, oak: Person
) -> None:
    path = made_address(lite.sign_in(oak))

    def uids() -> set[str]:
        calendar = Calendar.from_ical(lite.client().http.get(path).data)
        return {str(event["uid"]) for event in calendar.walk("VEVENT")}

    before = uids()
    lite.response(oak, pn="PN1")
    assert uids() == before


def test_nothing_of_a_child_stands_in_it(lite: World, oak: Person) -> None:
    lite.response(
        oak, reference="CASE-SENTINEL", texts={"best": "the cake"}, iro_sees="yes"
    )
    lite.invitation(oak, reference="CASE-SENTINEL-2")
    body = lite.client().http.get(made_address(lite.sign_in(oak))).text
    for hidden in ("CASE", "SENTINEL", "cake", "8-11", "8–11", oak.name, oak.id):
        assert hidden not in body.replace("\r\n ", "")


def test_the_address_is_shown_once_and_stored_as_a_hash_alone(
    world: World,
) -> None:
    client = world.sign_in(world.iro())
    assert "Make my private address" in client.get("/me/calendar").text
    path = made_address(client)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    page = client.get("/me/calendar").text
    assert "You have a private address, made on 14 October 2026" in page
    assert token not in page + client.get("/me").text
    assert token not in str(contents(world.parts.database.engine))
    assert len(entries(world, path)) == 5
    with world.session() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.number.desc()).first()
        assert last is not None
        assert last.what == "calendar_made"


def test_renewed_or_ended_the_former_address_dies_at_once(world: World) -> None:
    client = world.sign_in(world.iro())
    first = made_address(client)
    second = made_address(client)
    assert is_dead(world, first)
    assert entries(world, second)
    client.submit("/me/calendar", to="/me/calendar/end")
    assert is_dead(world, second)
    assert "Make my private address" in client.get("/me/calendar").text
    client.submit("/me/calendar", to="/me", expect=405)


@pytest.mark.parametrize(
    ("form", "fields", "back"),
    [
        ("off", {"links_to": "end"}, "on"),
        ("left", {"links_to": "end"}, "left/back"),
        ("roles", {"roles": ["deputy"]}, "roles"),
    ],
)
def test_it_dies_with_the_account_or_the_role_and_does_not_come_back(
    lite: World, oak: Person, form: str, fields: dict[str, str | list[str]], back: str
) -> None:
    path = made_address(lite.sign_in(oak))
    admin = lite.sign_in(lite.administrator())
    person = f"/admin/people/{oak.id}"
    admin.submit(person, fields, to=f"{person}/{form}")
    assert is_dead(lite, path)
    admin.submit(person, {"roles": ["iro"]}, to=f"{person}/{back}")
    assert is_dead(lite, path)


def test_it_dies_with_an_account_that_nobody_uses(lite: World, oak: Person) -> None:
    path = made_address(lite.sign_in(oak))
    with clock.set_clock(NOON + timedelta(days=59), everywhere=True):
        assert entries(lite, path)
    with clock.set_clock(NOON + timedelta(days=60), everywhere=True):
        assert is_dead(lite, path)


def test_a_restore_ends_it(lite: World, oak: Person, tmp_path: Path) -> None:
    path = made_address(lite.sign_in(oak))
    parts = lite.parts
    settle_restored(parts.database, parts.keys, parts.settings, without_ledger=True)
    assert is_dead(lite, path)


def test_wrong_addresses_are_limited_by_caller_and_a_right_one_by_itself(
    lite: World, oak: Person
) -> None:
    lite.change_settings(link_misses=3)
    path = f"/calendar/{calendar_token(lite, oak)}.ics"
    web = lite.client().http
    for _try in range(2):
        assert web.get("/calendar/wrong.ics").status_code == 404
        assert web.get(path).status_code == 200
    assert web.get("/calendar/wrong.ics").status_code == 404
    over = web.get("/calendar/wrong.ics")
    assert (over.status_code, over.headers["Retry-After"]) == (429, "600")
    other = {"REMOTE_ADDR": "203.0.113.9"}
    codes = {web.get(path, environ_base=other).status_code for _try in range(30)}
    assert codes == {200, 429}


def test_no_browser_or_proxy_keeps_it_and_it_is_not_found_by_search(
    lite: World, oak: Person
) -> None:
    heads = lite.client().http.get(f"/calendar/{calendar_token(lite, oak)}.ics").headers
    assert heads["Cache-Control"] == "no-store"
    assert heads["X-Robots-Tag"] == "noindex"


def test_p46_the_log_names_the_page_and_not_the_address(
    lite: World, oak: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = calendar_token(lite, oak)
    url = lite.parts.settings.database_url
    talking = World.make(url, tmp_path, log_level="INFO")
    for tried in (token, token[::-1]):
        talking.client().http.get(f"/calendar/{tried}.ics")
    talking.close()
    said = "".join(capsys.readouterr())
    assert said.count("calendar.send_calendar") == 2
    assert token not in said
    assert token[::-1] not in said
