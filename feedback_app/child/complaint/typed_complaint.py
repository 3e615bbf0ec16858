"""What was typed into the form of a complaint, cleaned, and what is to be mended before it can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from feedback_app.complaints.receiving import SentComplaint
from feedback_app.models.complaint import COMPLAINT_ABOUT
from feedback_app.survey.types import TALK_LIMIT
from feedback_app.survey.words import fill_line
from feedback_app.survey_page.views import Passage
from feedback_app.typed_text import (
    REFERENCE_LIMIT,
    TEXT_LIMIT,
    clean_line,
    clean_reference,
    clean_text,
    is_visible,
)

WHO_LIMIT = 200
LIMITS = {
    "what": TEXT_LIMIT,
    "how": TALK_LIMIT,
    "who": WHO_LIMIT,
    "reference": REFERENCE_LIMIT,
}
"""Characters of each box, counted after it is cleaned."""
KEY_LIMIT = 40


@dataclass(frozen=True, slots=True)
class TypedComplaint:
    """The form as it came: `sent` is it cleaned; `too_long` holds the length of each box that is, by its name."""

    sent: SentComplaint
    is_empty: bool
    too_long: Mapping[str, int]

    @property
    def is_in_order(self) -> bool:
        """Whether it can be kept."""
        return not self.is_empty and not self.too_long


def read_complaint(form: Mapping[str, str]) -> TypedComplaint:
    """Read the form: what shows nothing counts as left empty, and nothing is ever cut."""
    typed = {
        "what": clean_text(form.get("what", "")),
        "how": clean_text(form.get("how", "")),
        "who": clean_line(form.get("who", "")),
        "reference": _reference(form.get("reference", "")),
    }
    typed = {name: words if is_visible(words) else "" for name, words in typed.items()}
    about = form.get("about", "")
    sent = SentComplaint(
        **typed,
        about=about if about in COMPLAINT_ABOUT else "none",
        form_key=form.get("form_key", "")[:KEY_LIMIT],
    )
    too_long = {
        name: len(words) for name, words in typed.items() if len(words) > LIMITS[name]
    }
    return TypedComplaint(sent, not typed["what"], too_long)


def problems_in_words(
    typed: TypedComplaint, words: Passage, too_long: Passage
) -> dict[str, str]:
    """What is said beside each box that must be mended; `words` are the form's, `too_long` those of that fixed text."""
    said = {
        name: fill_line(
            str(too_long.body[0]), {"length": str(length), "limit": str(LIMITS[name])}
        )
        for name, length in typed.too_long.items()
    }
    return said | ({"what": str(words.extra["empty"])} if typed.is_empty else {})


def _reference(typed: str) -> str:
    """As references are kept; one that is too long to be ours is shown as it was typed."""
    line = clean_line(typed)
    return line if len(line) > REFERENCE_LIMIT else clean_reference(line)
