"""Words of a text that are covered before it is handed over: where they stand, and which a person may want to look at.

Pure. A place is counted in code points of the text as it is stored. Nothing is covered by itself: `suggest_spans` only
suggests, and a person decides (docs/decisions/0033).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

KINDS = ("name", "number", "school", "handle", "place", "word")
"""What a covered place held; `word` is anything that a person marked themselves."""
MOST_SPANS = 200


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text: from `start` to before `end`, both in code points; `kind` is one of KINDS."""

    start: int
    end: int
    kind: str = "word"


@dataclass(frozen=True, slots=True)
class WordPiece:
    """A part of a text as the page of covering shows it: `span` None is what stands between words."""

    text: str
    span: Span | None
    suggested: bool = False
    covered: bool = False


_WORD = re.compile(r"[^\s.,;:!?\"“”()\[\]{}…<>]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.]*\w")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ \-]?\d){6,}(?!\w)")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b")
_SCHOOL = re.compile(
    r"(?:\b[A-Z][\w'’.\-]*[ ]){1,4}(?:School|Academy|Primary|High|College|Nursery)\b"
    r"(?: (?:School|Academy))?"
)
_CALLED = re.compile(
    r"\b(?:called|named|my name is|my name's|name is)\s+([^\s.,;:!?]+)", re.IGNORECASE
)
_SENTENCE_ENDS = '.!?\n:"“(•'
ORDINARY_WORDS = """
i im i'm i’m i've i’ve i'll i’ll i'd i’d iro iros tv ps4 ps5 xbox ok a the and but my mum mums dad
dads mummy daddy nan nanny grandad granddad grandma nana auntie aunty uncle monday tuesday wednesday
thursday friday saturday sunday january february march april may june july august september october
november december christmas easter eid ramadan diwali english welsh maths science french pe god lac
mr mrs miss ms dr sw sen
"""
ORDINARY = frozenset(ORDINARY_WORDS.split())
"""Words with a capital that name nobody."""


def suggest_spans(text: str) -> list[Span]:
    """Places that may name somebody, in order and apart from one another: names, numbers, schools, handles, postcodes.

    A name is a word with a capital that begins no sentence and is no ordinary word, and one after "called"; once found
    it is suggested wherever it stands.
    """
    found: list[Span] = []
    for kind, pattern in (
        ("handle", _MAIL),
        ("handle", _HANDLE),
        ("number", _NUMBER),
        ("place", _POSTCODE),
        ("school", _SCHOOL),
    ):
        found += [Span(*match.span(), kind) for match in pattern.finditer(text)]
    found += [Span(*match.span(1), "name") for match in _CALLED.finditer(text)]
    words = list(_WORD.finditer(text))
    found += [
        Span(*word.span(), "name")
        for word in words
        if _is_name(word[0]) and not _begins_sentence(text, word.start())
    ]
    names = {
        text[one.start : one.end].casefold() for one in found if one.kind == "name"
    }
    found += [
        Span(*word.span(), "name") for word in words if word[0].casefold() in names
    ]
    return keep_apart(found)


def keep_apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order without those that overlap one that was named before them."""
    kept: list[Span] = []
    taken: set[int] = set()
    for span in spans:
        places = range(span.start, span.end)
        if taken.isdisjoint(places):
            kept.append(span)
            taken.update(places)
    return sorted(kept)


def text_pieces(text: str, covered: Sequence[Span]) -> list[WordPiece]:
    """The whole text in pieces, of which each word, suggestion and covered place can be marked.

    Joined they are the text again.
    """
    suggested = suggest_spans(text)
    words = [Span(*match.span()) for match in _WORD.finditer(text)]
    pieces, here = [], 0
    for span in keep_apart([*covered, *suggested, *words]):
        if span.start > here:
            pieces.append(WordPiece(text[here : span.start], None))
        pieces.append(
            WordPiece(
                text[span.start : span.end], span, span in suggested, span in covered
            )
        )
        here = span.end
    if here < len(text):
        pieces.append(WordPiece(text[here:], None))
    return pieces


def read_spans(typed: Iterable[str], length: int) -> list[Span]:
    """Spans as a form or the database holds them: `start-end:kind`. Raises ValueError for what is no place in it."""
    found = []
    for one in typed:
        match = re.fullmatch(r"(\d{1,4})-(\d{1,4}):([a-z]{1,10})", one)
        if match is None or match[3] not in KINDS:
            raise ValueError("no span")
        span = Span(int(match[1]), int(match[2]), match[3])
        if not span.start < span.end <= length:
            raise ValueError("outside the text")
        found.append(span)
    if len(found) > MOST_SPANS:
        raise ValueError("too many spans")
    return keep_apart(found)


def write_spans(spans: Iterable[Span]) -> str:
    """The spans as one line."""
    return " ".join(f"{one.start}-{one.end}:{one.kind}" for one in sorted(spans))


def cover_words(text: str, spans: Iterable[Span], instead: Mapping[str, str]) -> str:
    """The text with each place covered by the words for its kind; `instead`: kind -> those words."""
    parts, here = [], 0
    for span in sorted(spans):
        parts += [text[here : span.start], instead[span.kind]]
        here = span.end
    return "".join([*parts, text[here:]])


def _is_name(word: str) -> bool:
    plain = re.sub(r"['’]s$", "", word)
    return (
        word[:1].isupper()
        and plain.casefold() not in ORDINARY
        and word.casefold() not in ORDINARY
        and not (word.isupper() and len(word) > 1)
    )


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t'‘")
    return not before or before[-1] in _SENTENCE_ENDS
