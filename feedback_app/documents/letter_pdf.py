"""A letter as PDF: the content of the filled-in Word document, walked through and set anew by typst.

So the words are those of the document, whatever a council wrote into its template. Word may break the pages otherwise;
what a document can hold beside headings, text, lists, pictures and tables (drawn shapes, text boxes) is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from feedback_app.documents.typesetting import SANS, set_in_type

USUAL_POINTS = 11.0
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_ALIGNS = {"CENTER": "center", "RIGHT": "right", "END": "right"}


def letter_pdf(word_file: bytes) -> bytes:
    """That Word document as PDF, tagged for screen readers (PDF/UA-1)."""
    return set_in_type("letter.typ", read_letter(word_file))


def read_letter(word_file: bytes) -> dict[str, Any]:
    """What stands in a Word document, as letter.typ takes it: title, fonts, blocks from the top down."""
    import docx  # noqa: PLC0415 (letters only)

    document = docx.Document(io.BytesIO(word_file))
    section = document.sections[0]
    blocks = [
        *_blocks_of(section.header),
        *_blocks_of(document),
        *_blocks_of(section.footer),
    ]
    face = document.styles["Normal"].font.name
    return {
        "title": document.core_properties.title or "Letter",
        "fonts": [*((face,) if face else ()), *SANS],
        "size": _points(document.styles["Normal"].font.size) or USUAL_POINTS,
        "blocks": _join_lists(_level_headings(blocks)),
    }


def _blocks_of(holder: Any) -> Iterator[dict[str, Any]]:
    """The paragraphs and tables of a document, a header or a cell."""
    from docx.table import Table  # noqa: PLC0415 (letters only)

    for one in holder.iter_inner_content():
        if isinstance(one, Table):
            yield _table_of(one)
        else:
            yield _paragraph_of(one)


def _paragraph_of(paragraph: Any) -> dict[str, Any]:
    style = paragraph.style.name or ""
    pieces = list(_pieces_of(paragraph))
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    align = paragraph.alignment
    made = {
        "kind": "paragraph",
        "pieces": pieces,
        "align": _ALIGNS.get(align.name) if align is not None else None,
        "above": _space(paragraph, "space_before"),
        "below": _space(paragraph, "space_after"),
    }
    if pieces and (style == "Title" or style.startswith("Heading ")):
        number = style.removeprefix("Heading ")
        return made | {
            "kind": "heading",
            "level": int(number) if number.isdecimal() else 1,
        }
    if pieces and (numbered or style.startswith("List")):
        return made | {"kind": "list"}
    return made


def _pieces_of(paragraph: Any) -> Iterator[dict[str, Any]]:
    """The runs of a paragraph and its pictures, in order."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (letters only)
    from docx.text.run import Run  # noqa: PLC0415 (letters only)

    for element in paragraph._p.iter(qn("w:r")):
        run = Run(element, paragraph)
        if run.text:
            yield _run_of(run, paragraph)
        for drawing in element.iter(qn("wp:inline"), qn("wp:anchor")):
            yield _picture_of(drawing, paragraph.part, run, paragraph)


def _run_of(run: Any, paragraph: Any, words: str = "") -> dict[str, Any]:
    colour = _from_styles(run.font, paragraph.style, _colour)
    return {
        "kind": "run",
        "text": words or run.text,
        "bold": bool(_from_styles(run.font, paragraph.style, lambda font: font.bold)),
        "italic": bool(
            _from_styles(run.font, paragraph.style, lambda font: font.italic)
        ),
        "underline": bool(run.font.underline),
        "size": _points(
            _from_styles(run.font, paragraph.style, lambda font: font.size)
        ),
        "colour": f"#{colour}" if colour else None,
    }


def _picture_of(drawing: Any, part: Any, run: Any, paragraph: Any) -> dict[str, Any]:
    """A picture with its width in points; one that cannot be drawn as its words."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (letters only)

    named = drawing.find(qn("wp:docPr"))
    words = (named.get("descr") if named is not None else "") or "Picture"
    blip = next(drawing.iter(qn("a:blip")), None)
    found = (
        part.related_parts.get(blip.get(qn("r:embed"))) if blip is not None else None
    )
    if found is None or found.content_type not in PICTURES:
        return _run_of(run, paragraph, f"[{words}]")
    width = int(drawing.find(qn("wp:extent")).get("cx")) / 12700
    return {
        "kind": "picture",
        "bytes": list(found.blob),
        "width": min(width, 450.0),
        "alt": words,
    }


def _table_of(table: Any) -> dict[str, Any]:
    """A table: its cells row by row, each a list of blocks; widths in points."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (letters only)

    rows = [row.cells for row in table.rows]
    columns = max((len(row) for row in rows), default=0)
    widths = [
        _points(cell.width) or 460.0 / columns for cell in (rows[0] if rows else ())
    ]
    scale = min(1.0, 460.0 / max(1.0, sum(widths)))
    style = table.style.name if table.style is not None else ""
    return {
        "kind": "table",
        "rows": len(rows),
        "widths": [width * scale for width in widths],
        "border": table._tbl.tblPr.find(qn("w:tblBorders")) is not None
        or "Grid" in style,
        "cells": [_cell_of(cell) for row in rows for cell in row],
    }


def _cell_of(cell: Any) -> dict[str, Any]:
    """What stands in a cell, and along which of its sides a line is drawn."""
    from docx.oxml.ns import qn  # noqa: PLC0415 (letters only)

    facts = cell._tc.tcPr
    borders = facts.find(qn("w:tcBorders")) if facts is not None else None
    lines = () if borders is None else borders
    return {
        "blocks": _join_lists(_level_headings(_blocks_of(cell), inside=True)),
        "sides": [
            side
            for side in ("top", "left", "bottom", "right")
            for line in lines
            if line.tag == qn(f"w:{side}")
            and line.get(qn("w:val")) not in {"nil", "none"}
        ],
    }


def _level_headings(
    blocks: Iterable[dict[str, Any]], *, inside: bool = False
) -> list[dict[str, Any]]:
    """Headings that leave out no level, as a reader by ear expects; inside a table they are bold text."""
    found, last = [], 0
    for one in blocks:
        if one["kind"] == "heading" and inside:
            bold = [piece | {"bold": True} for piece in one["pieces"]]
            found.append(one | {"kind": "paragraph", "pieces": bold})
            continue
        if one["kind"] == "heading":
            last = min(one["level"], last + 1)
            found.append(one | {"level": last})
            continue
        found.append(one)
    return found


def _join_lists(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points that follow one another as one list."""
    found: list[dict[str, Any]] = []
    for one in blocks:
        if one["kind"] != "list":
            found.append(one)
        elif found and found[-1]["kind"] == "list":
            found[-1]["items"].append(one["pieces"])
        else:
            found.append({"kind": "list", "items": [one["pieces"]]})
    return found


def _from_styles(font: Any, style: Any, read: Any) -> Any:
    """What the run says of its letters, else its paragraph's style, else the style that one is based on."""
    found = read(font)
    while found is None and style is not None:
        found, style = read(style.font), style.base_style
    return found


def _space(paragraph: Any, name: str) -> float:
    """The space before or after a paragraph, in points."""
    found, style = getattr(paragraph.paragraph_format, name), paragraph.style
    while found is None and style is not None:
        found, style = getattr(style.paragraph_format, name), style.base_style
    return _points(found) or 0.0


def _colour(font: Any) -> Any:
    return font.color.rgb if font.color is not None else None


def _points(length: Any) -> float | None:
    return float(length.pt) if length is not None else None
