"""What the survey files must mean together. Each rule yields every breach, so that an author mends all in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from feedback_app.survey.checks.bands import MARKS_OF_BAND, band_problems
from feedback_app.survey.checks.clips import clip_problems
from feedback_app.survey.checks.pictures import picture_problems
from feedback_app.survey.checks.words import words_problems
from feedback_app.survey.files.folder import Folder, Version, read_folder
from feedback_app.survey.files.released import released_problems
from feedback_app.survey.files.shape import (
    MeasureShape,
    QuestionShape,
    ScaleShape,
    Sheet,
    SurveyShape,
)
from feedback_app.survey.files.yaml_source import FileProblem, Source
from feedback_app.survey.types import type_of

Check = Callable[[Folder], Iterable[FileProblem]]
"""A further rule, such as "every language that is offered is complete"."""


def list_problems(root: Path, also: Sequence[Check] = ()) -> list[str]:
    """Every problem under `root`, the folder `surveys`, one `file:line: message` each; empty when all is well."""
    return [str(problem) for problem in find_problems(read_folder(root), also)]


def find_problems(folder: Folder, also: Sequence[Check] = ()) -> list[FileProblem]:
    """Every problem of the folder, in the order of files and lines."""
    found = list(folder.problems)
    for version in folder.versions:
        for band, sheet in version.bands.items():
            found.extend(band_problems(band, sheet))
        found.extend(_shared_id_problems(version))
        if version.survey is not None:
            found.extend(_survey_problems(version, version.survey))
    found.extend(_monthly_problems(folder))
    found.extend(words_problems(folder))
    found.extend(picture_problems(folder))
    found.extend(released_problems(folder))
    found.extend(clip_problems(folder))
    for check in also:
        found.extend(check(folder))
    return sorted(set(found))


def _monthly_problems(folder: Folder) -> Iterator[FileProblem]:
    """One survey counts for the monthly target, in all its versions (plan row 7)."""
    sheets = [
        version.survey for version in folder.versions if version.survey is not None
    ]
    monthly = [sheet for sheet in sheets if sheet.shape.monthly_target]
    for sheet in monthly:
        if sheet.shape.key != monthly[0].shape.key:
            message = f"{monthly[0].shape.key} counts for the monthly target already: one survey does"
            yield sheet.source.problem_at(message, "monthly_target")
        if not sheet.shape.about_review:
            message = "a survey that counts for the monthly target needs the participation code: `about_review: true`"
            yield sheet.source.problem_at(message, "monthly_target")


def _survey_problems(
    version: Version, sheet: Sheet[SurveyShape]
) -> Iterator[FileProblem]:
    source, shape = sheet.source, sheet.shape
    if shape.key != version.key:
        yield source.problem_at(
            f"`key` is {shape.key}, the folder says {version.key}", "key"
        )
    if shape.version != version.number:
        yield source.problem_at(
            f"`version` is {shape.version}, the folder says {version.number}", "version"
        )
    for band in sorted(set(shape.bands) ^ version.files):
        wrong = (
            "has no file"
            if band in shape.bands
            else "has a file, and is not listed here"
        )
        yield source.problem_at(f"band {band} {wrong}", "bands")
    if shape.about_review and shape.handed_out_by != "iro":
        message = "only an IRO can say how a review was held and who took part: `handed_out_by` must be iro"
        yield source.problem_at(message, "about_review")
    yield from _scale_problems(version, sheet)
    yield from _spotlight_problems(version, sheet)
    yield from _place_problems(version, sheet)
    seen: set[str] = set()
    for n, measure in enumerate(shape.measures):
        if measure.id in seen:
            yield source.problem_at(
                f"the measure `{measure.id}` stands here twice", "measures", n, "id"
            )
        seen.add(measure.id)
        yield from _measure_problems(version, measure, source, n)


def _scale_problems(
    version: Version, sheet: Sheet[SurveyShape]
) -> Iterator[FileProblem]:
    """Faces need a face for each option, amounts a number of dots; a scale names only options that exist.

    An option with neither, `{}`, stands beside the scale.
    """
    source, scales = sheet.source, sheet.shape.scales
    options: dict[str, set[str]] = {}
    for band, part, n, question in _questions(version):
        options.setdefault(question.id, set()).update(question.options)
        for id_ in question.options:
            drawn = scales.get(question.id, {}).get(id_)
            drawing = type_of(question).drawn_as
            if drawing is None or drawn == ScaleShape():
                continue
            if drawn is None or getattr(drawn, drawing) is None:
                message = f"`{id_}` has no {drawing} in `scales` of survey.yaml"
                yield version.bands[band].source.problem_at(
                    message, part, n, "options", id_
                )
    for question_id, scale in scales.items():
        for id_ in scale:
            if version.files == set(version.bands) and id_ not in options.get(
                question_id, set()
            ):
                yield source.problem_at(
                    f"no band asks `{question_id}` with `{id_}`",
                    "scales",
                    question_id,
                    id_,
                )


def _spotlight_problems(
    version: Version, sheet: Sheet[SurveyShape]
) -> Iterator[FileProblem]:
    """survey.yaml says who can be asked, the bands' files have the words: both must agree."""
    source = sheet.source
    bands_of: dict[str, list[str]] = {}
    for n, turn in enumerate(sheet.shape.spotlight):
        if turn.id in bands_of:
            yield source.problem_at(
                f"the spotlight `{turn.id}` stands here twice", "spotlight", n, "id"
            )
        bands_of[turn.id] = list(turn.bands)
        for band in turn.bands:
            if band in version.bands and turn.id not in {
                q.id for q in version.bands[band].shape.spotlight
            }:
                yield source.problem_at(
                    f"band {band} has no words for the spotlight `{turn.id}`",
                    "spotlight",
                    n,
                    "bands",
                )
            for mark in turn.marks:
                if mark not in MARKS_OF_BAND[band]:
                    message = f"no invitation of band {band} carries the mark `{mark}`"
                    yield source.problem_at(message, "spotlight", n, "marks")
    for where, part, n, question in _questions(version):
        if part == "spotlight" and where not in bands_of.get(question.id, ()):
            message = f"survey.yaml does not list the spotlight `{question.id}` for band {where}"
            yield version.bands[where].source.problem_at(message, part, n, "id")


