"""The bar at the top only grows: on every way through every survey, from the first question to Send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle, pairwise, product

import pytest

from feedback_app.config import ROOT
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import LOOK_OF_BAND
from feedback_app.survey.path import questions_for
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.screen_steps import with_steps
from feedback_app.survey_page.views import By, Choice, Kind, Screen
from tests.support.every_path import every_case, forms
from tests.support.surveys import NUMBERS

Answers = Mapping[str, Sequence[str]]


def shown(screens: Sequence[Screen], answers: Answers) -> list[Screen]:
    """The screens that a child with these answers sees, in order."""
    given: dict[str, frozenset[str]] = {}
    found = []
    for screen in screens:
        if all(
            given.get(name) and bool(given[name] & set(options)) is (operator != "not")
            for name, operator, options in screen.show
        ):
            found.append(screen)
            if screen.name:
                given[screen.name] = frozenset(answers.get(screen.name, ()))
    return found


def closing_answers(screens: Sequence[Screen]) -> list[Answers]:
    """Each way to answer the fixed screens on which others wait."""
    asked_about = {name for screen in screens for name, _, _ in screen.show}
    fixed = [s for s in screens if s.name in asked_about and not s.declines]
    ways = [
        [(s.name, [*each]) for each in ((), *((c.id,) for c in s.choices))]
        for s in fixed
    ]
    return [dict(way) for way in product(*ways)]


@pytest.mark.parametrize(
    ("by", "most_ticks"),
    [
        ("child", 1),
        *(
            pytest.param(by, 99, marks=pytest.mark.full)
            for by in ("child", "verbal", "paper")
        ),
    ],
)
def test_no_step_falls_on_any_way_and_only_send_is_the_last(
    by: By, most_ticks: int
) -> None:
    catalogue = load_catalogue(ROOT / "surveys")
    walked, known = 0, set()
    for survey, band, facts in every_case(catalogue):
        if by == "verbal" and survey.handed_out_by != "iro":
            continue
        questions = questions_for(survey, band, facts)
        page = build_page(
            catalogue, survey, band, LOOK_OF_BAND[band], None, facts, NUMBERS, by=by
        )
        shape = str([(one.id, one.show, one.choices) for one in page.screens])
        if shape in known:
            continue
        known.add(shape)
        first, last = page.screens[0], page.screens[-1]
        assert last.send
        assert first.step == 0
        ways = closing_answers(page.screens)
        all_forms = [
            form
            for form in forms(questions)
            if all(
                len(ids) <= most_ticks
                for name, ids in form.items()
                if name != "declined"
            )
        ]
        for form, more in [
            *((all_forms[0], way) for way in ways),
            *zip(all_forms, cycle(ways), strict=False),
        ]:
            walked += 1
            answers = {
                name: () if name.removeprefix("q-") in form.get("declined", ()) else ids
                for name, ids in {**form, **more}.items()
            }
            steps = [screen.step for screen in shown(page.screens, answers)]
            rising = steps[steps.index(1) :]
            assert all(one < other for one, other in pairwise(rising)), steps
            assert rising[-1] == last.step
    assert walked > 1000


def a_screen(name: str, kind: Kind = "one", **more: object) -> Screen:
    choices = tuple(Choice(one, one) for one in ("yes", "no", "some"))
    return Screen(f"s-{name}", kind, name, name=name, choices=choices, **more)  # type: ignore[arg-type]


def when(
    field: str, operator: str, *options: str
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return ((field, operator, options),)


def test_two_branches_stand_side_by_side_and_the_longer_one_is_what_counts() -> None:
    screens = with_steps(
        [
            Screen("s-words", "words", "words"),
            a_screen("there", declines="there"),
            a_screen("heard", show=when("there", "is", "yes", "some")),
            a_screen("why", show=when("there", "is", "no")),
            a_screen("who", show=when("why", "not", "yes")),
            a_screen("end"),
        ]
    )
    assert [(one.id[2:], one.step) for one in screens] == [
        ("words", 0), ("there", 1), ("heard", 2), ("why", 2), ("who", 3), ("end", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "operator", "step"),
    [("one", "not", 2), ("many", "not", 3), ("one", "is", 3)],
)
def test_only_what_no_child_is_asked_both_of_stands_side_by_side(
    kind: Kind, operator: str, step: int
) -> None:
    """Several ticks can open both; so can one answer that both wait for."""
    screens = with_steps(
        [
            a_screen("first", kind, declines="first"),
            a_screen("one", show=when("first", "is", "yes")),
            a_screen("other", show=when("first", operator, "yes")),
        ]
    )
    assert screens[-1].step == step


def test_a_page_without_a_question_counts_from_its_first_screen() -> None:
    screens = with_steps([Screen("s-check", "check", "Check")])
    assert [one.step for one in screens] == [1]
