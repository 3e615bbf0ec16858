"""A language is offered whole or not at all, and outside the demo only when a person approved all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.support import quick
from feedback_app.survey.translate import Line, translatable_lines, translate_catalogue
from feedback_app.web.child_languages import (
    NAME,
    Languages,
    Translation,
    read_translations,
)

ENGLISH = quick.surveys()
ASKED = translatable_lines(ENGLISH)


def translation(
    code: str = "cy", *, without: str = "", drafts: frozenset[Line] = frozenset()
) -> Translation:
    """Every string in that language but those whose context begins so."""
    said = {
        line: f"~{line.english}"
        for line in ASKED
        if not (without and line.context.startswith(without))
    }
    return Translation(code, "ltr", said, drafts)


def offered(found: Translation, survey: str, *, drafts: bool = False) -> bool:
    languages = Languages(ENGLISH, {found.code: found}, drafts=drafts)
    return any(offer.code == found.code for offer in languages.offers[survey])


def test_a_language_that_is_whole_and_approved_is_offered() -> None:
    assert offered(translation(), "rate-my-review")
    assert offered(translation(), "all")


def test_one_string_that_is_missing_keeps_that_survey_and_no_other_from_being_offered() -> (
    None
):
    found = translation(without="rate-my-review 8-11 know_iro")
    assert not offered(found, "rate-my-review", drafts=True)
    assert offered(found, "safeguarding")


def test_a_missing_word_that_every_survey_needs_keeps_all_of_them_back() -> None:
    found = translation(without="all 4-7 thanks")
    assert not any(
        offered(found, survey, drafts=True)
        for survey in ("rate-my-review", "safeguarding", "all")
    )


def test_one_draft_keeps_a_survey_out_of_production_and_the_demo_says_that_it_is_one() -> (
    None
):
    line = next(
        line for line in ASKED if line.context == "rate-my-review 8-11 know_iro"
    )
    found = translation(drafts=frozenset({line}))
    assert not offered(found, "rate-my-review")
    assert offered(found, "safeguarding")
    shown = Languages(ENGLISH, {"cy": found}, drafts=True)
    assert next(
        offer for offer in shown.offers["rate-my-review"] if offer.code == "cy"
    ).draft
    assert shown.catalogue_in("cy").draft


def test_a_language_that_is_not_offered_is_english() -> None:
    languages = Languages(
        ENGLISH, {"cy": translation(without="u-matter")}, drafts=False
    )
    assert languages.offered_or_english("cy", "u-matter") == "en"
    assert languages.offered_or_english("cy", "safeguarding") == "cy"
    assert languages.offered_or_english("xx", "safeguarding") == "en"
    assert languages.catalogue_in("xx") is ENGLISH, (
        "a page loaded before its language went is still answered"
    )


def test_everything_a_child_reads_is_in_the_other_language_and_nothing_of_it_is_left() -> (
    None
):
    spoken = translate_catalogue(
        ENGLISH, lambda _context, english: f"~{english}", language="cy"
    )
    assert {line.english[0] for line in translatable_lines(spoken)} == {"~"}
    assert len(translatable_lines(spoken)) == len(ASKED)


def test_ids_conditions_and_measures_are_the_same_in_every_language() -> None:
    spoken = translate_catalogue(ENGLISH, lambda _context, _english: "x", language="cy")
    for mine, theirs in zip(ENGLISH.surveys, spoken.surveys, strict=True):
        assert mine.measures == theirs.measures
        for band, questions in mine.bands.items():
            for question, other in zip(questions, theirs.bands[band], strict=True):
                assert [o.id for o in question.options] == [o.id for o in other.options]
                assert (
                    replace(other, text="", hint="", when="", options=()).show
                    == question.show
                )


def test_a_po_file_alone_makes_a_language(tmp_path: Path) -> None:
    folder = tmp_path / "ckb" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "surveys.po").write_text(
        f'msgctxt "{NAME.context}"\nmsgid "English"\nmsgstr "کوردی"\n\n'
        '#, fuzzy\nmsgctxt "all 8-11 button next"\nmsgid "Next"\nmsgstr "دواتر"\n',
        "utf-8",
    )
    found = read_translations(tmp_path)["ckb"]
    assert (found.name, found.direction) == ("کوردی", "rtl")
    assert found.drafts == {Line("all 8-11 button next", "Next")}


@pytest.mark.parametrize("code", ["ar", "fa", "sq", "vi", "pl", "uk"])
def test_every_draft_is_whole_for_the_surveys_it_is_for_and_keeps_the_braces(
    code: str,
) -> None:
    found = read_translations(quick.ROOT / "feedback_app" / "translations")[code]
    missing = [
        line for line in ASKED if line.survey != "u-matter" and line not in found.said
    ]
    assert missing == []
    for line, words in found.said.items():
        assert sorted(braces(words)) == sorted(braces(line.english)), (
            f"{line.context}: {words}"
        )


def braces(words: str) -> list[str]:
    return [part.partition("}")[0] for part in words.split("{")[1:]]
