"""What the fixed texts must keep to: every band has every text, options mean the same, braces are known."""

from __future__ import annotations

from collections.abc import Iterator

from feedback_app.survey.files.folder import STAFF, WORDS, Folder
from feedback_app.survey.files.shape import Sheet, SurveyShape, TextShape, WordsShape
from feedback_app.survey.files.yaml_source import FileProblem
from feedback_app.survey.model import BANDS
from feedback_app.survey.words import (
    BRACE,
    EASY_WORDS,
    IF_CORE,
    IF_IRO_SEES,
    IF_SAID_ALOUD,
    MOMENTS,
    ON_EVERY_SURVEY,
    SETTINGS,
    STAFF_TEXT_IDS,
    TEXT_IDS,
    UI_KEYS,
    bands_to_look_in,
)

WHOLE_BANDS = ("4-7", "8-11", "12-17")
"""Bands whose words are complete; 16-25 holds only what differs from 12-17."""


def words_problems(folder: Folder) -> Iterator[FileProblem]:
    """All that is wrong with the files in `words/`."""
    for name in (*WHOLE_BANDS, STAFF):
        if (
            name not in folder.words
            and not (folder.root / WORDS / f"{name}.yaml").exists()
        ):
            yield FileProblem(folder.name_of(WORDS, f"{name}.yaml"), 1, "is missing")
    for name, sheet in folder.words.items():
        yield from _text_problems(name, sheet)
        if name in WHOLE_BANDS:
            yield from _missing(sheet, TEXT_IDS, UI_KEYS)
        elif name == STAFF:
            yield from _missing(sheet, STAFF_TEXT_IDS, ())
    yield from _uneven_problems(folder)
    yield from _page_problems(folder)
    yield from _easy_problems(folder)


def _page_problems(folder: Folder) -> Iterator[FileProblem]:
    """A survey whose page asks for a text that no file has: its links would answer with an error."""
    for version in folder.versions:
        if version.survey is None:
            continue
        survey = version.survey.shape
        for band in survey.bands:
            sheets = [
                folder.words[name]
                for name in bands_to_look_in(band)
                if name in folder.words
            ]
            for text_id in texts_of_page(survey):
                if sheets and not any(
                    _has_text(sheet, text_id, survey.key) for sheet in sheets
                ):
                    yield sheets[-1].source.problem_at(
                        f"the text `{text_id}` is missing for {survey.key}", "texts"
                    )


def texts_of_page(survey: SurveyShape) -> tuple[str, ...]:
    """The ids of the texts that a survey's page asks for."""
    seen = IF_IRO_SEES if survey.asks_iro_sees else ()
    core = IF_CORE if survey.core else ()
    aloud = IF_SAID_ALOUD if survey.handed_out_by == "iro" else ()
    return (*ON_EVERY_SURVEY, *seen, *core, *aloud)


def _has_text(sheet: Sheet[WordsShape], text_id: str, survey_key: str) -> bool:
    """Whether the file has that text for the survey; the wording for children without an IRO and plain ones apart."""
    usual = (
        text for text in sheet.shape.texts if not text.plain and not text.without_iro
    )
    return any(
        text.id == text_id and {survey_key, "all"} & set(text.survey) for text in usual
    )


def _text_problems(name: str, sheet: Sheet[WordsShape]) -> Iterator[FileProblem]:
    source = sheet.source
    known = STAFF_TEXT_IDS if name == STAFF else TEXT_IDS
    seen: set[tuple[str, str, bool, bool]] = set()
    for n, text in enumerate(sheet.shape.texts):
        if text.id not in known:
            yield source.problem_at(
                f"no page asks for a text `{text.id}`", "texts", n, "id"
            )
        for survey in text.survey:
            if (text.id, survey, text.without_iro, text.plain) in seen:
                yield source.problem_at(
                    f"`{text.id}` for {survey} stands here twice", "texts", n, "id"
                )
            seen.add((text.id, survey, text.without_iro, text.plain))
        if text.default and text.default not in text.options:
            yield source.problem_at(
                f"`default` is no option of `{text.id}`", "texts", n, "default"
            )
        yield from _lone_problems(sheet, n, text)
        for place, line in _lines(text):
            for brace in BRACE.findall(line):
                if brace not in SETTINGS | MOMENTS:
                    yield source.problem_at(
                        f"nobody fills {{{brace}}}", "texts", n, *place
                    )
    for key, line in sheet.shape.ui.items():
        if key not in UI_KEYS:
            yield source.problem_at(
                f"no page asks for the short word `{key}`", "ui", key
            )
        for brace in set(BRACE.findall(line)) - SETTINGS - MOMENTS:
            yield source.problem_at(f"nobody fills {{{brace}}}", "ui", key)


