"""Building a child's page from the survey and the words: which screens, in which order. Pure: nothing of the request.

Both branches of a meeting are in the page and the child's own answer routes; which answers count is for
`survey.path` to say, on the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup, escape

from feedback_app.survey.answers import FIELD
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.words import WHOLE_BANDS
from feedback_app.survey.clip_names import clips_by_words
from feedback_app.survey.easy import in_easy_words
from feedback_app.survey.model import EASY, Facts, OnAnswer, Question, Survey
from feedback_app.survey.path import questions_for
from feedback_app.survey.types import TALK_LIMIT, type_of
from feedback_app.survey.words import FixedText, fill_braces
from feedback_app.survey_page.views import (
    By,
    Choice,
    Kind,
    Notice,
    Passage,
    Screen,
    SurveyPage,
    Way,
    make_passage,
)

TALK_HOW_AFTER = ("advocate", "iro", "not_safe", "other")
"""The answers to `talk_to` after which the page asks for a safe way to reach the child: all but "no"."""
SAFE_ADULT = "safe_adult"
DAY = "s-day"
"""The anchor of the officer's own first screen, where an answer is written down for a child."""
TO_SCRIPT = ("question_of", "not_answered", "declined", "change")
"""The short words that only the script puts on the page."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Finds the fixed texts in the words of one survey, one band and one council's numbers."""

    catalogue: Catalogue
    survey_key: str
    band: str
    numbers: Mapping[str, str]
    iro: bool = True
    plain: bool = False
    easy: bool = False

    def find_text(self, text_id: str) -> FixedText:
        """The text, its braces filled. Here it is settled which words a page says: the band's, plain or easy ones."""
        found = self.catalogue.words.find_text(
            text_id,
            self.survey_key,
            self.band,
            iro=self.iro,
            plain=self.plain,
            easy=self.easy,
        )
        return fill_braces(found, self.numbers)

    def short_words(self) -> Mapping[str, str]:
        """The short words."""
        return self.catalogue.words.short_words(self.band, easy=self.easy)

    def picture_of(self, text_id: str) -> str:
        """The drawing on that text's screen: in easy read only."""
        return self.catalogue.pictures.of_text(text_id) if self.easy else ""

    def build_passage(self, text_id: str) -> Passage:
        """The text as a page shows it."""
        return make_passage(self.find_text(text_id), self.numbers["emergency"])

    def build_screen(
        self,
        text_id: str,
        kind: Kind = "words",
        *,
        name: str = "",
        asides: Iterable[str] = (),
    ) -> Screen:
        """A screen of a fixed text, with its options and its box if it has any."""
        text = self.find_text(text_id)
        seen = make_passage(text, self.numbers["emergency"])
        return Screen(
            id=f"s-{text_id}",
            kind=kind,
            title=text.title,
            body=seen.body,
            name=name,
            choices=tuple(
                Choice(
                    o.id,
                    o.label,
                    note=seen.extra.get(f"{o.id}_text"),
                    picture=self.catalogue.pictures.of_option(text_id, o)
                    if self.easy
                    else "",
                )
                for o in text.options
            ),
            picture=self.picture_of(text_id),
            button=text.button,
            box=text.box,
            when=text.extra.get("when", ""),
            who=seen.extra.get("who_reads"),
            limit=TALK_LIMIT,
            default=next((o.label for o in text.options if o.id == text.default), ""),
            asides=tuple(self.build_passage(aside) for aside in asides),
        )


def build_page(
    catalogue: Catalogue,
    survey: Survey,
    band: str,
    look: str,
    spotlight: str | None,
    facts: Facts,
    numbers: Mapping[str, str],
    *,
    has_iro: bool = True,
    by: By = "child",
    looks: Sequence[Way] = (),
    languages: Sequence[Way] = (),
) -> SurveyPage:
    """The whole visit for one kind of child. `numbers` fills the texts' braces; `has_iro` = the invitation names one.

    `by` says whose hands are on it: the child's (or a helper's), the IRO's who hears it, or whoever keys in a form.
    `looks` and `languages` are the other ways to read it, which its first screen offers. Images of speech, such as the
    envelope, are left out in easy read and in other languages than English.

    Nothing in it belongs to one child, so a page can be drawn once for all who share these arguments.
    Raises what `questions_for`, `Words.text` and `fill` raise.
    """
    easy = look == EASY
    words = Speaker(
        catalogue, survey.key, band, numbers, has_iro, _plain(catalogue, look), easy
    )
    # An IRO who writes the answers down has heard them: no line says that they see them only if the child says yes.
    verbal = by == "verbal"
    who = (
        (replace(words, iro=False) if verbal else words)
        .build_passage("who_reads")
        .body[0]
    )
    asked = questions_for(survey, band, facts, spotlight)
    said = [
        _in_easy_words(catalogue, survey, band, q, who) if easy else _question(q, who)
        for q in asked
    ]
    questions = [
        one
        for q, screen in zip(asked, said, strict=True)
        for one in (screen, *_help_after(words, q))
    ]
    opening = _opening(words, survey, by)
    screens = [*opening, *questions, *_closing(words, survey, verbal)]
    ui = words.short_words()
    return SurveyPage(
        language=catalogue.language,
        direction=catalogue.direction,
        draft=catalogue.draft,
        look=look,
        title=survey.neutral_title,
        ui=ui,
        help=words.build_passage("help"),
        screens=_linked(screens, "" if by == "child" else DAY),
        said={key: ui[key] for key in TO_SCRIPT}
        | {"too_long": " ".join(words.find_text("too_long").body)},
        sending=words.build_passage("sending"),
        signal=words.build_passage("signal"),
        sending_picture=words.picture_of("sending"),
        keep_draft=survey.keep_draft,
        by=by,
        clips=clips_by_words(catalogue, survey.key, band) if by == "child" else {},
        rules=make_passage(
            fill_braces(
                catalogue.words.staff_text("iro_aloud_rules", survey.key), numbers
            ),
            numbers["emergency"],
        )
        if verbal
        else None,
        looks=tuple(looks),
        languages=tuple(languages),
    )


