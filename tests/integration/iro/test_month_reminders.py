"""Who is short is reminded by mail, each once for each day of the settings; nobody else, and never of a child."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from bench.support.mail import Post, post_office
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.iro.month.month_reminders import remind_of_month
from feedback_app.models.person import Person
from feedback_app.models.running import MonthReminder, OutboxMessage, ServiceFlag

SURVEY = "rate-my-review"


def on_day(day: str, time: str = "10:00") -> AbstractContextManager[None]:
    """The clock at that time of a day of 2026, for everything."""
    instant = datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=UTC)
    return clock.set_clock(instant, everywhere=True)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as office:
        yield office


@pytest.fixture
def service(world: World, tmp_path: Path, post: Post) -> Iterator[World]:
    """A service since September, whose mail goes to the post office."""
    house = World.make(world.parts.settings.database_url, tmp_path, **post.settings())
    with on_day("09-01"):
        house.manager()
        for name in ("Oak", "Ash", "Elm", "Fir", "Yew"):
            house.iro(f"Officer {name}")
    yield house
    house.close()


def officer(service: World, name: str) -> Person:
    return service.iro(f"Officer {name}")


def rounds(service: World, number: int = 2) -> None:
    """So many rounds of the worker."""
    for _round in range(number):
        with service.app.app_context():
            worker.run_round(service.parts)


def reminded(service: World, post: Post) -> dict[str, list[str]]:
    """Who got which reminders since the last time; officers get other mail too."""
    names = {person.email: name for name, person in service.people.items()}
    found: dict[str, list[str]] = {}
    for to, mail in post.arrived:
        subject = str(mail["Subject"])
        if "took part" in subject or "take part" in subject:
            found.setdefault(names[to].removeprefix("Officer "), []).append(subject)
    post.arrived.clear()
    return found


def test_a_month_of_reminders_each_once_and_only_to_who_is_short(
    service: World, post: Post
) -> None:
    oak, ash, elm, fir = (
        officer(service, name) for name in ("Oak", "Ash", "Elm", "Fir")
    )
    service.response(oak, day=date(2026, 11, 3), pn="PN1")
    service.response(ash, day=date(2026, 11, 3), pn="PN1")
    service.response(ash, day=date(2026, 11, 4), pn="PN6")
    service.enter_target(elm, "2026-11", 0, 1)
    service.enter_leave(fir, date(2026, 11, 2), date(2026, 11, 27))
    service.enter_target(officer(service, "Yew"), "2026-11", 0, 0)

    with on_day("11-16", "08:59"):
        rounds(service)
        assert reminded(service, post) == {}
    with on_day("11-16", "09:00"):
        rounds(service)
        assert reminded(service, post) == {
            "Oak": ["One more: a child who did not take part"],
            "Elm": ["Still to hear this month: a child who did not take part"],
        }
    with on_day("11-16", "18:00"):
        rounds(service)
        assert reminded(service, post) == {}, "each once"

    service.response(elm, day=date(2026, 11, 20), pn="PN7")
    with on_day("11-23"):
        rounds(service)
        assert list(reminded(service, post)) == ["Oak"], "none once it is met"

    with on_day("11-30"):
        rounds(service)
        assert list(reminded(service, post)) == ["Oak"]
    with on_day("12-01"):
        rounds(service)
        assert reminded(service, post) == {}
    with service.session() as session:
        steps = session.scalars(
            select(MonthReminder.step)
            .where(MonthReminder.person_id == oak.id)
            .order_by(MonthReminder.written_at)
        ).all()
    assert steps == ["15", "22", "last"]


def test_the_mail_says_what_is_missing_and_leads_to_my_month_and_names_no_child(
    service: World, post: Post
) -> None:
    service.invitation(officer(service, "Oak"), reference="CASE-SENTINEL")
    with on_day("10-15"):
        rounds(service)
    mine = [mail for to, mail in post.arrived if to == officer(service, "Oak").email]
    assert len(mine) == 1
    body = mine[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert (
        "Still to hear this month: a child who took part and a child who did not take part."
        in body
    )
    assert "October ends on Saturday 31 October." in body
    assert "\r\nhttp://127.0.0.1:5000/iro/month\r\n" in body
    assert "CASE" not in str(mine[0])


def test_what_is_met_between_writing_and_sending_is_not_sent(
    service: World, post: Post
) -> None:
    oak = officer(service, "Oak")
    with on_day("10-15"):
        with service.app.app_context():
            worker.run_database_steps(service.parts)
        service.response(oak, pn="PN1")
        service.response(oak, pn="PN5")
        rounds(service)
    assert "Oak" not in reminded(service, post)
    with service.session() as session:
        unsent = session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.sent_at.is_(None))
        )
        assert unsent.all() == []


def test_nobody_who_is_away_that_day_or_switched_off_or_no_iro_is_reminded(
    service: World, post: Post
) -> None:
    # A week of leave frees nobody of the month, but they read no mail on it.
    service.enter_leave(officer(service, "Oak"), date(2026, 10, 12), date(2026, 10, 16))
    service.enter_days(officer(service, "Ash"), None, date(2026, 10, 14))
    admin = service.sign_in(service.administrator())
    for name, form, fields in (
        ("Elm", "off", {"links_to": "end"}),
        ("Fir", "roles", {"roles": ["deputy"]}),
    ):
        path = f"/admin/people/{officer(service, name).id}"
        admin.submit(path, fields, to=f"{path}/{form}")
    with on_day("10-15"):
        rounds(service)
    assert list(reminded(service, post)) == ["Yew"]


def test_settings_say_on_which_days(service: World, post: Post) -> None:
    service.change_settings(reminder_days=(8,), remind_on_last_day=False)
    for day in ("10-15", "10-22", "10-30"):
        with on_day(day):
            rounds(service, 1)
    assert reminded(service, post) == {}
    with on_day("12-08"):
        rounds(service, 1)
    assert len(reminded(service, post)) == 5


def test_two_workers_at_once_write_each_reminder_once(service: World) -> None:
    together = threading.Barrier(2)

    def one(_worker: int) -> None:
        with service.app.app_context():
            together.wait(10)
            worker.run_database_steps(service.parts)

    with on_day("10-15"):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, range(2)))
        rounds(service, 1)
    with service.session() as session:
        assert len(session.scalars(select(MonthReminder)).all()) == 5


def test_the_database_refuses_a_second_reminder_of_one_step(service: World) -> None:
    """Even where what is remembered of the step is lost."""

    def remind() -> None:
        with service.app.app_context(), service.parts.database.short_write() as db:
            remind_of_month(db, service.parts.settings, SURVEY)

    with on_day("10-15"):
        remind()
        with service.parts.database.short_write() as db:
            db.execute(delete(ServiceFlag).where(ServiceFlag.name == "month_reminder"))
        with pytest.raises(IntegrityError):
            remind()
