"""Building a child's page from the survey and the words: which screens, in which order. Pure: nothing of the request.

Both branches of a meeting are in the page and the child's own answer routes; which answers count is for
`survey.path` to say, on the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup, escape

from feedback_app.survey.answers import FIELD
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.clip_names import clips_by_words
from feedback_app.survey.easy import as_read
from feedback_app.survey.length import (
    ReadingLoad,
    count_more,
    count_words,
    promised_minutes,
    reading_pace,
)
from feedback_app.survey.model import EASY, Facts, OnAnswer, Question, Survey
from feedback_app.survey.path import MORE, questions_for
from feedback_app.survey.types import type_of
from feedback_app.survey.words import fill_braces
from feedback_app.survey_page.fixed_screens import (
    ask_after_core,
    check_screen,
    closing_screens,
    help_after,
    opening_screens,
    words_if_iro_helps,
)
from feedback_app.survey_page.screen_steps import with_steps
from feedback_app.survey_page.speaker import Speaker, is_plain
from feedback_app.survey_page.views import (
    By,
    Choice,
    Screen,
    SurveyPage,
    Way,
    make_passage,
)

PICTURED = ("young", EASY)
"""The looks in which every answer has its drawing: whoever cannot read yet chooses by it."""
DAY = "s-day"
"""The anchor of the officer's own first screen, where an answer is written down for a child."""
TO_SCRIPT = (
    "question_of", "not_answered", "declined", "change", "error",
    "next", "skip_question", "answered", "answered_one",
)  # fmt: skip
"""The short words that only the script puts on the page."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads what is written in a box, as the line under it says; and where the IRO helps, who then knows it too."""

    usual: Markup
    if_iro_helps: Markup | None


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
        catalogue,
        survey.key,
        band,
        numbers,
        has_iro,
        is_plain(catalogue, look),
        easy,
        look in PICTURED,
    )
    verbal = by == "verbal"
    # An IRO who writes the answers down has heard them: no line says that they see them only if the child says yes.
    who = replace(words, iro=False) if verbal else words
    readers = Readers(
        who.build_passage("who_reads").body[0],
        words_if_iro_helps(words, survey, by, "who_reads"),
    )
    asked = [
        as_read(survey, band, look, question)
        for question in questions_for(survey, band, facts, spotlight)
    ]
    if by != "paper":
        pace = reading_pace(band, look, aloud=verbal)
        words = _with_lengths(words, survey, asked, readers.usual, by, pace)
    questions = [
        one
        for q in asked
        for one in (
            words.add_help_notes(_question(words, q, readers)),
            *help_after(words, q),
            *ask_after_core(words, survey, q, by),
        )
    ]
    opening = opening_screens(words, survey, by)
    screens = with_steps(
        [
            *opening,
            *questions,
            *closing_screens(words, survey, by),
            check_screen(words, survey, by),
        ]
    )
    ui = words.short_words()
    return SurveyPage(
        language=catalogue.language,
        direction=catalogue.direction,
        draft=catalogue.draft,
        look=look,
        title=survey.neutral_title,
        ui=ui,
        **words.frame_words(),
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


def _with_lengths(
    words: Speaker,
    survey: Survey,
    asked: Sequence[Question],
    who: Markup,
    by: By,
    pace: int,
) -> Speaker:
    """The same words, which now know how many minutes it takes and how many questions follow the core."""
    screens = [
        *opening_screens(words, survey, by),
        *closing_screens(words, survey, by),
        check_screen(words, survey, by),
    ]
    boxes = sum(type_of(question).screen == "text" for question in asked)
    around = sum(map(_reading_of, screens), ReadingLoad(boxes * count_words(who)))
    more = count_more(asked)
    if more:
        around += _reading_of(words.build_screen(MORE, "one", name=MORE))
    lengths = {
        "minutes": str(promised_minutes(asked, around, pace)),
        "n": str(more),
    }
    return replace(words, numbers={**words.numbers, **lengths})


def _reading_of(screen: Screen) -> ReadingLoad:
    """What a usual child reads and taps on a screen of a fixed text."""
    if screen.aside or any(op != "unless" for _field, op, _options in screen.show):
        return ReadingLoad()
    lines = [line.striptags() for line in screen.body]
    labels = [choice.label for choice in screen.choices]
    if screen.send is not None:
        lines += [screen.send.title, *(one.striptags() for one in screen.send.body)]
    return ReadingLoad(count_words(screen.title, *lines, *labels, screen.box), 1)


def _question(words: Speaker, question: Question, readers: Readers) -> Screen:
    """The question; with a drawing beside each answer where the look has them, instead of dots."""
    pictures = words.catalogue.pictures
    pictured = words.pictured
    when = question.when
    if not when and any(
        isinstance(c, OnAnswer) and c.question == MORE for c in question.show
    ):
        when = words.find_text(MORE).extra["when"]
    return Screen(
        id=f"s-q-{question.id}",
        kind=type_of(question).screen,
        title=question.text,
        body=(escape(question.hint),) if question.hint else (),
        name=f"{FIELD}{question.id}",
        choices=tuple(
            Choice(
                o.id,
                o.label,
                picture=pictures.of_option(question.id, o),
                exclusive=o.exclusive,
            )
            if pictured
            else Choice(o.id, o.label, o.face, o.dots, exclusive=o.exclusive)
            for o in question.options
        ),
        show=tuple(
            (
                MORE if c.question == MORE else f"{FIELD}{c.question}",
                c.op,
                tuple(sorted(c.options)),
            )
            for c in question.show
            if isinstance(c, OnAnswer)
        ),
        when=when,
        who=readers.usual,
        who_if_iro_helps=readers.if_iro_helps,
        declines=question.id,
        picture=pictures.of_question(question) if words.easy else question.picture,
    )


def _linked(screens: Sequence[Screen], first_before: str) -> tuple[Screen, ...]:
    """Each screen with the anchors of its neighbours.

    Plain links step over what is on nobody's way, which leads back to the first screen.
    """
    reached = [one for one in screens if not one.aside]
    before = {screen.id: earlier.id for earlier, screen in pairwise(reached)}
    after = {screen.id: later.id for screen, later in pairwise(reached)}
    return tuple(
        replace(s, after=screens[0].id)
        if s.aside
        else replace(
            s, before=before.get(s.id, first_before), after=after.get(s.id, "")
        )
        for s in screens
    )
