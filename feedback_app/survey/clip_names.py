"""What can be said of a survey's page by recorded clips: each string under the name that its clip's file has.

`<question>` is a question with its hint, `<question>.<option>` an option, `<question>.no_text` what helps at once below
a No, `text.<id>` a fixed text (title and body), `text.<id>.<option>` an option of it and `text.<id>.<option>_text` the
words below that; `text.<id>.without_iro` where children without an IRO read other words; `word.skip` is "I don't want
to say". `easy.<question>`, `easy.<question>.<option>` and `text.<id>.easy` are the words of easy read,
`text.<id>.plain` those of other languages, each where they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.clips import Clip, spoken_form
from feedback_app.survey.model import EASY, Question
from feedback_app.survey.words import (
    BRACE,
    MOMENTS,
    FixedText,
    UnknownText,
    Words,
    fill_line,
)

TEXTS = (
    "open", "open_choice", "open_safe", "privacy", "leave", "not_for_me", "helper", "who_reads", "iro_helps", "helped",
    "safe_help", "more", "iro_sees", "talk_to", "talk_how", "check", "send",
)  # fmt: skip
"""The fixed texts on a survey's screens, which Listen reads there; a text to open is read while it is open."""
WAYS = {
    "": {"iro": True},
    ".without_iro": {"iro": False},
    ".plain": {"iro": True, "plain": True},
    ".plain.without_iro": {"iro": False, "plain": True},
    f".{EASY}": {"iro": True, "easy": True},
    f".{EASY}.without_iro": {"iro": False, "easy": True},
}
"""What a clip's name ends with -> which of the texts it says; one that says no other words has no name of its own."""
FURTHER = ("who_reads", "asked")
"""Further lines of a text that stand on its screen: who reads the box, and what follows from an answer."""
SKIP = "skip"
State = Literal["clip", "missing", "not noted", "other words"]


@dataclass(frozen=True, slots=True)
class Row:
    """One string of one band, and whether a child hears it from a recording.

    `recorded`: what its own clip says, where those are other words. "not noted": it has a clip, and words with a number
    from the settings in them, so nobody hears it before it is noted what it says.
    """

    name: str
    words: str
    state: State
    recorded: str = ""


def clip_names(
    questions: Iterable[Question], words: Words, survey_key: str, band: str
) -> dict[str, str]:
    """Clip name -> the words as they stand in the files, {braces} and all.

    Words with a number that only the page knows, such as {minutes}, have no clip: the phone's voice reads them.
    """
    found = {
        name: spoken_form(*lines)
        for name, lines in _lines(questions, words, survey_key, band)
    }
    return {
        name: text
        for name, text in found.items()
        if text and MOMENTS.isdisjoint(BRACE.findall(text))
    }


def present_clips(catalogue: Catalogue, survey_key: str, band: str) -> dict[str, str]:
    """The same for the newest version; a question that only an older version asks has that one's words."""
    found: dict[str, str] = {}
    for survey in sorted(
        (s for s in catalogue.surveys if s.key == survey_key), key=lambda s: s.version
    ):
        asked = (*survey.bands.get(band, ()), *survey.spotlight.get(band, ()))
        found |= clip_names(asked, catalogue.words, survey_key, band)
    return found


def clips_by_words(catalogue: Catalogue, survey_key: str, band: str) -> dict[str, str]:
    """Words -> the file that says them, for that survey in the catalogue's language; the band's own voice goes first.

    Words with a number from the settings in them are heard only when the clip's words are noted: numbers change.
    """
    mine = _clips(catalogue, survey_key)
    scripts = {
        one: present_clips(catalogue, survey_key, one)
        for one in {clip.band for clip in mine}
    }
    found: dict[str, str] = {}
    for clip in sorted(mine, key=lambda clip: clip.band == band):
        words = (
            clip.noted
            if clip.noted is not None
            else scripts[clip.band].get(clip.name, "")
        )
        if words and (clip.noted is not None or not BRACE.search(words)):
            found[words] = clip.file_name
    return found


def script_rows(
    catalogue: Catalogue, survey_key: str, band: str, numbers: Mapping[str, str]
) -> list[Row]:
    """Every string of that band as it stands now, with its clip or without."""
    by_words = clips_by_words(catalogue, survey_key, band)
    own = {
        clip.name: clip for clip in _clips(catalogue, survey_key) if clip.band == band
    }
    return [
        _row(name, script_line(line, numbers), by_words, own.get(name))
        for name, line in present_clips(catalogue, survey_key, band).items()
    ]


def script_line(line: str, numbers: Mapping[str, str]) -> str:
    """A line of the script with the numbers of the settings in it."""
    return spoken_form(fill_line(line, numbers))


def _row(name: str, words: str, by_words: Mapping[str, str], own: Clip | None) -> Row:
    if words in by_words:
        return Row(name, words, "clip")
    if own is None:
        return Row(name, words, "missing")
    return (
        Row(name, words, "other words", own.noted)
        if own.noted
        else Row(name, words, "not noted")
    )


def _clips(catalogue: Catalogue, survey_key: str) -> list[Clip]:
    return [
        clip
        for clip in catalogue.clips
        if (clip.survey, clip.language) == (survey_key, catalogue.language)
    ]


def _lines(
    questions: Iterable[Question], words: Words, survey_key: str, band: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for question in questions:
        yield question.id, (question.text, question.hint)
        yield from (
            (f"{question.id}.{option.id}", (option.label,))
            for option in question.options
        )
        if question.easy:
            yield f"{EASY}.{question.id}", (question.easy.text, question.easy.hint)
            yield from (
                (f"{EASY}.{question.id}.{id_}", (label,))
                for id_, label in question.easy.options.items()
            )
        yield from _below_no(question, words, survey_key, band)
    helpers = _text(words, "helped", survey_key, band)
    iro_can_help = helpers and any(one.id == "iro" for one in helpers.options)
    for text_id in TEXTS:
        if text_id == "iro_helps" and not iro_can_help:
            continue
        seen: list[FixedText] = []
        for ending, ways in WAYS.items():
            text = _text(words, text_id, survey_key, band, **ways)
            if text is not None and text not in seen:
                seen.append(text)
                yield from _of_text(f"text.{text_id}{ending}", text)
    yield f"word.{SKIP}", (_skip(words, band),)


def _below_no(
    question: Question, words: Words, survey_key: str, band: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What helps at once below a No, in the band's words and in easy ones."""
    for prefix, easy in (("", False), (f"{EASY}.", True)):
        text = _text(words, "no_help", survey_key, band, easy=easy)
        if text is not None and question.find_option("no"):
            line = text.extra.get(question.id, "")
            yield f"{prefix}{question.id}.no_text", (line,)


def _of_text(name: str, text: FixedText) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield name, (text.title, *text.body)
    for option in text.options:
        yield f"{name}.{option.id}", (option.label,)
        yield f"{name}.{option.id}_text", (text.extra.get(f"{option.id}_text", ""),)
    yield from ((f"{name}.{one}", (text.extra.get(one, ""),)) for one in FURTHER)


def _text(
    words: Words, text_id: str, survey_key: str, band: str, **ways: bool
) -> FixedText | None:
    try:
        return words.find_text(text_id, survey_key, band, **ways)
    except UnknownText:
        return None


def _skip(words: Words, band: str) -> str:
    try:
        return words.short_words(band).get(SKIP, "")
    except UnknownText:
        return ""
