"""The manager's page of the team: targets, leave, first and last day, leavers' links, and the history of all of it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.running import AuditEntry
from feedback_app.models.work import WorkChange
from feedback_app.month import Month, read_month

TARGET = {
    "month": "December 2026",
    "how_long": "on",
    "which": "own",
    "took_part": "1",
    "did_not": "0",
    "in_words": "",
}
SERVICE = {"month": "2026-12", "children": "20", "took_part": "1", "did_not": "2"}


def seen(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def rows(world: World) -> list[WorkChange]:
    """What was entered, in its order."""
    with world.session() as session:
        return list(session.scalars(select(WorkChange).order_by(WorkChange.number)))


def long_here(world: World, name: str = "Officer Oak") -> str:
    """The address of an IRO who has been here for long."""
    with clock.set_clock(datetime(2026, 1, 1, 9, tzinfo=UTC), everywhere=True):
        return f"/manager/team/{world.iro(name).id}"


def send(
    client: CheckedClient, path: str, fields: Mapping[str, str], expect: int = 303
) -> str:
    """What the page says after the form was sent."""
    answer = client.submit(path, dict(fields), expect=expect)
    return seen(answer.text if expect != 303 else client.get(answer.location).text)


def test_a_target_is_entered_shown_and_kept_as_history(world: World) -> None:
    path, client = long_here(world), world.sign_in(world.manager())
    page = send(client, f"{path}/target", TARGET | {"in_words": "three days a week"})
    assert "From December 2026: one who took part (three days a week)" in page
    assert "14 October 2026, 12:00 · Manager Maple" in page
    assert "1 took part, 0 did not" in page
    team = seen(client.get("/manager/team").text)
    assert (
        "Part time: three days a week, from December 2026 1 + 1 1 + 1 1 + 0 1 + 0"
        in team
    )
    send(
        client,
        f"{path}/target",
        TARGET | {"which": "usual", "took_part": "", "month": "1/2027"},
    )
    page = seen(client.get(path).text)
    assert page.index("From January 2027: the same target as everybody’s") < page.index(
        "From December 2026"
    )
    assert [row.took_part for row in rows(world)] == [1, None]
    with world.session() as session:
        entry = session.get_one(AuditEntry, rows(world)[0].number)
    assert (entry.what, entry.about) == ("target_changed", world.iro().id)
    send(
        client,
        f"{path}/target",
        TARGET | {"how_long": "only", "month": "2026-11", "did_not": "٢"},
    )
    assert "November 2026 alone: one who took part and 2 who did not take part" in seen(
        client.get(path).text
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"month": "2026-13"}, "Type a month and its year, such as November 2026."),
        ({"month": "soon"}, "Type a month and its year, such as November 2026."),
        ({"month": ""}, "Type a month and its year, such as November 2026."),
        ({"month": "2023-01"}, "Type a month from October 2024 to October 2029."),
        ({"month": "2050-01"}, "Type a month from October 2024 to October 2029."),
        ({"took_part": "-1"}, "Type a whole number from 0 to 20."),
        ({"did_not": "99"}, "Type a whole number from 0 to 20."),
        ({"did_not": "one"}, "Type a whole number from 0 to 20."),
        ({"did_not": ""}, "Type a whole number from 0 to 20."),
        ({"which": ""}, "Choose which target."),
        ({"how_long": ""}, "Choose for how long."),
        ({"in_words": "x" * 61}, "At most 60 characters."),
    ],
)
def test_a_target_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    lite: World, fields: dict[str, str], said: str
) -> None:
    path, client = long_here(lite), lite.sign_in(lite.manager())
    typed = TARGET | {"in_words": "as agreed"} | fields
    answer = client.submit(f"{path}/target", typed, expect=400)
    assert said in seen(answer.text)
    kept = set(typed.values()) - {"", "on", "own"}
    assert all(f'value="{one}"' in answer.text for one in kept)
    assert rows(lite) == []


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("December 2026", "2026-12"),
        (" dec  2026 ", "2026-12"),
        ("Sept. 2026", "2026-09"),
        ("2026-3", "2026-03"),
        ("03/2026", "2026-03"),
        ("2026/11", "2026-11"),
        ("٢٠٢٦-١٢", "2026-12"),
    ],
)
def test_a_month_is_read_as_people_write_it(typed: str, month: str) -> None:
    assert str(read_month(typed)) == month


@pytest.mark.parametrize(
    "typed", ["", "ma 2026", "decembre 2026", "2026", "0/2026", "13/2026", "2026-11-03"]
)
def test_what_is_no_month_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match="month"):
        read_month(typed)


def test_leave_is_entered_frees_the_month_and_is_taken_back(world: World) -> None:
    path, client = long_here(world), world.sign_in(world.manager())
    leave = {"first": "2026-11-03", "last": "2026-11-20"}
    page = send(client, f"{path}/leave", leave)
    assert "On leave, no target" in page
    assert "Leave from 3 November 2026 to 20 November 2026" in page
    assert "On leave, no target" in seen(client.get("/manager/2026-11").text)
    number = rows(world)[0].number
    page = send(client, f"{path}/leave/{number}/back", {})
    assert "Leave from 3 November 2026 to 20 November 2026: taken back" in page
    assert "On leave, no target" not in page
    client.get(f"{path}/leave/{number}/back", expect=404)
    send(client, f"{path}/leave", leave)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-09", "2026-11-08", "The last day is before the first."),
        (
            "2026-12-31",
            "2027-01-05",
            "These days are leave already: 1 December 2026 to 31 December 2026.",
        ),
        ("2026-11-01", "2027-03-01", "These days are leave already"),
        ("2026-12-05", "2026-12-05", "These days are leave already"),
        ("2026-11-31", "2026-12-01", "Type a day with its month and year"),
        ("", "2026-12-01", "Type the first day of leave."),
        ("2026-11-03", "", "Type the last day of leave."),
        (
            "0026-11-03",
            "2026-11-04",
            "Type a day from 1 October 2024 to 31 October 2029.",
        ),
    ],
)
def test_leave_that_cannot_be_is_refused(
    lite: World, first: str, last: str, said: str
) -> None:
    path, client = long_here(lite), lite.sign_in(lite.manager())
    lite.enter_leave(lite.iro(), date(2026, 12, 1), date(2026, 12, 31))
    page = send(client, f"{path}/leave", {"first": first, "last": last}, expect=400)
    assert said in page
    assert len(rows(lite)) == 1


def test_leave_that_ends_the_day_before_another_does_not_overlap(lite: World) -> None:
    path, client = long_here(lite), lite.sign_in(lite.manager())
    lite.enter_leave(lite.iro(), date(2026, 12, 1), date(2026, 12, 31))
    send(client, f"{path}/leave", {"first": "2026-11-20", "last": "2026-11-30"})
    send(client, f"{path}/leave", {"first": "2027-01-01", "last": "2027-01-01"})
    assert len(rows(lite)) == 3


def test_first_and_last_day_are_entered_and_a_last_before_the_first_is_refused(
    lite: World,
) -> None:
    path, client = long_here(lite), lite.sign_in(lite.manager())
    page = send(
        client,
        f"{path}/days",
        {"first": "2026-11-16", "last": "2026-11-15"},
        expect=400,
    )
    assert "The last day is before the first day of work, 16 November 2026." in page
    page = send(client, f"{path}/days", {"first": "", "last": "2025-12-31"}, expect=400)
    assert "The last day is before the first day of work, 1 January 2026." in page
    assert rows(lite) == []
    page = send(client, f"{path}/days", {"first": "2012-05-01", "last": "2026-12-31"})
    assert "Counts from 1 January 2026" in page
    assert "First day of work: 1 May 2012. Last day of work: 31 December 2026" in page
    assert "Not at work, no target" in page


def test_the_targets_of_everybody_hold_from_a_month_on(lite: World) -> None:
    long_here(lite)
    client = lite.sign_in(lite.manager())
    for fields, said in (
        ({"children": "0"}, "Type a whole number from 1 to 1000."),
        ({"did_not": "21"}, "Type a whole number from 0 to 20."),
        ({"month": "2026"}, "Type a month and its year"),
    ):
        page = send(client, "/manager/team/service", SERVICE | fields, expect=400)
        assert said in page
    page = send(client, "/manager/team/service", SERVICE)
    assert (
        "From December 2026: 20 children for the whole service; each IRO one who took part and 2 who did not take part"
        in page
    )
    assert "target 16, sum of IROs’ targets 2" in seen(
        client.get("/manager/2026-11").text
    )
    assert "target 20, sum of IROs’ targets 3" in seen(
        client.get("/manager/2026-12").text
    )


def test_a_month_whose_report_was_due_changes_only_with_a_reason(world: World) -> None:
    """On 14 October the report for September, due on the 2nd, has been handed over; October's has not."""
    path, client = long_here(world), world.sign_in(world.manager())
    past = TARGET | {"month": "August 2026"}
    answer = client.submit(f"{path}/target", past, expect=400)
    assert (
        "This changes August 2026, September 2026, whose report was due already. Say why."
        in seen(answer.text)
    )
    assert 'value="August 2026"' in answer.text
    send(client, f"{path}/target", past | {"reason": "\u200b"}, expect=400)
    assert rows(world) == []
    assert "target 16, sum of IROs’ targets 2" in seen(
        client.get("/manager/2026-09").text
    )
    page = send(client, f"{path}/target", past | {"reason": "agreed in July"})
    assert "Why: agreed in July" in page
    assert "target 16, sum of IROs’ targets 1" in seen(
        client.get("/manager/2026-09").text
    )
    leave = {"first": "2026-09-01", "last": "2026-09-30"}
    send(client, f"{path}/leave", leave, expect=400)
    page = send(client, f"{path}/leave", leave | {"reason": "was ill"})
    number = rows(world)[-1].number
    send(client, f"{path}/leave/{number}/back", {}, expect=400)
    send(client, f"{path}/leave/{number}/back", {"reason": "was not ill"})
    send(client, f"{path}/days", {"first": "", "last": "2026-08-31"}, expect=400)
    send(client, f"{path}/leaving", {"last": "2026-08-31"}, expect=400)
    service = SERVICE | {"month": "2026-09"}
    send(client, "/manager/team/service", service, expect=400)
    page = send(client, "/manager/team/service", service | {"reason": "as settled"})
    assert "Why: as settled" in page
    with world.session() as session:
        reasons = session.scalars(
            select(AuditEntry.reason)
            .where(AuditEntry.what.in_(("target_changed", "work_changed")))
            .order_by(AuditEntry.number)
        ).all()
    assert reasons == ["agreed in July", "was ill", "was not ill", "as settled"]


