"""Which text is read first. It only raises: every text goes to a named person's queue, urgent or not (promise 55)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from feedback_app.ranking.language import is_english
from feedback_app.ranking.learned import (
    RAISES_CONCERN,
    READ_FIRST,
    Urgency,
    judge_score,
    reasons_of,
    score_text,
)
from feedback_app.ranking.lists import CALMED, Pattern, shipped_phrases
from feedback_app.ranking.retold import as_own_words
from feedback_app.ranking.second_voice import load_voice
from feedback_app.ranking.spelling import WordList, plain_text, split_words

MOST_REASONS = 6
MOST_CHARACTERS = 20_000
NEARBY = 8
WINDOW = 16
ENOUGH_SIGNS = 3
MOST_SIGNS = 24

ORDER: tuple[Urgency, ...] = ("urgent", "first", "ordinary")
"""The soonest first."""
NOT_ENGLISH = "not in English"
NOT_RANKED = "could not be ranked"
TOO_LONG = "very long"


@dataclass(frozen=True, slots=True)
class Ranking:
    """How soon a text should be read, and why: phrases of the list, never the child's own words. `language`: "en" or
    "unknown"."""

    urgency: Urgency
    reasons: tuple[str, ...]
    language: str


UNRANKED = Ranking("urgent", (NOT_RANKED,), "unknown")


def rank_text(text: str, *, retold: bool = False) -> Ranking:
    """The ranking of a text; one that is not English, or too long to look at, is urgent.

    `retold`: an officer wrote it down for a child. It is then urgent only for one of the gravest phrases, and read
    first where a child's own words would be urgent.
    """
    start = text[:MOST_CHARACTERS]
    found = split_words(plain_text(start))
    urgency, reasons = _judge_retold(start, found) if retold else _judge(found)
    english = is_english(start, found)
    at_least: Urgency = "first" if retold else "urgent"
    for holds, reason in (
        (not english, NOT_ENGLISH),
        (len(text) > MOST_CHARACTERS, TOO_LONG),
    ):
        if holds:
            urgency, reasons = _sooner((urgency, [reason, *reasons]), (at_least, []))
    return Ranking(
        urgency, tuple(reasons[:MOST_REASONS]), "en" if english else "unknown"
    )


_Judged = tuple[Urgency, list[str]]


def _sooner(one: _Judged, other: _Judged) -> _Judged:
    """The sooner of two judgements, with the reasons of both."""
    first, second = sorted((one, other), key=lambda each: ORDER.index(each[0]))
    return first[0], list(dict.fromkeys([*first[1], *second[1]]))


def matched_reasons(found: WordList) -> tuple[list[str], list[str]]:
    """The reasons of the phrases that these words hold, and, where there are none, of the signs."""
    left = _without_harmless(found.letters)
    reasons = _reasons(found.letters, left)
    return reasons, [] if reasons else _signs(left)


def _judge(
    found: WordList, *, retold: bool = False, first_from: float = READ_FIRST
) -> _Judged:
    """How soon these words are read, and why; no reasons for ordinary ones."""
    reasons, signs = matched_reasons(found)
    reached, made_by = score_text(found.spoken, reasons, signs)
    lines = first_from, RAISES_CONCERN
    urgency = judge_score(reached, reasons, retold=retold, lines=lines)
    if urgency == "ordinary":
        return urgency, []
    return urgency, reasons or signs or reasons_of(made_by)


def _judge_retold(text: str, found: WordList) -> _Judged:
    """The same of what an officer wrote: read as the child's own words, and as it stands by the upper line alone.

    "She said" itself stands in many urgent texts of children ("she said not to tell").
    """
    own = as_own_words(text)
    if own == text:
        return _judge(found, retold=True)
    return _sooner(
        _judge(split_words(plain_text(own)), retold=True),
        _judge(found, retold=True, first_from=RAISES_CONCERN),
    )


def _reasons(letters: str, left: str) -> list[str]:
    """The reasons whose patterns `left` holds, the letters outside harmless phrases, in the order of the list."""
    lists = shipped_phrases()
    reasons: dict[str, None] = {}
    for pattern in lists.urgent.worth_trying(left):
        if pattern.reason not in reasons and _holds(pattern, left, letters):
            reasons[pattern.reason] = None
    return list(reasons)


def _signs(left: str) -> list[str]:
    """The signs that stand close together, when they are enough; each counts once, however often it is there."""
    at: list[tuple[int, str, int]] = []
    for sign in shipped_phrases().signs:
        for pattern in sign.index.worth_trying(left):
            at += [
                (found.start(), sign.reason, sign.weight)
                for found in pattern.find.finditer(left)
            ]
    at.sort()
    for first, (start, _reason, weight) in enumerate(at):
        if weight < 0:
            continue
        near = {
            reason: each
            for place, reason, each in at[first : first + MOST_SIGNS]
            if place < start + WINDOW
        }
        if sum(near.values()) >= ENOUGH_SIGNS:
            return [reason for reason, each in near.items() if each > 0]
    return []


def _without_harmless(letters: str) -> str:
    left = list(letters)
    for pattern in shipped_phrases().harmless.worth_trying(letters):
        for found in pattern.find.finditer(letters):
            left[found.start() : found.end()] = CALMED * (found.end() - found.start())
    return "".join(left)


def _holds(pattern: Pattern, left: str, letters: str) -> bool:
    """Whether the pattern is there; a bare word is not when a lesson, a film or a game is spoken of nearby."""
    if not pattern.bare:
        return pattern.find.search(left) is not None
    calming = shipped_phrases().calming
    return any(
        calming.isdisjoint(
            letters[max(0, found.start() - NEARBY) : found.end() + NEARBY]
        )
        for found in pattern.find.finditer(left)
    )


Ranker = Callable[..., object]
_Task = tuple[str, Ranker, queue.SimpleQueue[object]]


def rank_safely(
    text: str,
    ranker: Ranker = rank_text,
    seconds: float = 1.0,
    *,
    retold: bool = False,
) -> Ranking:
    """The ranking by any ranker, safely: one that raises, hangs or returns something else makes the text urgent.

    That holds for a retold text too: nobody has looked whether it holds one of the gravest phrases.
    Never raises, and returns within `seconds` and little more, unless the ranker keeps the interpreter to itself.
    """
    asked = partial(ranker, retold=True) if retold else ranker
    answer = _desk.ask_ranker(text, asked, seconds)
    fits = isinstance(answer, Ranking) and answer.urgency in ORDER
    return answer if isinstance(answer, Ranking) and fits else UNRANKED


def prepare_ranker(seconds: float = 60.0) -> bool:
    """Read the lists and load the second voice, so that the first text does not time out on it; whether all is there.

    Never raises: what cannot be loaded fails again at each text that needs it, which is then urgent.
    """
    return rank_safely("", _ready, seconds) is not UNRANKED


def _ready(text: str) -> Ranking:
    load_voice()
    return rank_text(text)


class _Desk:
    """One thread that ranks, started when first needed, and again after a fork or a hang.

    A thread that hangs cannot be ended, only left behind; after `most_left` of them no ranker is called any more.
    """

    most_left = 20

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.tasks: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        self.left: list[threading.Thread] = []

    def ask_ranker(self, text: str, ranker: Ranker, seconds: float) -> object:
        """The ranker's answer; None when it raised or took longer."""
        answer: queue.SimpleQueue[object] = queue.SimpleQueue()
        thread = self._hand_over(text, ranker, answer)
        if thread is None:
            return None
        try:
            return answer.get(timeout=seconds)
        except queue.Empty:
            self._leave(thread)
            return None

    def _hand_over(
        self, text: str, ranker: Ranker, answer: queue.SimpleQueue[object]
    ) -> threading.Thread | None:
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.left = [thread for thread in self.left if thread.is_alive()]
                if len(self.left) >= self.most_left:
                    return None
                self.tasks = queue.SimpleQueue()
                self.thread = threading.Thread(
                    target=_work, args=(self.tasks,), name="ranking", daemon=True
                )
                self.thread.start()
            self.tasks.put((text, ranker, answer))
            return self.thread

    def _leave(self, thread: threading.Thread) -> None:
        with self.lock:
            if self.thread is thread:
                self.thread = None
                self.left.append(thread)
                self.tasks.put(_NO_MORE)


def _work(tasks: queue.SimpleQueue[_Task]) -> None:
    while (task := tasks.get()) is not _NO_MORE:
        text, ranker, answer = task
        try:
            answer.put(ranker(text))
        except BaseException:  # noqa: BLE001 - whatever a ranker does, the text must reach a person
            answer.put(None)
        del task, text, answer


_NO_MORE: _Task = ("", rank_text, queue.SimpleQueue())
_desk = _Desk()
