"""The fixed texts of a page, in the words of one survey, one age and one council's numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import EASY, LOOK_OF_BAND
from feedback_app.survey.types import TALK_LIMIT
from feedback_app.survey.words import FixedText, fill_braces
from feedback_app.survey_page.views import (
    Call,
    Choice,
    Kind,
    Passage,
    Screen,
    make_calls,
    make_passage,
    with_calls,
)

NOT_SAFE = "not_safe"


class FrameWords(TypedDict):
    """The words of `views.Frame` on whom to call."""

    help: Passage
    calls: tuple[Call, ...]
    need: str
    more: str


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


def is_plain(catalogue: Catalogue, look: str) -> bool:
    """Whether images of speech may confuse (settled words: `envelope_plain`)."""
    return look == EASY or catalogue.language != "en"
