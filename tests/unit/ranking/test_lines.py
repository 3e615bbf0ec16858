"""What the two lines of the ranking find in texts of a writer that nothing was learned from, and second voices."""

import subprocess
import sys

import pytest

from bench.ranking import estimate
from bench.ranking.unaccented import known_as_foreign
from feedback_app.ranking import second_voice
from feedback_app.ranking.learned import RAISES_CONCERN, READ_FIRST
from feedback_app.ranking.rank import UNRANKED, prepare_ranker, rank_safely, rank_text


@pytest.fixture(scope="module", autouse=True)
def all_is_loaded() -> None:
    """The lists, the weights and the language library are read by the first text that is ranked."""
    assert prepare_ranker()


@pytest.mark.full
def test_p55_both_lines_hold_for_the_worst_writer_left_out() -> None:
    lines = READ_FIRST, RAISES_CONCERN
    for writer in estimate.WRITERS:
        found, false = estimate.reached_shares(estimate.left_out(writer), lines)
        assert sum(found) / len(found) >= estimate.FOUND_BY_LOWER, writer
        assert sum(false) / len(false) <= estimate.FALSE_BY_UPPER, writer


def test_p55_lines_are_drawn_by_the_worst_writer() -> None:
    def scored(urgent: bool, *scores: float) -> list[estimate.Scored]:
        return [estimate.Scored(urgent, score, ()) for score in scores]

    easy = scored(True, *range(10, 30)) + scored(False, *range(-30, -10))
    hard = scored(True, *range(-2, 18)) + scored(False, *range(-20, 0))
    lower, upper = estimate.draw_lines({"easy": easy, "hard": hard})
    assert lower == -1
    assert upper == pytest.approx(-1, abs=3)
    found, false = estimate.reached_shares(hard, (lower, upper))
    assert sum(found) / len(found) >= 0.95
    assert sum(false) / len(false) <= 0.15


def test_p55_languages_typed_without_accents_are_known_as_not_english() -> None:
    for language, texts in known_as_foreign().items():
        assert len(texts) >= 58, language
        assert sum(texts.values()) / len(texts) >= 0.95, language


def _gone() -> None:
    raise ImportError("no module named py3langid")


def test_p55_where_the_language_library_fails_only_what_needs_it_is_urgent_unranked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(second_voice, "load_voice", _gone)
    monkeypatch.setattr("feedback_app.ranking.rank.load_voice", _gone)
    assert not prepare_ranker()
    assert rank_safely("i wud like mor time wif my bruver") == UNRANKED
    assert rank_safely("xhaxhai vjen").urgency == "urgent"
    assert rank_safely("the biscuits were nice").urgency == "ordinary"


@pytest.mark.parametrize(
    "text", ["Mrs Okafor", "St Peters", "x", "bang on", "hi", "yo"]
)
def test_p55_a_name_with_a_title_and_words_of_daily_life_pass_for_english(
    text: str,
) -> None:
    assert rank_text(text).language == "en"


@pytest.mark.full
def test_the_web_process_never_loads_the_language_library() -> None:
    program = (
        "import sys, feedback_app.app, feedback_app.ranking.rank\n"
        "sys.exit(any(name.split('.')[0] == 'py3langid' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
