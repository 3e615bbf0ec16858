"""What a survey is, once read: frozen objects that every visit shares and nothing changes.

Ids are stable and the same in every band; labels are what a child sees and may be translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BANDS = ("4-7", "8-11", "12-17", "16-25")
MODES = ("in_person", "remote", "blended")
LOOKS = ("young", "middle", "older", "easy")
MARKS = ("over5", "16+", "16-17", "18+")
LOOK_OF_BAND = {"4-7": "young", "8-11": "middle", "12-17": "older", "16-25": "older"}
EASY = "easy"
"""The look by need, at any age: easy words (`survey.easy`), a picture with every question and every answer."""

Face = Literal["good", "ok", "bad"]
Mark = Literal["over5", "16+", "16-17", "18+"]
AnswerState = Literal["given", "left", "declined"]
HandedOutBy = Literal["iro", "manager"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen. `face` is drawn for the youngest, `dots` (0-3 filled) for amounts.

    `exclusive`: it stands alone among several ticks, as "No one" does.
    """

    id: str
    label: str
    face: Face | None = None
    dots: int | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Easy:
    """A question in easy words. `options`: option id -> label, for those that can be said more plainly."""

    text: str
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnAnswer:
    """Holds by what was chosen earlier.

    Nothing is concluded from silence: a question that was not asked, was left empty or was declined opens nothing,
    `not` neither, and takes nothing away.

    `is`: the one chosen option is among `options`; `any_of`: at least one chosen option is among them;
    `not`: something was chosen and none of it is among them; `unless`: none of them was chosen, by silence too.
    """

    question: str
    op: Literal["is", "any_of", "not", "unless"]
    options: frozenset[str]

    def is_met(self, answers: Mapping[str, Answer], _facts: Facts) -> bool:
        """Whether it holds by the answers on the path so far, by question id."""
        answer = answers.get(self.question)
        chosen = answer.options if answer is not None else ()
        chosen_one = not self.options.isdisjoint(chosen)
        if self.op == "unless":
            return not chosen_one
        return bool(chosen) and chosen_one != (self.op == "not")


@dataclass(frozen=True, slots=True)
class OnMode:
    """Holds when the invitation's meeting mode is among `modes`; an unknown mode is false."""

    modes: frozenset[str]

    def is_met(self, _answers: Mapping[str, Answer], facts: Facts) -> bool:
        """Whether the invitation's mode is one of them."""
        return facts.mode in self.modes


@dataclass(frozen=True, slots=True)
class OnMark:
    """Holds when the invitation carries the age mark."""

    mark: Mark

    def is_met(self, _answers: Mapping[str, Answer], facts: Facts) -> bool:
        """Whether the invitation carries it."""
        return self.mark in facts.marks


Condition = OnAnswer | OnMode | OnMark


@dataclass(frozen=True, slots=True)
class Question:
    """One question as one band sees it.

    `type` is a row of `survey.types`. `show`: all conditions must hold; `when` says the same in words, for pages
    without script. `rows` are the plan's rows that the question serves. `picture` names a drawing for the youngest.
    `easy` are this band's own easy words, from which `survey.easy` says what is read.
    """

    id: str
    type: str
    text: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    show: tuple[Condition, ...] = ()
    when: str = ""
    rows: tuple[str, ...] = ()
    picture: str = ""
    marks: tuple[Mark, ...] = ()
    easy: Easy | None = None

    def find_option(self, option_id: str) -> Option | None:
        """The option with that id, or None."""
        return next((o for o in self.options if o.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Measure:
    """A share with its target: which options count, per band; which leave the base; whose answers (`ages`).

    `counts` and `leave_out`: band -> option ids. `target` is a share 0-1 or None; `above` says on which side it is met.
    """

    id: str
    question: str
    title: str
    row: str
    counts: dict[str, tuple[str, ...]]
    leave_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    target: float | None = None
    above: bool = True
    over5_only: bool = False
    by_band_only: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """One version of one survey, whole. `bands` and `spotlight` map a band to its questions in order.

    `spotlight_before`: the question before which the month's one stands. `core`: the last question of the core, after
    which a child may send at once or answer more; "" where all of it is asked in one go.

    What else the service needs to know of it stands here too, so that no module steers by its key:
    `short_title` names it in lists; `handed_out_by` is the role whose pages make its invitations; `about_review`:
    each invitation says the meeting mode and the participation code; `asks_iro_sees`: the child decides whether their
    IRO sees the answers; `monthly_target`: its responses count for the 1+1 of each month (plan row 7).
    """

    key: str
    version: int
    title: str
    neutral_title: str
    audience: str
    keep_draft: bool
    bands: dict[str, tuple[Question, ...]]
    spotlight: dict[str, tuple[Question, ...]]
    measures: tuple[Measure, ...] = ()
    spotlight_before: str = ""
    core: str = ""
    short_title: str = ""
    handed_out_by: HandedOutBy = "manager"
    about_review: bool = False
    asks_iro_sees: bool = False
    monthly_target: bool = False

    def find_question(self, band: str, question_id: str) -> Question | None:
        """The question of that id in that band, spotlight questions included, or None."""
        return next(
            (
                q
                for q in (*self.bands.get(band, ()), *self.spotlight.get(band, ()))
                if q.id == question_id
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the invitation knows and no question asks: meeting mode (or None) and age marks."""

    mode: str | None = None
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """One question on the path: given (options and/or text), left empty, or declined ("I don't want to say")."""

    question: str
    state: AnswerState
    options: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in what was sent that the child can mend: a short code, and numbers for the words.

    `question` is a question's id, or the field of a box that belongs to none, as `talk_how_text`.
    """

    question: str
    code: Literal["too_long"]
    length: int = 0
    limit: int = 0
