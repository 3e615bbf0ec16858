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


@cache
def known_words() -> frozenset[str]:
    """All of them, about 24,000, in small letters; read once, in a tenth of a second."""
    counted = SpellChecker(language="en", distance=1).word_frequency.dictionary
    common = {
        word.replace("'", "") for word, times in counted.items() if times >= SEEN_OFTEN
    }
    return frozenset(common | own_words())


def own_words() -> frozenset[str]:
    """The words of english.txt; a line that begins with # is a heading."""
    lines = OWN_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.split()
    )
