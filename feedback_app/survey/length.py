"""How long a survey takes a child: the minutes that its first screen promises, from words and taps. Pure.

The paces are assumptions, kept in this one place, to be tested with children and put right here:

- 4-7: somebody reads aloud and waits for the child. Adults read aloud at about 180 words a minute (Brysbaert 2019, a
  review of 190 studies); a third less leaves room to point at pictures.
- 8-11: the middle child of nine reads 97 to 112 words a minute aloud, of eleven 146 (Hasbrouck and Tindal 2017).
- 12-17 and 16-25: adults read 238 words a minute silently (Brysbaert 2019); many of these young people have missed
  school, and read about themselves here.
- Easy read is chosen for whoever reads slowly, or has it read to them.
- A tap, with the thought before it, takes two seconds. What is written in the boxes is not counted: it is up to them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from feedback_app.survey.model import EASY, Answer, Facts, OnAnswer, Question
from feedback_app.survey.path import IN_THE_REST, MORE, questions_on_path
from feedback_app.survey.types import type_of

ALOUD = 120
"""How many words a minute are read aloud to a child, with time to answer."""
WORDS_A_MINUTE = {"4-7": ALOUD, "8-11": 110, "12-17": 160, "16-25": 180}
"""How fast a child of that band reads, or is read to."""
EASY_WORDS_A_MINUTE = 90
"""How fast easy read is read, at any age."""
SECONDS_A_TAP = 2.0

SEND_NOW = Answer(MORE, "given", ("send",))
"""The usual way through a survey with a core ends with it."""


@dataclass(frozen=True, slots=True)
class ReadingLoad:
    """So many words to read and so many taps to make."""

    words: int = 0
    taps: int = 0

    def __add__(self, other: ReadingLoad) -> ReadingLoad:
        """Both, one after the other."""
        return ReadingLoad(self.words + other.words, self.taps + other.taps)


def promised_minutes(
    questions: Sequence[Question], around: ReadingLoad, pace: int
) -> int:
    """Whole minutes, rounded up, of the longest usual way: every question answered, with one tick where several can be.

    `questions` come from `questions_for`, in the words that are read; only the core is counted where there is one.
    `around` is what a child reads and taps before and after them, `pace` the words a minute (`reading_pace`).
    """
    return math.ceil(
        max(
            minutes_of(around + _reading_of(path), pace)
            for path in _longest_paths(questions, {MORE: SEND_NOW})
        )
    )


def reading_pace(band: str, look: str, *, aloud: bool = False) -> int:
    """Words a minute of that band, of easy read, or of somebody who reads `aloud` to the child."""
    if aloud:
        return ALOUD
    return EASY_WORDS_A_MINUTE if look == EASY else WORDS_A_MINUTE[band]


def minutes_of(reading: ReadingLoad, pace: int) -> float:
    """How many minutes it takes at so many words a minute."""
    return reading.words / pace + reading.taps * SECONDS_A_TAP / 60


def count_more(questions: Sequence[Question]) -> int:
    """How many questions at most follow the core; 0 where nothing does."""
    return max(
        sum(IN_THE_REST in question.show for question in path)
        for path in _longest_paths(questions, {})
    )


def count_words(*lines: str) -> int:
    """How many words stand in these lines; a {brace} is one."""
    return sum(len(line.split()) for line in lines)


def _reading_of(path: Iterable[Question]) -> ReadingLoad:
    return sum((_question_reading(question) for question in path), ReadingLoad())


def _question_reading(question: Question) -> ReadingLoad:
    """Its words and taps: one answer leads on by itself; after a tick, and below a box, Next is a tap."""
    words = count_words(
        question.text, question.hint, *(option.label for option in question.options)
    )
    return ReadingLoad(words, 2 if type_of(question).takes_several else 1)


def _longest_paths(
    questions: Sequence[Question], known: Mapping[str, Answer]
) -> Iterator[tuple[Question, ...]]:
    """Every way through, one for all answers that lead the same way."""
    for answers in product(*_answers_that_lead(questions)):
        given = dict(known) | {answer.question: answer for answer in answers}
        yield questions_on_path(questions, given, Facts())


def _answers_that_lead(questions: Sequence[Question]) -> Iterator[list[Answer]]:
    """For each question that others wait for: one answer of each kind that their conditions tell apart."""
    conditions = [c for q in questions for c in q.show if isinstance(c, OnAnswer)]
    for question in questions:
        asked = {c.options for c in conditions if c.question == question.id}
        if asked:
            kinds = {
                tuple(option.id in options for options in asked): option.id
                for option in question.options
            }
            yield [Answer(question.id, "given", (id_,)) for id_ in kinds.values()]
