"""What children answered in every survey, over any months and of any part of them, as the manager sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.month import Month
from feedback_app.reports.figures.measures import measure_survey
from feedback_app.reports.figures.periods import Period, Slice
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.figures.survey_answers import SurveyAnswers, count_survey

OCTOBER = Month(2026, 10)


def plain(text: str) -> str:
    """The page's words on one line, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def shares_of(found: SurveyAnswers, question: str, label: str) -> list[Share]:
    """One option's shares in all columns."""
    (counted,) = [one for one in found.questions if one.asked.id == question]
    return list(dict(counted.options)[label])


def some_reviews(world: World) -> None:
    """Twelve in October (five remote), three in June, one in October of the year before."""
    for number in range(12):
        world.response(
            month="2026-10",
            mode="remote" if number < 5 else "in_person",
            band="12-17" if number % 2 else "8-11",
            channel="verbal" if number < 2 else "self",
            answers={
                "at_meeting": ["yes" if number % 3 else "no"],
                "know_iro": ["yes" if number < 9 else "no"],
            },
        )
    for _number in range(3):
        world.response(
            month="2026-06", answers={"at_meeting": ["yes"], "know_iro": ["no"]}
        )
    world.response(month="2025-10", answers={"know_iro": ["yes"]})


def test_a_month_stands_beside_its_twelve_months_and_parts_beside_one_another(
    world: World,
) -> None:
    some_reviews(world)
    versions = world.parts.catalogue.monthly_versions()
    month = Period.of_kind("month", OCTOBER)
    with world.session() as session:
        found = count_survey(session, versions, month)
        assert found.heard == (12, 15)
        assert shares_of(found, "know_iro", "Yes") == [Share(9, 12), Share(9, 15)]
        by_mode = count_survey(session, versions, month, beside="mode")
        assert [one.value for one in by_mode.columns] == [
            "",
            "",
            "in_person",
            "remote",
        ]
        assert shares_of(by_mode, "know_iro", "Yes") == [
            Share(9, 12),
            Share(9, 15),
            Share(4, 7),
            Share(5, 5),
        ]
        by_branch = count_survey(session, versions, month, beside="branch")
        assert by_branch.heard == (12, 15, 8, 4)
        remote = count_survey(session, versions, month, Slice(mode="remote"))
        assert remote.heard == (5, 5)
        assert shares_of(remote, "know_iro", "Yes") == [Share(5, 5), Share(5, 5)]
        away = count_survey(
            session, versions, month, Slice(branch="not_there", channel="self")
        )
        assert away.heard == (3, 3)
        own = Period(Month(2025, 10), Month(2026, 6))
        assert count_survey(session, versions, own).heard == (4, 4)


def test_the_page_shows_what_is_chosen_and_says_what_it_shows(lite: World) -> None:
    some_reviews(lite)
    client = lite.sign_in(lite.manager())
    page = client.get("/manager/answers?period=quarter&beside=mode&mode=remote").text
    words = plain(page)
    assert "October to December 2026" in words
    assert "side by side: Meeting" in words
    assert "Were you at your review meeting?" in words
    assert 'href="#q-know_iro"' in page
    assert 'id="q-know_iro"' in page
    # Five children: counts with their base, and no percentage anywhere in the question.
    question = page.split('id="q-know_iro"')[1].split("</details>")[0]
    assert "5 in October to December 2026" in question
    assert "%" not in question
    assert "Fewer than 10 answers" in question


@pytest.mark.parametrize(
    "typed",
    ["month=soon", "period=own&first=soon", "period=own&first=2027-01&month=2026-10"],
)
def test_what_is_no_month_is_said_beside_its_field_and_kept(
    lite: World, typed: str
) -> None:
    page = lite.sign_in(lite.manager()).get(f"/manager/answers?{typed}").text
    assert "There is a problem" in page
    assert '<details class="box choose" open>' in page
    assert "Type a month" in page
    if "soon" in typed:
        assert 'value="soon"' in page


