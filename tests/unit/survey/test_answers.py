"""What a child sent is kept as they meant it: whole, in their own script, and only what they were asked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.survey.answers import normalised_content, read_answers
from feedback_app.survey.model import (
    Answer,
    Facts,
    OnAnswer,
    OnMode,
    Option,
    Problem,
    Question,
)
from feedback_app.survey.path import questions_on_path
from feedback_app.typed_text import TEXT_LIMIT, clean_text

YES, SOME, NO = Option("yes", "Yes"), Option("some", "For a bit"), Option("no", "No")
AT_MEETING = Question(
    "at_meeting", "choice", "Were you at your meeting?", options=(YES, SOME, NO)
)
SAID = Question(
    "said",
    "choice",
    "Did you say it?",
    options=(YES, NO),
    show=(OnAnswer("at_meeting", "is", frozenset({"yes", "some"})),),
)
WHY_NOT = Question(
    "why_not",
    "multi",
    "Why did you miss it?",
    options=(Option("worried", "I felt worried"), Option("other", "Something else")),
    show=(OnAnswer("at_meeting", "is", frozenset({"no"})),),
)
REMOTE = Question(
    "remote",
    "choice",
    "What was it like?",
    options=(YES, NO),
    show=(OnMode(frozenset({"remote"})),),
)
BETTER = Question("better", "text", "What should we change?")
QUESTIONS = (AT_MEETING, SAID, WHY_NOT, REMOTE, BETTER)
FACTS = Facts("in_person")

any_text = st.text(st.characters(codec=None), max_size=60) | st.text(
    "a\r\n\t\x00\u0301\u200d\ud800é👩‍👧 ", max_size=30
)
forms = st.dictionaries(
    st.sampled_from(
        [*(f"q-{q.id}" for q in QUESTIONS), "declined", "q-unknown", "iro_may_see"]
    )
    | any_text,
    st.lists(
        st.sampled_from(
            ["yes", "some", "no", "worried", "other", "at_meeting", "better"]
        )
        | any_text,
        max_size=4,
    ),
    max_size=8,
)


def read(**fields: list[str]) -> dict[str, Answer]:
    answers, _ = read_answers(
        {k.replace("q_", "q-", 1): v for k, v in fields.items()}, QUESTIONS, FACTS
    )
    return {answer.question: answer for answer in answers}


def test_each_question_on_the_path_has_one_answer_and_no_other_has_any() -> None:
    assert list(read()) == ["at_meeting", "better"]
    assert list(read(q_at_meeting=["yes"])) == ["at_meeting", "said", "better"]
    assert list(read(q_at_meeting=["no"], q_said=["yes"])) == [
        "at_meeting",
        "why_not",
        "better",
    ]


def test_a_question_left_empty_is_neither_given_nor_declined() -> None:
    assert read()["at_meeting"] == Answer("at_meeting", "left")
    assert read(q_better=[" \n "])["better"] == Answer("better", "left")


def test_not_wanting_to_say_beats_a_tick_but_not_words() -> None:
    found = read(
        q_at_meeting=["no"],
        q_why_not=["worried"],
        q_better=["Ask me"],
        declined=["why_not", "better"],
    )
    assert found["why_not"] == Answer("why_not", "declined")
    assert found["better"] == Answer("better", "given", text="Ask me")
    assert read(declined=["better"])["better"] == Answer("better", "declined")


def test_declining_opens_no_further_question() -> None:
    assert list(read(q_at_meeting=["no"], declined=["at_meeting"])) == [
        "at_meeting",
        "better",
    ]


def test_of_several_values_for_one_choice_the_first_known_counts() -> None:
    assert read(q_at_meeting=["maybe", "no", "yes"])["at_meeting"].options == ("no",)


def test_ticks_are_kept_in_the_question_s_order_once_each() -> None:
    found = read(q_at_meeting=["no"], q_why_not=["other", "worried", "other", "<b>"])
    assert found["why_not"] == Answer("why_not", "given", options=("worried", "other"))


ALONE = Question(
    "who",
    "multi",
    "Who said it?",
    options=(
        Option("iro", "My IRO"),
        Option("carer", "My carer"),
        Option("no_one", "No one", exclusive=True),
        Option("unsure", "Not sure", exclusive=True),
    ),
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["no_one"], ("no_one",)),
        (["no_one", "iro"], ("iro",)),
        (["carer", "unsure", "iro"], ("iro", "carer")),
        (["unsure", "no_one"], ("no_one",)),
        (["iro", "carer"], ("iro", "carer")),
    ],
)
def test_an_answer_that_stands_alone_gives_way_to_those_sent_with_it(
    sent: list[str], kept: tuple[str, ...]
) -> None:
    """As a page without script may send them, or whoever keys in a form."""
    answers, problems = read_answers({"q-who": sent}, (ALONE,), FACTS)
    assert answers == (Answer("who", "given", options=kept),)
    assert problems == ()


def test_unknown_options_and_fields_are_ignored() -> None:
    assert read(q_at_meeting=["never heard of"], q_colour=["red"])[
        "at_meeting"
    ] == Answer("at_meeting", "left")


@pytest.mark.parametrize("letter", ["a", "é", "ش", "字", "👍"])
def test_a_text_at_the_limit_is_kept_and_one_above_is_shown_back_whole(
    letter: str,
) -> None:
    assert read_answers({"q-better": [letter * TEXT_LIMIT]}, (BETTER,), FACTS)[1] == ()
    answers, problems = read_answers(
        {"q-better": [letter * (TEXT_LIMIT + 1)]}, (BETTER,), FACTS
    )
    assert problems == (Problem("better", "too_long", TEXT_LIMIT + 1, TEXT_LIMIT),)
    assert answers[0].text == letter * (TEXT_LIMIT + 1)


def test_a_phone_s_line_ends_count_once() -> None:
    assert clean_text("  one\r\ntwo\rthree\n") == "one\ntwo\nthree"
    assert (
        read_answers(
            {"q-better": ["a\r\n" * (TEXT_LIMIT // 2) + "x"]}, (BETTER,), FACTS
        )[1]
        != ()
    )
    assert (
        read_answers({"q-better": ["a\r\n" * (TEXT_LIMIT // 2)]}, (BETTER,), FACTS)[1]
        == ()
    )


@pytest.mark.parametrize(
    "said",
    [
        "👩‍👧‍👦 my family",
        "أنا لا أحب ذلك",
        "\u2067\u05e9\u05dc\u05d5\u05dd\u2069 text",
        "ਮੈਂ ਖੁਸ਼ ਹਾਂ",
        "我很好",
        "column\tone",
        "e\u0301",
    ],
)
def test_every_script_emoji_and_direction_mark_stays(said: str) -> None:
    assert clean_text(said) == unicodedata.normalize("NFC", said)


def test_what_no_child_typed_is_dropped() -> None:
    assert clean_text("a\x00b\x07c\x7fd\x9fe\ud800f") == "abcdef"


def test_a_flood_of_accents_is_too_long_and_costs_no_time() -> None:
    flood = "a" + "\u0301\u0316" * 16_000
    assert len(clean_text(flood)) > TEXT_LIMIT


@settings(deadline=None)
@given(any_text)
def test_cleaning_never_fails_and_twice_is_as_once(raw: str) -> None:
    once = clean_text(raw)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    once.encode("utf-8")
    assert not any(unicodedata.category(c) == "Cc" for c in once if c not in "\n\t")


@settings(deadline=None)
@given(forms, st.sampled_from([None, "remote", "in_person"]))
def test_reading_never_fails_and_reading_what_was_kept_gives_the_same(
    form: dict[str, list[str]], mode: str | None
) -> None:
    facts = Facts(mode)
    answers, problems = read_answers(form, QUESTIONS, facts)
    kept = {
        f"q-{a.question}": [*a.options, *([a.text] if a.text else [])] for a in answers
    }
    kept["declined"] = [a.question for a in answers if a.state == "declined"]
    assert read_answers(kept, QUESTIONS, facts) == (answers, problems)
    assert tuple(a.question for a in answers) == tuple(
        q.id
        for q in questions_on_path(QUESTIONS, {a.question: a for a in answers}, facts)
    )
    assert all((a.state == "given") == bool(a.options or a.text) for a in answers)


def test_the_same_content_is_the_same_whatever_its_order() -> None:
    first = (Answer("a", "given", ("x", "y")), Answer("b", "given", text="é"))
    assert normalised_content(first) == normalised_content(
        (first[1], Answer("a", "given", ("y", "x")))
    )


@pytest.mark.parametrize(
    "other",
    [
        (Answer("a", "left"),),
        (Answer("a", "declined"),),
        (Answer("a", "given", ("x",)),),
        (Answer("a", "given", text="x"),),
        (Answer("a", "given", text="x "),),
        (Answer("b", "left"),),
        (),
    ],
)
def test_other_content_is_never_taken_for_the_same(other: tuple[Answer, ...]) -> None:
    assert normalised_content(other) != normalised_content(
        (Answer("a", "given", ("x", "y")),)
    )