def test_the_present_month_and_one_whose_report_is_due_need_no_reason(
    lite: World,
) -> None:
    path = long_here(lite)
    for today in (
        datetime(2026, 10, 2, 9, tzinfo=UTC),
        datetime(2026, 10, 14, 9, tzinfo=UTC),
    ):
        with clock.set_clock(today, everywhere=True):
            client = lite.sign_in(lite.manager())
            send(
                client,
                f"{path}/target",
                TARGET | {"month": "2026-10" if today.day > 2 else "2026-09"},
            )
    assert [row.month for row in rows(lite)] == ["2026-09", "2026-10"]


def test_a_leavers_links_go_to_a_colleague_and_come_back(world: World) -> None:
    path, client = long_here(world), world.sign_in(world.manager())
    long_here(world, "Officer Pine")
    oak, pine = world.iro(), world.iro("Officer Pine")
    world.invitation(oak, reference="RF-77")
    page = client.get(f"{path}/leaving").text
    assert "1 link of theirs has no answer yet" in page
    assert "RF-77" not in page
    said = send(client, f"{path}/leaving", {"last": "2026-10-14"}, expect=400)
    assert "Choose who takes the links, or end them." in said
    typed = {"last": "2026-10-14", "links_to": world.manager().id}
    send(client, f"{path}/leaving", typed, expect=400)
    said = send(client, f"{path}/leaving", typed | {"links_to": pine.id})
    assert "1 link was handed over." in said
    assert "RF-77" in world.sign_in(pine).get("/iro/month").text
    with clock.set_clock(datetime(2026, 10, 15, 9, tzinfo=UTC), everywhere=True):
        client = world.sign_in(world.manager())
        team = seen(client.get("/manager/team").text)
        assert "Have left Officer Oak · last day 14 October 2026" in team
        send(client, f"{path}/leaving/back", {})
        assert "RF-77" in world.sign_in(oak).get("/iro/month").text
        assert "Have left" not in client.get("/manager/team").text
        client.get(f"{path}/leaving/back", expect=303)


