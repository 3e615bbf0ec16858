"""Charts drawn here as SVG: horizontal bars, a line of twelve months, an interval on a scale. Pure.

One drawing for pages and documents. Nothing is inline style, which the pages' policy forbids: every colour is a
presentation attribute whose fallback prints well, and a class by which `static/staff.css` turns it for a dark page.
Colour never speaks alone: what differs also has a pattern or a shape, and the number stands as text. A chart has a
title, and beside it always a table with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

INK, SOFT, STRONG, PALE, LINE = "#1d2733", "#4a5663", "#0f5c63", "#dcefee", "#7d7769"
WIDTH = 360
"""Of every drawing in its own units, so that a phone shows its words at their size; pages and documents scale it."""
TEXT = 14
VALUE_ROOM = 112
"""For the words behind a bar."""
LETTER = 0.56
"""How wide a letter is on average, in its size: from it the room of labels is reckoned."""


class SvgText(str):
    """A whole drawing, whose words are escaped: a template puts it down as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `part` is its share of the whole, from 0 to 1; `words` what stands behind it. `pale`: hatched."""

    label: str
    part: float
    words: str
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One month: `part` from 0 to 1, or None where there are too few answers. `label` may be left out: ""."""

    label: str
    part: float | None


@dataclass(slots=True)
class Drawing:
    """Shapes on a ground of WIDTH by `height`. `name`: unique in its page."""

    name: str
    title: str
    description: str
    height: float = 0
    shapes: list[str] = field(default_factory=list)

    def add_shape(self, tag: str, css: str, text: str = "", **given: object) -> None:
        """Put one shape down; names of attributes are written with an underscore for a dash."""
        attributes = "".join(
            f' {key.replace("_", "-")}="{_number(value)}"'
            for key, value in given.items()
        )
        head = f'<{tag} class="{css}"{attributes}'
        self.shapes.append(f"{head}>{escape(text)}</{tag}>" if text else f"{head}/>")

    def add_text(
        self, x: float, y: float, words: str, css: str = "c-ink", **given: object
    ) -> None:
        """Words whose line stands on y."""
        colour = SOFT if css == "c-soft" else INK
        self.add_shape(
            "text", css, words, x=x, y=y, font_size=TEXT, fill=colour, **given
        )

    def as_svg(self) -> SvgText:
        """The drawing as an element for a page, and as a file for a document."""
        hatch = f"{self.name}-hatch"
        return SvgText(
            f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_number(self.height)}"'
            f' width="{WIDTH}" height="{_number(self.height)}" role="img"'
            f' aria-labelledby="{self.name}-title {self.name}-desc"'
            ' font-family="system-ui, Arial, Helvetica, Liberation Sans, Noto Sans, DejaVu Sans, sans-serif">'
            f'<title id="{self.name}-title">{escape(self.title)}</title>'
            f'<desc id="{self.name}-desc">{escape(self.description)}</desc>'
            f'<defs><pattern id="{hatch}" width="7" height="7" patternUnits="userSpaceOnUse"'
            f' patternTransform="rotate(45)"><rect class="c-pale" width="7" height="7" fill="{PALE}"/>'
            f'<rect class="c-hatch" width="2.5" height="7" fill="{STRONG}"/></pattern></defs>'
            + "".join(self.shapes)
            + "</svg>"
        )


def bar_chart(name: str, title: str, bars: Sequence[Bar]) -> SvgText:
    """Horizontal bars, one for each answer, two where a month stands beside its year; the longest label has its room.

    A bar without a label belongs to the one above it.
    """
    description = "; ".join(
        f"{bar.label}: {bar.words}" if bar.label else bar.words for bar in bars
    )
    drawing = Drawing(name, title, description)
    y = 0.0
    for bar in bars:
        if bar.label:
            for line in _broken(bar.label, WIDTH):
                y += 21
                drawing.add_text(0, y, line)
            y += 6
        room = WIDTH - VALUE_ROOM
        drawing.add_shape(
            "rect",
            "c-ground",
            x=0,
            y=y,
            width=room,
            height=16,
            fill="none",
            stroke=LINE,
        )
        if bar.part > 0:
            paint = f"url(#{name}-hatch)" if bar.pale else STRONG
            drawing.add_shape(
                "rect",
                "c-hatched" if bar.pale else "c-strong",
                x=0,
                y=y,
                width=max(2, room * min(1, bar.part)),
                height=16,
                fill=paint,
                stroke=STRONG,
            )
        drawing.add_text(room + 8, y + 13.5, bar.words)
        y += 20 if bar.pale else 22
    drawing.height = y + 2
    return drawing.as_svg()


