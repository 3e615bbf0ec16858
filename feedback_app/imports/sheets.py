"""A file as it is chosen, made into rows of text: CSV here, spreadsheets in a process of their own.

Every limit is checked before anything else looks at the rows: 5 MB, 5,000 rows, 100 columns, 400 characters a cell.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess  # nosec B404
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from feedback_app.imports.sheet_process import MOST_CHARACTERS, MOST_COLUMNS
from feedback_app.typed_text import clean_line, drop_unseen

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5000
SECONDS = 15
"""How long a spreadsheet may take to be read."""
LOOKED_AT = 10
"""Rows in which the headings are looked for: some exports begin with a title."""
DELIMITERS = (",", ";", "\t")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


class BadFile(Exception):
    """The file cannot be read, or is too large; the message says in the user's words what to do."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as a spreadsheet shows it, from 1, and its cells, as many as there are headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CouncilSheet:
    """The headings, and the rows below them that hold anything."""

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(content: bytes, known: Collection[str]) -> CouncilSheet:
    """The rows of a file. `known`: headings, as `heading_key` makes them, by which the row of headings is told.

    What a file is is told by how it begins, not by its name. Raises BadFile.
    """
    if not content:
        raise BadFile(_("The file is empty. Choose another."))
    if len(content) > MOST_BYTES:
        raise too_large()
    if content.startswith((_ZIP, _OLE)):
        raw = _read_workbook(content)
    elif content.startswith(_OTHERS):
        raise BadFile(_("This is not a table. Save it as CSV or XLSX and choose that."))
    else:
        raw = _read_csv(content)
    return _as_sheet(raw, known)


def too_large() -> BadFile:
    """What to say of a file that has too many bytes."""
    return BadFile(
        _(
            "The file is larger than 5 MB. Keep only the rows of the month, and choose it again."
        )
    )


def heading_key(heading: str) -> str:
    """What two headings must have in common to be the same one: letters and digits, in any case."""
    return " ".join(re.findall(r"[^\W_]+", drop_unseen(heading).casefold()))


def column_letter(column: int) -> str:
    """The name of a column as a spreadsheet shows it; 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _read_csv(content: bytes) -> list[list[str]]:
    text = _decode_text(content)
    found = _SEPARATOR_LINE.match(text)
    delimiter = found[1] if found else _guess_delimiter(text)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells = [cell[: MOST_CHARACTERS + 1] for cell in row]
            rows.append([] if found and not rows else cells)
            if len(rows) > 4 * MOST_ROWS:
                break
    except csv.Error as error:
        raise BadFile(
            _(
                "The file breaks off in row %(row)s: look for a quotation mark that is not closed.",
                row=len(rows) + 1,
            )
        ) from error
    return rows


def _decode_text(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else what Windows writes. Raises BadFile."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile(_("This is not a table. Save it as CSV or XLSX and choose that."))


def _guess_delimiter(text: str) -> str:
    """The one that occurs most in the first lines that hold anything, outside of quotation marks."""
    lines = [line for line in text[:20000].splitlines() if line.strip()][:LOOKED_AT]
    bare = re.sub(r'"[^"]*"', "", "\n".join(lines))
    return max(DELIMITERS, key=bare.count)


def _read_workbook(content: bytes) -> list[list[str]]:
    """Have the other process read it. Raises BadFile."""
    command = [sys.executable, "-I", "-m", "feedback_app.imports.sheet_process"]
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603
            command,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
        )
        found = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        found = {}
    rows: list[list[str]] | None = found.get("rows")
    if rows is not None:
        return rows
    raise BadFile(_problem_words(found.get("problem", "")))


def _problem_words(problem: str) -> str:
    words: dict[str, str] = {
        "encrypted": _(
            "The file has a password. Save it without one, and choose it again."
        ),
        "empty": _("There is nothing in the file. Choose another."),
        "columns": _too_many_columns(),
        "broken": _(
            "The file cannot be read: it is broken, or no spreadsheet. Save it as XLSX or CSV, and choose that."
        ),
    }
    too_much = _(
        "Reading the file takes too much room. Copy the rows of the month into a new file, and choose that."
    )
    return words.get(problem, str(too_much))


def _too_many_columns() -> str:
    return str(
        _(
            "The file has more than %(most)s columns. Delete those that are not needed.",
            most=MOST_COLUMNS,
        )
    )


def _as_sheet(raw: Sequence[Sequence[str]], known: Collection[str]) -> CouncilSheet:
    """Find the headings, leave empty rows out, and check the limits."""
    filled = [
        (number, cells)
        for number, row in enumerate(raw, 1)
        if any(cells := [clean_line(cell) for cell in row])
    ]
    if not filled:
        raise BadFile(_("There is nothing in the file. Choose another."))
    at = _heading_row([cells for _number, cells in filled[:LOOKED_AT]], known)
    below = filled[at + 1 :]
    if not below:
        raise BadFile(_("There are only headings in the file. Rows belong below them."))
    if len(below) > MOST_ROWS:
        raise BadFile(
            _(
                "The file has more than %(most)s rows. Keep only those of the month.",
                most=MOST_ROWS,
            )
        )
    width = max(_used_width(cells) for _number, cells in filled[at:])
    if width > MOST_COLUMNS:
        raise BadFile(_too_many_columns())
    return CouncilSheet(
        tuple(
            heading or str(_("Column %(letter)s", letter=column_letter(column)))
            for column, heading in enumerate(_padded(filled[at][1], width))
        ),
        tuple(SheetRow(number, _padded(cells, width)) for number, cells in below),
    )


def _heading_row(rows: Iterable[Sequence[str]], known: Collection[str]) -> int:
    """Which of the rows holds the most headings that are known; the first where none does."""
    counts = [sum(heading_key(cell) in known for cell in cells) for cells in rows]
    return counts.index(max(counts))


def _used_width(cells: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(cells, 1) if cell), default=0)


def _padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return tuple(cells[:width]) + ("",) * (width - len(cells))
