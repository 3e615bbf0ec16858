"""A letter to a child, filled in: a Word template and what an officer typed. Nothing of it is stored.

What is typed is text and never template: it is put in as escaped values, and braces in it stay braces (promise 31).
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from feedback_app.documents.letter_templates import (
    LINE_FIELDS,
    BadTemplate,
    make_sandbox,
    open_template,
)
from feedback_app.documents.qr import qr_png
from feedback_app.documents.zip_times import without_times
from feedback_app.typed_text import clean_text

_NO_XML = re.compile("[\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
QR_MILLIMETRES = 38


@dataclass(frozen=True, slots=True)
class LetterLink:
    """A child's link as a letter shows it. `picture_words`: what the code's picture is for who cannot see it."""

    address: str
    words: str
    site: str
    last_day: str
    picture_words: str


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What stands in one letter. `lines`: a field of LINE_FIELDS -> its paragraphs; `texts`: any other field."""

    texts: Mapping[str, str]
    lines: Mapping[str, list[str]] = field(default_factory=dict)


TRIAL = LetterWords(
    {
        name: f"<{name}> & {{{{ 7*7 }}}}"
        for name in (
            "child",
            "greeting",
            "officer",
            "sign_off",
            "today",
            "service_name",
            "advocacy",
            "complaints",
            "childline",
            "emergency",
            "help_at_hand",
            "always_heard",
            "nyas",
            "service_phone",
        )
    },
    {name: ["One line", "and another"] for name in LINE_FIELDS},
)
"""Invented words for a trial of a template."""
TRIAL_LINK = LetterLink(
    "https://review.example/r/trial",
    "four kind short words",
    "review.example",
    "1 January",
    "QR code",
)


def split_lines(typed: str) -> list[str]:
    """What was typed, a line each, without empty ones: for a list."""
    return [line.strip() for line in clean_text(typed).split("\n") if line.strip()]


def split_paragraphs(typed: str) -> list[str]:
    """What was typed, a paragraph each: an empty line divides them, a single line break stays one."""
    return [part for part in _BLANK_LINES.split(clean_text(typed)) if part.strip()]


def fill_letter(template: Path, words: LetterWords, link: LetterLink | None) -> bytes:
    """That template with these words, as a Word document. Raises BadTemplate where it cannot be filled in."""
    from docx.shared import Mm  # noqa: PLC0415 (letters only)
    from docxtpl import InlineImage  # noqa: PLC0415 (letters only)

    letter = open_template(template)
    picture = qr_png(link.address) if link else b""
    values: dict[str, Any] = dict.fromkeys(("words", "site", "last_day", "qr"), "")
    values |= {name: as_word_text(text) for name, text in words.texts.items()}
    values |= {
        name: [as_word_text(one) for one in words.lines.get(name, ())]
        for name in LINE_FIELDS
    }
    if link:
        values["qr"] = InlineImage(
            letter, io.BytesIO(picture), width=Mm(QR_MILLIMETRES)
        )
        for name in ("words", "site", "last_day"):
            values[name] = as_word_text(getattr(link, name))
    try:
        letter.render(values, jinja_env=make_sandbox())
        if link:
            _name_picture(letter.docx, picture, link.picture_words)
        made = io.BytesIO()
        letter.save(made)
    except (
        Exception
    ) as error:  # what a template does in the sandbox can fail in any way
        raise BadTemplate(
            f"{template.name}: it cannot be filled in ({type(error).__name__}). Compare it with docs/letters.md."
        ) from error
    return without_times(made.getvalue())


def as_word_text(typed: str) -> Markup:
    """Typed words as the text of a Word document: every sign as it was typed, no control characters.

    docxtpl turns `{_{` in a finished document into two braces, so no brace of a value may be one while it works.
    """
    seen = escape(_NO_XML.sub("", clean_text(typed)))
    return Markup(  # noqa: S704 (escaped in the line above; braces become references)  # nosec B704
        str(seen).replace("{", "&#123;").replace("}", "&#125;")
    )


def _name_picture(document: Any, picture: bytes, words: str) -> None:
    """Give the code its words for who cannot see it; a council's own pictures keep theirs."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (letters only)

    for inline in document.element.body.iter(qn("wp:inline")):
        blip = next(inline.iter(qn("a:blip")), None)
        part = (
            document.part.related_parts.get(blip.get(qn("r:embed")))
            if blip is not None
            else None
        )
        if part is not None and part.blob == picture:
            inline.find(qn("wp:docPr")).set("descr", words)
