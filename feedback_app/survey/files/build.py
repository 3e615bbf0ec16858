"""From files in their shape to the frozen objects that every visit shares."""

from __future__ import annotations

from collections.abc import Mapping

from feedback_app.survey.files.folder import Version
from feedback_app.survey.files.shape import (
    ConditionShape,
    MeasureShape,
    PicturesShape,
    QuestionShape,
    ScaleShape,
    TextShape,
    WordsShape,
)
from feedback_app.survey.model import (
    BANDS,
    Condition,
    Easy,
    Mark,
    Measure,
    OnAnswer,
    OnMark,
    OnMode,
    Option,
    Question,
    Survey,
)
from feedback_app.survey.pictures import Pictures
from feedback_app.survey.types import Drawing, type_of
from feedback_app.survey.words import FixedText, TextKey, Words

Scales = Mapping[str, Mapping[str, ScaleShape]]


def build_condition(shape: ConditionShape) -> Condition:
    """The condition that a line of `show` means."""
    if shape.mode is not None:
        return OnMode(frozenset(shape.mode))
    if shape.mark is not None:
        return OnMark(shape.mark)
    asked = shape.question or ""
    if shape.is_ is not None:
        return OnAnswer(asked, "is", frozenset(shape.is_))
    if shape.any_of is not None:
        return OnAnswer(asked, "any_of", frozenset(shape.any_of))
    if shape.unless is not None:
        return OnAnswer(asked, "unless", frozenset(shape.unless))
    return OnAnswer(asked, "not", frozenset(shape.not_ or ()))


def build_question(
    shape: QuestionShape, scales: Scales, marks: tuple[Mark, ...] = ()
) -> Question:
    """One question. Its type says whether a face or dots are drawn, though the scale may name both."""
    scale, drawing = scales.get(shape.id, {}), type_of(shape).drawn_as
    return Question(
        id=shape.id,
        type=shape.type,
        text=shape.text,
        hint=shape.hint,
        options=tuple(
            _option(id_, label, scale.get(id_), drawing, id_ in shape.exclusive)
            for id_, label in shape.options.items()
        ),
        show=tuple(build_condition(c) for c in shape.show),
        when=shape.when,
        rows=tuple(shape.rows),
        picture=shape.picture,
        marks=marks,
        easy=Easy(shape.easy.text, shape.easy.hint, dict(shape.easy.options))
        if shape.easy
        else None,
    )


def build_survey(version: Version) -> Survey:
    """The survey of a version that passed every check."""
    if version.survey is None:
        raise ValueError(f"{version.name} has no survey.yaml in its shape")
    shape = version.survey.shape
    turns = {turn.id: tuple(turn.marks) for turn in shape.spotlight}
    order = list(turns)
    bands = {band: version.bands[band].shape for band in BANDS if band in version.bands}
    asked = {
        band: {q.id for q in (*sheet.questions, *sheet.spotlight)}
        for band, sheet in bands.items()
    }
    return Survey(
        key=shape.key,
        version=shape.version,
        title=shape.title,
        short_title=shape.short_title,
        neutral_title=shape.neutral_title,
        audience=shape.audience,
        keep_draft=shape.keep_draft,
        handed_out_by=shape.handed_out_by,
        about_review=shape.about_review,
        asks_iro_sees=shape.asks_iro_sees,
        monthly_target=shape.monthly_target,
        bands={
            band: tuple(build_question(q, shape.scales) for q in sheet.questions)
            for band, sheet in bands.items()
        },
        spotlight={
            band: tuple(
                build_question(q, shape.scales, turns[q.id])
                for q in sorted(sheet.spotlight, key=lambda q: order.index(q.id))
            )
            for band, sheet in bands.items()
        },
        measures=tuple(build_measure(m, asked) for m in shape.measures),
        spotlight_before=shape.spotlight_before,
        core=shape.core,
    )


def build_measure(shape: MeasureShape, asked: Mapping[str, set[str]]) -> Measure:
    """One measure, its lists spelled out for each band that asks the question."""
    bands = [band for band, ids in asked.items() if shape.question in ids]
    return Measure(
        id=shape.id,
        question=shape.question,
        title=shape.title,
        row=shape.row,
        counts=_by_band(shape.counts, bands),
        leave_out=_by_band(shape.leave_out, bands),
        target=shape.target,
        above=shape.above,
        over5_only=shape.over5_only,
        by_band_only=shape.by_band_only,
    )


def build_words(sheets: Mapping[str, WordsShape]) -> Words:
    """All fixed texts and short words."""
    texts: dict[TextKey, FixedText] = {}
    for band, sheet in sheets.items():
        for shape in sheet.texts:
            for key in shape.survey:
                texts[TextKey(band, shape.id, key, shape.without_iro, shape.plain)] = (
                    fixed_text(shape)
                )
    return Words(texts, {band: dict(sheet.ui) for band, sheet in sheets.items()})


def build_pictures(shape: PicturesShape) -> Pictures:
    """Which drawing stands with what."""
    return Pictures(
        shape.questions,
        shape.texts,
        shape.options,
        shape.answers,
        {
            key: {str(look): name for look, name in names.items()}
            for key, names in shape.openings.items()
        },
    )


def fixed_text(shape: TextShape) -> FixedText:
    """One fixed text."""
    return FixedText(
        id=shape.id,
        title=shape.title,
        body=tuple(shape.body),
        options=tuple(Option(id_, label) for id_, label in shape.options.items()),
        button=shape.button,
        box=shape.box,
        default=shape.default,
        extra=dict(shape.extra),
    )


def _option(
    id_: str,
    label: str,
    scale: ScaleShape | None,
    drawing: Drawing | None,
    exclusive: bool,
) -> Option:
    if scale is None or drawing is None:
        return Option(id_, label, exclusive=exclusive)
    return (
        Option(id_, label, face=scale.face)
        if drawing == "face"
        else Option(id_, label, dots=scale.dots)
    )


def _by_band(
    lists: Mapping[str, list[str]], bands: list[str]
) -> dict[str, tuple[str, ...]]:
    """A band's own list, else the one for all; a band without either counts nothing and is left out."""
    found = {band: lists.get(band) or lists.get("all") for band in bands}
    return {band: tuple(ids) for band, ids in found.items() if ids}
