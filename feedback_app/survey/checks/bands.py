"""What one band's questions must keep to: ids, options, and conditions that only look back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from feedback_app.survey.files.build import build_condition
from feedback_app.survey.files.build import build_question as built
from feedback_app.survey.files.shape import (
    BandShape,
    ConditionShape,
    QuestionShape,
    Sheet,
)
from feedback_app.survey.files.yaml_source import FileProblem, Source
from feedback_app.survey.model import (
    LOOK_OF_BAND,
    MARKS,
    MODES,
    Answer,
    Facts,
    OnAnswer,
    Question,
)
from feedback_app.survey.path import questions_on_path
from feedback_app.survey.types import type_of

MARKS_OF_BAND = {
    "4-7": {"over5"},
    "8-11": set[str](),
    "12-17": {"16+"},
    "16-25": {"16+", "16-17", "18+"},
}
"""The age marks that an invitation of a band can carry."""


def band_problems(band: str, sheet: Sheet[BandShape]) -> Iterator[FileProblem]:
    """All that is wrong within one band's file."""
    source, shape = sheet.source, sheet.shape
    earlier: dict[str, QuestionShape] = {}
    for part, questions in (
        ("questions", shape.questions),
        ("spotlight", shape.spotlight),
    ):
        for n, question in enumerate(questions):
            if question.id in earlier:
                yield source.problem_at(
                    f"the question id `{question.id}` stands here twice", part, n, "id"
                )
            yield from _own_problems(band, question, source, part, n)
            looks_back = list(
                _condition_problems(band, question, earlier, source, (part, n))
            )
            yield from looks_back
            earlier.setdefault(question.id, question)
            if (
                not looks_back
                and part == "questions"
                and not _can_be_asked(shape.questions[: n + 1])
            ):
                yield source.problem_at(
                    f"no answers lead to `{question.id}`", part, n, "show"
                )
    for n, question in enumerate(shape.spotlight):
        if question.show:
            message = "a spotlight question is asked by band and mark (see survey.yaml), so it has no `show`"
            yield source.problem_at(message, "spotlight", n, "show")


def _own_problems(
    band: str, question: QuestionShape, source: Source, part: str, n: int
) -> Iterator[FileProblem]:
    """What one question says by itself."""
    ids = list(question.options)
    kind = type_of(question)
    if ids and not kind.has_options:
        yield source.problem_at(
            "a question in words has no options", part, n, "options"
        )
    elif kind.fixed_options and tuple(ids) != kind.fixed_options:
        order = ", ".join(kind.fixed_options)
        yield source.problem_at(
            f"the options of {question.type} are {order}, in that order",
            part,
            n,
            "options",
        )
    elif len(ids) < kind.fewest_options:
        yield source.problem_at(
            f"`{question.id}` needs at least two options", part, n, "options"
        )
    labels = list(question.options.values())
    for id_, label in question.options.items():
        if labels.count(label) > 1:
            yield source.problem_at(
                f"two options say {label!r}", part, n, "options", id_
            )
    yield from _alone_problems(question, source, part, n)
    if any(c.question for c in question.show) and not kind.has_options:
        message = "a question in words is asked of every child: what was written is never dropped for another answer"
        yield source.problem_at(message, part, n, "show")
    if any(c.question for c in question.show) != bool(question.when):
        message = "`when` says the conditions on answers in words, for pages without script: both or neither"
        yield source.problem_at(message, part, n, "when")
    if LOOK_OF_BAND[band] == "young" and not question.picture:
        yield source.problem_at(
            f"`{question.id}` has no `picture`, and the youngest see one with each question",
            part,
            n,
        )
    for id_ in question.easy.options if question.easy else ():
        if id_ not in question.options:
            yield source.problem_at(
                f"`{question.id}` has no option `{id_}`",
                part,
                n,
                "easy",
                "options",
                id_,
            )
    yield from _wording_problems(question, source, part, n)


