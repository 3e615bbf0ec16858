"""Fixed texts are found for survey and age, and leave nothing unfilled."""

from __future__ import annotations

import pytest

from feedback_app.survey.model import Option
from feedback_app.survey.words import (
    FixedText,
    TextKey,
    UnknownBrace,
    UnknownText,
    Words,
    fill_braces,
    fill_line,
)

WORDS = Words(
    texts={
        TextKey("12-17", "thanks", "all"): FixedText("thanks", "Thank you"),
        TextKey("12-17", "thanks", "u-matter"): FixedText(
            "thanks", "Thank you for the year"
        ),
        TextKey("16-25", "open", "u-matter"): FixedText("open", "For care leavers"),
        TextKey("12-17", "open", "u-matter"): FixedText("open", "For young people"),
        TextKey("12-17", "talk_to", "all"): FixedText("talk_to", "My IRO"),
        TextKey("12-17", "talk_to", "all", without_iro=True): FixedText(
            "talk_to", "My social worker"
        ),
        TextKey("staff", "rules", "rate-my-review"): FixedText("rules", "For the IRO"),
    },
    short={"12-17": {"next": "Next"}, "16-25": {}},
)


def test_a_survey_s_own_words_come_before_the_common_ones() -> None:
    assert (
        WORDS.find_text("thanks", "u-matter", "12-17").title == "Thank you for the year"
    )
    assert WORDS.find_text("thanks", "safeguarding", "12-17").title == "Thank you"


def test_a_care_leaver_reads_their_own_words_and_else_those_from_12() -> None:
    assert WORDS.find_text("open", "u-matter", "16-25").title == "For care leavers"
    assert (
        WORDS.find_text("thanks", "u-matter", "16-25").title == "Thank you for the year"
    )
    assert WORDS.short_words("16-25") == {"next": "Next"}


def test_a_child_without_an_iro_reads_my_social_worker() -> None:
    assert WORDS.find_text("talk_to", "safeguarding", "12-17").title == "My IRO"
    assert (
        WORDS.find_text("talk_to", "safeguarding", "12-17", iro=False).title
        == "My social worker"
    )
    assert (
        WORDS.find_text("thanks", "safeguarding", "12-17", iro=False).title
        == "Thank you"
    )


def test_an_officer_finds_the_words_for_staff() -> None:
    assert WORDS.staff_text("rules", "rate-my-review").title == "For the IRO"


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownText, match="'poem' for survey 'u-matter' in band '4-7'"):
        WORDS.find_text("poem", "u-matter", "4-7")
    with pytest.raises(UnknownText, match="4-7"):
        WORDS.short_words("4-7")


def test_settings_are_filled_everywhere_in_a_text() -> None:
    text = FixedText(
        "x",
        "{a}",
        ("Call {a}.",),
        (Option("o", "{a}"),),
        "{a}",
        "{a}",
        "o",
        {"line": "{a}"},
    )
    assert fill_braces(text, {"a": "999"}) == FixedText(
        "x",
        "999",
        ("Call 999.",),
        (Option("o", "999"),),
        "999",
        "999",
        "o",
        {"line": "999"},
    )


def test_a_brace_without_a_value_is_an_error_and_not_a_page_with_braces() -> None:
    with pytest.raises(UnknownBrace, match="emergancy"):
        fill_line("Call {emergancy}", {"emergency": "999"})


def test_what_only_the_moment_knows_waits_for_it() -> None:
    once = fill_line("{emergency}: not the word {word}", {"emergency": "999"})
    assert once == "999: not the word {word}"
    assert fill_line(once, {"word": "{childline}"}) == "999: not the word {childline}"
