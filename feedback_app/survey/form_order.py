"""The questions as they stand on a paper form: numbered, their answers lettered, in the order of the page.

One numbering for printing and for keying in. A number belongs to a place in the survey, not to one child's form: what
the meeting mode, an age mark or the month leaves out of a form leaves its number out too, and no other moves up. So a
form that was printed before an officer put mode or age right is still keyed in by its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedback_app.survey.answers import FIELD
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.easy import as_read
from feedback_app.survey.model import EASY, Facts, OnAnswer, Option, Question, Survey
from feedback_app.survey.path import MORE, questions_for
from feedback_app.survey.types import ONE_OF, SOME_OF
from feedback_app.survey.words import FixedText, fill_braces

TALK_TO, TALK_HOW, HELPED, IRO_SEES = "talk_to", "talk_how", "helped", "iro_sees"
FIXED = {TALK_TO: ONE_OF, TALK_HOW: SOME_OF, HELPED: ONE_OF, IRO_SEES: ONE_OF}
"""The fixed texts that ask something after the survey's own questions: id, which is the form field too -> type."""
NOT_SAFE = "not_safe"
"""The answer to `talk_to` that is a form field of its own, and is said together with any other."""
IRO = "iro"
_SPOTLIGHT = "spotlight"
"""The place of the month's question, whichever that is."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class FormOption:
    """One box on the form: its letter, the answer as the form says it, and the form field that it is sent in."""

    letter: str
    option: Option
    field: str


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question on the form.

    `question` is as the form says it, in the band's words or in easy ones; a fixed text (`FIXED`) stands as one too, by
    its own id, with its body as the hint. `field` is the form field in which it is sent. `when` says for whom it is, ""
    for everybody. `box`: what stands over lines to write on beside the answers, sent in `box_field`; "" for none.
    `in_the_rest`: it follows the survey's core.
    """

    number: int
    field: str
    question: Question
    options: tuple[FormOption, ...]
    when: str = ""
    box: str = ""
    in_the_rest: bool = False

    @property
    def box_field(self) -> str:
        """The field of the words beside the answers."""
        return f"{self.field}_text" if self.box else ""

    @property
    def letter_options(self) -> dict[str, str]:
        """Letter -> option id."""
        return {one.letter: one.option.id for one in self.options}

    @property
    def can_be_declined(self) -> bool:
        """Whether it has a box "I don't want to say": the survey's own questions have."""
        return self.question.id not in FIXED


@dataclass(frozen=True, slots=True)
class FormSpeaker:
    """Finds the fixed texts of a form: one survey's, in one band's words and look, with one council's numbers.

    A form lies in an envelope of paper, so no text speaks of the sealed one: names are said to be kept apart.
    """

    catalogue: Catalogue
    survey_key: str
    band: str
    look: str
    numbers: Mapping[str, str]
    has_iro: bool = True

    def find_text(self, text_id: str) -> FixedText:
        """The text with its braces filled. Raises UnknownText, UnknownBrace."""
        found = self.catalogue.words.find_text(
            text_id,
            self.survey_key,
            self.band,
            iro=self.has_iro,
            plain=True,
            easy=self.look == EASY,
        )
        return fill_braces(found, self.numbers)

    def short_words(self) -> Mapping[str, str]:
        """The short words of that band and look."""
        return self.catalogue.words.short_words(self.band, easy=self.look == EASY)


def form_questions(
    catalogue: Catalogue,
    survey: Survey,
    band: str,
    look: str,
    facts: Facts,
    spotlight: str | None,
    numbers: Mapping[str, str],
    *,
    has_iro: bool = True,
) -> tuple[FormQuestion, ...]:
    """The questions of one form, in order: both branches, then those that every survey asks after its own.

    `catalogue` is in the language of the form; `survey` is taken from it. `facts`, `spotlight` and `has_iro` are the
    invitation's; a blank form knows no mode and has no spotlight question (None). `numbers` fills the texts' braces.

    Raises what `questions_for` and `Words.find_text` raise.
    """
    places = {name: n for n, name in enumerate(_places(survey, band), 1)}
    spotlights = {one.id for one in survey.spotlight.get(band, ())}
    speaker = FormSpeaker(catalogue, survey.key, band, look, numbers, has_iro)
    own = []
    for question in questions_for(survey, band, facts, spotlight):
        in_the_rest = any(
            isinstance(c, OnAnswer) and c.question == MORE for c in question.show
        )
        name = _SPOTLIGHT if question.id in spotlights else question.id
        own.append(
            _lettered(
                places[name],
                f"{FIELD}{question.id}",
                as_read(survey, band, look, question),
                in_the_rest=in_the_rest,
            )
        )
    fixed = [
        _fixed(places[name], speaker.find_text(name), survey, has_iro)
        for name in FIXED
        if name != IRO_SEES or (survey.asks_iro_sees and has_iro)
    ]
    return (*own, *fixed)


def _places(survey: Survey, band: str) -> list[str]:
    """What has a number, in order: every question of the band, the month's one where it stands, the fixed ones."""
    names = [question.id for question in survey.bands[band]]
    if survey.spotlight.get(band):
        at = (
            names.index(survey.spotlight_before)
            if survey.spotlight_before in names
            else len(names)
        )
        names.insert(at, _SPOTLIGHT)
    return [*names, *FIXED]


def _lettered(
    number: int,
    field: str,
    question: Question,
    *,
    when: str = "",
    box: str = "",
    in_the_rest: bool = False,
) -> FormQuestion:
    return FormQuestion(
        number,
        field,
        question,
        tuple(
            FormOption(letter, option, NOT_SAFE if option.id == NOT_SAFE else field)
            for letter, option in zip(LETTERS, question.options, strict=False)
        ),
        when or question.when,
        box,
        in_the_rest,
    )


def _fixed(number: int, text: FixedText, survey: Survey, has_iro: bool) -> FormQuestion:
    """A fixed text as a question. Who has no IRO is not asked whether theirs helped, and no letter moves up."""
    found = _lettered(
        number,
        text.id,
        Question(
            text.id,
            FIXED[text.id],
            text.title,
            # The body of `helped` speaks of tapping, which nobody does on paper.
            "" if text.id == HELPED else " ".join(text.body),
            text.options,
        ),
        when=text.extra.get("when", ""),
        box=text.box,
    )
    if text.id != HELPED or has_iro or not survey.asks_iro_sees:
        return found
    kept = tuple(one for one in found.options if one.option.id != IRO)
    return FormQuestion(
        found.number, found.field, found.question, kept, found.when, found.box
    )