def test_a_leavers_links_can_end_and_who_has_none_just_leaves(lite: World) -> None:
    path, client = long_here(lite), lite.sign_in(lite.manager())
    one = lite.invitation(lite.iro())
    send(client, f"{path}/leaving", {"last": "2026-10-20", "links_to": "end"})
    with lite.session() as session:
        assert session.get_one(Invitation, one.id).outcome == "ended"
    said = send(
        client, f"{long_here(lite, 'Officer Ash')}/leaving", {"last": ""}, expect=400
    )
    assert "Type the last day of work." in said
    send(client, f"{long_here(lite, 'Officer Ash')}/leaving", {"last": "2026-10-31"})


def test_what_an_administrator_noted_is_taken_back_by_an_administrator(
    lite: World,
) -> None:
    path, client = long_here(lite), lite.sign_in(lite.manager())
    admin = lite.sign_in(lite.administrator())
    admin.submit(f"/admin/people/{lite.iro().id}/left", {})
    assert "Last day of work 14 October 2026" in seen(client.get(path).text)
    client.get(f"{path}/leaving/back", expect=303)


def test_who_is_no_iro_is_not_in_the_team(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    for person_id in (lite.lead().id, lite.manager().id, "nobody"):
        for part in ("", "/target", "/leave", "/days", "/leaving"):
            client.get(f"/manager/team/{person_id}{part}", expect=404)
    assert "Nobody is entered as an IRO yet" in client.get("/manager/team").text


def test_an_iro_sees_the_same_month_as_the_board(lite: World) -> None:
    long_here(lite)
    oak = lite.iro()
    client = lite.sign_in(oak)
    said = seen(client.get("/iro/month?month=2026-10").text)
    both = "a child who took part and a child who did not take part"
    assert f"Still to hear this month: {both}" in said
    assert "November has not begun" in seen(client.get("/iro/month?month=2026-11").text)
    assert f"Missed in September: {both}" in seen(
        client.get("/iro/month?month=2026-09").text
    )
    lite.enter_leave(oak, date(2026, 11, 1), date(2026, 11, 30))
    assert "You are on leave this month" in client.get("/iro/month?month=2026-11").text
    lite.enter_days(oak, None, date(2026, 12, 31))
    assert (
        "You do not work here in this month"
        in client.get("/iro/month?month=2027-01").text
    )
    lite.enter_target(oak, "2026-12", 0, 0)
    assert (
        "There is no target for you this month"
        in client.get("/iro/month?month=2026-12").text
    )


def test_a_month_that_has_not_begun_is_all_grey(lite: World) -> None:
    for name in ("Officer Oak", "Officer Ash"):
        long_here(lite, name)
    page = lite.sign_in(lite.manager()).get("/manager/2026-12").text
    assert page.count("Nothing yet, the month has not begun") == 3
    assert 'class="state short"' not in page
    assert 'class="state soon"' not in page


def test_the_report_says_the_same_in_words(lite: World) -> None:
    oak = lite.iro()
    long_here(lite, "Officer Ash")
    lite.response(oak, month="2026-10", pn="PN1")
    with clock.set_clock(datetime(2026, 10, 26, 9, tzinfo=UTC), everywhere=True):
        client = lite.sign_in(lite.manager())
        text = client.get("/manager/reports/2026-10").text
    assert "Still to come, ends Saturday 31 October: one who did not take part" in text
    assert "How the service stands" in text
    assert Month(2026, 10).name in text