def _place_problems(
    version: Version, sheet: Sheet[SurveyShape]
) -> Iterator[FileProblem]:
    """Where the core ends, and where the month's question stands: before or after a question that every child meets."""
    source, shape = sheet.source, sheet.shape
    places = [("core", shape.core, shape.bands)] if shape.core else []
    if shape.spotlight:
        bands = [band for turn in shape.spotlight for band in turn.bands]
        places.append(("spotlight_before", shape.spotlight_before, bands))
    for part, wanted, bands in places:
        for band in dict.fromkeys(bands):
            asked = version.bands[band].shape.questions if band in version.bands else []
            if asked and not any(q.id == wanted and not q.show for q in asked):
                message = (
                    f"`{part}` names a question that every child of band {band} is asked, "
                    f"and `{wanted}` is none"
                )
                yield source.problem_at(message, part if wanted else "spotlight")


def _measure_problems(
    version: Version, measure: MeasureShape, source: Source, n: int
) -> Iterator[FileProblem]:
    """A measure counts options that exist, in every band that asks its question."""
    asked = {
        band: q.options
        for band, _, _, q in _questions(version)
        if q.id == measure.question
    }
    if version.files != set(version.bands):
        return
    if not asked:
        yield source.problem_at(
            f"no band asks `{measure.question}`", "measures", n, "question"
        )
    for band in asked:
        if not {band, "all"} & set(measure.counts) and not measure.by_band_only:
            yield source.problem_at(
                f"band {band} asks `{measure.question}`, and nothing counts",
                "measures",
                n,
                "counts",
            )
    for part, lists in (("counts", measure.counts), ("leave_out", measure.leave_out)):
        for band, ids in lists.items():
            if band != "all" and band not in asked:
                yield source.problem_at(
                    f"band {band} does not ask `{measure.question}`",
                    "measures",
                    n,
                    part,
                    band,
                )
            own = [b for b in asked if b == band or (band == "all" and b not in lists)]
            for id_, b in ((id_, b) for id_ in ids for b in own if id_ not in asked[b]):
                message = f"`{measure.question}` has no option `{id_}` in band {b}"
                yield source.problem_at(message, "measures", n, part, band)


def _shared_id_problems(version: Version) -> Iterator[FileProblem]:
    """An id means the same in every band: words stay words, and shared options keep their order."""
    first: dict[str, tuple[str, QuestionShape]] = {}
    for band, part, n, question in _questions(version):
        other_band, other = first.setdefault(question.id, (band, question))
        source = version.bands[band].source
        if type_of(question).has_options != type_of(other).has_options:
            message = f"`{question.id}` is of type {question.type} here and {other.type} in band {other_band}"
            yield source.problem_at(message, part, n, "type")
        here = [id_ for id_ in question.options if id_ in other.options]
        there = [id_ for id_ in other.options if id_ in question.options]
        if here != there:
            message = f"the options {', '.join(here)} of `{question.id}` stand in another order in band {other_band}"
            yield source.problem_at(
                f"{message}: an option id means the same in every band",
                part,
                n,
                "options",
            )


def _questions(version: Version) -> Iterator[tuple[str, str, int, QuestionShape]]:
    """Every question with its band and its place in the band's file."""
    for band, sheet in version.bands.items():
        for part, questions in (
            ("questions", sheet.shape.questions),
            ("spotlight", sheet.shape.spotlight),
        ):
            for n, question in enumerate(questions):
                yield band, part, n, question
