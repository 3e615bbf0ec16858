"""The manager's own sentences for a report: a box for each, under what is generated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from feedback_app.models.report import SENTENCE_LIMIT
from feedback_app.reports.document import Paragraph
from feedback_app.typed_text import clean_text

PREFIX = "own-"


class SentenceField(TextAreaField):  # type: ignore[misc]
    """A sentence of the manager's, as it is kept; `generated` stands where it is empty."""

    def __init__(self, *given: Any, generated: str = "", **more: Any) -> None:
        """`generated`: the sentence in whose place it stands."""
        super().__init__(
            *given,
            validators=[
                Length(
                    max=SENTENCE_LIMIT,
                    message=_l(
                        "At most %(max)d characters: shorten it, and save again."
                    ),
                )
            ],
            **more,
        )
        self.generated = generated

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read and clean it."""
        if valuelist:
            self.data = " ".join(clean_text(valuelist[0]).split())


class SentencesForm(FlaskForm):  # type: ignore[misc]
    """One box a sentence."""

    @property
    def all_fields(self) -> list[SentenceField]:
        """The boxes in the report's order."""
        return [field for field in self if isinstance(field, SentenceField)]

    def typed_sentences(self) -> dict[str, str]:
        """Key of each sentence -> what was typed; "" for the generated one."""
        return {
            field.name.removeprefix(PREFIX): field.data or ""
            for field in self.all_fields
        }


def sentences_form(
    sentences: Sequence[Paragraph], own: Mapping[str, str]
) -> SentencesForm:
    """The form of one report: `sentences` as generated, `own` as they stand."""
    fields: dict[str, Any] = {}
    for number, sentence in enumerate(sentences, 1):
        label = sentence.text or _("Sentence %(number)s", number=number)
        fields[f"{PREFIX}{sentence.key}"] = SentenceField(
            label, default=own.get(sentence.key, ""), generated=sentence.text
        )
    made: SentencesForm = type("FilledSentencesForm", (SentencesForm,), fields)()
    return made
