"""The administrator changes the numbers that children are told, while the service runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import audit, clock
from feedback_app.app import create_app
from feedback_app.config import read_settings
from feedback_app.models.running import AuditEntry, Setting
from feedback_app.operations import service_details as numbers
from feedback_app.web.context import instance
from feedback_app.web.service_details import refresh_details
from tests.conftest import NOON


def form_of(world: World, **changed: Any) -> dict[str, Any]:
    now_used = instance(world.app).settings
    fields = {
        name: numbers.format_value(getattr(now_used, name))
        for name in numbers.CHANGEABLE_DETAILS
    }
    del fields["numbers_checked_on"]
    return fields | changed


def kept(world: World) -> dict[str, str]:
    with world.session() as session:
        return {row.name: row.value for row in session.scalars(select(Setting))}


def test_a_new_duty_number_is_told_on_pages_that_were_drawn_before(
    world: World,
) -> None:
    child, administrator = world.client(), world.sign_in(world.administrator())
    link = f"/r/{world.token(world.invitation())}"
    assert "01632 960 103" in child.get("/help").text
    assert "01632 960 777" not in child.get(link).text
    administrator.submit(
        "/admin/numbers",
        form_of(world, duty_night=" 01632  960 777 "),
        to="/admin/numbers",
    )
    for path in ("/help", link):
        assert "01632 960 777" in child.get(path).text
        assert "01632 960 103" not in child.get(path).text
    assert kept(world) == {"duty_night": "01632 960 777", "numbers_checked_on": ""}
    with world.session() as session:
        assert audit.first_bad_entry(session, world.parts.keys.audit) is None
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.what == "setting_changed")
            .order_by(AuditEntry.number)
        )
        assert [(entry.about, entry.reason) for entry in entries] == [
            ("duty_night", "01632 960 103 > 01632 960 777"),
            ("numbers_checked_on", "2026-11-01 > "),
        ]


def test_another_process_takes_the_change_within_a_quarter_of_a_minute(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create_app(world.parts.settings)
    ticks = [1000.0]
    monkeypatch.setattr("feedback_app.web.service_details.monotonic", lambda: ticks[0])
    try:
        assert "01632 960 103" in other.test_client().get("/help").text
        administrator = world.sign_in(world.administrator())
        administrator.submit(
            "/admin/numbers",
            form_of(world, duty_night="01632 960 555"),
            to="/admin/numbers",
        )
        ticks[0] += 14
        assert "01632 960 555" not in other.test_client().get("/help").text
        ticks[0] += 1
        assert "01632 960 555" in other.test_client().get("/help").text
    finally:
        instance(other).database.engine.dispose()


def test_a_number_set_back_is_the_environments_own_again(world: World) -> None:
    administrator = world.sign_in(world.administrator())
    before = form_of(world)
    administrator.submit(
        "/admin/numbers", before | {"service_name": "Heard"}, to="/admin/numbers"
    )
    assert kept(world) == {"service_name": "Heard"}
    administrator.submit("/admin/numbers", before, to="/admin/numbers")
    assert kept(world) == {}
    assert instance(world.app).settings == world.parts.settings


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("duty_night", "", "Type the number for nights, weekends and bank holidays."),
        ("duty_day", "ring the office", "Type a telephone number: digits and spaces."),
        ("duty_email", "duty at council", "Type a whole e-mail"),
        ("duty_closes", "08:00", "The service closes before it opens."),
        ("duty_opens", "nine", "Type a time, such as 09:00."),
    ],
)
def test_what_cannot_be_worked_with_is_said_and_nothing_typed_is_lost(
    world: World, name: str, typed: str, said: str
) -> None:
    administrator = world.sign_in(world.administrator())
    fields = form_of(world, service_name="Heard & Seen", **{name: typed})
    page = administrator.submit(
        "/admin/numbers", fields, to="/admin/numbers", expect=400
    )
    assert said in page.text
    assert "Heard &amp; Seen" in page.text
    assert kept(world) == {}


def test_rung_numbers_are_dated_and_asked_for_again_after_a_year(world: World) -> None:
    administrator = world.sign_in(world.administrator())
    with world.parts.database.short_write() as session:
        row = {
            "name": "numbers_checked_on",
            "changed_at": clock.now(),
            "changed_by_id": world.administrator().id,
        }
        session.add(
            Setting(value=(clock.today() - timedelta(days=366)).isoformat(), **row)
        )
    refresh_details(world.app, at_once=True)
    assert "more than a year ago" in administrator.get("/admin/numbers").text
    administrator.submit(
        "/admin/numbers", form_of(world, checked="y"), to="/admin/numbers"
    )
    assert kept(world)["numbers_checked_on"] == clock.today().isoformat()
    assert "more than a year ago" not in administrator.get("/admin/numbers").text


def test_a_number_that_changes_was_rung_by_nobody(lite: World) -> None:
    administrator = lite.sign_in(lite.administrator())
    page = "/admin/numbers"
    assert "last checked on 1 November" in administrator.get(page).text
    typed = form_of(lite, advocacy="0800 000 1234")
    administrator.submit(page, typed, to=page)
    assert instance(lite.app).settings.numbers_checked_on is None
    assert "Nobody has called these" in administrator.get(page).text
    administrator.submit(page, typed | {"checked": "y"}, to=page)
    administrator.submit(page, typed | {"nyas": "01632 960 5", "checked": "y"}, to=page)
    assert instance(lite.app).settings.numbers_checked_on == clock.today()


def test_p24_only_the_administrator_changes_numbers_and_only_after_a_second_look(
    world: World,
) -> None:
    for role in ("iro", "manager", "lead"):
        world.sign_in(world.person(f"Somebody {role}", role)).get(
            "/admin/numbers", expect=404
        )
    administrator = world.sign_in(world.administrator())
    with clock.set_clock(NOON + timedelta(minutes=5, seconds=1), everywhere=True):
        fields = form_of(world, duty_day="01632 960 888")
        page = administrator.submit(
            "/admin/numbers", fields, to="/admin/numbers", expect=403
        )
    assert "01632 960 888" in page.text, (
        "what was typed is kept for after the second look"
    )
    assert kept(world) == {}


def test_a_value_that_production_would_not_start_with_is_refused(world: World) -> None:
    base = world.parts.settings
    production = read_settings(
        {},
        mode="production",
        database_url=base.database_url,
        keys_dir=base.keys_dir,
        public_url="https://feedback.council.example",
        hosts="feedback.council.example",
        duty_day="01632 960 200",
        duty_night="01632 960 201",
        service_phone="01632 960 202",
        duty_email="duty@council.example",
        smtp_host="localhost",
        mail_from="feedback@council.example",
        erased_file=base.erased_file,
    )
    assert (
        numbers.merge_details(production, {"duty_day": "01632 960 888"}).duty_day
        == "01632 960 888"
    )
    with pytest.raises(numbers.InvalidDetails, match="FEEDBACK_DUTY_NIGHT"):
        numbers.merge_details(production, {"duty_night": ""})


def test_a_bad_value_in_the_table_leaves_the_settings_in_use(world: World) -> None:
    person = world.administrator()
    with world.parts.database.short_write() as session:
        session.add(
            Setting(
                name="duty_opens",
                value="later",
                changed_at=clock.now(),
                changed_by_id=person.id,
            )
        )
    assert refresh_details(world.app, at_once=True).settings == world.parts.settings
    assert world.client().get("/help").status_code == 200
