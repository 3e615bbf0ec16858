"""Word forms as a test reads them: opened again by python-docx, or as LibreOffice prints them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from docx import Document

from feedback_app.documents.survey_form import (
    FormKind,
    FormLink,
    OneForm,
    Stub,
    StubLine,
    build_forms,
)
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.form_order import FormQuestion, form_questions
from feedback_app.survey.model import LOOK_OF_BAND, Facts
from tests.support.surveys import NUMBERS

LINK = FormLink(
    "https://feedback.example.gov.uk/r/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg",
    "river lemon quiet boat",
)
REFERENCE = "CASE-2041"
STUB = Stub(
    "Cut this off", (StubLine("Reference", REFERENCE), StubLine("Handed out on"))
)
IN_WORD = {"en": "en-GB", "ar": "ar-SA", "fa": "fa-IR"}


def form_kind(
    catalogue: Catalogue, survey: str, band: str, look: str = "", *, large: bool = False
) -> FormKind:
    """A form with every question that a link can ask of an in-person meeting, the month's among them."""
    found = catalogue.find_survey(survey)
    month = found.spotlight.get(band, ())
    return FormKind(
        catalogue,
        found,
        band,
        look or LOOK_OF_BAND[band],
        Facts("in_person", frozenset({"over5"})),
        month[0].id if month else None,
        has_iro=found.asks_iro_sees,
        large=large,
    )


def build_one(
    kind: FormKind,
    link: FormLink | None = LINK,
    stub: Stub = STUB,
    times: int = 1,
    numbers: Mapping[str, str] = NUMBERS,
) -> bytes:
    """The Word file of that form."""
    code = kind.catalogue.language
    return build_forms(
        kind,
        numbers,
        [OneForm(link, stub)] * times,
        code_name="QR code",
        language=IN_WORD.get(code, code),
    )


def asked_in(kind: FormKind) -> tuple[FormQuestion, ...]:
    """Its questions, as `form_order` has them."""
    return form_questions(
        kind.catalogue,
        kind.survey,
        kind.band,
        kind.look,
        kind.facts,
        kind.spotlight,
        NUMBERS,
        has_iro=kind.has_iro,
    )


def words_in_order(kind: FormKind) -> list[str]:
    """The survey's own words, in the order in which a form says them."""
    found = []
    for asked in asked_in(kind):
        found += [line for line in (asked.when, asked.question.text) if line]
        found += [asked.question.hint] if asked.question.hint else []
        found += [one.option.label for one in asked.options]
    return found


def text_of(file: bytes) -> str:
    """All text of a Word file's body, paragraph by paragraph, tables in their place."""
    body = Document(io.BytesIO(file)).element.body
    lines = []
    for paragraph in body.iter(f"{{{W}}}p"):
        lines.append(
            "".join(
                one.text or "" if one.tag.endswith("}t") else "\n"
                for one in paragraph.iter()
                if one.tag in (f"{{{W}}}t", f"{{{W}}}br")
            )
        )
    return "\n".join(lines)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def squeezed(text: str) -> str:
    """Without what a printer changes: white space, marks of direction, letters joined as one."""
    text = re.sub(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    return text.replace("\ufb01", "fi").replace("\ufb02", "fl").replace("\ufb00", "ff")


def missing_in_order(words: Iterable[str], text: str) -> str:
    """The first of the words that the text does not say after those before it; "" when it says them all."""
    place, whole = 0, squeezed(text)
    for one in words:
        found = whole.find(squeezed(one), place)
        if found < 0:
            return one
        place = found + len(squeezed(one))
    return ""


def print_all(files: dict[str, bytes], folder: Path) -> dict[str, Path]:
    """Each Word file as LibreOffice prints it: name -> PDF. One start of the program for all of them."""
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("no LibreOffice: run 'make system'")
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    subprocess.run(
        [
            program,
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            *sorted(folder.glob("*.docx")),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return {name: folder / f"{name}.pdf" for name in files}


def printed_text(pdf: Path, *more: str) -> str:
    """The text of a PDF, as poppler reads it."""
    return subprocess.run(
        ["pdftotext", *more, pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
