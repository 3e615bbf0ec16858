"""The Word templates of the letters: which there are, which fields they may use, and what is wrong with one.

Ours lie in `letters/` beside this file; a council's own lie in the folder of LETTERS_DIR, and one that is missing there
is taken from ours (docs/letters.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

OUR_FOLDER = Path(__file__).with_name("letters")
KINDS = ("introduction", "after-review")
REPORT_TEMPLATE = "report.docx"
"""Lies in the same folder and is no letter (reports/printing)."""
BANDS = ("4-7", "8-11", "12-17")
TYPED_FIELDS = ("child", "greeting", "officer", "sign_off")
"""Fields of one line that the officer types."""
LINE_FIELDS = ("about", "decided", "proud", "reach")
"""Fields with several lines: for `{%p for line in ... %}`."""
NUMBER_FIELDS = (
    "advocacy",
    "complaints",
    "childline",
    "emergency",
    "help_at_hand",
    "always_heard",
    "nyas",
    "service_phone",
)
"""Telephone numbers of the settings; empty where there is none."""
LINK_FIELDS = ("qr", "words", "site", "last_day")
"""Of a child's link; empty in a letter without one."""
KNOWN_FIELDS = frozenset(
    (*TYPED_FIELDS, *LINE_FIELDS, *NUMBER_FIELDS, *LINK_FIELDS, "today", "service_name")
)
MUST_NAME = {
    "introduction": ("child", "officer", "reach"),
    "after-review": ("child", "officer", "decided", "words", "qr"),
}
"""Kind of letter -> fields without which it is not that letter."""
HELP_FIELDS = ("advocacy", "always_heard", "nyas", "help_at_hand")
"""A child must be told how to disagree and get an advocate (IRO handbook): a letter after the review names one."""
LARGEST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000


class BadTemplate(Exception):
    """A template cannot be used; the message names the file and says what to do."""


def template_path(kind: str, band: str, own_folder: Path | None) -> Path:
    """The file of that letter: the council's own where there is one, else ours."""
    name = f"{kind}-{band}.docx"
    if own_folder is not None and (own_folder / name).is_file():
        return own_folder / name
    return OUR_FOLDER / name


def open_template(path: Path) -> Any:
    """The file as a docxtpl template. Raises BadTemplate for what is no Word document, or a huge one."""
    import zipfile  # noqa: PLC0415 (as the next)

    from docxtpl import DocxTemplate  # noqa: PLC0415 (20 MB that only letters need)

    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadTemplate(
                f"{path.name}: more than {LARGEST_BYTES // 1_000_000} MB; make its pictures smaller."
            )
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise BadTemplate(f"{path.name}: unpacked it is too large.")
        template = DocxTemplate(str(path))
        template.init_docx()
    except BadTemplate:
        raise
    except Exception as error:
        raise BadTemplate(
            f"{path.name}: Word cannot have saved this; save it in Word as .docx and put it there again."
        ) from error
    return template


def make_sandbox() -> Any:
    """Where templates are filled in: no attribute or call of Python can be reached, and every value is text."""
    from jinja2 import StrictUndefined  # noqa: PLC0415 (as the next)
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 (letters)

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def named_fields(template: Any, path: Path) -> frozenset[str]:
    """The fields that a template names. Raises BadTemplate where its braces cannot be read."""
    from jinja2 import TemplateError  # noqa: PLC0415 (letters)

    try:
        found = template.get_undeclared_template_variables(jinja_env=make_sandbox())
    except TemplateError as error:
        raise BadTemplate(
            f"{path.name}: the braces cannot be read: {error.message}. Write a field as in docs/letters.md."
        ) from error
    return frozenset(found)
