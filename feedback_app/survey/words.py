"""The fixed texts around the questions, and the short words on buttons: read from `surveys/words/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from feedback_app.survey.model import Option

ON_EVERY_SURVEY = (
    "open", "open_choice", "open_safe", "helped", "helper", "privacy", "not_for_me", "leave", "who_reads",
    "iro_helps", "safe_help", "talk_to", "talk_how", "check", "send", "sending", "signal", "too_long", "help",
    "calls", "no_help",
)  # fmt: skip
"""The texts that every survey's page asks for; `survey_page.build` draws no other, but for the lists below."""
IF_IRO_SEES = ("iro_sees",)
"""The texts of a survey that asks whether the IRO may see the answers."""
IF_CORE = ("more",)
"""The texts of a survey that has a core, after which a child may send."""
IF_SAID_ALOUD = ("iro_aloud_start", "iro_aloud_end")
"""The texts of a survey that an IRO can write down for a child."""
ON_PAPER = ("paper",)
"""The text that only a Word form has, in place of what speaks of a screen."""
TEXT_IDS = (
    *ON_EVERY_SURVEY, *IF_IRO_SEES, *IF_CORE, *IF_SAID_ALOUD, *ON_PAPER,
    "thanks", "set_aside", "code", "scan_again", "dead_link", "not_found", "busy", "error", "down", "too_big",
    "said_and_done", "told", "not_for_me_done", "accessibility", "complaint", "complaint_sent",
)  # fmt: skip
"""Every text that the pages ask for by name; 4-7, 8-11 and 12-17 have all of them."""
UI_KEYS = (
    "site", "next", "back", "start", "skip", "listen", "stop", "help", "leave", "send", "change", "close", "try_again",
    "privacy", "helper", "accessibility", "declined", "not_answered", "you_said", "question_of", "look",
    "language", "this_language", "draft", "to_english", "error", "easy", "usual", "more",
    "size", "size_usual", "size_large", "size_larger", "space", "space_usual", "space_wide",
    "read", "read_usual", "read_on", "ink", "ink_usual", "ink_light", "ink_cream", "ink_dark", "go", "go_usual",
    "go_stay", "skip_question", "answered", "answered_one", "look_at", "not_sent",
)  # fmt: skip
"""The short words, whole as they stand on the page."""
STAFF_TEXT_IDS = ("iro_aloud_rules",)
SETTINGS = frozenset({
    "emergency", "childline", "help_at_hand", "advocacy", "duty", "duty_night", "adult_helpline",
    "service_phone", "survey_name", "complaints", "ico",
    "leave_page", "envelope_days", "answer_years", "complaint_years", "talk_days",
})  # fmt: skip
"""Braces that settings fill."""
MOMENTS = frozenset({
    "length", "limit", "word", "n", "total", "number", "minutes", "read_by",
})  # fmt: skip
"""Braces that only the moment of showing can fill; `fill` leaves them where it is not told them."""

BRACE = re.compile(r"\{([^{}]*)\}")
EASY_WORDS = ("easy", "easy-16-25")
"""The files of easy words: those for all ages, and what differs for care leavers, which is looked for first."""
_FALLS_BACK = {"16-25": "12-17"}


class UnknownText(LookupError):
    """No file in `surveys/words/` has that text."""


class UnknownBrace(ValueError):
    """A text has a {brace} that nobody fills."""


