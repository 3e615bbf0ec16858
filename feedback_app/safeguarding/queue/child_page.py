"""The page that a child saw, beyond its questions: fixed texts and buttons in words, and sends that were set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from feedback_app.config import Settings
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.reports.answers_in_words import QuestionWords, question_words
from feedback_app.responses.read import WRITTEN_BESIDE
from feedback_app.responses.store import UNSAFE
from feedback_app.survey.answers import DECLINED, FIELD
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import EASY
from feedback_app.survey.types import type_of
from feedback_app.survey.words import FixedText, UnknownText, fill_braces
from feedback_app.typed_text import clean_text

FIXED_QUESTIONS = {
    "talk_to": "talk_to",
    "talk_how": "talk_how",
    "helped": "helped",
    "helping": "helped",
    "iro_sees": "iro_sees",
}
"""Fields of the page that are questions of every survey -> the fixed text that has their words.

Who helps is asked on the helper's page (`helping`), else at the end.
"""


@dataclass(frozen=True, slots=True)
class QuestionAndAnswer:
    """One question or box and what was answered; `words` are somebody's own, as they were typed."""

    question: str
    answer: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChildPage:
    """The page of one response or invitation. A text that is no longer there is shown by its id."""

    catalogue: Catalogue
    settings: Settings
    row: Response | Invitation
    questions: QuestionWords

    def fixed_answer(self, text_id: str, chosen: Sequence[str]) -> QuestionAndAnswer:
        """One of the page's own questions ("Is someone helping you?") and what was chosen."""
        try:
            text = fill_braces(self._fixed_text(text_id), self.settings.braces)
        except UnknownText:
            return QuestionAndAnswer(text_id, "; ".join(chosen))
        labels = {option.id: option.label for option in text.options}
        return QuestionAndAnswer(
            text.title, "; ".join(labels.get(option, option) for option in chosen)
        )

    def box_label(self, text_id: str) -> str:
        """What the box under a text asks for."""
        try:
            text = fill_braces(self._fixed_text(text_id), self.settings.braces)
        except UnknownText:
            return text_id
        return text.box or text.title

    def button_label(self, text_id: str) -> str:
        """The words of the button. Raises UnknownText."""
        return self._fixed_text(text_id).button

    def declined_label(self) -> str:
        """The words of "I don't want to say"."""
        return self.catalogue.words.short_words(
            self.row.band, easy=self.row.look == EASY
        )["declined"]

    def _fixed_text(self, text_id: str) -> FixedText:
        row = self.row
        has_iro = row.iro_id is not None
        return self.catalogue.words.find_text(
            text_id, row.survey, row.band, iro=has_iro, easy=row.look == EASY
        )


def child_page_of(
    catalogue: Catalogue, settings: Settings, row: Response | Invitation
) -> ChildPage:
    """The page behind a response; behind an invitation, for a send that was set aside."""
    return ChildPage(catalogue, settings, row, question_words(catalogue, row))


def set_aside_fields(
    page: ChildPage, sent: Mapping[str, Sequence[str]]
) -> list[QuestionAndAnswer]:
    """A send that was set aside, field by field in words: nothing in it was judged, so nothing is left out."""
    fields: list[QuestionAndAnswer] = []
    for name, values in sent.items():
        if name == DECLINED:
            declined = [
                page.questions.question_text(clean_text(value)) for value in values
            ]
            fields += [
                QuestionAndAnswer(question, page.declined_label())
                for question in declined
            ]
        else:
            fields.append(
                _field_in_words(page, name, [clean_text(value) for value in values])
            )
    return fields


def _field_in_words(
    page: ChildPage, name: str, values: Sequence[str]
) -> QuestionAndAnswer:
    typed = "\n".join(values)
    if name.startswith(FIELD):
        question_id = name.removeprefix(FIELD)
        text = page.questions.question_text(question_id)
        question = page.questions.questions.get(question_id)
        if question is None or not type_of(question).has_options:
            return QuestionAndAnswer(text, words=typed)
        return QuestionAndAnswer(
            text, "; ".join(page.questions.option_labels(question_id, values))
        )
    text_id = FIXED_QUESTIONS.get(name.removesuffix("_text"))
    if text_id and name.endswith("_text"):
        return QuestionAndAnswer(page.box_label(text_id), words=typed)
    if name == WRITTEN_BESIDE:
        return QuestionAndAnswer(_("Written elsewhere on the form"), words=typed)
    if name == "not_for_me":
        return QuestionAndAnswer(page.button_label(name))
    if name == UNSAFE:
        return page.fixed_answer("talk_to", values)
    if text_id:
        return page.fixed_answer(text_id, values)
    return QuestionAndAnswer(clean_text(name), words=typed)
