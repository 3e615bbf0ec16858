"""The common English words: a word of these is never taken for a misspelt word of the list, and speaks for English.

Most come with the spell-checker's library, which counted them in film subtitles and cleaned them of names. What
children here write beside them, spelt the British way, stands in english.txt.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from spellchecker import SpellChecker

OWN_FILE = Path(__file__).with_name("english.txt")
SEEN_OFTEN = 600
"""How often the library's texts must hold a word: rarer ones are mostly misspelt or unheard of by children."""

SEEN_DAILY = 30_000
"""How often for a word that no foreign film leaves in English subtitles."""


@cache
def known_words() -> frozenset[str]:
    """All of them, about 24,000, in small letters; read once, in a tenth of a second."""
    return _counted(SEEN_OFTEN) | own_words()


@cache
def everyday_words() -> frozenset[str]:
    """Those that are surely English even where they are also words of another language: me, on, but not con or lam."""
    return _counted(SEEN_DAILY) | own_words()


def _counted(times: int) -> frozenset[str]:
    counted = SpellChecker(language="en", distance=1).word_frequency.dictionary
    return frozenset(
        word.replace("'", "") for word, seen in counted.items() if seen >= times
    )


def own_words() -> frozenset[str]:
    """The words of english.txt; a line that begins with # is a heading."""
    lines = OWN_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.split()
    )
