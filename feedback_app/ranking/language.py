"""Whether a text is English. Judged from the text, for a child may write in any language whatever the link says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from feedback_app.ranking.lists import shipped_phrases
from feedback_app.ranking.spelling import WordList, plain_text

ELSEWHERE_FILE = Path(__file__).with_name("elsewhere.yaml")
FEWEST_FOREIGN_LETTERS = 4
SHORT = 3
ENGLISH_SHARE = 0.5
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
    """`text` as it was typed, `found` its words. Emoji, figures and a strange word or two pass for English."""
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
