"""My month: one sentence, two buttons, what waits, what got no answer, and what children let their IRO see."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from bench.support.client import CheckedClient
from bench.support.world import NOON, World
from feedback_app import clock, worker
from feedback_app.models.person import Person
from tests.support.addresses import REPORT_DUE

BEST = {"know_iro": ["yes"]}


def on_day(day: str) -> AbstractContextManager[None]:
    """Ten o'clock on that day of 2026, for everything."""
    instant = datetime.fromisoformat(f"2026-{day}T10:00").replace(tzinfo=UTC)
    return clock.set_clock(instant, everywhere=True)


def page_of(world: World, officer: Person, month: str = "") -> str:
    """The page as text, with its entities undone."""
    query = f"?month={month}" if month else ""
    return unescape(world.sign_in(officer).get(f"/iro/month{query}").text)


def sentence(page: str) -> tuple[str, str]:
    """The heading, and the line below it."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>\s*(?:<p class=\"quiet\">(.*?)</p>)?", page)
    assert found
    return found[1], found[2] or ""


def buttons(page: str) -> list[tuple[str, str, str]]:
    """Where each of the two leads, what it is called, and how far it is."""
    return re.findall(
        r'<a class="big[^"]*" href="([^"]+)"><span>([^<]+)</span><small>([^<]+)<', page
    )


@pytest.fixture
def oak(lite: World) -> Person:
    """An IRO who has been here since September."""
    with on_day("09-01"):
        lite.manager()
        return lite.iro()


def test_one_sentence_says_what_is_missing(lite: World, oak: Person) -> None:
    assert sentence(page_of(lite, oak)) == (
        "Still to hear this month: a child who took part and a child who did not take part",
        "October ends on 31 October.",
    )
    lite.response(oak, pn="PN1")
    said = page_of(lite, oak)
    assert sentence(said)[0] == "One more: a child who did not take part"
    assert buttons(said) == [
        ("/iro/ask?part=took-part", "A child who took part", "Done: 1 child"),
        ("/iro/ask?part=did-not", "A child who did not", "Not yet"),
    ]
    lite.response(oak, pn="PN6")
    assert sentence(page_of(lite, oak)) == (
        "Your month is met",
        "Thank you for asking. October ends on 31 October.",
    )
    with on_day("11-02"):
        assert sentence(page_of(lite, oak, "2026-10")) == (
            "Your month is met",
            "October 2026 is over. Thank you for asking.",
        )


def test_a_larger_target_is_counted_down(lite: World, oak: Person) -> None:
    lite.enter_target(oak, "2026-10", 3, 1)
    lite.response(oak, pn="PN1")
    said = page_of(lite, oak)
    assert sentence(said)[0] == (
        "3 more: 2 children who took part and a child who did not take part"
    )
    assert buttons(said)[0][2] == "1 of 3"


@pytest.mark.parametrize(
    ("day", "end"),
    [
        ("10-24", "October ends on 31 October."),
        ("10-26", "October ends on Saturday."),
        ("10-30", "October ends tomorrow."),
        ("10-31", "October ends today."),
    ],
)
def test_the_end_of_the_month_is_said_in_words(
    lite: World, oak: Person, day: str, end: str
) -> None:
    with on_day(day):
        assert sentence(page_of(lite, oak))[1] == end


def test_who_owes_nothing_is_told_so_kindly(lite: World, oak: Person) -> None:
    kind = "Nothing is asked of you in October 2026. A child whom you hear all the same counts."
    lite.enter_leave(oak, date(2026, 10, 1), date(2026, 10, 31))
    said = page_of(lite, oak)
    assert sentence(said) == ("You are on leave this month", kind)
    assert [how for _to, _name, how in buttons(said)] == ["No target", "No target"]
    assert 'class="big main"' not in said
    lite.change_settings(starter_waits=True)
    starter = lite.iro("Officer Starling")
    assert sentence(page_of(lite, starter)) == ("You start this month", kind)
    lite.enter_target(oak, "2026-12", 0, 0)
    assert sentence(page_of(lite, oak, "2026-12")) == (
        "There is no target for you this month",
        kind.replace("October", "December"),
    )
    lite.enter_target(oak, "2026-11", 0, 1)
    with on_day("11-03"):
        said = page_of(lite, oak)
    assert (
        sentence(said)[0] == "Still to hear this month: a child who did not take part"
    )
    assert [how for _to, _name, how in buttons(said)] == ["No target", "Not yet"]


def test_other_months_have_no_buttons(lite: World, oak: Person) -> None:
    later, over = page_of(lite, oak, "2026-11"), page_of(lite, oak, "2026-09")
    assert sentence(later) == (
        "November has not begun",
        "It will ask for: a child who took part and a child who did not take part.",
    )
    assert sentence(over) == (
        "Missed in September: a child who took part and a child who did not take part",
        "What a child said in September counts for it, also if you write it down now.",
    )
    assert buttons(later) == buttons(over) == []
    for day, note in (
        ("12-01", "What a child said"),
        ("12-02", "September 2026 is over."),
    ):
        with on_day(day):
            assert sentence(page_of(lite, oak, "2026-09"))[1].startswith(note)


def test_what_waits_stands_soonest_first_and_says_until_when(
    lite: World, oak: Person
) -> None:
    for reference, day in (
        ("CASE-3", "10-14"),
        ("CASE-1", "10-01"),
        ("CASE-2", "10-06"),
    ):
        with on_day(day):
            lite.invitation(oak, reference=reference)
    said = page_of(lite, oak)
    assert re.findall(r"<h3><bdi>(CASE-\d)</bdi>", said) == [
        "CASE-1",
        "CASE-2",
        "CASE-3",
    ]
    assert re.findall(r"<b class=\"whole\">(.*?)</b>", said) == [
        "ends tomorrow",
        "ends on Tuesday",
        "ends on 28 October",
    ]


def test_what_ended_without_an_answer_is_listed_in_its_month_without_its_reference(
    lite: World, oak: Person
) -> None:
    with on_day("10-05"):
        lite.invitation(oak, reference="CASE-OLD", pn="PN6", band="12-17")
        client = lite.sign_in(oak)
        ended = lite.invitation(oak, reference="CASE-ENDED")
        client.submit("/iro/ask", to=f"/iro/links/{ended.id}/end")
    with on_day("10-19"):
        assert "Ended without an answer" not in page_of(lite, oak)
    for noted in (False, True):
        with on_day("10-20"):
            if noted:
                with lite.app.app_context():
                    worker.run_database_steps(lite.parts)
            said = page_of(lite, oak)
        assert "Ended without an answer on 19 October" in said
        assert "12–17 · did not take part · asked on 5 October" in said
        assert said.count("Ended without an answer") == 1
        assert '<a class="show" href="/iro/ask?part=did-not">Ask again' in said
        assert "CASE-" not in said
    assert "Ended without an answer" not in page_of(lite, oak, "2026-11")


def shown(client: CheckedClient, query: str = "") -> list[str]:
    """The best of each child that is shown, in order."""
    page = client.get(f"/iro/shared{query}").text
    return re.findall(r'<q class="words" dir="auto">([^<]+)</q>', page)


def test_what_a_child_shares_comes_when_the_report_is_due_all_of_a_month_at_once(
    lite: World, oak: Person
) -> None:
    for number in range(4):
        lite.response(
            oak,
            day=date(2026, 10, 5 + number),
            texts={"best": f"october {number}"},
            iro_sees="yes",
        )
    lite.response(
        oak, day=date(2026, 9, 8), texts={"best": "september"}, iro_sees="yes"
    )
    lite.response(oak, texts={"best": "hidden"}, iro_sees="no")
    lite.response(oak, channel="verbal", texts={"best": "heard"})
    assert shown(lite.sign_in(oak)) == ["september", "heard"]
    assert "1 child let you see what they said" in page_of(lite, oak)
    with clock.set_clock(REPORT_DUE - timedelta(days=1), everywhere=True):
        assert len(shown(lite.sign_in(oak))) == 2
    with clock.set_clock(REPORT_DUE, everywhere=True):
        words = shown(lite.sign_in(oak))
        assert "5 children let you see what they said" in page_of(lite, oak)
    assert sorted(words[:4]) == [f"october {number}" for number in range(4)]
    assert words[4:] == ["september", "heard"], "the newest first, what was heard apart"


def test_a_paper_form_that_is_keyed_in_late_is_not_told_from_the_others(
    lite: World, oak: Person
) -> None:
    invitation = lite.invitation(oak)
    with on_day("11-04"):
        manager = lite.sign_in(lite.manager())
        path = manager.submit("/paper/", {"words": lite.words(invitation)}).headers[
            "Location"
        ]
        form = {"day": "2026-10-14", "q-best": "on paper", "iro_sees": "yes"}
        manager.submit(path, form | {"helped": "none"})
    with clock.set_clock(REPORT_DUE, everywhere=True):
        assert shown(lite.sign_in(oak)) == []
    with on_day("12-04"):
        assert shown(lite.sign_in(oak)) == ["on paper"]


def test_shared_answers_are_narrowed_by_age_and_survey(
    lite: World, oak: Person
) -> None:
    for band in ("8-11", "12-17"):
        lite.response(oak, band=band, texts={"best": f"age {band}"}, iro_sees="yes")
    with clock.set_clock(REPORT_DUE, everywhere=True):
        client = lite.sign_in(oak)
        assert shown(client, "?band=12-17") == ["age 12-17"]
        assert len(shown(client, "?survey=rate-my-review")) == 2
        assert shown(client, "?survey=safeguarding") == []
        assert shown(client, "?band=4-7") == []
        page = client.get("/iro/shared?band=4-7").text
        assert "Nothing like this." in page
        assert "<b>Age 4–7</b>" in page
        assert len(shown(client, "?band=nonsense&survey=u-matter")) == 2


def test_nothing_is_shared_yet(lite: World, oak: Person) -> None:
    with clock.set_clock(NOON, everywhere=True):
        assert "Nothing for you to read yet." in page_of(lite, oak)