def _alone_problems(
    question: QuestionShape, source: Source, part: str, n: int
) -> Iterator[FileProblem]:
    """Answers that stand alone among several ticks."""
    if question.exclusive and not type_of(question).takes_several:
        message = f"`{question.id}` takes one answer, so each stands alone already"
        yield source.problem_at(message, part, n, "exclusive")
        return
    for id_ in question.exclusive:
        if id_ not in question.options:
            yield source.problem_at(
                f"`{question.id}` has no option `{id_}`", part, n, "exclusive"
            )


def _wording_problems(
    question: QuestionShape, source: Source, part: str, n: int
) -> Iterator[FileProblem]:
    words: dict[tuple[str, ...], str] = {
        ("text",): question.text,
        ("hint",): question.hint,
        ("when",): question.when,
    }
    words |= {("options", id_): label for id_, label in question.options.items()}
    if (easy := question.easy) is not None:
        words |= {("easy", "text"): easy.text, ("easy", "hint"): easy.hint}
        words |= {
            ("easy", "options", id_): label for id_, label in easy.options.items()
        }
    for place, said in words.items():
        if re.search(r"[{}<>]", said):
            yield source.problem_at(
                "a question's words hold no braces and no mark-up", part, n, *place
            )
        if not unicodedata.is_normalized("NFC", said):
            yield source.problem_at(
                "these letters are not in their usual (NFC) form", part, n, *place
            )


def _condition_problems(
    band: str,
    question: QuestionShape,
    earlier: dict[str, QuestionShape],
    source: Source,
    where: tuple[str, int],
) -> Iterator[FileProblem]:
    for c, asks in enumerate(question.show):
        place = (*where, "show", c)
        if asks.mark is not None and asks.mark not in MARKS_OF_BAND[band]:
            yield source.problem_at(
                f"no invitation of band {band} carries the mark `{asks.mark}`", *place
            )
        if asks.question is None:
            continue
        target = earlier.get(asks.question)
        if target is None:
            message = (
                f"`{asks.question}` is not a question that stands earlier in this band"
            )
            yield source.problem_at(message, *place, "question")
            continue
        yield from _option_problems(asks, target, source, place)


def _option_problems(
    asks: ConditionShape,
    target: QuestionShape,
    source: Source,
    place: tuple[str | int, ...],
) -> Iterator[FileProblem]:
    way, options = next(
        (way, ids)
        for way, ids in (
            ("is", asks.is_),
            ("any_of", asks.any_of),
            ("not", asks.not_),
            ("unless", asks.unless),
        )
        if ids is not None
    )
    if way not in type_of(target).operators:
        kind = f"`{target.id}` is of type {target.type}"
        message = f"{kind}: `is` asks for one choice, `any_of` for ticks, `not` and `unless` for either"
        yield source.problem_at(message, *place, way)
        return
    for id_ in options:
        if id_ not in target.options:
            yield source.problem_at(
                f"`{target.id}` has no option `{id_}` in this band", *place, way
            )


def _can_be_asked(shapes: Sequence[QuestionShape]) -> bool:
    """Whether any answers, meeting mode and marks lead to the last of these questions."""
    wanted = {shapes[-1].id}
    for shape in reversed(shapes):
        if shape.id in wanted:
            wanted |= {
                c.question
                for c in map(build_condition, shape.show)
                if isinstance(c, OnAnswer)
            }
    questions = [built(shape, {}) for shape in shapes if shape.id in wanted]
    before = questions[:-1]
    every_mark = frozenset(MARKS)
    return any(
        questions[-1]
        in questions_on_path(
            questions, {a.question: a for a in chosen}, Facts(mode, every_mark)
        )
        for chosen in product(*(_ways_to_answer(q) for q in before))
        for mode in MODES
    )


def _ways_to_answer(question: Question) -> list[Answer]:
    """One option each; for ticks also two together, which is as many as two conditions on one question can want."""
    ids = [option.id for option in question.options]
    ways: list[tuple[str, ...]] = [(id_,) for id_ in ids]
    if type_of(question).takes_several:
        ways += combinations(ids, 2)
    return [Answer(question.id, "given", way) for way in ways]