@dataclass(frozen=True, slots=True)
class FixedText:
    """One text as one band reads it. `default` is what is stored when a choice is left empty; `box` labels a text box.

    `extra` holds further lines that belong to the text, by name, such as `talk_to`'s `not_safe_text`.
    """

    id: str
    title: str = ""
    body: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    button: str = ""
    box: str = ""
    default: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextKey:
    """Where a text is kept: `survey` is a survey's key or "all"; `without_iro` is the wording where there is no IRO.

    `plain` is what is laid over the text where images of speech, such as the envelope, would not be understood.
    """

    band: str
    text_id: str
    survey: str
    without_iro: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """All fixed texts of all bands, and the words for staff (band "staff")."""

    texts: Mapping[TextKey, FixedText]
    short: Mapping[str, Mapping[str, str]]

    def find_text(
        self,
        text_id: str,
        survey_key: str,
        band: str,
        *,
        iro: bool = True,
        plain: bool = False,
        easy: bool = False,
    ) -> FixedText:
        """The text for that survey and band, 16-25 falling back to 12-17; `iro` false = the invitation has none.

        `plain`: without images of speech. `easy`: in easy words, which are plain too; what they lack is the band's own.

        Raises UnknownText.
        """
        bands = bands_to_look_in(band)
        found = self._find(text_id, survey_key, bands, iro)
        if found is None:
            raise UnknownText(
                f"no text {text_id!r} for survey {survey_key!r} in band {band!r}"
            )
        if plain or easy:
            found = _laid_over(
                found, self._find(text_id, survey_key, bands, iro, plain=True)
            )
        return (
            _laid_over(found, self._find(text_id, survey_key, _easy(band), iro))
            if easy
            else found
        )

    def _find(
        self,
        text_id: str,
        survey_key: str,
        places: tuple[str, ...],
        iro: bool,
        *,
        plain: bool = False,
    ) -> FixedText | None:
        keys = (
            TextKey(place, text_id, survey, without_iro, plain)
            for place in places
            for survey in (survey_key, "all")
            for without_iro in ((False,) if iro else (True, False))
        )
        return next((self.texts[key] for key in keys if key in self.texts), None)

    def staff_text(self, text_id: str, survey_key: str) -> FixedText:
        """A text for staff, such as the rules for asking aloud. Raises UnknownText."""
        return self.find_text(text_id, survey_key, "staff")

    def short_words(self, band: str, *, easy: bool = False) -> Mapping[str, str]:
        """The short words of that band, 16-25 with those of 12-17. Raises UnknownText for an unknown band."""
        found = next(
            (self.short[one] for one in bands_to_look_in(band) if self.short.get(one)),
            None,
        )
        if found is None:
            raise UnknownText(f"no short words for band {band!r}")
        for place in reversed(_easy(band)) if easy else ():
            found = {**found, **self.short.get(place, {})}
        return found


def fill_braces(text: FixedText, numbers: Mapping[str, str]) -> FixedText:
    """The text with its {braces} filled from `numbers`, everywhere in it. Raises UnknownBrace."""
    return replace(
        text,
        title=fill_line(text.title, numbers),
        body=tuple(fill_line(line, numbers) for line in text.body),
        options=tuple(
            replace(option, label=fill_line(option.label, numbers))
            for option in text.options
        ),
        button=fill_line(text.button, numbers),
        box=fill_line(text.box, numbers),
        extra={name: fill_line(line, numbers) for name, line in text.extra.items()},
    )


def fill_line(line: str, numbers: Mapping[str, str]) -> str:
    """One line with its {braces} filled. What only the moment knows stays until it is told. Raises UnknownBrace."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in numbers:
            return numbers[name]
        if name in MOMENTS:
            return found[0]
        raise UnknownBrace(f"{{{name}}} has no value in: {line}")

    return BRACE.sub(value, line) if "{" in line else line


def bands_to_look_in(band: str) -> tuple[str, ...]:
    """The files in which a band's words are looked for: its own, then that of the band it falls back to."""
    fallback = _FALLS_BACK.get(band)
    return (band, fallback) if fallback else (band,)


def _easy(band: str) -> tuple[str, ...]:
    return ("easy-16-25", "easy") if band == "16-25" else ("easy",)


def _laid_over(own: FixedText, over: FixedText | None) -> FixedText:
    """The text, with what `over` says instead. Which options and further lines it has stays: ids are stored."""
    if over is None:
        return own
    labels = {option.id: option.label for option in over.options}
    return replace(
        own,
        title=over.title or own.title,
        body=over.body or own.body,
        options=tuple(
            replace(option, label=labels.get(option.id, option.label))
            for option in own.options
        ),
        button=over.button or own.button,
        box=over.box or own.box,
        extra={name: over.extra.get(name, line) for name, line in own.extra.items()},
    )
