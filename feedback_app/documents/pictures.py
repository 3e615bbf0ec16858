"""The product's own drawings as PNG, for paper: the faces, and the signs of easy read.

They stand once, in templates/child/drawings.html, which draws them on a page. Here the same file is drawn in the light
colours of static/palette.css, and turned into dots by typst.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
INK = {
    "ink": "#1d2733",
    "paper": "#fff",
    "ground": "#fbf7ef",
    "strong": "#0f5c63",
    "line": "#cfc8ba",
}
"""The colours that a drawing names, as they are on a light page."""
SIDE_MM, DOTS_PER_INCH = 16, 200
"""How large a square drawing is made; a document shows it smaller or as large."""
_VARIABLE = re.compile(r"var\(--([a-z]+)\)")
_drawn: dict[tuple[str, bool], bytes] = {}


def draw_pictures(
    names: Iterable[tuple[str, bool]],
) -> dict[tuple[str, bool], bytes]:
    """(name, wide) -> PNG. A wide one is 4 to 3, as above a question; else it is square, as beside an answer.

    Each is drawn once in the life of the process: together they have less than 400 kB. Raises typst's own error where a
    drawing is no SVG.
    """
    wanted = list(dict.fromkeys(names))
    missing = [one for one in wanted if one not in _drawn]
    if missing:
        _drawn.update(zip(missing, _draw_all(missing), strict=True))
    return {one: _drawn[one] for one in wanted}


def _draw_all(wanted: list[tuple[str, bool]]) -> list[bytes]:
    """One page of a typst document for each."""
    import typst  # noqa: PLC0415 (30 MB of a worker that makes no Word form)

    source = "\n#pagebreak()\n".join(
        f"#image(bytes(sys.inputs.p{n}), height: {SIDE_MM}mm)"
        for n in range(len(wanted))
    )
    pages: Any = typst.compile(
        f"#set page(width: auto, height: auto, margin: 0pt, fill: none)\n{source}".encode(),
        format="png",
        ppi=DOTS_PER_INCH,
        ignore_system_fonts=True,  # no drawing has a word in it
        sys_inputs={f"p{n}": _svg(*one) for n, one in enumerate(wanted)},
    )
    return [pages] if isinstance(pages, bytes) else list(pages)


def _svg(name: str, wide: bool) -> str:
    width = 160 if wide else 120
    inside = _VARIABLE.sub(lambda found: INK[found[1]], _symbols(name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 120" width="{width}" height="120">'
        f'<defs>{inside}</defs><use href="#p-{name}" width="{width}" height="120"/></svg>'
    )


def _symbols(name: str) -> str:
    """What templates/child/drawings.html has of one drawing, without its frame."""
    framed = str(_drawings().module.drawings((name,)))
    return framed[framed.index(">") + 1 : framed.rindex("</svg>")]


@lru_cache(maxsize=1)
def _drawings() -> Any:
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415 (as above)

    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True).get_template(
        "child/drawings.html"
    )