def test_strange_choices_show_the_usual(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    for typed in ("survey=none&period=ever&band=3-9&beside=iro", "month=0001-01"):
        for page in ("answers", "measures"):
            client.get(f"/manager/{page}?{typed}")


def test_all_surveys_are_shown_and_the_yearly_has_no_meetings(lite: World) -> None:
    lite.response(
        lite.manager(), survey="u-matter", band="12-17", answers={"know_iro": ["yes"]}
    )
    lite.response(
        lite.manager(),
        survey="safeguarding",
        band="8-11",
        answers={"know_worker": ["yes"]},
    )
    client = lite.sign_in(lite.manager())
    yearly = client.get("/manager/answers?survey=u-matter").text
    assert "Answers: The yearly survey" in yearly
    assert 'id="q-know_iro"' in yearly
    assert 'name="mode"' not in yearly
    assert 'name="branch"' not in yearly
    plans = client.get("/manager/answers?survey=safeguarding").text
    assert 'id="q-know_worker"' in plans
    for key in ("u-matter", "safeguarding"):
        assert "1 child answered" in plain(
            client.get(f"/manager/measures?survey={key}").text
        )


def test_measures_have_target_month_year_interval_verdict_and_what_is_missing(
    lite: World,
) -> None:
    for number in range(12):
        lite.response(
            month="2026-10", answers={"know_iro": ["yes" if number < 9 else "no"]}
        )
    for _number in range(8):
        lite.response(month="2026-06", answers={"know_iro": ["yes"]})
    versions = lite.parts.catalogue.monthly_versions()
    with lite.session() as session:
        found = measure_survey(session, versions, OCTOBER)
    (row,) = [one for one in found.rows if one.measure.id == "know_iro"]
    assert (row.month, row.year, row.before) == (
        Share(9, 12, 0.8),
        Share(17, 20, 0.8),
        Share(8, 8, 0.8),
    )
    assert [point.share.base for point in row.line] == [0] * 7 + [8] * 4 + [20]
    assert [point.month for point in row.line] == list(OCTOBER.year_to_here)
    page = plain(lite.sign_in(lite.manager()).get("/manager/measures").text)
    line = page.split("Know who their IRO is")[1].split("Plan row 2")[0]
    assert "over 80% 75%, 9 of 12 85%, 17 of 20 64% to 95% Not certain" in line
    assert "more answers until we can say" in line
    assert "Too few answers to look" in line
    assert found.rows[0].measure.row == "1"


def test_a_cohort_is_entered_and_its_history_stays(world: World) -> None:
    for _number in range(3):
        world.response(world.manager(), survey="safeguarding", band="8-11", answers={})
    client = world.sign_in(world.manager())
    entered = {
        "kind": "plan_8_over",
        "band": "",
        "number": "12",
        "on_date": "2026-09-30",
        "source": "The case system",
    }
    assert "Enter how many children there are." in client.get("/manager/cohorts").text
    client.submit("/manager/cohorts", entered, expect=303)
    page = plain(client.get("/manager/cohorts").text)
    assert "3 12 25% not reached: 1 more needed" in page
    with clock.set_clock(NOON + timedelta(minutes=1), everywhere=True):
        client.submit("/manager/cohorts", entered | {"number": "10"}, expect=303)
    page = plain(client.get("/manager/cohorts").text)
    assert "3 10 30% reached 30 September 2026, The case system" in page
    assert "12 children of 8 and over" in page
    assert "(replaced since)" in page
    with clock.set_clock(NOON + timedelta(minutes=2), everywhere=True):
        client.submit("/manager/cohorts", entered | {"number": "2"}, expect=303)
    assert "More answered than there are" in client.get("/manager/cohorts").text


def test_the_cohort_of_children_has_no_care_leavers(lite: World) -> None:
    more = {"survey": "u-matter", "band": "16-25", "over16": True}
    lite.response(lite.manager(), answers={}, over18=True, **more)
    lite.response(lite.manager(), answers={}, **more)
    page = plain(lite.sign_in(lite.manager()).get("/manager/cohorts").text)
    assert "All ages 1 not entered" in page
    whole = plain(
        lite.sign_in(lite.manager()).get("/manager/answers?survey=u-matter").text
    )
    assert "October 2026 2" in whole


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "", "Choose which children."),
        ("number", "many", "Type a whole number"),
        ("number", "-1", "Type a whole number"),
        ("on_date", "2026-11-30", "still to come"),
        ("on_date", "yesterday", "Type a day"),
        ("source", "\u200b", "where the number is from"),
        ("source", "x" * 121, "At most 120"),
    ],
)
def test_a_wrong_cohort_is_refused_with_what_to_do_and_nothing_is_lost(
    lite: World, field: str, typed: str, said: str
) -> None:
    right = {
        "kind": "in_care",
        "band": "8-11",
        "number": "96",
        "on_date": "2026-09-30",
        "source": "A list of ours",
    }
    client = lite.sign_in(lite.manager())
    page = client.submit("/manager/cohorts", right | {field: typed}, expect=400).text
    assert "There is a problem" in page
    assert said in page
    if field != "source":
        assert "A list of ours" in page


def test_only_the_manager_sees_them(lite: World) -> None:
    for person in (lite.iro(), lite.lead(), lite.administrator()):
        client = lite.sign_in(person)
        for page in ("answers", "measures", "cohorts"):
            client.get(f"/manager/{page}", expect=404)
