"""Which questions a child is asked: by what the invitation knows, then by what they say themselves."""

from __future__ import annotations

import pytest

from feedback_app.survey.answers import read_answers
from feedback_app.survey.model import (
    Answer,
    Condition,
    Facts,
    OnAnswer,
    OnMark,
    OnMode,
    Option,
    Question,
    Survey,
)
from feedback_app.survey.path import (
    IN_THE_REST,
    MORE,
    questions_for,
    questions_on_path,
    spotlight_for,
)

YES_NO = (Option("yes", "Yes"), Option("no", "No"))


def question(
    id_: str, *show: Condition, marks: tuple[str, ...] = (), kind: str = "choice"
) -> Question:
    when = "If it fits" if show else ""
    return Question(
        id_,
        kind,
        id_,
        options=() if kind == "text" else YES_NO,
        show=show,
        when=when,
        marks=marks,
    )  # type: ignore[arg-type]


def survey(
    *questions: Question,
    spotlight: tuple[Question, ...] = (),
    before: str = "",
    core: str = "",
) -> Survey:
    return Survey(
        "invented",
        1,
        "Invented",
        "Invented",
        "nobody",
        True,
        {"12-17": questions},
        {"12-17": spotlight},
        spotlight_before=before,
        core=core,
    )


def given(**options: str) -> dict[str, Answer]:
    return {
        id_: Answer(id_, "given", tuple(ids.split())) for id_, ids in options.items()
    }


IS_NO = OnAnswer("there", "is", frozenset({"no"}))
ANY = OnAnswer("told_by", "any_of", frozenset({"iro", "carer"}))
NOT = OnAnswer("told_by", "not", frozenset({"no_one"}))
UNLESS = OnAnswer("told_by", "unless", frozenset({"no_one"}))


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        (IS_NO, given(there="no"), True),
        (IS_NO, given(there="yes"), False),
        (ANY, given(told_by="friend carer"), True),
        (ANY, given(told_by="friend"), False),
        (NOT, given(told_by="iro carer"), True),
        (NOT, given(told_by="iro no_one"), False),
        (UNLESS, given(told_by="iro carer"), True),
        (UNLESS, given(told_by="iro no_one"), False),
    ],
)
def test_a_condition_holds_by_what_was_chosen(
    condition: Condition, answers: dict[str, Answer], expected: bool
) -> None:
    assert condition.is_met(answers, Facts()) is expected


@pytest.mark.parametrize("condition", [IS_NO, ANY, NOT])
@pytest.mark.parametrize("state", ["left", "declined", None])
def test_nothing_is_concluded_from_silence(
    condition: OnAnswer, state: str | None
) -> None:
    answers = {condition.question: Answer(condition.question, state)} if state else {}  # type: ignore[arg-type]
    assert not condition.is_met(answers, Facts())


@pytest.mark.parametrize("state", ["left", "declined", None])
def test_silence_takes_nothing_away_either(state: str | None) -> None:
    answers = {"told_by": Answer("told_by", state)} if state else {}  # type: ignore[arg-type]
    assert UNLESS.is_met(answers, Facts())


def test_a_mode_that_is_not_known_opens_nothing() -> None:
    assert not OnMode(frozenset({"remote"})).is_met({}, Facts(None))
    assert OnMode(frozenset({"remote"})).is_met({}, Facts("remote"))


def test_what_the_invitation_knows_is_settled_before_the_child_sees_anything() -> None:
    mixed = question(
        "remote",
        OnAnswer("there", "is", frozenset({"yes"})),
        OnMode(frozenset({"remote", "blended"})),
    )
    older = question("plan_18", OnMark("16+"))
    whole = survey(question("there"), mixed, older)
    assert [q.id for q in questions_for(whole, "12-17", Facts("in_person"))] == [
        "there"
    ]
    found = questions_for(whole, "12-17", Facts("blended", frozenset({"16+"})))
    assert [q.id for q in found] == ["there", "remote", "plan_18"]
    assert found[1].show == (OnAnswer("there", "is", frozenset({"yes"})),)
    assert found[1].when == "If it fits"
    assert found[2].show == ()
    assert found[2].when == ""


