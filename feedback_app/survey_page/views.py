"""What a child's page is made of: frozen views that the templates draw. Built in `build_page.py` and `notices.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup, escape

from feedback_app.survey.clips import spoken_form
from feedback_app.survey.model import Option, Problem
from feedback_app.survey.types import ScreenKind
from feedback_app.survey.words import FixedText, fill_line
from feedback_app.typed_text import TEXT_LIMIT

By = Literal["child", "verbal", "paper"]
Kind = Literal["open", "helper", "words", "check"] | ScreenKind

# A telephone number of seven digits or more; the short emergency number is matched by its own value.
LONG_NUMBER = r"\+?\d[\d ]{5,}\d"


@dataclass(frozen=True, slots=True)
class Passage:
    """A fixed text as a page shows it: lines are safe HTML, in which every number to call can be tapped."""

    id: str
    title: str
    body: tuple[Markup, ...]
    button: str = ""
    box: str = ""
    options: tuple[Option, ...] = ()
    extra: Mapping[str, Markup] = field(default_factory=dict)

    @property
    def spoken_words(self) -> str:
        """Its title and body, as one clip says them."""
        return spoken_form(self.title, *(line.striptags() for line in self.body))


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick. `face`, `dots` or, in easy read and for the youngest, `picture` is drawn beside the label.

    `note` stands below it; with script once it is chosen. `exclusive`: it stands alone among several ticks. `name`: a
    form field of its own, apart from the screen's one answer and said together with it, with the numbers to call at
    once ("I am not safe").
    """

    id: str
    label: str
    face: str | None = None
    dots: int | None = None
    note: Markup | None = None
    picture: str = ""
    exclusive: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A number to call, as a large button: its words, what is said of it, and its address ("tel:…")."""

    label: str
    note: Markup
    href: str


@dataclass(frozen=True, slots=True)
class Part:
    """Words that a screen says after some answer: `shown_if` are the form field and options, as in `Screen.show`.

    Without script they stand there always: they say themselves whom they are for.
    """

    words: Markup
    shown_if: tuple[str, tuple[str, ...]]

    @property
    def selected_inputs(self) -> str:
        """The CSS selector of the inputs of those options."""
        name, options = self.shown_if
        return ",".join(f"[name={name}][value={one}]" for one in options)


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing on the screen. `id` is its anchor, `name` its form field ("" where there is nothing to answer).

    `show`: (field, op, option ids) that must all hold; empty means always. `declines` is the question id that
    "I don't want to say" sends, and marks the survey's own questions. `who` says under a text box who reads it;
    `limit` is that box's, and `box_for` the option that it belongs to, "" for all. `who_if_iro_helps` says the same
    where the IRO helps. `default` is the label of what an empty answer stands for. `asides` are texts to open on the
    same screen, `ask` what its link to the helper's page says. `aside`: on nobody's way, reached from the first screen.
    `parts` stand above the box, `asks` begins its label. `calls`: the numbers to call stand there as large buttons.
    `before` and `after` are anchors. `step` is how far along the visit it is, 0 before the first question. `send`, on
    the check alone, is what Send does, and its button; `covered` keeps the list there out of sight until it is asked
    for.
    """

    id: str
    kind: Kind
    title: str
    body: tuple[Markup, ...] = ()
    name: str = ""
    choices: tuple[Choice, ...] = ()
    show: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    when: str = ""
    declines: str = ""
    picture: str = ""
    button: str = ""
    box: str = ""
    box_for: str = ""
    who: Markup | None = None
    who_if_iro_helps: Markup | None = None
    limit: int = TEXT_LIMIT
    default: str = ""
    asides: tuple[Passage, ...] = ()
    ask: str = ""
    aside: bool = False
    parts: tuple[Part, ...] = ()
    asks: Part | None = None
    calls: bool = False
    before: str = ""
    after: str = ""
    step: int = 0
    send: Passage | None = None
    covered: bool = False

    @property
    def spoken_words(self) -> str:
        """Its heading and body, as one clip says them."""
        return spoken_form(self.title, *(line.striptags() for line in self.body))


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to read the same page: its address, and its name, in its own language where that is another."""

    href: str
    name: str
    language: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every child page has around its own words: look, neutral title, help, the short words of buttons.

    `language` is the page's, written in `direction` ("ltr" or "rtl"); a `draft` says that it is one. `calls` are whom
    to call at once, `need` asks whether somebody is needed, and `more` opens the other numbers, which `help` says.
    """

    language: str
    direction: str
    draft: bool
    look: str
    title: str
    ui: Mapping[str, str]
    help: Passage
    calls: tuple[Call, ...]
    need: str
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Frame):
    """A page with one text on it: dead link, thank you, help, privacy, an error.

    `band` is whose words they are; `picture` is drawn in easy read.
    """

    text: Passage
    picture: str = ""
    band: str = "8-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks(Notice):
    """The thank-you: `after` is what comes next, `changed` heads what was `done` because of children.

    `leads_on`: to what else was done; else only away from here. It knows nothing of whether a child is safe (0019).
    """

    after: str
    changed: str
    done: str = ""
    leads_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPage(Frame):
    """A whole visit in one page.

    `said` holds the words that only the script shows; `sending`, with its picture, and `signal` stand on the screen
    while the answers are on their way; `rules` are for the officer who asks aloud, `own_words` stand above each box
    then, and `read_back` at the tick before Send. `looks` and `languages` are other ways to read it. `clips`: words ->
    the file in which a person says them.
    """

    screens: tuple[Screen, ...]
    said: Mapping[str, str]
    sending: Passage
    signal: Passage
    keep_draft: bool
    sending_picture: str = ""
    by: By = "child"
    rules: Passage | None = None
    own_words: str = ""
    read_back: str = ""
    looks: tuple[Way, ...] = ()
    languages: tuple[Way, ...] = ()
    clips: Mapping[str, str] = field(default_factory=dict)

    def clip_file(self, words: str | Markup) -> str:
        """The file in which a person says these words, "" where there is none."""
        return (
            self.clips.get(
                spoken_form(words.striptags() if isinstance(words, Markup) else words),
                "",
            )
            if self.clips
            else ""
        )

    @property
    def used_pictures(self) -> tuple[str, ...]:
        """The drawings that this page uses, each once."""
        named = [
            one
            for s in self.screens
            for one in (s.picture, *(c.face or c.picture for c in s.choices))
        ]
        return tuple(
            dict.fromkeys(name for name in (*named, self.sending_picture) if name)
        )

    def screen_of(self, question: str) -> Screen:
        """The screen that a problem is about: a question's, or the one with that box. Raises StopIteration."""
        return next(
            s for s in self.screens if question in (s.declines, f"{s.name}_text")
        )

    def too_long(self, problem: Problem) -> str:
        """What a child reads about a text that no box can hold."""
        return fill_line(
            self.said["too_long"],
            {"length": str(problem.length), "limit": str(problem.limit)},
        )