def build_notice(
    catalogue: Catalogue,
    text_id: str,
    numbers: Mapping[str, str],
    *,
    band: str = "8-11",
    look: str = "middle",
    survey_key: str = "all",
) -> Notice:
    """A page with one text on it. Where nobody is known (a dead link), the words are those for 8-11."""
    easy = look == EASY
    words = Speaker(
        catalogue, survey_key, band, numbers, plain=_plain(catalogue, look), easy=easy
    )
    ui = words.short_words()
    return Notice(
        language=catalogue.language,
        direction=catalogue.direction,
        draft=catalogue.draft,
        look=look,
        title=ui["site"],
        ui=ui,
        help=words.build_passage("help"),
        text=words.build_passage(text_id),
        picture=words.picture_of(text_id),
        band=band,
    )


def _plain(catalogue: Catalogue, look: str) -> bool:
    """Whether images of speech may confuse (settled words: `envelope_plain`)."""
    return look == EASY or catalogue.language != "en"


def build_privacy(
    catalogue: Catalogue, numbers: Mapping[str, str]
) -> tuple[Passage, ...]:
    """What is kept, as each age reads it, the youngest first: whoever comes without a link finds their own."""
    plain = _plain(catalogue, look="")
    return tuple(
        Speaker(catalogue, "all", band, numbers, plain=plain).build_passage("privacy")
        for band in WHOLE_BANDS
    )


def _opening(words: Speaker, survey: Survey, by: By) -> list[Screen]:
    """What it is, that it is a choice, keeping safe, who helps; and how Leave works, where no draft is kept.

    Whoever helps has a page of their own, once the child has said who it is. An IRO says words of their own aloud; who
    keys in a form only says who helped with it.
    """
    helped = words.build_screen("helped", "one", name="helped")
    if by == "verbal":
        return [words.build_screen("iro_aloud_start")]
    if by == "paper":
        return [helped]
    leaving = [] if survey.keep_draft else [words.build_screen("leave")]
    return [
        words.build_screen("open_what", asides=("privacy", "not_for_me")),
        words.build_screen(
            "open_choice", asides=("leave",) if survey.keep_draft else ()
        ),
        words.build_screen("open_safe"),
        *leaving,
        helped,
        replace(words.build_screen("helper"), show=(("helped", "not", ("none",)),)),
    ]


def _closing(words: Speaker, survey: Survey, verbal: bool) -> list[Screen]:
    """Who may see it, who should talk with the child, and the last look before Send."""
    asked = survey.asks_iro_sees and words.iro and not verbal
    talk_how = replace(
        words.build_screen("talk_how", "many", name="talk_how"),
        show=(("talk_to", "is", TALK_HOW_AFTER),),
    )
    return [
        *([words.build_screen("iro_sees", "one", name="iro_sees")] if asked else []),
        words.build_screen("talk_to", "one", name="talk_to"),
        talk_how,
        words.build_screen("iro_aloud_end" if verbal else "check", "check"),
        words.build_screen("send", "send"),
    ]


def _help_after(words: Speaker, question: Question) -> list[Screen]:
    """Who can help, at once, for a child who says that there is nobody (rule S1)."""
    if question.id != SAFE_ADULT:
        return []
    return [
        replace(
            words.build_screen("safe_help"),
            show=((f"{FIELD}{question.id}", "is", ("no",)),),
        )
    ]


def _question(question: Question, who: Markup) -> Screen:
    return Screen(
        id=f"s-q-{question.id}",
        kind=type_of(question).screen,
        title=question.text,
        body=(escape(question.hint),) if question.hint else (),
        name=f"{FIELD}{question.id}",
        choices=tuple(Choice(o.id, o.label, o.face, o.dots) for o in question.options),
        show=tuple(
            (f"{FIELD}{c.question}", c.op, tuple(sorted(c.options)))
            for c in question.show
            if isinstance(c, OnAnswer)
        ),
        when=question.when,
        who=who,
        declines=question.id,
        picture=question.picture,
    )


def _in_easy_words(
    catalogue: Catalogue, survey: Survey, band: str, question: Question, who: Markup
) -> Screen:
    """The question as easy read shows it: a drawing above it and one beside each answer, instead of faces and dots."""
    pictures = catalogue.pictures
    said = in_easy_words(survey, band, question)
    return replace(
        _question(said, who),
        picture=pictures.of_question(said),
        choices=tuple(
            Choice(o.id, o.label, picture=pictures.of_option(said.id, o))
            for o in said.options
        ),
    )


def _linked(screens: Sequence[Screen], first_before: str) -> tuple[Screen, ...]:
    """Each screen with the anchors of its neighbours. Only the script fills the check, so plain links step over it."""
    reached = [screen for screen in screens if screen.id != "s-check"]
    before = {screen.id: earlier.id for earlier, screen in pairwise(reached)}
    after = {screen.id: later.id for screen, later in pairwise(reached)}
    return tuple(
        replace(s, before=before.get(s.id, first_before), after=after.get(s.id, ""))
        for s in screens
    )
