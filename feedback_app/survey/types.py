"""Types of question, one row each: everything that any part of the product decides by a question's type.

A new type is a row here, its drawing in `templates/child/screens.html` and, where it needs them, lines in
`static/child/` and `static/child.css`. No other module names a type (held by tests/rules/test_question_types.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from feedback_app.survey.model import Answer, Question
from feedback_app.typed_text import clean_text

ScreenKind = Literal["one", "many", "text"]
"""How a question is answered on a screen: one option, several, or words of one's own."""
Drawing = Literal["face", "dots"]
Operator = Literal["is", "any_of", "not", "unless"]
Reader = Callable[[Question, Sequence[str], bool], Answer]
"""Reads the values of a question's field; the flag says that the child chose "I don't want to say"."""

SURE = ("yes", "no", "unsure")

TALK_LIMIT = 500
"""Characters of the box where a child writes how to be reached (rule L10)."""
HELPER_LIMIT = 100
"""Characters of the box that asks who the helper is."""


class HasType(Protocol):
    """A question, or the shape of one in a file."""

    @property
    def type(self) -> str:
        """The name of its type."""
        ...


@dataclass(frozen=True, slots=True)
class QuestionType:
    """One type of question.

    `screen`: how it is answered. `operators`: which conditions may ask for its answer. `read`: from the values that
    were sent to an answer. `fixed_options`: the option ids that it must have, in order. `drawn_as`: what stands with
    each option, which `scales` of survey.yaml must name for it.
    """

    screen: ScreenKind
    operators: frozenset[Operator]
    read: Reader
    fixed_options: tuple[str, ...] = ()
    drawn_as: Drawing | None = None

    @property
    def has_options(self) -> bool:
        """Whether it is answered by options, which are counted, and not in words."""
        return self.screen != "text"

    @property
    def takes_several(self) -> bool:
        """Whether several options can be chosen, so that their counts do not add up to the base."""
        return self.screen == "many"

    @property
    def fewest_options(self) -> int:
        """How many options it needs."""
        return 2 if self.has_options else 0


def _read_one(question: Question, values: Sequence[str], declined: bool) -> Answer:
    known = [value for value in values if question.find_option(value)]
    return _chosen(question, tuple(known[:1]), declined)


def _read_several(question: Question, values: Sequence[str], declined: bool) -> Answer:
    """A tick that stands alone gives way to others: "No one" with a person named beside it names that person.

    The script lets nobody send such a pair; a page without script may, and so may whoever keys in a form.
    """
    ticked = [option for option in question.options if option.id in values]
    kept = [option for option in ticked if not option.exclusive] or ticked[:1]
    return _chosen(question, tuple(option.id for option in kept), declined)


def _read_text(question: Question, values: Sequence[str], declined: bool) -> Answer:
    """Text beats declined: words that a child took the trouble to write are kept (rule D3)."""
    text = clean_text(values[0]) if values else ""
    if text:
        return Answer(question.id, "given", text=text)
    return Answer(question.id, "declined" if declined else "left")


def _chosen(question: Question, options: tuple[str, ...], declined: bool) -> Answer:
    if declined:
        return Answer(question.id, "declined")
    return Answer(question.id, "given" if options else "left", options=options)


_ONE: frozenset[Operator] = frozenset(("is", "not", "unless"))
_SEVERAL: frozenset[Operator] = frozenset(("any_of", "not", "unless"))

TYPES = {
    "yes-no-unsure": QuestionType("one", _ONE, _read_one, fixed_options=SURE),
    "faces": QuestionType("one", _ONE, _read_one, drawn_as="face"),
    "amount": QuestionType("one", _ONE, _read_one, drawn_as="dots"),
    "choice": QuestionType("one", _ONE, _read_one),
    "multi": QuestionType("many", _SEVERAL, _read_several),
    "text": QuestionType("text", frozenset(), _read_text),
}

ONE_OF, SOME_OF = "choice", "multi"
"""The types without anything drawn, of which a fixed text that asks something is: one answer, or several."""


def type_of(question: HasType) -> QuestionType:
    """The row of a question's type. Raises KeyError for a type that is not in the table."""
    return TYPES[question.type]