def test_a_question_that_waits_for_one_that_cannot_be_asked_is_gone_too() -> None:
    first = question("remote", OnMode(frozenset({"remote"})))
    then = question("why", OnAnswer("remote", "is", frozenset({"no"})))
    assert (
        questions_for(
            survey(question("there"), first, then), "12-17", Facts("in_person")
        )[1:]
        == ()
    )


def test_a_question_stays_that_another_would_have_taken_away_had_it_been_asked() -> (
    None
):
    first = question("remote", OnMode(frozenset({"remote"})))
    then = question("why", OnAnswer("remote", "unless", frozenset({"no"})))
    found = questions_for(survey(first, then), "12-17", Facts("in_person"))
    assert [(q.id, q.show, q.when) for q in found] == [("why", (), "")]


def test_what_follows_the_core_waits_for_the_child_who_wants_to_answer_more() -> None:
    whole = survey(
        question("home"),
        question("best", kind="text"),
        question("friends"),
        question("why", OnAnswer("friends", "is", frozenset({"no"}))),
        core="best",
    )
    found = questions_for(whole, "12-17", Facts())
    assert [q.id for q in found if IN_THE_REST in q.show] == ["friends", "why"]
    ways = {
        None: ["home", "best", "friends", "why"],
        "more": ["home", "best", "friends", "why"],
        "send": ["home", "best"],
    }
    for more, asked in ways.items():
        form = {"q-friends": ["no"], **({MORE: [more]} if more else {})}
        answers, _ = read_answers(form, found, Facts())
        assert [answer.question for answer in answers] == asked
        said = {answer.question: answer for answer in answers}
        if more:
            said[MORE] = Answer(MORE, "given", (more,))
        assert [q.id for q in questions_on_path(found, said, Facts())] == asked


def test_an_answer_off_the_path_opens_nothing() -> None:
    questions = (
        question("there"),
        question("why", IS_NO),
        question("more", OnAnswer("why", "is", frozenset({"yes"}))),
    )
    assert [
        q.id
        for q in questions_on_path(questions, given(there="yes", why="yes"), Facts())
    ] == ["there"]
    assert [
        q.id
        for q in questions_on_path(questions, given(there="no", why="yes"), Facts())
    ] == [
        "there",
        "why",
        "more",
    ]


def test_the_month_s_question_stands_where_the_survey_says() -> None:
    whole = survey(
        question("there"),
        question("know_iro"),
        question("best", kind="text"),
        spotlight=(question("proud"),),
        before="know_iro",
    )
    assert [q.id for q in questions_for(whole, "12-17", Facts(), "proud")] == [
        "there",
        "proud",
        "know_iro",
        "best",
    ]
    without_words = survey(question("there"), spotlight=(question("proud"),))
    assert [q.id for q in questions_for(without_words, "12-17", Facts(), "proud")] == [
        "there",
        "proud",
    ]


def test_a_spotlight_question_that_the_band_has_not_is_refused() -> None:
    with pytest.raises(LookupError, match="proud"):
        questions_for(survey(question("there")), "12-17", Facts(), "proud")


def test_spotlight_questions_take_turns_and_fit_the_child() -> None:
    whole = survey(
        spotlight=(
            question("pack"),
            question("plan_18", marks=("16+",)),
            question("proud"),
        )
    )
    turns = [spotlight_for(whole, "12-17", (), 2026, month) for month in (11, 12)]
    turns += [spotlight_for(whole, "12-17", (), 2027, month) for month in (1, 2)]
    assert turns == [turns[0], turns[1], turns[0], turns[1]]
    assert set(turns) == {"pack", "proud"}
    older = {spotlight_for(whole, "12-17", {"16+"}, 2027, month) for month in (1, 2, 3)}
    assert older == {"pack", "plan_18", "proud"}
    assert spotlight_for(whole, "12-17", (), 2026, 11, chosen=turns[1]) == turns[1]
    assert (
        spotlight_for(whole, "12-17", (), 2026, 11, chosen="no_such_question")
        == turns[0]
    )
    assert spotlight_for(survey(), "12-17", (), 2027, 1) is None
    assert spotlight_for(whole, "4-7", (), 2027, 1) is None
