"""What a child sent, in the words that the child saw: question and option of that survey's version and band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Answer, AnswerOption, Response
from feedback_app.models.text import SealedText
from feedback_app.privacy.cipher import UnsealError
from feedback_app.privacy.keys import KeyRing
from feedback_app.responses.texts import open_text
from feedback_app.survey.answers import DECLINED, FIELD, clean_text
from feedback_app.survey.catalogue import Catalogue, UnknownSurvey
from feedback_app.survey.easy import as_read
from feedback_app.survey.model import EASY, Question
from feedback_app.survey.words import FixedText, UnknownText, fill_braces


@dataclass(frozen=True, slots=True)
class Said:
    """One question and what was answered; `words` are somebody's own, as they were typed."""

    asked: str
    answer: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The page that a child saw: its questions and fixed texts. A survey that is gone leaves the ids."""

    catalogue: Catalogue
    settings: Settings
    survey: str
    version: int
    band: str
    has_iro: bool
    look: str

    def survey_title(self) -> str:
        """The survey's own name."""
        try:
            return self.catalogue.find_survey(self.survey, self.version).title
        except UnknownSurvey:
            return self.survey

    def band_questions(self) -> Sequence[Question]:
        """All questions of the band, in order."""
        try:
            survey = self.catalogue.find_survey(self.survey, self.version)
        except UnknownSurvey:
            return ()
        asked = (*survey.bands.get(self.band, ()), *survey.spotlight.get(self.band, ()))
        return [as_read(survey, self.band, self.look, one) for one in asked]

    def question_words(self, question_id: str) -> str:
        """The question in words."""
        return next((one.text for one in self.band_questions() if one.id == question_id), question_id)

    def option_words(self, question_id: str, chosen: Sequence[str]) -> str:
        """What was chosen, in words."""
        labels = {o.id: o.label for one in self.band_questions() if one.id == question_id for o in one.options}
        return "; ".join(labels.get(one, one) for one in chosen)

    def fixed_words(self, text_id: str, chosen: Sequence[str]) -> Said:
        """One of the page's own questions ("Is someone helping you?") and what was chosen."""
        try:
            found = self._words(text_id)
        except UnknownText:
            return Said(text_id, "; ".join(chosen))
        text = fill_braces(found, self.settings.braces)
        labels = {one.id: one.label for one in text.options}
        return Said(text.title, "; ".join(labels.get(one, one) for one in chosen))

    def box_label(self, text_id: str) -> str:
        """What the box under a text asks for."""
        try:
            found = self._words(text_id)
        except UnknownText:
            return text_id
        return fill_braces(found, self.settings.braces).box or found.title

    def button_label(self, text_id: str) -> str:
        """What was pressed, in the child's words."""
        return self._words(text_id).button

    def _words(self, text_id: str) -> FixedText:
        return self.catalogue.words.find_text(text_id, self.survey, self.band, iro=self.has_iro, easy=self.look == EASY)

    def declined_label(self) -> str:
        """The words of "I don't want to say"."""
        return self.catalogue.words.short_words(self.band, easy=self.look == EASY)["declined"]


def shown_by(catalogue: Catalogue, settings: Settings, row: Response | Invitation) -> Shown:
    """The page behind a response; behind an invitation, for a send that was set aside."""
    has_iro = row.iro_id is not None
    return Shown(catalogue, settings, row.survey, row.survey_version, row.band, has_iro, row.look)


def answers_on_path(session: Session, ring: KeyRing, shown: Shown, response: Response) -> list[Said]:
    """Every question on the child's path with its answer, in the page's order."""
    chosen: dict[str, list[str]] = {}
    for row in session.scalars(select(AnswerOption).where(AnswerOption.response_id == response.id)):
        chosen.setdefault(row.question, []).append(row.option)
    mine = (SealedText.owner == "answer") & (SealedText.row_id == response.id)
    texts = {row.column_name: unseal_or_note(ring, row) for row in session.scalars(select(SealedText).where(mine))}
    states = {
        row.question: row.state for row in session.scalars(select(Answer).where(Answer.response_id == response.id))
    }
    order = [one.id for one in shown.band_questions() if one.id in states]
    return [
        Said(shown.question_words(one), _answer(shown, one, states[one], chosen.get(one, [])), texts.get(one, ""))
        for one in (*order, *sorted(states.keys() - set(order)))
    ]


def set_aside(shown: Shown, sent: Mapping[str, Sequence[str]]) -> list[Said]:
    """A send that was set aside, field by field: nothing in it was judged, so nothing is left out."""
    found = []
    for name, values in sent.items():
        words = [clean_text(value) for value in values]
        if name == DECLINED:
            found += [Said(shown.question_words(clean_text(one)), shown.declined_label()) for one in values]
        elif name.startswith(FIELD):
            found.append(_field(shown, name.removeprefix(FIELD), words))
        elif name == "talk_how_text":
            found.append(Said(shown.box_label("talk_how"), words="\n".join(words)))
        elif name == "not_for_me":
            found.append(Said(shown.button_label(name)))
        elif name in ("talk_to", "talk_how", "helped", "iro_sees"):
            found.append(shown.fixed_words(name, words))
        else:
            found.append(Said(clean_text(name), words="\n".join(words)))
    return found


def unseal_or_note(ring: KeyRing, row: SealedText) -> str:
    """The words, or that they cannot be read any more."""
    try:
        return open_text(ring, row)
    except UnsealError:
        return str(_("These words cannot be opened: their key is gone."))


def _field(shown: Shown, question_id: str, values: Sequence[str]) -> Said:
    kind = next((one.type for one in shown.band_questions() if one.id == question_id), "text")
    if kind == "text":
        return Said(shown.question_words(question_id), words="\n".join(values))
    return Said(shown.question_words(question_id), shown.option_words(question_id, values))


def _answer(shown: Shown, question_id: str, state: str, chosen: Sequence[str]) -> str:
    if state == "declined":
        return shown.declined_label()
    return _("left empty") if state == "left" else shown.option_words(question_id, chosen)