def _lone_problems(
    sheet: Sheet[WordsShape], n: int, text: TextShape
) -> Iterator[FileProblem]:
    """A wording for some stands beside the wording for all others."""
    alike = [t for t in sheet.shape.texts if t.id == text.id]
    if text.without_iro and all(t.without_iro for t in alike):
        yield sheet.source.problem_at(
            f"`{text.id}` is said only for children without an IRO",
            "texts",
            n,
            "without_iro",
        )
    if text.plain and all(t.plain for t in alike):
        yield sheet.source.problem_at(
            f"`{text.id}` is said plainly only: write the text itself too",
            "texts",
            n,
            "plain",
        )


def _lines(text: TextShape) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("title",), text.title
    yield ("button",), text.button
    yield ("box",), text.box
    yield from ((("body", n), line) for n, line in enumerate(text.body))
    yield from ((("options", id_), label) for id_, label in text.options.items())
    yield from ((("extra", name), line) for name, line in text.extra.items())


def _missing(
    sheet: Sheet[WordsShape], texts: tuple[str, ...], short: tuple[str, ...]
) -> Iterator[FileProblem]:
    for text_id in (
        id_
        for id_ in texts
        if id_ not in {t.id for t in sheet.shape.texts if not t.plain}
    ):
        yield sheet.source.problem_at(f"the text `{text_id}` is missing", "texts")
    for key in (key for key in short if key not in sheet.shape.ui):
        yield sheet.source.problem_at(f"the short word `{key}` is missing", "ui")


def _uneven_problems(folder: Folder) -> Iterator[FileProblem]:
    """A text that one band has for a survey, another band must have too, with the same further lines."""
    sheets = {band: folder.words[band] for band in WHOLE_BANDS if band in folder.words}
    extras: dict[tuple[str, str, bool], dict[str, set[str]]] = {}
    for band, sheet in sheets.items():
        for text in (t for t in sheet.shape.texts if not t.plain):
            for survey in text.survey:
                extras.setdefault((text.id, survey, text.without_iro), {})[band] = set(
                    text.extra
                )
    for (text_id, survey, _), found in extras.items():
        for sheet in sheets.values():
            whole = any(
                t.id == text_id and {survey, "all"} & set(t.survey)
                for t in sheet.shape.texts
                if not t.plain
            )
            if survey != "all" and not whole:
                yield sheet.source.problem_at(
                    f"the text `{text_id}` is missing for {survey}", "texts"
                )
        names = set[str]().union(*found.values())
        for band, has in found.items():
            for name in sorted(names - has):
                n = next(
                    n
                    for n, t in enumerate(sheets[band].shape.texts)
                    if t.id == text_id and survey in t.survey
                )
                yield sheets[band].source.problem_at(
                    f"`{text_id}` lacks its line `{name}`", "texts", n
                )


def _easy_problems(folder: Folder) -> Iterator[FileProblem]:
    """Easy words are laid over a band's: they can only say otherwise what a band says already."""
    bands = [sheet for name, sheet in folder.words.items() if name in BANDS]
    for sheet in (folder.words[name] for name in EASY_WORDS if name in folder.words):
        for n, text in enumerate(sheet.shape.texts):
            own = [t for band in bands for t in band.shape.texts if t.id == text.id]
            for part in ("options", "extra"):
                known = set[str]().union(*(getattr(t, part) for t in own))
                for name in (name for name in getattr(text, part) if name not in known):
                    message = f"`{text.id}` has no `{name}` in any band"
                    yield sheet.source.problem_at(message, "texts", n, part, name)
