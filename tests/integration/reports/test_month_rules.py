"""Figures by the rules of their month: what is changed later never measures a past month anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.iro.month.views import WaitingLink, month_of
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.reports.content.build_report import build_report
from feedback_app.reports.content.gather import Gathered, gather_report
from feedback_app.reports.content.glossary import glossary_terms
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.figures.board import month_board
from feedback_app.reports.figures.comments import CommentFilter, select_comments
from feedback_app.reports.figures.measures import MeasureRow, measure_survey
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures.reviews_held import count_reviews
from feedback_app.reports.formats.workbook import write_workbook
from feedback_app.reports.printing.report_pdf import report_pdf
from feedback_app.reports.publishing.stored import find_numbers
from feedback_app.rulebook.counted_codes import CountedCodes, name_codes, read_codes
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.rulebook.setting_changes import MonthIsPast, read_changes
from tests.support.changed_rules import change_rule, count_pn4
from tests.support.report_months import people_september
from tests.support.reviews import import_review

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
KNOW_IRO = "target rate-my-review know_iro"


def gathered(world: World, month: Month) -> Gathered:
    surveys = world.parts.catalogue.monthly_versions()
    manager = world.manager()
    with world.session() as session:
        return gather_report(
            session,
            world.parts.keys.text,
            world.parts.settings,
            world.parts.catalogue,
            Period.of_kind("month", month),
            kind="month",
            ready=find_numbers(session, surveys, month),
            person_id=manager.id,
            roles=frozenset(["manager"]),
        )


def report_of(world: World, month: Month) -> ReportDocument:
    found = gathered(world, month)
    with world.app.test_request_context():
        return build_report(found)


def measure_of(world: World, month: Month) -> MeasureRow:
    surveys = world.parts.catalogue.monthly_versions()
    with world.session() as session:
        found = measure_survey(session, surveys, month)
    return next(row for row in found.rows if row.measure.id == "know_iro")


def month_rows(world: World, oak: Person) -> Sequence[WaitingLink]:
    survey = world.parts.catalogue.monthly_survey().key
    with world.session() as session:
        found = month_of(
            session, world.parts.keys, world.parts.settings, survey, oak.id, OCTOBER
        )
    return found.waiting


def words_of(document: ReportDocument) -> str:
    return "\n".join(str(chapter) for chapter in document.chapters)


def test_a_target_is_never_that_of_a_month_before_it(world: World) -> None:
    people_september(world)
    world.choose_numbers()
    before = report_of(world, SEPTEMBER)
    was = measure_of(world, SEPTEMBER)
    assert (was.year.target, was.year.target_state) == (0.8, "unsure")
    change_rule(world, KNOW_IRO, "30", "80", month=OCTOBER)
    assert measure_of(world, SEPTEMBER).year.target == 0.8
    assert measure_of(world, SEPTEMBER) == was
    now = measure_of(world, OCTOBER)
    assert (now.year.target, now.year.target_state) == (0.3, "met")
    assert report_of(world, SEPTEMBER) == before, "rebuilt, it says the same"
    with pytest.raises(MonthIsPast):
        change_rule(world, KNOW_IRO, "30", "80", month=SEPTEMBER)


def test_a_report_measures_by_the_target_of_its_month(world: World) -> None:
    change_rule(world, KNOW_IRO, "31", "80", month=SEPTEMBER, at=NOON.replace(month=9))
    people_september(world)
    world.choose_numbers()
    assert "over 31%" in words_of(report_of(world, SEPTEMBER))


def test_a_verdict_needs_as_many_answers_as_its_month_asks_for(world: World) -> None:
    people_september(world)
    change_rule(world, "fewest_answers", "30", "10", month=OCTOBER)
    assert measure_of(world, SEPTEMBER).year.whole_percent == 75
    later = measure_of(world, OCTOBER).year
    assert (later.base, later.whole_percent, later.target_state) == (24, None, "few")


def test_the_state_of_the_service_is_amber_from_the_share_of_its_month(
    world: World,
) -> None:
    people_september(world)
    found = gathered(world, SEPTEMBER)
    assert found.rules.amber_percent == 75
    change_rule(world, "amber_percent", "90", "75", month=OCTOBER)
    assert gathered(world, SEPTEMBER).rules.amber_percent == 75
    assert gathered(world, OCTOBER).rules.amber_percent == 90
    assert "at least 75% of the target" in words_of(report_of(world, SEPTEMBER))


def test_a_cohort_is_asked_for_by_the_share_of_its_month(lite: World) -> None:
    change_rule(lite, "cohort u-matter", "60", "50", month=NOVEMBER)
    settings = lite.parts.settings
    with lite.session() as session:
        held = [
            {key: percent for key, _kind, percent in rules}["u-matter"]
            for rules in (
                read_rules(session, month).cohort_targets(settings)
                for month in (OCTOBER, NOVEMBER)
            )
        ]
    assert held == [50, 60]
    with clock.set_clock(datetime(2026, 11, 3, 9, tzinfo=UTC), everywhere=True):
        page = lite.sign_in(lite.manager()).get("/manager/cohorts").text
    assert "60%" in page


def test_codes_count_each_month_by_its_own_rule_in_every_place(world: World) -> None:
    oak, manager = world.iro(), world.manager()
    for month in ("2026-09", "2026-10"):
        world.response(oak, month=month, pn="PN4", texts={"better": "x"})
        import_review(
            world, oak, pn_code="PN4", reference=f"R-{month}", held_on=date.fromisoformat(f"{month}-05")
        )  # fmt: skip
    count_pn4(world, OCTOBER)
    survey = world.parts.catalogue.monthly_survey().key
    with world.session() as session:
        reviews = count_reviews(session, [SEPTEMBER, OCTOBER], read_codes(session))
        for month, heard in ((SEPTEMBER, (0, 1)), (OCTOBER, (1, 0))):
            board = month_board(session, survey, month, world.parts.settings)
            assert (board.total_heard.took_part, board.total_heard.did_not) == heard
            held = reviews[month].whole_service
            assert (held.took_part, held.did_not) == heard
        wanted = CommentFilter((survey,), (SEPTEMBER, OCTOBER), part="took_part")
        texts = select_comments(
            session, wanted, person_id=manager.id, roles=["manager"], start=0, limit=9
        )
    assert [text.month for text in texts] == [OCTOBER]
    assert "PN1 to PN4" in words_of(report_of(world, OCTOBER))
    assert "PN1 to PN3" in words_of(report_of(world, SEPTEMBER))


def test_my_month_and_the_forms_that_ask_follow_the_codes_of_this_month(
    world: World,
) -> None:
    oak = world.iro()
    world.invitation(oak, pn="PN4")
    review = import_review(world, oak, pn_code="PN4", reference="R-1")
    client = world.sign_in(oak)
    short = client.get("/iro/ask?part=took-part").text
    assert 'value="PN4"' not in short
    count_pn4(world, OCTOBER)
    short = client.get("/iro/ask?part=took-part").text
    assert 'value="PN4"' in short
    assert 'value="PN4"' not in client.get("/iro/ask?part=did-not").text
    asked = client.get(f"/iro/reviews/{review}/ask").text
    assert 'name="part" value="took-part"' in asked or 'value="took-part"' in asked
    groups = client.get("/iro/ask").text.split("<optgroup")
    assert any('label="Took part"' in one and 'value="PN4"' in one for one in groups)
    (waiting,) = month_rows(world, oak)
    assert waiting.took_part is True


def test_codes_in_a_row_are_named_together() -> None:
    assert name_codes(("PN1", "PN2", "PN3")) == "PN1 to PN3"
    assert name_codes(("PN0", "PN4", "PN5", "PN7")) == "PN0, PN4, PN5, PN7"
    assert name_codes(()) == "–"
    codes = CountedCodes.from_text("PN1 PN2 / PN5")
    assert codes.outside_codes == ("PN0", "PN3", "PN4", "PN6", "PN7")
    assert [codes.says_took_part(one) for one in ("PN1", "PN5", "PN0", None)] == [
        True,
        False,
        None,
        None,
    ]


def test_the_last_change_of_a_month_holds_and_a_later_one_takes_its_turn(
    lite: World,
) -> None:
    change_rule(lite, "amber_percent", "90", "75", month=NOVEMBER)
    change_rule(lite, "amber_percent", "60", "75", month=OCTOBER)
    change_rule(lite, "amber_percent", "70", "60", month=OCTOBER)
    with lite.session() as session:
        held = [read_rules(session, one).amber_percent for one in (SEPTEMBER, OCTOBER, NOVEMBER)]  # fmt: skip
    assert held == [75, 70, 90]


def test_the_words_of_reports_stand_in_every_form_of_one(world: World) -> None:
    people_september(world)
    world.choose_numbers()
    change_rule(world, "word iro", "Leads a child’s reviews here.", "x")
    change_rule(world, "word +Family time", "Time with family.", "-")
    document = report_of(world, SEPTEMBER)
    chapter = next(one for one in document.chapters if one.title == "Words of this report")  # fmt: skip
    said = str(chapter)
    assert "Leads a child’s reviews here." in said
    assert "Family time" in said
    assert "Plan row" in said
    with world.app.test_request_context():
        assert write_workbook(document)[:2] == b"PK"
        assert report_pdf(document)[:4] == b"%PDF"
    with world.session() as session, world.app.test_request_context():
        terms = {one.term: one for one in glossary_terms(read_changes(session))}
    assert terms["IRO"].is_own
    assert not terms["Review"].is_own
