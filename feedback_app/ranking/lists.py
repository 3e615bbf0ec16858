"""The list of phrases, english.yaml, made ready to be looked for.

Each word that the list knows becomes one letter, so a text becomes a short row of letters and each pattern of words a
plain regular expression over letters: looking for a thousand patterns takes a fraction of a millisecond. A pattern is
tried only when the text holds a word that the pattern cannot do without.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from feedback_app.ranking.known import known_words

PHRASES_FILE = Path(__file__).with_name("english.yaml")

KNOWN, NAME, STOP, CALMED = "~", "N", "/", "_"
"""The letters of a common word that the list does not use, of a word that nobody knows (a name), of the end of a
sentence, and of a word that a harmless phrase has taken."""

FIRST_LETTER = 0x4E00
VOWELS = "aeiou"
COMMON_WORDS = (
    "i we me us my our it is am are be was do have get to a the in on at of and or not no he she they when if go with"
    " for so that this there want will would can make come his her him them up out all you because"
)
COMMON = frozenset(COMMON_WORDS.split())
COMMON_WEIGHT = 50


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of words to look for. `reason`: what is shown when it is found. `bare`: one word without any structure,
    which a calming word nearby takes back."""

    reason: str
    find: re.Pattern[str]
    bare: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """What says little by itself. `weight`: below 0 when it speaks for an ordinary text."""

    reason: str
    weight: int
    index: Index


class Index:
    """Patterns by a letter that they cannot do without, so that most need not be tried."""

    def __init__(self, patterns: Iterable[tuple[Pattern, frozenset[str]]]) -> None:
        self.by_letter: dict[str, list[tuple[int, Pattern]]] = defaultdict(list)
        for number, (pattern, needed) in enumerate(patterns):
            for letter in needed:
                self.by_letter[letter].append((number, pattern))

    def worth_trying(self, letters: str) -> Iterator[Pattern]:
        """The patterns that these letters could hold, in the order of the list."""
        held = dict(
            at
            for letter in set(letters)
            if letter in self.by_letter
            for at in self.by_letter[letter]
        )
        return (held[number] for number in sorted(held))


@dataclass(frozen=True, slots=True)
class Phrases:
    """english.yaml, ready. `letters`: word -> its letter, `words`: the other way round; `names`: first names; `same`:
    spelling -> the words it stands for (the keys of two words in `pairs`); `known`: common English words, which are
    never taken for a misspelt word of the list."""

    letters: Mapping[str, str]
    words: Mapping[str, str]
    names: frozenset[str]
    same: Mapping[str, tuple[str, ...]]
    pairs: Mapping[tuple[str, str], tuple[str, ...]]
    ignored: frozenset[str]
    known: frozenset[str]
    calming: frozenset[str]
    harmless: Index
    urgent: Index
    signs: tuple[Sign, ...]


@cache
def shipped_phrases() -> Phrases:
    """The list that came with the product, read once."""
    return read_phrases(PHRASES_FILE.read_text(encoding="utf-8"), known_words())


def read_phrases(text: str, known: frozenset[str]) -> Phrases:
    """Phrases from the text of a list. ValueError names a pattern that cannot be read."""
    raw = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  # nosec B506
    kinds = {
        kind: [form for word in words.split() for form in word_forms(word)]
        for kind, words in raw["kinds"].items()
    }
    same, pairs = _same(raw["same"])
    grammar = _Grammar(kinds, same)
    for target in (*same.values(), *pairs.values()):
        grammar.learn_name(target)
    harmless = [
        grammar.compile_pattern("harmless", pattern) for pattern in raw["harmless"]
    ]
    urgent = [
        grammar.compile_pattern(reason, pattern)
        for reason, rows in raw["urgent"].items()
        for pattern in rows
    ]
    signs = tuple(
        Sign(
            reason,
            int(sign["weight"]),
            Index([grammar.compile_pattern(reason, row) for row in sign["patterns"]]),
        )
        for reason, sign in raw["signs"].items()
    )
    calming = frozenset(
        grammar.letters[grammar.same.get(word, word)] for word in kinds[raw["calming"]]
    )
    return Phrases(
        letters=grammar.letters,
        words={letter: word for word, letter in grammar.letters.items()},
        names=frozenset(kinds.get("NAME", [])),
        same=same,
        pairs=pairs,
        ignored=frozenset(raw["ignored"].split()),
        known=known,
        calming=calming,
        harmless=Index(harmless),
        urgent=Index(urgent),
        signs=signs,
    )


def _same(
    raw: Mapping[str, list[str]],
) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], tuple[str, ...]]]:
    same: dict[str, tuple[str, ...]] = {}
    pairs: dict[tuple[str, str], tuple[str, ...]] = {}
    for target, spellings in raw.items():
        for spelling in spellings:
            match spelling.split():
                case [one]:
                    same[one] = tuple(target.split())
                case [first, second]:
                    pairs[first, second] = tuple(target.split())
                case _:
                    raise ValueError(f"a spelling is one word or two: {spelling!r}")
    return same, pairs


