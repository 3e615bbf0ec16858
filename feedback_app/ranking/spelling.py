"""From what a child typed to words of the list: case, accents, h1t, huuurt, hitsme, "kil my self", skared.

Words of four letters or fewer are never guessed: their spellings stand in the list. Nothing that was typed is kept
after the call.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from feedback_app.ranking.lists import KNOWN, NAME, STOP, Phrases, shipped_phrases

FEWEST_LETTERS_GUESSED = 5
LIKE_ENOUGH = 80
LIKE_ENOUGH_BY_SOUND = 60
MOST_GUESSES = 150
MOST_LETTERS_OF_A_WORD = 24
A_NAME, A_FIGURE = "NAME", "0"
FIRST_ADULT_AGE, LAST_ADULT_AGE = 18, 79

TOKEN = re.compile(r"[a-z0-9@$]+|[.!?\n;]+")
APOSTROPHES = re.compile(r"['’‘`´ʼ]")
LEET = str.maketrans("013457@$", "oieastas")
REPEATED = re.compile(r"(.)\1{2,}")
SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kw"),
    ("gh", ""),
    ("kn", "n"),
    ("wr", "r"),
    ("th", "f"),
    ("tch", "ch"),
)
LETTER_SOUNDS = str.maketrans(
    {"c": "k", "q": "k", "z": "s", "v": "f", "x": "ks", **dict.fromkeys("aeiouywh", "")}
)
FIRST_SOUNDS = str.maketrans("cqzv", "kksf")


@dataclass(slots=True)
class WordList:
    """A text as letters of the list.

    `spoken`: its sentences in words, spelt as the list spells them; a name is `A_NAME`, a figure `A_FIGURE`.
    `english`: how many of its `count` words are English, a guessed word for a part. `lost`: more words were strange
    than are looked at.
    """

    letters: str = ""
    spoken: list[list[str]] = field(default_factory=lambda: [[]])
    count: int = 0
    english: float = 0.0
    lost: bool = False


def plain_text(text: str) -> str:
    """Small letters without accents, apostrophes and invisible characters."""
    spread = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text).casefold())
    return "".join(c for c in spread if unicodedata.category(c) not in ("Mn", "Cf"))


def split_words(text: str) -> WordList:
    """The words of a text that `plain` has made plain."""
    known, reader = WordList(), _Reader(shipped_phrases())
    tokens = TOKEN.findall(text)
    letters: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if not token[0].isalnum() and token[0] not in "@$":
            letters.append(STOP)
            known.spoken.append([])
            at += 1
            continue
        pair = (
            reader.phrases.pairs.get((token, tokens[at + 1]))
            if at + 1 < len(tokens)
            else None
        )
        at += 2 if pair else 1
        found, english = (
            (reader.letters_of(pair), 1.0)
            if pair
            else reader.read_word(token[:MOST_LETTERS_OF_A_WORD])
        )
        letters.append(found)
        known.spoken[-1] += pair or reader.spelt_words(token, found)
        if not token.isdigit():
            known.count += 1
            known.english += english
    known.letters = "".join(letters).strip(STOP)
    known.lost = reader.guesses > MOST_GUESSES
    return known


class _Reader:
    """Reads the words of one text; remembers them for that text only."""

    def __init__(self, known: Phrases) -> None:
        self.phrases = known
        self.seen: dict[str, tuple[str, float]] = {}
        self.guesses = 0

    def read_word(self, token: str) -> tuple[str, float]:
        """The letters a word stands for, and how surely it is English."""
        if token not in self.seen:
            self.seen[token] = self._read(token)
        return self.seen[token]

    def letters_of(self, words: tuple[str, ...]) -> str:
        return "".join(self.phrases.letters.get(word, KNOWN) for word in words)

    def spelt_words(self, token: str, letters: str) -> tuple[str, ...]:
        """The words that a word read as these letters stands for."""
        if token in self.phrases.same:
            return self.phrases.same[token]
        if token.isdigit():
            return (A_FIGURE,)
        if token in self.phrases.names or letters == NAME:
            return (A_NAME,)
        if token in self.phrases.letters or not letters or KNOWN in letters:
            return (token[:MOST_LETTERS_OF_A_WORD],)
        return tuple(self.phrases.words[letter] for letter in letters)

    def _read(self, token: str) -> tuple[str, float]:
        if (found := self._listed(token)) is not None:
            return found, 1.0
        if token.isdigit():
            return self._age(token), 0.0
        for simpler in (
            REPEATED.sub(r"\1", token),
            REPEATED.sub(r"\1\1", token),
            token.translate(LEET),
        ):
            if (
                simpler != token
                and (found := self._listed(REPEATED.sub(r"\1", simpler))) is not None
            ):
                return found, 1.0
            if simpler != token and (found := self._listed(simpler)) is not None:
                return found, 1.0
        if token.endswith("s") and (found := self._listed(token[:-1])) is not None:
            return found, 0.9
        if len(token) < FEWEST_LETTERS_GUESSED:
            return NAME, 0.0
        return self._guess(REPEATED.sub(r"\1", token))

    def _listed(self, token: str) -> str | None:
        if token in self.phrases.ignored:
            return ""
        if token in self.phrases.same:
            return self.letters_of(self.phrases.same[token])
        if token in self.phrases.letters:
            return self.phrases.letters[token]
        return KNOWN if token in self.phrases.known else None

    def _age(self, token: str) -> str:
        adult = len(token) == 2 and FIRST_ADULT_AGE <= int(token) <= LAST_ADULT_AGE
        return self.phrases.letters["adultage"] if adult else KNOWN

    def _guess(self, token: str) -> tuple[str, float]:
        self.guesses += 1
        if self.guesses > MOST_GUESSES:
            return NAME, 0.0
        if two := self._two_in_one(token):
            return two, 0.9
        if like := _alike(token):
            return self.phrases.letters[like], 0.7
        return NAME, 0.5 if _sound(token) in _english_sounds() else 0.0

    def _two_in_one(self, token: str) -> str | None:
        """hitsme -> hits me: both parts must be words of the list, not merely known."""
        for cut in range(len(token) - 2, 1, -1):
            first, second = token[:cut], token[cut:]
            if max(len(first), len(second)) < 3:
                continue
            left, right = self._listed(first), self._listed(second)
            if left and right and KNOWN not in left + right:
                return left + right
        return None


@cache
def _by_sound() -> dict[str, list[str]]:
    """The words of the list that may be guessed, by the sound they begin with."""
    starts: dict[str, list[str]] = defaultdict(list)
    for word in shipped_phrases().letters:
        if len(word) >= FEWEST_LETTERS_GUESSED:
            starts[word[0].translate(FIRST_SOUNDS)].append(word)
    return dict(starts)


@cache
def _english_sounds() -> frozenset[str]:
    """The sounds of the common English words, by which a misspelt text is still known for English."""
    return frozenset(
        sound for word in shipped_phrases().known if len(sound := _sound(word)) >= 3
    )


def _alike(token: str) -> str | None:
    """The word of the list that was most likely meant, or None."""
    near = [
        w
        for w in _by_sound().get(token[0].translate(FIRST_SOUNDS), ())
        if abs(len(w) - len(token)) <= 2
    ]
    best = process.extractOne(
        token, near, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH_BY_SOUND
    )
    if best is None:
        return None
    word, score, _at = best
    if score >= LIKE_ENOUGH or (
        len(_sound(token)) >= 3 and _sound(token) == _sound(word)
    ):
        return word
    return None


def _sound(word: str) -> str:
    """The consonants one hears: skared and scared are alike. The first letter stays, a vowel too."""
    for letters, heard in SOUNDS:
        word = word.replace(letters, heard)
    rest = word[1:].translate(LETTER_SOUNDS)
    first = word[:1].translate(FIRST_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", first + rest)
