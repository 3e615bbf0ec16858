"""The manager's board: who has heard two children this month, and who still needs which."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.response import Response
from feedback_app.month import Month
from feedback_app.reports.figures.board import Board, month_board

OCTOBER = Month(2026, 10)


def board_of(world: World, month: Month = OCTOBER) -> Board:
    with world.session() as session:
        return month_board(session, "rate-my-review", month, world.parts.settings)


def test_one_who_took_part_and_one_who_did_not_meet_the_month(world: World) -> None:
    oak, ash = world.iro("Officer Oak"), world.iro("Officer Ash")
    world.response(oak, month="2026-10", pn="PN1")
    world.response(oak, month="2026-10", pn="PN5")
    world.response(ash, month="2026-10", pn="PN3")
    world.response(ash, month="2026-10", pn="PN2")
    found = board_of(world)
    assert [
        (r.name, r.heard.took_part, r.heard.did_not, r.month_mark) for r in found.rows
    ] == [
        ("Officer Ash", 2, 0, "open"),
        ("Officer Oak", 1, 1, "met"),
    ]
    assert (found.total_heard.counted_children, found.with_both, found.with_target) == (
        4,
        1,
        2,
    )
    assert (found.service_target, found.iro_targets) == (16, 4)


def test_the_officers_code_counts_not_what_the_child_says_about_being_there(
    lite: World,
) -> None:
    lite.response(month="2026-10", pn="PN6", answers={"at_meeting": ["yes"]})
    assert board_of(lite).rows[0].heard.did_not == 1


def test_a_child_under_four_is_outside_the_target(lite: World) -> None:
    lite.response(month="2026-10", band="4-7", pn="PN0")
    found = board_of(lite)
    assert (
        found.total_heard.counted_children,
        found.total_heard.outside,
        found.rows[0].month_mark,
    ) == (0, 1, "open")


def test_the_day_on_which_the_child_spoke_decides_the_month(lite: World) -> None:
    oak = lite.iro()
    lite.response(oak, day=date(2026, 9, 30), channel="verbal")
    lite.response(oak, day=date(2026, 10, 1))
    assert board_of(lite, Month(2026, 9)).total_heard.counted_children == 1
    assert board_of(lite).total_heard.counted_children == 1


def test_only_outstanding_invitations_wait(world: World) -> None:
    oak = world.iro()
    world.invitation(oak)
    world.response(oak, day=date(2026, 10, 14))
    with clock.set_clock(datetime(2026, 9, 1, 9, tzinfo=UTC), everywhere=True):
        world.invitation(oak, reference="CASE-OVER")
    assert board_of(world).waiting_links == 1


def test_an_officer_on_leave_has_no_target_and_is_not_short(world: World) -> None:
    oak, ash = world.iro("Officer Oak"), world.iro("Officer Ash")
    world.enter_leave(oak, date(2026, 10, 1), date(2026, 10, 31))
    world.enter_target(ash, "2026-10", 2, 0)
    found = board_of(world)
    assert found.iro_targets == 2
    page = world.sign_in(world.manager()).get("/manager/2026-10").text
    assert "On leave, no target" in page
    assert "To come: 2 who took part" in page


def test_twelve_months_show_when_the_month_was_met(lite: World) -> None:
    oak = lite.iro()
    for month in ("2026-08", "2026-10"):
        lite.response(oak, month=month, pn="PN1")
        lite.response(oak, month=month, pn="PN7")
    lite.response(oak, month="2026-09", pn="PN7")
    row = board_of(lite).rows[0]
    assert [mark for _month, mark in row.year] == ["away"] * 9 + ["met", "some", "met"]
    page = lite.sign_in(lite.manager()).get("/manager/2026-10").text
    assert "Last 12 months: met in 2 of 3. Not met: September." in page


def test_a_correction_counts_once(world: World) -> None:
    """Only the latest version of a response counts."""
    response_id = world.response(month="2026-10", pn="PN1")
    with world.session(reading=False) as session:
        first = session.get_one(Response, response_id)
        kept = {
            column.name: getattr(first, column.name)
            for column in Response.__table__.columns
        }
        session.add(
            Response(
                **kept
                | {
                    "id": "corrected",
                    "version": 2,
                    "author_id": first.iro_id,
                    "reason": "a slip",
                }
            )
        )
        session.commit()
    assert board_of(world).total_heard.counted_children == 1


def test_the_board_takes_few_statements_and_reads_responses_by_month(
    lite: World,
) -> None:
    for number in range(4):
        lite.response(
            lite.iro(f"Officer {number}"),
            month="2026-10",
            texts={"better": "More breaks"},
        )
    statements: list[tuple[str, object]] = []
    engine = lite.parts.database.engine

    def note(
        _connection: object, _cursor: object, sql: str, params: object, *_more: object
    ) -> None:
        if sql.startswith("SELECT"):
            statements.append((sql, params))

    event.listen(engine, "before_cursor_execute", note)
    board_of(lite)
    assert len(statements) == 6
    with engine.connect() as connection:
        for sql, params in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", params).all()
            lines = [
                str(row[-1])
                for row in plan
                if re.search(r"\b(response|sealed_text|invitation)\b", str(row[-1]))
            ]
            assert not [line for line in lines if line.startswith("SCAN")], lines


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            "2026-10-14",
            "The month is still running. The report is due on <b>Friday 6 November</b>.",
        ),
        (
            "2026-09-30",
            "The month has not begun. The report is due on <b>Friday 6 November</b>.",
        ),
        (
            "2026-11-03",
            "The report is due on <b>Friday 6 November</b>, in 3 working days.",
        ),
        ("2026-11-06", "The report is due <b>today</b>."),
        ("2026-11-09", "The report was due on <b>Friday 6 November</b>."),
    ],
)
def test_the_board_says_when_the_report_is_due(
    lite: World, now: str, said: str
) -> None:
    with clock.set_clock(datetime.fromisoformat(f"{now}T09:00+00:00"), everywhere=True):
        page = lite.sign_in(lite.manager()).get("/manager/2026-10").text
    assert said in " ".join(page.split())


def test_a_bank_holiday_on_the_first_friday_moves_the_due_day(
    lite: World,
) -> None:
    page = lite.sign_in(lite.manager()).get("/manager/2026-12").text
    assert "The report is due on <b>Monday 4 January</b>" in page
    assert "The first Friday is a bank holiday" in page


def test_the_room_opens_with_the_latest_month_that_has_answers(world: World) -> None:
    client = world.sign_in(world.manager())
    assert client.get("/manager/", expect=303).location == "/manager/2026-10"
    world.response(month="2026-08")
    assert client.get("/manager/", expect=303).location == "/manager/2026-08"


@pytest.mark.parametrize(
    "path", ["/manager/2026-13", "/manager/october", "/manager/2026-10/summary.pdf"]
)
def test_what_is_no_month_is_not_there(lite: World, path: str) -> None:
    lite.sign_in(lite.manager()).get(path, expect=404)


def test_p20_only_the_manager_reaches_the_room(lite: World) -> None:
    for person in (lite.iro(), lite.lead(), lite.administrator()):
        client = lite.sign_in(person)
        for path in (
            "/manager/",
            "/manager/2026-10",
            "/manager/2026-10/answers",
            "/manager/2026-10/comments",
        ):
            client.get(path, expect=404)
        client.get("/manager/2026-10/summary.xlsx", expect=404)


def test_answers_show_true_counts_with_their_base_and_by_channel(world: World) -> None:
    for number in range(10):
        yes = {
            "know_iro": ["yes"] if number < 8 else ["no"],
            "at_meeting": ["yes"],
            "listened": ["very"],
        }
        world.response(
            month="2026-10", channel="verbal" if number < 4 else "self", answers=yes
        )
    page = " ".join(
        world.sign_in(world.manager()).get("/manager/2026-10/answers").text.split()
    )
    assert "October 2026: 80%, 8 of 10" in page
    assert "95% interval 49% to 94%" in page
    assert "<b>Not certain</b>" in page
    assert '<td class="n" data-label="October 2026">8 <small>80%</small></td>' in page
    assert "Aloud" in page
    assert "On their own" in page


def test_under_a_base_of_ten_there_is_no_percentage(lite: World) -> None:
    for _number in range(9):
        lite.response(month="2026-10", answers={"know_iro": ["yes"]})
    page = " ".join(
        lite.sign_in(lite.manager()).get("/manager/2026-10/answers").text.split()
    )
    assert "9 of 9" in page
    table = page.split('id="q-know_iro"')[1].split("</table>")[0]
    assert "9 in October 2026" in table
    assert "%" not in table
    assert "Not enough answers yet" in page


def test_empty_pages_say_what_comes_next(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    assert "Nobody is entered as an IRO yet" in client.get("/manager/2026-10").text
    assert (
        "No child has answered in October 2026 yet"
        in client.get("/manager/2026-10/answers").text
    )
    assert (
        "No child wrote anything in October 2026 yet"
        in client.get("/manager/2026-10/comments").text
    )


def test_what_iros_ticked_is_counted_for_those_asked_in_the_month(world: World) -> None:
    officer = world.iro()
    world.invitation(officer, spoke_before=True, letter_sent=True)
    world.invitation(officer, spoke_before=True, reference="CASE-2")
    world.invitation(officer, reference="CASE-3")
    with clock.set_clock(datetime(2026, 9, 20, 11, tzinfo=UTC), everywhere=True):
        world.invitation(officer, spoke_before=True, reference="CASE-4")
    page = world.sign_in(world.manager()).get("/manager/2026-10").text
    assert "In October 2026 IROs asked 3 children." in page
    assert "spoke with 2 before, and that a letter was sent to 1." in page
    assert (
        "They noted" not in world.sign_in(world.manager()).get("/manager/2026-08").text
    )