def word_forms(word: str) -> list[str]:
    """hit* -> hit, hits, hitted, hitting, hittin; dad+ -> dad, dads; any other word is itself."""
    stem = word.rstrip("*+")
    if word.endswith("+"):
        return [stem, _with_s(stem)]
    if not word.endswith("*"):
        return [word]
    if stem.endswith("e"):
        past, ing = stem + "d", stem[:-1] + "ing"
    elif _doubles(stem):
        past, ing = stem + stem[-1] + "ed", stem + stem[-1] + "ing"
    else:
        past, ing = stem + "ed", stem + "ing"
    return [stem, _with_s(stem), past, ing, ing[:-1]]


def _with_s(stem: str) -> str:
    return stem + ("es" if stem.endswith(("s", "sh", "ch", "x", "z")) else "s")


def _doubles(stem: str) -> bool:
    """Whether the last consonant doubles before -ing, as in hit."""
    return (
        len(stem) >= 3
        and stem[-1] not in VOWELS + "wxyh"
        and stem[-2] in VOWELS
        and stem[-3] not in VOWELS
    )


class _Grammar:
    """Patterns of words turned into patterns of letters; gives each new word the next letter."""

    def __init__(
        self, kinds: Mapping[str, list[str]], same: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.same = {
            spelling: target[0] for spelling, target in same.items() if len(target) == 1
        }
        self.kinds = kinds
        self.letters: dict[str, str] = {}
        for words in kinds.values():
            self.learn_name(words)

    def learn_name(self, words: Iterable[str]) -> None:
        for word in words:
            self.letters.setdefault(
                self.same.get(word, word), chr(FIRST_LETTER + len(self.letters))
            )

    def compile_pattern(
        self, reason: str, pattern: str
    ) -> tuple[Pattern, frozenset[str]]:
        """The pattern and the letters of which a text must hold one. ValueError when it needs no word at all."""
        parts, needs = [], list[tuple[float, frozenset[str]]]()
        tokens = pattern.split()
        for word in tokens:
            if word == "^":
                parts.append(f"(?:^|(?<={STOP}))")
            elif word == "$":
                parts.append(f"(?={STOP}|$)")
            elif word.startswith(".."):
                parts.append(f"[^{STOP}]{{0,{int(word[2:])}}}?")
            elif word.startswith("-"):
                parts.append(
                    f"[^{STOP}{CALMED}{''.join(sorted(self._letters(word[1:])))}]"
                )
            elif word.startswith("<!"):
                parts.append(f"(?<![{''.join(sorted(self._letters(word[2:])))}])")
            elif word.startswith("!"):
                parts.append(f"(?![{''.join(sorted(self._letters(word[1:])))}])")
            else:
                part, need = self._word(word)
                parts.append(part)
                needs += need
        if not needs:
            raise ValueError(f"this pattern needs no word: {pattern!r}")
        bare = len(tokens) == 1 or (len(tokens) == 2 and tokens[1].endswith("?"))
        return Pattern(reason, re.compile("".join(parts)), bare), min(
            needs, key=lambda need: need[0]
        )[1]

    def _word(self, token: str) -> tuple[str, list[tuple[float, frozenset[str]]]]:
        """One element as a regular expression, with its price and letters when the pattern cannot do without it."""
        alternatives = token.rstrip("?")
        rows = [row.split("_") for row in alternatives.split("|") if "_" in row]
        letters = self._letters(
            "|".join(row for row in alternatives.split("|") if "_" not in row)
        )
        part = f"[{''.join(sorted(letters))}]" if letters else ""
        if rows:
            spelt = [
                "".join(f"[{''.join(sorted(self._letters(word)))}]" for word in row)
                for row in rows
            ]
            part = f"(?:{'|'.join([*spelt, *([part] if part else [])])})"
            letters |= {letter for row in rows for letter in self._letters(row[0])}
        if "$" in alternatives.split("|"):
            return f"(?:{part}|(?={STOP}|$))", []
        if token.endswith("?"):
            return part + "?", []
        words = {
            letter: word for word, letter in self.letters.items() if letter in letters
        }
        price = sum(
            COMMON_WEIGHT if words.get(letter) in COMMON else 1 for letter in letters
        )
        return part, [(price, letters)]

    def _letters(self, alternatives: str) -> frozenset[str]:
        found = set[str]()
        for word in alternatives.split("|"):
            if word in ("$", ""):
                continue
            words = self.kinds.get(word) or word_forms(word)
            if word.isupper() and word not in self.kinds:
                raise ValueError(f"no such kind of word: {word}")
            self.learn_name(words)
            found |= {self.letters[self.same.get(each, each)] for each in words}
            if word == "NAME":
                found.add(NAME)
        return frozenset(found)
