"""The minutes that a page promises are those of its own words and taps, at every age."""

from __future__ import annotations

import pytest

from feedback_app.survey.length import (
    SECONDS_A_TAP,
    ReadingLoad,
    count_more,
    count_words,
    minutes_of,
    promised_minutes,
    reading_pace,
)
from feedback_app.survey.model import OnAnswer, Option, Question
from feedback_app.survey.path import IN_THE_REST

YES_NO = (Option("yes", "Yes"), Option("no", "No"))


def asked(id_: str, words: int, *show: OnAnswer, kind: str = "choice") -> Question:
    text = " ".join(["word"] * words)
    options = () if kind == "text" else YES_NO
    return Question(id_, kind, text, options=options, show=show)


IF_NO = OnAnswer("there", "is", frozenset({"no"}))
IF_YES = OnAnswer("there", "is", frozenset({"yes"}))


def minutes(*questions: Question, around: ReadingLoad | None = None) -> int:
    return promised_minutes(questions, around or ReadingLoad(), 100)


def test_the_longest_way_counts_and_minutes_are_rounded_up() -> None:
    there = asked("there", 50)
    assert minutes(there) == 1
    assert minutes(there, asked("short", 30, IF_YES), asked("long", 260, IF_NO)) == 4
    assert minutes(there, around=ReadingLoad(words=300)) == 4


def test_an_answer_leads_on_and_after_ticks_next_is_one_tap_more() -> None:
    taps = int(60 / SECONDS_A_TAP)
    ticks = [asked(f"t{n}", 0, kind="multi") for n in range(taps)]
    boxes = [asked(f"b{n}", 0, kind="text") for n in range(taps)]
    assert minutes(*boxes) == 1
    assert minutes(*ticks) == 3, "two taps each, and the words of the options"


def test_only_the_core_is_promised_and_the_rest_is_counted() -> None:
    core = asked("home", 10)
    rest = [asked(f"q{n}", 200, IN_THE_REST) for n in range(3)]
    either = [asked("if_yes", 9, IN_THE_REST), asked("if_no", 9, IN_THE_REST)]
    assert minutes(core, *rest) == 1
    assert count_more((core, *rest)) == 3
    assert count_more((core,)) == 0
    first = asked("there", 5, IN_THE_REST)
    apart = [
        asked("if_yes", 9, IF_YES, IN_THE_REST),
        asked("if_no", 9, IF_NO, IN_THE_REST),
    ]
    assert count_more((core, first, *apart)) == 2, either


def test_each_age_has_its_pace_and_whoever_reads_aloud_the_same_for_all() -> None:
    paces = [reading_pace(band, "") for band in ("8-11", "12-17", "16-25")]
    assert paces == sorted(paces)
    assert reading_pace("12-17", "easy") < min(paces)
    assert reading_pace("12-17", "older", aloud=True) == reading_pace("4-7", "young")
    load = ReadingLoad(220, 30) + ReadingLoad(0, 0)
    assert minutes_of(load, 110) == pytest.approx(2 + 30 * SECONDS_A_TAP / 60)


def test_a_brace_is_one_word() -> None:
    assert count_words("It takes about {minutes} minutes.", "", "OK") == 6
