"""The surveys and the fixed texts in another language: a copy of the catalogue with every string translated.

Every word is asked for by its English and a context that says where it stands, so that a translator can give a
word that a nine-year-old reads another form than one for a seventeen-year-old. Ids, conditions and measures stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.files.folder import STAFF
from feedback_app.survey.model import Easy, Option, Question, Survey
from feedback_app.survey.words import FixedText, TextKey, Words

Say = Callable[[str, str], str]
"""(context, English) -> the words in the other language."""
EVERY_SURVEY = "all"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One string to translate. `context` begins with the key of its survey, or "all"; then the band, then the id."""

    context: str
    english: str

    @property
    def survey(self) -> str:
        """The survey that cannot be shown without it, or "all"."""
        return self.context.partition(" ")[0]


def translate_catalogue(
    catalogue: Catalogue,
    say: Say,
    *,
    language: str,
    direction: str = "ltr",
    draft: bool = False,
) -> Catalogue:
    """The catalogue in the words that `say` gives. What staff read stays in English."""
    return replace(
        catalogue,
        surveys=tuple(_survey(survey, say) for survey in catalogue.surveys),
        words=_words(catalogue.words, say),
        language=language,
        direction=direction,
        draft=draft,
    )


def translatable_lines(catalogue: Catalogue) -> tuple[Line, ...]:
    """Every string that a child may read, each once, in the order of the files: what a translator gets."""
    found: dict[Line, None] = {}

    def note(context: str, english: str) -> str:
        found.setdefault(Line(context, english))
        return english

    translate_catalogue(catalogue, note, language=catalogue.language)
    return tuple(found)


def _survey(survey: Survey, say: Say) -> Survey:
    def band(name: str, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        return tuple(
            _question(question, f"{survey.key} {name} {question.id}", say)
            for question in questions
        )

    return replace(
        survey,
        neutral_title=say(f"{survey.key} title", survey.neutral_title),
        bands={name: band(name, questions) for name, questions in survey.bands.items()},
        spotlight={
            name: band(name, questions) for name, questions in survey.spotlight.items()
        },
    )


def _question(question: Question, context: str, say: Say) -> Question:
    return replace(
        question,
        text=say(context, question.text),
        hint=_if_any(say, context, question.hint),
        when=_if_any(say, context, question.when),
        options=_options(question.options, context, say),
        easy=question.easy and _easy(question.easy, f"{context} easy", say),
    )


def _easy(easy: Easy, context: str, say: Say) -> Easy:
    labels = {id_: say(context, label) for id_, label in easy.options.items()}
    return Easy(say(context, easy.text), _if_any(say, context, easy.hint), labels)


def _words(words: Words, say: Say) -> Words:
    texts = {
        key: text if key.band == STAFF else _text(key, text, say)
        for key, text in words.texts.items()
    }
    short = {
        band: {
            name: say(f"{EVERY_SURVEY} {band} button {name}", word)
            for name, word in ui.items()
        }
        for band, ui in words.short.items()
    }
    return Words(texts, short)


def _text(key: TextKey, text: FixedText, say: Say) -> FixedText:
    context = f"{key.survey} {key.band} {text.id}{' plain' if key.plain else ''}"
    return replace(
        text,
        title=_if_any(say, context, text.title),
        body=tuple(say(context, line) for line in text.body),
        options=_options(text.options, context, say),
        button=_if_any(say, context, text.button),
        box=_if_any(say, context, text.box),
        extra={name: say(context, line) for name, line in text.extra.items()},
    )


def _options(options: tuple[Option, ...], context: str, say: Say) -> tuple[Option, ...]:
    return tuple(
        replace(option, label=say(context, option.label)) for option in options
    )


def _if_any(say: Say, context: str, english: str) -> str:
    return say(context, english) if english else ""
