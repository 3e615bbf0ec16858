"""What differs in words between a report and the version that was handed over before it: sentences and quotes. Pure.

What a version said in words is kept with it, as one more sealed file that nobody downloads. Both versions have left, so
that a sentence's words then and now tell nobody more. A quote is another thing: whose words were taken out or covered
does not read them in a second report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

import flask_babel

from feedback_app.reports.document import Chapter, Paragraph, Quote, ReportDocument

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
SAID = "said"
"""Under which name it is kept beside the files of a version."""
SAME_QUOTE = 0.5
"""From which likeness on, of one age, a quote counts as the one that was changed (0 to 1)."""


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """One sentence with the title of its chapter."""

    chapter: str
    words: str


@dataclass(frozen=True, slots=True)
class SaidWords:
    """All that a report says in words. `sentences`: which sentence -> what it says."""

    sentences: dict[str, SaidSentence]
    quotes: tuple[Quote, ...]


def said_words(document: ReportDocument) -> SaidWords:
    """The sentences that are made from figures or are the manager's own, and the quotes; no rule, no appendix."""
    sentences: dict[str, SaidSentence] = {}
    quotes: list[Quote] = []
    for chapter in document.chapters:
        if not chapter.is_appendix:
            sentences |= _sentences_of(chapter)
            quotes += [one for one in chapter.blocks if isinstance(one, Quote)]
    return SaidWords(sentences, tuple(quotes))


def write_said(document: ReportDocument) -> bytes:
    """As it is kept."""
    said = said_words(document)
    content = {
        "sentences": {
            key: [one.chapter, one.words] for key, one in said.sentences.items()
        },
        "quotes": [[one.words, one.band] for one in said.quotes],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def read_said(content: bytes) -> SaidWords:
    """As `write_said` wrote it."""
    found = json.loads(content)
    return SaidWords(
        {key: SaidSentence(*one) for key, one in found["sentences"].items()},
        tuple(Quote(*one) for one in found["quotes"]),
    )


def said_differently(
    before: SaidWords, document: ReportDocument, *, with_quotes: bool
) -> list[str]:
    """A line for each sentence and quote that was added, taken out or changed; none where all is as it was.

    `with_quotes`: whether the words of a quote that is new are named; those of an earlier one never are.
    """
    now = said_words(document)
    return [
        *_sentence_lines(before.sentences, now.sentences),
        *_quote_lines(before.quotes, now.quotes, with_quotes=with_quotes),
    ]


def no_other_words(version: int) -> str:
    """What is said where no words differ."""
    return _("No sentence and no quote differs from version %(version)s.", version=version)  # fmt: skip


def _sentences_of(chapter: Chapter) -> dict[str, SaidSentence]:
    """Those without a key are known by their place in the chapter."""
    found: dict[str, SaidSentence] = {}
    for block in chapter.blocks:
        if not isinstance(block, Paragraph):
            continue
        if block.key or block.origin in ("generated", "own"):
            key = block.key or f"{chapter.title} {len(found)}"
            found[key] = SaidSentence(chapter.title, block.text)
    return found


def _sentence_lines(
    was: dict[str, SaidSentence], now: dict[str, SaidSentence]
) -> Iterable[str]:
    for key in (*now, *(key for key in was if key not in now)):
        old, new = was.get(key), now.get(key)
        if old is None and new is not None:
            yield _(
                "%(chapter)s, added: “%(words)s”", chapter=new.chapter, words=new.words
            )
        elif new is None and old is not None:
            yield _(
                "%(chapter)s, taken out: “%(words)s”",
                chapter=old.chapter,
                words=old.words,
            )
        elif old is not None and new is not None and old.words != new.words:
            yield _(
                "%(chapter)s, changed: “%(before)s” Now: “%(after)s”",
                chapter=new.chapter,
                before=old.words,
                after=new.words,
            )


def _quote_lines(
    was: tuple[Quote, ...], now: tuple[Quote, ...], *, with_quotes: bool
) -> Iterable[str]:
    gone = list((Counter(was) - Counter(now)).elements())
    come = list((Counter(now) - Counter(was)).elements())
    for quote in come:
        earlier = next((one for one in gone if _is_same(one, quote)), None)
        if earlier is not None:
            gone.remove(earlier)
            line = _("One quote was changed (%(age)s).", age=quote.band)
        else:
            line = _("One quote was added (%(age)s).", age=quote.band)
        if with_quotes:
            line = _("%(line)s It reads: “%(words)s”", line=line, words=quote.words)
        yield line
    if gone:
        yield ngettext(
            "One quote was taken out.", "%(num)s quotes were taken out.", len(gone)
        )


def _is_same(one: Quote, other: Quote) -> bool:
    if one.band != other.band:
        return False
    return SequenceMatcher(None, one.words, other.words).ratio() >= SAME_QUOTE
