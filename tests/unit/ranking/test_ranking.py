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
from feedback_app.ranking.features import (
    class_phrases,
    telling_words,
    word_classes,
)
from feedback_app.ranking.learned import (
    GRAVE_HINTS,
    GRAVEST,
    WORDS,
    feature_weights,
)
from feedback_app.ranking.lists import read_phrases
from feedback_app.ranking.rank import (
    MOST_CHARACTERS,
    MOST_REASONS,
    Ranking,
    prepare_ranker,
    rank_safely,
    rank_text,
)
from feedback_app.ranking.retold import as_own_words

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
    pytest.param("more", marks=pytest.mark.full),
    "officer1",
    *HELD_OUT,
)
LONGEST_REASON = 60
SAFE = Ranking("urgent", ("could not be ranked",), "unknown")


@pytest.fixture(scope="module", autouse=True)
def lists_are_read() -> None:
    """The lists and weights are read by the first text that is ranked."""
    assert prepare_ranker()


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
def test_p55_nearly_all_urgent_texts_are_read_first_and_few_ordinary_ones_raise_a_concern(
    split: str,
) -> None:
    retold = split.startswith("officer")
    rankings = [
        (row.label, rank_text(row.text, retold=retold)) for row in labelled(split)
    ]
    assert {
        reason for _label, ranking in rankings for reason in ranking.reasons
    } <= listed_reasons()
    found = [r.urgency != "ordinary" for label, r in rankings if label == "urgent"]
    false = [r.urgency == "urgent" for label, r in rankings if label == "ordinary"]
    assert sum(found) / len(found) >= 0.95
    assert sum(false) / len(false) <= (0 if retold else 0.15)


OFFICERS_WORDS = (
    "she said it was good",
    "She said it was good.",
    "He told me that it was fine and he had no questions.",
    "I did not want to go",
    "i didnt want to go",
    "She did not want to go.",
    "I did not want to be there",
    "She does not want her mum to come next time.",
    "He says he feels safe and well looked after.",
    "They sorted my bus pass in the meeting instead of saying they would look into it",
)


@pytest.mark.parametrize("text", OFFICERS_WORDS)
def test_p55_what_an_officer_wrote_down_raises_nothing_where_it_says_nothing(
    text: str,
) -> None:
    for ranking in (rank_text(text, retold=True), rank_text(text)):
        assert ranking.urgency != "urgent"
        claims = {"wants to die", "may be in despair", "not safe", "may not be safe"}
        assert not claims & {*ranking.reasons}
        assert not any("touch" in r or "watch" in r for r in ranking.reasons)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("She said that she wants to die.", "wants to die"),
        ("He told me he wants to kill himself", "wants to die"),
        ("He says he wishes he had never been born", "wants to die"),
        ("She told me her uncle touches her when it is dark", "touched or watched"),
        ("She said he watches her in the shower", "touched or watched"),
        ("The child said that he does not feel safe there.", "not safe"),
        ("She is locked in her room", "locked in"),
        ("A man online asks her for pictures of her body", "online pressure"),
        ("he touches me", "touched or watched"),
    ],
)
def test_p55_the_gravest_phrases_raise_a_concern_whoever_wrote_them_down(
    text: str, reason: str
) -> None:
    ranking = rank_text(text, retold=True)
    assert ranking.urgency == "urgent"
    assert reason in ranking.reasons


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("She said her dad hits her.", "my dad hits me."),
        ("He told me that his carer calls him names", "my carer calls me names"),
        ("The young person says she is scared of him", "I am scared of him"),
        ("They said they were tired. It rained.", "I were tired. It rained."),
        ("he said he will hit us", "he said he will hit us"),
        ("He hits me", "He hits me"),
        ("She was tired", "She was tired"),
    ],
)
def test_p55_what_a_child_is_said_to_have_said_is_read_as_their_own_words(
    text: str, own: str
) -> None:
    assert as_own_words(text) == own


def test_p55_what_an_officer_wrote_down_is_read_first_where_a_child_s_words_would_be_urgent() -> (
    None
):
    ranking = rank_text("He said that his dad hits him with a belt", retold=True)
    assert (ranking.urgency, ranking.reasons[0]) == ("first", "hurt by somebody")
    assert rank_text("Boję się", retold=True).urgency == "first"
    assert rank_text("my dad hits me with a belt").urgency == "urgent"


def test_p55_a_phrase_is_shown_only_for_words_that_say_it() -> None:
    assert {"feel", "look", "said"}.isdisjoint(
        word for words in telling_words().values() for word in words
    )
    assert all(telling_words()[name] for name in class_phrases())


def test_p55_what_measures_unseen_texts_is_never_learned_from() -> None:
    assert all(
        len(labelled(split)) >= (60 if split == "officer2" else 290)
        for split in HELD_OUT
    )
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
        ("My review was fine. I like Sue. he hits me", "hurt by somebody"),
        ("i wnt too kil my self", "wants to die"),
        ("im skard of my foster mum", "scared of someone"),
        ("he h1ts me", "hurt by somebody"),
        ("she huuurts me", "hurt by somebody"),
        ("HE HÏTS ME", "hurt by somebody"),
        ("hes hitsme", "hurt by somebody"),
        ("he h\u200bits me", "hurt by somebody"),
        ("kms", "wants to die"),
        (
            "he comes in my room at night and I don't like it",
            "may be touched or watched",
        ),
        ("he says its our secret", "secrets"),
        ("no one hurts me at school but dad hits me", "hurt by somebody"),
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
    } >= GRAVEST | GRAVE_HINTS


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
        (
            "granny says I mustnt tell what uncle does in the dark",
            "speaks of telling or talking",
        ),
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
        assert ranking.urgency in module.ORDER
        assert len(ranking.reasons) <= MOST_REASONS
        assert (ranking.urgency != "ordinary") == bool(ranking.reasons)
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
