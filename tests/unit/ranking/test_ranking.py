"""A text that may tell of harm is read first; whatever goes wrong in ranking, it is read first too (promise 55)."""

import functools
import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bench.ranking.labelled import HELD_OUT, labelled, learned_from
from bench.ranking.learn import learn, seen
from feedback_app.ranking import rank as module
from feedback_app.ranking.features import class_phrases, word_classes
from feedback_app.ranking.learned import GRAVEST, WORDS, feature_weights
from feedback_app.ranking.lists import read_phrases
from feedback_app.ranking.rank import (
    MOST_CHARACTERS,
    MOST_REASONS,
    Ranking,
    rank_safely,
    rank_text,
)

SPLITS = (
    "tune",
    "check",
    "check2",
    "check3",
    "tune2",
    "check4",
    "voices1",
    "voices2",
    "voices3",
    "more",
    *HELD_OUT,
)
LONGEST_REASON = 60
SAFE = Ranking("urgent", ("could not be ranked",), "unknown")


@pytest.fixture(scope="module", autouse=True)
def lists_are_read() -> None:
    """The lists and weights are read by the first text that is ranked."""
    rank_text("warm")


@functools.cache
def listed_reasons() -> frozenset[str]:
    """Return every reason that a ranking may give."""
    listed = {
        pattern.reason
        for index in (module.shipped_phrases().urgent,)
        for pattern in _patterns(index)
    }
    listed |= {sign.reason for sign in module.shipped_phrases().signs}
    return frozenset(
        listed
        | {
            module.NOT_ENGLISH,
            module.NOT_RANKED,
            module.TOO_LONG,
            WORDS,
            *class_phrases().values(),
        }
    )


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    """Ends the rankers that hang, so that no test leaves a thread behind."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize("split", SPLITS)
def test_p55_nearly_all_urgent_and_few_ordinary_texts_are_ranked_urgent_for_a_listed_reason(
    split: str,
) -> None:
    rankings = [(row.label, rank_text(row.text)) for row in labelled(split)]
    rows = [(label, ranking.urgency == "urgent") for label, ranking in rankings]
    assert {
        reason for _label, ranking in rankings for reason in ranking.reasons
    } <= listed_reasons()
    found = [urgent for label, urgent in rows if label == "urgent"]
    false = [urgent for label, urgent in rows if label == "ordinary"]
    assert sum(found) / len(found) >= 0.95
    assert sum(false) / len(false) <= 0.15


def test_p55_what_measures_unseen_texts_is_never_learned_from() -> None:
    assert all(len(labelled(split)) >= 290 for split in HELD_OUT)
    assert not {row.split for row in learned_from()} & set(HELD_OUT)


def test_p55_the_labelled_texts_are_many_and_differ() -> None:
    rows = labelled()
    assert len({row.text for row in rows}) == len(rows) >= 420
    assert sum(row.label == "urgent" for row in rows) >= 160
    assert sum(row.label == "ordinary" for row in rows) >= 260
    assert sum(row.kind == "harmless" for row in rows) >= 130
    assert sum(row.kind == "language" for row in rows) >= 20


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("My review was fine. I like Sue. he hits me", "hurts me"),
        ("i wnt too kil my self", "wants to die"),
        ("im skard of my foster mum", "scared of someone"),
        ("he h1ts me", "hurts me"),
        ("she huuurts me", "hurts me"),
        ("HE HÏTS ME", "hurts me"),
        ("hes hitsme", "hurts me"),
        ("he h\u200bits me", "hurts me"),
        ("kms", "wants to die"),
        ("he comes in my room at night and I don't like it", "touched or watched"),
        ("he says its our secret", "secrets"),
        ("no one hurts me at school but dad hits me", "hurts me"),
    ],
)
def test_p55_a_reason_is_a_phrase_of_the_list(text: str, reason: str) -> None:
    ranking = rank_text(text)
    assert (ranking.urgency, ranking.language) == ("urgent", "en")
    assert reason in ranking.reasons


@pytest.mark.parametrize(
    "text",
    [
        "not scared",
        "I killed it",
        "no one hurts me",
        "I beat him at Fifa",
        "I hit the ball",
    ],
)
def test_p55_a_harmless_use_of_an_alarming_word_has_no_reason(text: str) -> None:
    assert rank_text(text) == Ranking("ordinary", (), "en")


@pytest.mark.parametrize(
    "text",
    [
        "Boję się go",
        "me pega",
        "مجھے ڈر لگتا ہے",
        "Мене ображають",
        "ኣብዚ ምንባር ይፈርሕ",
        "他打我",
        "Ma i jecli isaga",
        "怖い",
    ],
)
def test_p55_a_text_in_another_language_is_urgent_and_says_so_first(text: str) -> None:
    ranking = rank_text(text)
    assert (ranking.urgency, ranking.language, ranking.reasons[0]) == (
        "urgent",
        "unknown",
        "not in English",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "no",
        "ok",
        "idk",
        "pizza",
        "😀😀😀",
        "👍🏽",
        "10/10",
        "St Peters",
        "i luv my foster mum she is nise",
        "?",
    ],
)
def test_p55_little_said_in_english_is_ordinary(text: str) -> None:
    assert rank_text(text) == Ranking("ordinary", (), "en")


def test_p55_reasons_are_few_short_and_never_what_the_child_typed_beyond_the_list() -> (
    None
):
    assert all(0 < len(reason) <= LONGEST_REASON for reason in listed_reasons())
    everything = rank_text(". ".join(row.text for row in labelled())[:MOST_CHARACTERS])
    assert len(everything.reasons) == MOST_REASONS
    assert set(everything.reasons) <= listed_reasons()


def test_p55_the_gravest_reasons_stand_in_the_list() -> None:
    assert {
        pattern.reason for pattern in _patterns(module.shipped_phrases().urgent)
    } >= GRAVEST


HARM = "he sits on my bed when it is dark and says not to tell"
PLEASANT = "I like my school. The pizza was good. We went swimming with Sam. "


@pytest.mark.parametrize("times", [1, 10, 60])
def test_p55_many_pleasant_sentences_do_not_hide_one_that_tells_of_harm(
    times: int,
) -> None:
    assert rank_text(PLEASANT * times).urgency == "ordinary"
    assert (
        rank_text(PLEASANT * times + HARM + ". " + PLEASANT * times).urgency == "urgent"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("granny says I mustnt tell what uncle does in the dark", "speaks of telling"),
        (
            "ive got the same shoes from year 4 and my toes bleed",
            "speaks of clothes, warmth or washing",
        ),
        ("the man downstairs gives my sister money", "speaks of money or work"),
    ],
)
def test_p55_a_hint_that_no_phrase_foresees_says_what_it_speaks_of(
    text: str, reason: str
) -> None:
    ranking = rank_text(text)
    assert ranking.urgency == "urgent"
    assert reason in ranking.reasons


def test_p55_each_phrase_shown_for_a_hint_belongs_to_words_that_are_weighed() -> None:
    known = {name for names in word_classes().values() for name in names}
    assert class_phrases().keys() <= known


def test_p55_learning_twice_from_the_same_texts_gives_the_same_weights() -> None:
    names = [name for name in feature_weights() if name]
    rows = [seen(row) for row in labelled("voices1")]
    assert {name[:1] for name in names} == set("wbckpnrsl")
    assert learn(rows[::6]) == learn(rows[::6])


def _patterns(index: object) -> Iterator[module.Pattern]:
    for rows in index.by_letter.values():  # type: ignore[attr-defined]
        for _number, pattern in rows:
            yield pattern


def test_p55_a_text_too_long_to_look_at_is_urgent() -> None:
    assert rank_text("nice " * MOST_CHARACTERS).reasons[0] == "very long"


def test_p55_a_ranker_that_works_is_believed() -> None:
    assert rank_safely("he hits me") == rank_text("he hits me")
    assert rank_safely("it was good") == Ranking("ordinary", (), "en")


def _raises(_text: str) -> object:
    raise RuntimeError("broken")


def _leaves(_text: str) -> object:
    raise SystemExit


@pytest.mark.parametrize(
    "ranker",
    [
        _raises,
        _leaves,
        lambda _: None,
        lambda _: "ordinary",
        lambda _: Ranking("no", (), "en"),
    ],  # type: ignore[arg-type]
)
def test_p55_a_ranker_that_fails_makes_the_text_urgent(
    ranker: Callable[[str], object],
) -> None:
    assert rank_safely("it was good", ranker) == SAFE
    assert rank_safely("it was good").urgency == "ordinary"


def test_p55_a_ranker_that_hangs_for_30_seconds_makes_the_text_urgent_in_time(
    let_go: threading.Event,
) -> None:
    start = time.monotonic()
    assert rank_safely("it was good", lambda _: let_go.wait(30), seconds=0.2) == SAFE
    assert time.monotonic() - start < 1
    assert rank_safely("it was good").urgency == "ordinary"


def test_p55_many_rankers_that_hang_do_not_pile_up(
    let_go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = module._Desk()
    desk.most_left = 3
    monkeypatch.setattr(module, "_desk", desk)
    for _time in range(5):
        assert (
            rank_safely("it was good", lambda _: let_go.wait(30), seconds=0.02) == SAFE
        )
    assert len(desk.left) == 3
    assert rank_safely("it was good") == SAFE
    let_go.set()
    for thread in desk.left:
        thread.join(5)
    assert rank_safely("it was good").urgency == "ordinary"


@pytest.mark.parametrize("texts", [1_000, pytest.param(5_000, marks=pytest.mark.full)])
def test_p55_any_text_is_ranked_in_bounded_time(texts: int) -> None:
    rng = random.Random(55)
    common = [
        "he",
        "she",
        "me",
        "hit",
        "hurt",
        "my",
        "room",
        "night",
        "not",
        "i",
        "do",
        "want",
        "to",
        "die",
        "a",
        "the",
        ".",
        "!",
        "😀",
        "é",
        "ب",
        "中",
        "\u200d",
        "aa",
        "zz",
        "1",
        "'",
        "\n",
    ]
    slowest = 0.0
    for number in range(texts):
        if number % 2:
            text = "".join(
                chr(rng.randrange(0x110000)) for _ in range(rng.randrange(60))
            )
        else:
            text = " ".join(rng.choices(common, k=rng.randrange(30)))
        start = time.perf_counter()
        ranking = rank_text(text)
        slowest = max(slowest, time.perf_counter() - start)
        assert ranking.urgency in ("urgent", "ordinary")
        assert len(ranking.reasons) <= MOST_REASONS
        assert (ranking.urgency == "urgent") == bool(ranking.reasons)
    assert slowest < 0.25


@pytest.mark.parametrize(
    "text",
    [
        "a" * 4000,
        "😀" * 4000,
        "a " * 2000,
        "me " * 1333,
        "he hits " * 500,
        "not " * 1000,
        "\n" * 4000,
        "aé" * 2000,
        "@$" * 2000,
    ],
)
def test_p55_a_text_made_to_be_slow_is_not(text: str) -> None:
    rank_text("warm")
    assert min(_seconds(text) for _ in range(3)) < 0.25


def test_p55_four_thousand_strange_words_are_not_taken_for_english() -> None:
    rng = random.Random(7)
    text = " ".join("".join(rng.choices("qzxjvkwygbp", k=7)) for _ in range(500))
    assert rank_text(text).language == "unknown"
    assert min(_seconds(text) for _ in range(3)) < 0.25


def _seconds(text: str) -> float:
    start = time.perf_counter()
    rank_text(text)
    return time.perf_counter() - start


def test_a_list_with_a_mistake_is_refused() -> None:
    good = {
        "ignored": "a",
        "same": "{}",
        "kinds": "{C: film}",
        "calming": "C",
        "signs": "{}",
        "urgent": "{r: [hit]}",
    }

    def text(**change: str) -> str:
        return "\n".join(
            f"{key}: {value}"
            for key, value in (good | {"harmless": "[]"} | change).items()
        )

    assert read_phrases(text(), frozenset()).letters
    for wrong in (
        {"urgent": "{r: [WHOM hit]}"},
        {"urgent": "{r: [..2]}"},
        {"same": "{a: [one two three]}"},
    ):
        with pytest.raises(
            ValueError, match=r"no such kind|needs no word|one word or two"
        ):
            read_phrases(text(**wrong), frozenset())
