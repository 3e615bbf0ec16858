"""Building a child's page from the survey and the words: which screens, in which order. Pure: nothing of the request.

Both branches of a meeting are in the page and the child's own answer routes; which answers count is for
`survey.path` to say, on the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from typing import TypedDict

from babel.dates import format_date
from markupsafe import Markup, escape

from feedback_app.survey.answers import FIELD
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.words import WHOLE_BANDS
from feedback_app.survey.clip_names import clips_by_words
from feedback_app.survey.easy import as_read
from feedback_app.survey.length import (
    ReadingLoad,
    count_more,
    count_words,
    promised_minutes,
    reading_pace,
)
from feedback_app.survey.model import (
    EASY,
    LOOK_OF_BAND,
    Facts,
    OnAnswer,
    Question,
    Survey,
)
from feedback_app.survey.path import MORE, questions_for
from feedback_app.survey.types import HELPER_LIMIT, TALK_LIMIT, type_of
from feedback_app.survey.words import FixedText, fill_braces
from feedback_app.survey_page.screen_steps import with_steps
from feedback_app.survey_page.views import (
    By,
    Call,
    Choice,
    Kind,
    Notice,
    Part,
    Passage,
    Screen,
    SurveyPage,
    Thanks,
    Way,
    make_calls,
    make_passage,
    with_calls,
    with_lead,
)

NOT_SAFE = "not_safe"
TALKS = ("advocate", "iro", "other")
"""The answers to `talk_to` that ask for somebody: all but "no"."""
TALK_HOW_AFTER = ("advocate", "iro", NOT_SAFE, "other")
"""What is said on the screen of `talk_to`, after which the page asks where it is safe to talk."""
SAFE_ADULT = "safe_adult"
IRO = "iro"
OTHER = "other"
HELPS_NOW, HELPED = "helping", "helped"
"""The two fields that say who helps, of which one is asked: on the helper's page, else at the end."""
ASIDES = ("open_choice", "open_safe", "privacy", "leave", "not_for_me")
"""What "More about this" opens on the first screen, in order."""
PICTURED = ("young", EASY)
"""The looks in which every answer has its drawing: whoever cannot read yet chooses by it."""
PICTURES_OF_THANKS = {"young": "star", EASY: "star"}
"""Look -> the drawing on its thank-you; the others have a tick."""
DAY = "s-day"
"""The anchor of the officer's own first screen, where an answer is written down for a child."""
READERS_LINE = 2
"""Where the lines of `open` say who reads the answers: after what it is, and how long it takes."""
YOUNGEST = "4-7"
TO_SCRIPT = (
    "question_of", "not_answered", "declined", "change", "error",
    "next", "skip_question", "answered", "answered_one",
)  # fmt: skip
"""The short words that only the script puts on the page."""


