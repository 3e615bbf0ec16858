"""What officers noted beside what children say, and measures by mode, as they may leave."""

from __future__ import annotations

from feedback_app.config import ROOT
from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.iro_says import NOTHING_SAID, Agreement, IroSays
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.tally import ChildGroup, Tally
from feedback_app.reports.publishing.both_accounts import (
    CAME,
    FOR_PN5,
    STAYED_AWAY,
    publish_accounts,
    quarters_needed,
    rolling_windows,
)
from feedback_app.reports.publishing.by_mode import publish_modes
from feedback_app.reports.publishing.in_turn import Unit
from feedback_app.survey.files.load import load_catalogue

QUARTERS = quarters_needed(Month(2025, 1), Month(2026, 9))
SURVEY = load_catalogue(ROOT / "surveys").find_survey("rate-my-review")


def group(unit: Unit, mode: str = "") -> ChildGroup:
    return ChildGroup(unit[0], "12-17", True, "", mode)


def says(unit: Unit, came: Agreement, stayed: Agreement, own: Agreement) -> IroSays:
    """One quarter, in which nobody else answered these questions."""
    return IroSays(
        unit,
        {"PN1": came, "PN6": stayed},
        {},
        NOTHING_SAID,
        NOTHING_SAID,
        {"PN5": own},
        {},
        {
            ("at_meeting", "yes"): came.agree + stayed.differ,
            ("at_meeting", "no"): came.differ + stayed.agree,
            ("sounded_like_me", "yes"): own.agree,
            ("sounded_like_me", "some"): own.partly,
            ("sounded_like_me", "no"): own.differ,
        },
    )


def test_the_quarters_are_all_since_the_first_answer_and_four_make_a_window() -> None:
    assert QUARTERS[0] == Month(2025, 1).quarter_months
    assert QUARTERS[-1] == Month(2026, 9).quarter_months
    assert len(QUARTERS) == 7
    windows = rolling_windows(QUARTERS)
    assert [window[-1] for window in windows] == list(QUARTERS)
    assert [len(window) for window in windows] == [1, 2, 3, 4, 4, 4, 4]
    assert len(quarters_needed(Month(2026, 8), Month(2026, 9))) == 4
    assert len(quarters_needed(Month(2000, 1), Month(2026, 9))) == 12


def test_p25_comparisons_show_what_is_large_and_no_number_of_1_to_4() -> None:
    found = {
        unit: says(unit, Agreement(agree=9), Agreement(agree=8), Agreement(agree=6))
        for unit in QUARTERS
    }
    plain = publish_accounts(found)
    assert (plain[CAME].agree.value, plain[CAME].compared.value) == (36, 36)
    assert (plain[STAYED_AWAY].agree.value, plain[STAYED_AWAY].differ.value) == (32, 0)
    assert plain[STAYED_AWAY].partly is None
    last = QUARTERS[-1]
    found[last] = says(
        last, Agreement(agree=9, differ=1), Agreement(agree=8), Agreement(2, 1, 0)
    )
    thin = publish_accounts(found)
    assert thin[CAME].differ.mark is CellMark.FEW
    # Nothing that is printed lets 1 be worked out: all who said no, less the 32 of whom it was noted.
    assert None in (thin[STAYED_AWAY].agree.value, thin[STAYED_AWAY].compared.value)
    assert None in (thin[CAME].agree.value, thin[CAME].compared.value)
    own = thin[FOR_PN5]
    assert own.partly is not None
    assert own.partly.value is None


def test_p25_a_mode_of_few_children_is_hidden_beside_all_of_them() -> None:
    measure = next(
        measure
        for question in asked_questions([SURVEY])
        for measure in question.measures
        if measure.id == "meeting_ok"
    )
    tallies = {}
    for unit in QUARTERS:
        good = {group(unit, "in_person"): 6, group(unit, "remote"): 3}
        given = {group(unit, "in_person"): 8, group(unit, "remote"): 5}
        if unit == QUARTERS[-1]:
            good[group(unit, "blended")], given[group(unit, "blended")] = 2, 3
        tallies[unit] = Tally(
            states={("meeting_ok", "given"): given},
            options={("meeting_ok", "good"): good},
        )
    found = publish_modes(tallies, [measure])
    count, base = found["meeting_ok", "blended"]
    assert (count.mark, base.mark) == (CellMark.FEW, CellMark.FEW)
    shown = [
        number.value for mode in ("in_person", "remote") for number in found["meeting_ok", mode]
    ]  # fmt: skip
    assert shown != [24, 32, 12, 20], (
        "all children are known: one more number is hidden"
    )