def with_calls(text: str, emergency: str) -> Markup:
    """The text escaped, each number to call as a link: a child in danger taps, and need not learn a number by heart."""
    short = rf"|\b{re.escape(emergency)}\b" if emergency.isdigit() else ""
    pieces = re.split(rf"((?<!\w){LONG_NUMBER}(?!\w){short})", text)
    out = [escape(piece) for piece in pieces]
    for at in range(1, len(pieces), 2):
        out[at] = Markup('<a href="tel:{}">{}</a>').format(
            pieces[at].replace(" ", ""), pieces[at]
        )
    return Markup("").join(out)


def with_numbers(text: str) -> Markup:
    """The text escaped, each long number kept in its order: right to left, its groups would change places."""
    pieces = re.split(rf"((?<!\w){LONG_NUMBER}(?!\w))", text)
    out = [escape(piece) for piece in pieces]
    out[1::2] = [Markup('<bdi dir="ltr">{}</bdi>').format(one) for one in out[1::2]]
    return Markup("").join(out)


def with_lead(line: Markup) -> Markup:
    """The line with its first sentence in bold, where it has more than one: what a quick eye reads."""
    lead, stop, rest = line.partition(". ")
    return Markup("<b>{}.</b> {}").format(lead, rest) if stop else line


def make_calls(text: FixedText) -> tuple[Call, ...]:
    """The two numbers to call at once, from the text `calls`: in danger, and to talk with somebody."""
    return tuple(
        Call(
            text.extra[name],
            with_numbers(text.extra[f"{name}_note"]),
            "tel:" + text.extra[f"{name}_number"].replace(" ", ""),
        )
        for name in ("danger", "talk")
    )


def make_passage(text: FixedText, emergency: str) -> Passage:
    """The filled text as a page shows it."""
    return Passage(
        text.id,
        text.title,
        tuple(with_calls(line, emergency) for line in text.body),
        text.button,
        text.box,
        text.options,
        {name: with_calls(line, emergency) for name, line in text.extra.items()},
    )