def line_chart(
    name: str,
    title: str,
    points: Sequence[Point],
    *,
    target: float | None = None,
    words: str = "",
) -> SvgText:
    """A line over the months, from 0% to 100%, with a gap where there are too few answers; the target is dashed.

    `words`: what the line says, for whoever does not see it.
    """
    drawing = Drawing(name, title, words, height=152)
    left, right, top, bottom = 44.0, WIDTH - 44.0, 12.0, 118.0
    step = (right - left) / max(1, len(points) - 1)

    def place(number: int, part: float) -> tuple[float, float]:
        return left + number * step, bottom - part * (bottom - top)

    for part in (0, 0.5, 1):
        _x, y = place(0, part)
        drawing.add_shape("line", "c-line", x1=left, x2=right, y1=y, y2=y, stroke=LINE)
        drawing.add_text(
            left - 8, y + 5, f"{round(100 * part)}%", "c-soft", text_anchor="end"
        )
    if target:
        _x, y = place(0, target)
        drawing.add_shape(
            "line", "c-ink-line", x1=left, x2=right, y1=y, y2=y, stroke=INK,
            stroke_width=1.5, stroke_dasharray="7 5",
        )  # fmt: skip
        drawing.add_text(right + 6, y + 5, f"{round(100 * target)}%")
    run: list[tuple[float, float]] = []
    for number, point in enumerate([*points, Point("", None)]):
        if point.part is not None:
            run.append(place(number, point.part))
            continue
        if len(run) > 1:
            path = " ".join(f"{_number(x)},{_number(y)}" for x, y in run)
            drawing.add_shape(
                "polyline", "c-strong-line", points=path, fill="none", stroke=STRONG,
                stroke_width=3, stroke_linejoin="round",
            )  # fmt: skip
        for x, y in run:
            drawing.add_shape("circle", "c-strong", cx=x, cy=y, r=4, fill=STRONG)
        run = []
    for number, point in enumerate(points):
        if not point.label:
            continue
        drawing.add_text(
            left + number * step,
            bottom + 24,
            point.label,
            "c-soft",
            text_anchor="middle",
        )
    return drawing.as_svg()


def interval_chart(
    name: str,
    title: str,
    part: float,
    interval: tuple[float, float],
    *,
    target: float | None = None,
    words: str = "",
) -> SvgText:
    """A dot with its interval on a scale from 0% to 100%; the target is a dashed line. All parts are from 0 to 1."""
    drawing = Drawing(name, title, words, height=62)
    left, right, y = 10.0, WIDTH - 10.0, 26.0

    def place(each: float) -> float:
        return left + each * (right - left)

    drawing.add_shape(
        "line", "c-line", x1=left, x2=right, y1=y, y2=y, stroke=LINE, stroke_width=2
    )
    for each, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        drawing.add_text(
            place(each), 58, f"{round(100 * each)}%", "c-soft", text_anchor=anchor
        )
    low, high = (place(end) for end in interval)
    drawing.add_shape(
        "rect", "c-hatched", x=low, y=y - 9, width=max(2, high - low), height=18, rx=4,
        fill=f"url(#{name}-hatch)", stroke=STRONG,
    )  # fmt: skip
    drawing.add_shape(
        "circle", "c-strong", cx=place(part), cy=y, r=7.5, fill=STRONG, stroke="#fff",
        stroke_width=1.5,
    )  # fmt: skip
    if target:
        x = place(target)
        drawing.add_shape(
            "line", "c-ink-line", x1=x, x2=x, y1=4, y2=44, stroke=INK, stroke_width=2,
            stroke_dasharray="6 4",
        )  # fmt: skip
    return drawing.as_svg()


def _broken(words: str, room: float) -> list[str]:
    """The words in lines that fit."""
    most = int(room / (TEXT * LETTER))
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _number(value: object) -> str:
    """A number short, anything else as an attribute holds it."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))
