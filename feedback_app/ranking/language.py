"""Whether a text is English. Judged from the text, for a child may write in any language whatever the link says."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

from feedback_app.ranking.known import everyday_words
from feedback_app.ranking.lists import shipped_phrases
from feedback_app.ranking.second_voice import sounds_english
from feedback_app.ranking.spelling import WordList, plain_text

ELSEWHERE_FILE = Path(__file__).with_name("elsewhere.yaml")
FEWEST_FOREIGN_LETTERS = 4
SHORT = 3
ENGLISH_SHARE = 0.5
NINE_IN_TEN = 0.9
TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "st", "sir", "aunty", "auntie", "uncle", "nana")
)
FOREIGN_SHARE = 0.3

WORD = re.compile(r"[^\W\d_]+")
NEVER_ENGLISH = re.compile("[ąćęłńśźżășțşğıđơưřůűőßëìòùãõ]")


@cache
def _listed() -> frozenset[str]:
    raw = yaml.load(ELSEWHERE_FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # nosec B506
    return frozenset(
        form
        for row in raw.values()
        for word in row.casefold().split()
        for form in (word, plain_text(word))
    )


@cache
def foreign_words() -> frozenset[str]:
    """Common words of other languages that are no English words, with and without accents."""
    lists = shipped_phrases()
    return (
        _listed()
        - lists.known
        - lists.letters.keys()
        - lists.same.keys()
        - lists.ignored
    )


@cache
def shared_words() -> frozenset[str]:
    """Common words of other languages that are English words as well: me, on, fit."""
    return _listed() - foreign_words()


def is_english(text: str, found: WordList) -> bool:
    """`text` as it was typed, `found` its words. English is what looks so and sounds so to py3langid as well, or nine
    in ten of whose words are English. Emoji and figures pass for English.
    """
    return looks_english(text, found) and (
        _surely_english(text, found) or sounds_english(text)
    )


def _surely_english(text: str, found: WordList) -> bool:
    """Whether nine in ten words are English. A name after Mrs and a single letter are words of no language."""
    typed = WORD.findall(text.casefold())
    sure = everyday_words() | shipped_phrases().letters.keys()
    neither = sum(
        (len(word) == 1 or before in TITLES) and word not in sure
        for before, word in pairwise(["", *typed])
    )
    doubtful = sum(word in shared_words() and word not in sure for word in typed)
    count = found.count - neither
    return count <= 0 or (found.english - doubtful) / count >= NINE_IN_TEN


def looks_english(text: str, found: WordList) -> bool:
    """Our own look, by the words alone. Emoji, figures and a strange word or two pass."""
    typed = WORD.findall(text.casefold())
    if (
        sum(1 for word in typed for letter in word if not _is_latin(letter))
        >= FEWEST_FOREIGN_LETTERS
    ):
        return False
    if (
        any(not _is_latin(letter) for word in typed for letter in word)
        and found.count <= SHORT
    ):
        return False
    if found.lost:
        return False
    count = found.count or 1
    foreign = sum(1 for word in typed if word in foreign_words())
    marked = sum(1 for word in typed if NEVER_ENGLISH.search(word))
    if (
        foreign
        and (foreign + marked) / count >= FOREIGN_SHARE
        and foreign + marked > found.english / 2
    ):
        return False
    if foreign and foreign + sum(1 for word in typed if word in shared_words()) >= len(
        typed
    ):
        return False
    if found.count <= SHORT:
        return not (marked and found.english < 1)
    return found.english / count >= ENGLISH_SHARE or (
        found.english / count >= ENGLISH_SHARE / 2 and not foreign
    )


def _is_latin(letter: str) -> bool:
    """Latin with its accents; the double letters that NFKC undoes are Latin too."""
    return (
        letter < "\u0250"
        or "\u1e00" <= letter <= "\u1eff"
        or plain_text(letter).isascii()
    )
