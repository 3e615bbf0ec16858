"""Settings on pages: who may change what, within which bounds, from when it holds, and the history of each."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.manager.settings.changeable import MAY_CHANGE
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.setting_change import SettingChange
from feedback_app.web.access import policy_of
from tests.support.changed_rules import change_rule

PAGE = "/manager/settings"
TARGET = f"{PAGE}/target-rate-my-review-know_iro"
WHY = "agreed with the team"
CODES = {
    **{f"code_pn{number}": "took_part" for number in (1, 2, 3, 4)},
    **{f"code_pn{number}": "did_not" for number in (5, 6, 7)},
    "code_pn0": "outside",
    "month": "2026-11",
    "reason": WHY,
}
ROUTES = {
    "number": "settings.set_number",
    "codes": "settings.set_codes",
    "time": "settings.set_time",
    "term": "settings.set_term",
    "language": "settings.switch_language",
    "word": "settings.write_word",
}


def seen(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def send(
    client: CheckedClient,
    page: str,
    fields: Mapping[str, str],
    *,
    to: str = "",
    expect: int = 303,
) -> str:
    """What the page says after the form was sent."""
    data = {"reason": WHY, **fields}
    answer = client.submit(page, data, to=f"{page}/{to}", expect=expect)
    return seen(answer.text if expect != 303 else client.get(answer.location).text)


def rows(world: World) -> list[SettingChange]:
    """What was changed, in its order."""
    with world.session() as session:
        return list(
            session.scalars(select(SettingChange).order_by(SettingChange.number))
        )


def test_the_page_lists_each_setting_with_value_effect_and_who_may_change_it(
    world: World,
) -> None:
    page = seen(world.sign_in(world.manager()).get(PAGE).text)
    for words in (
        "Targets of the plan",
        "Which participation codes count",
        "took part: PN1 to PN3; did not: PN4 to PN7; outside: PN0",
        "Answers from which on there is a percentage and a verdict",
        "Working days within which every text is read",
        "Days that the sealed envelope is kept",
        "28 days",
        "the safeguarding lead, an administrator",
        "Plan row 1",
        "What is fixed",
        "The two lines of ranking",
        "History of the targets of everybody",
        "Children a month, for the whole service: 16",
        "Independent Reviewing Officer",
    ):
        assert words in page, words


def test_routes_let_in_whom_the_page_names(lite: World) -> None:
    for kind, roles in MAY_CHANGE.items():
        assert policy_of(lite.app, ROUTES[kind]) == frozenset(roles), kind


@pytest.mark.parametrize("who", ["manager", "lead", "administrator"])
def test_a_form_is_shown_to_who_may_change_it_alone(lite: World, who: str) -> None:
    people: dict[str, Person] = {
        "manager": lite.manager(),
        "lead": lite.lead(),
        "administrator": lite.administrator(),
    }
    client = lite.sign_in(people[who])
    for kind, address in (
        ("number", "target-rate-my-review-know_iro"),
        ("codes", "pn_codes"),
        ("time", "talk_days"),
        ("term", "answer_years"),
        ("language", "language-rate-my-review-pl"),
        ("word", "word-iro"),
    ):
        page = client.get(f"{PAGE}/{address}").text
        may = who in MAY_CHANGE[kind]  # type: ignore[index]
        assert ("Why is it changed?" in page) == may, kind
        assert "Who may change it:" in page


def test_a_target_holds_from_a_month_on_and_its_history_says_who_when_and_why(
    world: World,
) -> None:
    client = world.sign_in(world.manager())
    page = send(client, TARGET, {"number": "85", "month": "2026-11"}, to="number")
    assert "Saved. It holds from November 2026 on." in page
    assert "Now: 80%" in page
    assert "from November 2026: 85%" in page
    assert "85% from November 2026 on Why: agreed with the team" in page
    assert "14 October 2026, 12:00 · Manager Maple" in page
    (row,) = rows(world)
    assert (row.value, row.before, row.month) == ("85", "80", "2026-11")
    with world.session() as session:
        entry = session.get_one(AuditEntry, row.number)
    assert (entry.what, entry.about, entry.reason) == (
        "setting_changed",
        "target rate-my-review know_iro",
        "80 > 85 from 2026-11",
    )
    assert "85%" in seen(client.get(PAGE).text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": "85", "month": "2026-09"}, "Choose this month or a later one"),
        ({"number": "101", "month": "2026-11"}, "Type a whole number from 0 to 100."),
        ({"number": "many", "month": "2026-11"}, "Type a whole number from 0 to 100."),
        (
            {"number": "85", "month": "2026-11", "reason": " "},
            "Say in a few words why it is changed.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    lite: World, fields: dict[str, str], said: str
) -> None:
    client = lite.sign_in(lite.manager())
    data = {"reason": "so that it is kept", **fields}
    answer = client.submit(TARGET, data, to=f"{TARGET}/number", expect=400)
    assert said in html.unescape(answer.text)
    assert f'value="{fields["number"]}"' in answer.text
    assert data["reason"].strip() in answer.text
    assert rows(lite) == []


def test_a_measure_can_have_no_target_and_the_same_value_changes_nothing(
    lite: World,
) -> None:
    client = lite.sign_in(lite.manager())
    fields = {"number": "", "without": "y", "month": "2026-11"}
    assert "from November 2026: no target" in send(client, TARGET, fields, to="number")
    assert "Nothing was changed." in send(client, TARGET, fields, to="number")
    assert len(rows(lite)) == 1


def test_thresholds_are_refused_below_what_is_safe(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    for address, low, said in (
        ("fewest_answers", "9", "Type a whole number from 10 to 50."),
        ("fewest_said", "4", "Type a whole number from 5 to 50."),
        ("amber_percent", "49", "Type a whole number from 50 to 95."),
    ):
        fields = {"number": low, "month": "2026-10"}
        page = f"{PAGE}/{address}"
        assert said in send(client, page, fields, to="number", expect=400)
    assert rows(lite) == []


def test_each_half_of_the_codes_needs_one_that_somebody_can_have(lite: World) -> None:
    client, page = lite.sign_in(lite.manager()), f"{PAGE}/pn_codes"
    none = CODES | {f"code_pn{number}": "outside" for number in (5, 6, 7)}
    said = "Each half needs a code beside PN0"
    for half in (none, none | {"code_pn0": "did_not"}):
        answer = client.submit(page, half, to=f"{page}/codes", expect=400)
        assert said in answer.text
    assert rows(lite) == []
    client.submit(page, CODES, to=f"{page}/codes")
    assert rows(lite)[0].value == "PN1 PN2 PN3 PN4 / PN5 PN6 PN7"


def test_reading_times_are_never_longer_than_promised_and_hold_at_once(
    lite: World,
) -> None:
    client = lite.sign_in(lite.lead())
    for address, long in (
        ("ordinary_working_days", "3"),
        ("remind_minutes", "31"),
        ("deputy_hours", "3"),
        ("manager_hours", "5"),
    ):
        page = f"{PAGE}/{address}"
        assert "Type a whole number" in send(
            client, page, {"number": long}, to="time", expect=400
        )
    wrong = send(
        client, f"{PAGE}/manager_hours", {"number": "2"}, to="time", expect=400
    )
    assert "The deputy is told before the manager" in wrong
    page = send(client, f"{PAGE}/ordinary_working_days", {"number": "1"}, to="time")
    assert "It holds at once" in page
    assert lite.app.extensions  # the same process uses it from now on
    with lite.app.app_context():
        from feedback_app.web import context

        assert context.settings().ordinary_working_days == 1


def test_a_word_is_written_taken_back_and_one_more_is_added(lite: World) -> None:
    client, page = lite.sign_in(lite.manager()), f"{PAGE}/word-iro"
    page_after = send(client, page, {"words": "Runs  reviews."}, to="word")
    assert "Now: Runs reviews." in page_after
    assert "Independent Reviewing Officer" in send(
        client, page, {"words": "Runs reviews.", "back": "y"}, to="word"
    )
    assert [one.value for one in rows(lite)] == ["Runs reviews.", None]
    fields = {"term": "Family time", "words": "Time with family.", "reason": WHY}
    client.submit(f"{PAGE}/word", fields)
    assert "Family time" in seen(client.get(PAGE).text)
    again = client.submit(f"{PAGE}/word", fields, expect=400)
    assert "This word is explained already." in again.text
    gone = send(client, f"{PAGE}/word-+family-time", {"back": "y"}, to="word")
    assert "Now: taken out" in gone


def test_it_is_said_how_much_becomes_due_before_a_term_is_kept(lite: World) -> None:
    lite.response(month="2026-08")
    client, page = lite.sign_in(lite.lead()), f"{PAGE}/envelope_days"
    shown = send(client, page, {"number": "14"}, to="term", expect=200)
    assert "This would be due tonight:" in shown
    assert "Sealed envelopes" in shown
    assert rows(lite) == []
    other = send(client, page, {"number": "15", "sure": "14"}, to="term", expect=200)
    assert "This would be due tonight:" in other, "another number is asked again"
    kept = send(client, page, {"number": "14", "sure": "14"}, to="term")
    assert "It holds from tonight’s deletion on." in kept
    assert (rows(lite)[0].value, rows(lite)[0].before) == ("14", "28")
    low = send(client, page, {"number": "13"}, to="term", expect=400)
    assert "Type a whole number from 14 to 56." in low


def test_reports_are_kept_longer_than_answers(lite: World) -> None:
    client = lite.sign_in(lite.lead())
    change_rule(lite, "answer_years", "4", "2")
    page = f"{PAGE}/report_years"
    said = send(client, page, {"number": "4"}, to="term", expect=400)
    assert "at least a year longer than answers" in said


def test_an_unknown_setting_is_not_there_nor_by_another_kind_of_form(
    lite: World,
) -> None:
    client = lite.sign_in(lite.manager())
    client.get(f"{PAGE}/nothing", expect=404)
    data = {"csrf_token": client.guard("/me"), "number": "3", "month": "2026-11"}
    client.post(f"{PAGE}/answer_years/number", data, expect=404)