class FrameWords(TypedDict):
    """The words of `views.Frame` on whom to call."""

    help: Passage
    calls: tuple[Call, ...]
    need: str
    more: str


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads what is written in a box, as the line under it says; and where the IRO helps, who then knows it too."""

    usual: Markup
    if_iro_helps: Markup | None


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
    pictured: bool = False

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

    def picture_of_opening(self) -> str:
        """The drawing on the first screen, or ""."""
        look = EASY if self.easy else LOOK_OF_BAND[self.band]
        return self.catalogue.pictures.of_opening(self.survey_key, look)

    def build_passage(self, text_id: str) -> Passage:
        """The text as a page shows it."""
        return make_passage(self.find_text(text_id), self.numbers["emergency"])

    def frame_words(self) -> FrameWords:
        """What every page says of whom to call, whatever it is about."""
        calls = self.find_text("calls")
        return {
            "help": self.build_passage("help"),
            "calls": make_calls(calls),
            "need": calls.title,
            "more": calls.button,
        }

    def add_help_notes(self, screen: Screen) -> Screen:
        """The screen with a line that helps at once below its No, where the text `no_help` has one for the question."""
        line = self.find_text("no_help").extra.get(screen.declines)
        if line is None:
            return screen
        note = with_calls(line, self.numbers["emergency"])
        return replace(
            screen,
            choices=tuple(
                replace(choice, note=note) if choice.id == "no" else choice
                for choice in screen.choices
            ),
        )

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
                    name=NOT_SAFE if o.id == NOT_SAFE else "",
                    picture=self.catalogue.pictures.of_option(text_id, o)
                    if self.pictured
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
        catalogue,
        survey.key,
        band,
        numbers,
        has_iro,
        _plain(catalogue, look),
        easy,
        look in PICTURED,
    )
    verbal = by == "verbal"
    # An IRO who writes the answers down has heard them: no line says that they see them only if the child says yes.
    who = replace(words, iro=False) if verbal else words
    readers = Readers(
        who.build_passage("who_reads").body[0],
        _if_iro_helps(words, survey, by, "who_reads"),
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
            *_help_after(words, q),
            *_after_core(words, survey, q, by),
        )
    ]
    opening = _opening(words, survey, by)
    screens = with_steps(
        [
            *opening,
            *questions,
            *_closing(words, survey, by),
            _check(words, survey, by),
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
        **words.frame_words(),
        text=words.build_passage(text_id),
        picture=words.picture_of(text_id),
        band=band,
    )


def build_thanks(
    catalogue: Catalogue,
    numbers: Mapping[str, str],
    *,
    band: str,
    look: str,
    read_by: date,
    talk: bool,
    leads_on: bool,
    done: str = "",
    again: bool = False,
) -> Thanks:
    """The thank-you for what was sent. `read_by`: the day by which somebody has read it.

    `talk`: a talk was asked for. `leads_on` is false where nothing may say which service this is; `done` is what was
    done because of children; `again`: the link was opened once more. All for whom these are the same see the same page,
    safe or not (decision 0019).
    """
    notice = build_notice(
        catalogue,
        "thanks",
        {
            **numbers,
            "read_by": format_date(read_by, "EEEE d MMMM", locale=catalogue.language),
        },
        band=band,
        look=look,
    )
    words = notice.text.extra
    if again:
        notice = replace(notice, text=replace(notice.text, title=str(words["again"])))
    return Thanks(
        **{one.name: getattr(notice, one.name) for one in fields(Notice)}
        | {"picture": PICTURES_OF_THANKS.get(look, "yes")},
        after=words["talk" if talk else "no_talk"],
        changed=words["changed"],
        done=done,
        leads_on=leads_on,
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
    """One screen, and the first question follows; the helper's page is opened from it.

    An IRO says words of their own aloud; who keys in a form only says who helped with it.
    """
    if by == "verbal":
        return [words.build_screen("iro_aloud_start")]
    if by == "paper":
        return [_who_helped(words, survey)]
    first = words.build_screen("open", "open", asides=ASIDES)
    about, *lines = first.body
    first = replace(
        first,
        body=(about, *map(with_lead, lines)),
        picture=words.picture_of_opening(),
        ask=words.find_text("helper").extra["ask"],
        who_if_iro_helps=_if_iro_helps(words, survey, by, "open", READERS_LINE),
    )
    return [first, _helper(words, survey)]


def _helper(words: Speaker, survey: Survey) -> Screen:
    """The page of whoever helps: who it is ("no one" stands last), and how to help. It leads back to the child."""
    asked = _who_helped(words, survey)
    return replace(
        words.build_screen("helper", "helper", name=HELPS_NOW),
        choices=(*asked.choices[1:], *asked.choices[:1]),
        box=asked.box,
        box_for=asked.box_for,
        limit=asked.limit,
        who=asked.who,
        ask=words.find_text("helper").extra["who"],
        aside=True,
    )


def _who_helped(words: Speaker, survey: Survey) -> Screen:
    """Who helped. A child whose IRO does reads that they know it then, and how to say something without them."""
    asked = words.build_screen(HELPED, "one", name=HELPED)
    told = Markup(" ").join(words.build_passage("iro_helps").body)
    return replace(
        asked,
        choices=tuple(
            replace(one, note=told) if one.id == IRO else one
            for one in asked.choices
            if one.id != IRO or words.iro or not survey.asks_iro_sees
        ),
        box_for=OTHER,
        limit=HELPER_LIMIT,
    )


def _if_iro_helps(
    words: Speaker, survey: Survey, by: By, text_id: str, line: int = 0
) -> Markup | None:
    """What a text says of who reads the answers where the IRO helps; None where no IRO can be helping.

    It is the text's line `who_reads`, else that line of its body, as a child without an IRO reads it.
    """
    helpers = _who_helped(words, survey).choices
    if by != "child" or all(one.id != IRO for one in helpers):
        return None
    text = replace(words, iro=False).build_passage(text_id)
    readers = text.extra.get("who_reads") or text.body[line]
    return readers + " " + words.build_passage("iro_helps").body[0]


def _closing(words: Speaker, survey: Survey, by: By) -> list[Screen]:
    """Who should talk with the child, who helped, and who may see it.

    An IRO who helped knows the answers, and nobody is asked whether they may see them.
    """
    asked = _who_helped(words, survey)
    named = tuple(one.id for one in asked.choices)
    helped = replace(asked, show=((HELPS_NOW, "unless", named),))
    iro_sees = survey.asks_iro_sees and words.iro and by != "verbal"
    said = words.build_passage("talk_how").extra
    talk_how = replace(
        words.build_screen("talk_how", "many", name="talk_how"),
        show=(("talk_to", "is", TALK_HOW_AFTER),),
        who_if_iro_helps=_if_iro_helps(words, survey, by, "talk_how"),
        parts=(Part(said["asked"], ("talk_to", TALKS)),),
        asks=Part(said["whom"], ("talk_to", ("other",))),
    )
    return [
        words.build_screen("talk_to", "one", name="talk_to"),
        talk_how,
        *([helped] if by == "child" else []),
        *([_iro_sees(words)] if iro_sees else []),
    ]


def _check(words: Speaker, survey: Survey, by: By) -> Screen:
    """The last look, with Send. The youngest, and who keeps no draft, look at their answers only when they ask to."""
    verbal = by == "verbal"
    return replace(
        words.build_screen("iro_aloud_end" if verbal else "check", "check"),
        send=words.build_passage("send"),
        covered=not verbal and (words.band == YOUNGEST or not survey.keep_draft),
    )


def _iro_sees(words: Speaker) -> Screen:
    return replace(
        words.build_screen("iro_sees", "one", name="iro_sees"),
        show=tuple((name, "unless", (IRO,)) for name in (HELPS_NOW, HELPED)),
    )


def _help_after(words: Speaker, question: Question) -> list[Screen]:
    """Who can help, at once, for a child who says that there is nobody (rule S1)."""
    if question.id != SAFE_ADULT:
        return []
    return [
        replace(
            words.build_screen("safe_help"),
            calls=True,
            show=((f"{FIELD}{question.id}", "is", ("no",)),),
        )
    ]


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
        *_opening(words, survey, by),
        *_closing(words, survey, by),
        _check(words, survey, by),
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


def _after_core(
    words: Speaker, survey: Survey, question: Question, by: By
) -> list[Screen]:
    """Send now, or answer more? Not asked where somebody keys in what a child has answered already."""
    if question.id != survey.core or by != "child":
        return []
    return [words.build_screen(MORE, "one", name=MORE)]


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
