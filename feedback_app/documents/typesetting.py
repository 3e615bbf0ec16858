"""PDF by typst: a file of ours says how it looks, and data goes in as JSON, where nothing is taken for code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SANS = (
    "Liberation Sans",
    "Noto Sans",
    "DejaVu Sans",
    "Noto Sans Arabic",
    "Noto Sans Ethiopic",
    "Noto Sans Hebrew",
    "Noto Color Emoji",
    "Libertinus Serif",
)
"""Faces that are tried in turn: Debian's where they are installed, the last one is typst's own."""


def set_in_type(name: str, data: Mapping[str, Any]) -> bytes:
    """The PDF that the typst file `name` makes of that data: tagged for screen readers (PDF/UA-1).

    Where no face on this machine has one of its letters, PDF/UA cannot be promised: then it is made without, and the
    letter is a box.
    """
    import typst  # noqa: PLC0415 (85 MB, that only a letter or a sheet of cards needs)

    given: dict[str, Any] = {
        "root": str(FOLDER),
        "format": "pdf",
        "sys_inputs": {"data": json.dumps(data)},
    }
    file = str(FOLDER / name)
    try:
        made: bytes = typst.compile(file, pdf_standards="ua-1", **given)
    except typst.TypstError:
        made = typst.compile(file, **given)
    return made


def draw_png(svg: str) -> bytes:
    """A drawing of ours as a PNG for a Word document, sharp enough to be printed."""
    import typst  # noqa: PLC0415 (as above)

    made: bytes = typst.compile(
        str(FOLDER / "drawing.typ"),
        root=str(FOLDER),
        format="png",
        ppi=220,
        sys_inputs={"svg": svg},
    )
    return made
