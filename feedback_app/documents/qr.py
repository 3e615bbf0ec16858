"""QR codes as inline SVG and, for paper, as PNG: error level Q, so that a creased card still scans across a table."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

from markupsafe import Markup, escape

QUIET_ZONE = 4


@lru_cache(maxsize=64)
def qr_svg(address: str, label: str) -> Markup:
    """An SVG picture of `address` with `label` as its name for those who cannot see it. Scales to its box.

    Dark on white whatever the page's colours: scanners want it so. Never stored, never logged (promise 2).
    """
    rows = _dark_modules(address)
    side = len(rows)
    runs = "".join(_runs(row, y) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
    ).format(escape(label), side, side, side, side, runs)


def qr_png(address: str) -> bytes:
    """A PNG picture of `address`, eight dots a module, dark on white. Never stored, never logged (promise 2)."""
    rows = _dark_modules(address)
    lines = []
    for row in rows:
        # One byte is the eight dots of one module; in a PNG of one bit a dot, 1 is white. 0: the line has no filter.
        line = b"\0" + bytes(0 if dark else 255 for dark in row)
        lines += [line] * 8
    side = len(rows) * 8
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", head),
            _chunk(b"IDAT", zlib.compress(b"".join(lines), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return (
        struct.pack(">I", len(content))
        + checked
        + struct.pack(">I", zlib.crc32(checked))
    )


def _dark_modules(address: str) -> list[list[bool]]:
    """The code with its quiet zone, row by row."""
    import qrcode  # noqa: PLC0415 (with its picture library 9 MB, of a worker that may never draw a code)

    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=QUIET_ZONE
    )
    code.add_data(address)
    code.make()
    rows: list[list[bool]] = code.get_matrix()
    return rows


def _runs(row: list[bool], y: int) -> str:
    """The dark runs of one row as path commands."""
    commands: list[str] = []
    x = 0
    while x < len(row):
        if not row[x]:
            x += 1
            continue
        start = x
        while x < len(row) and row[x]:
            x += 1
        commands.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return "".join(commands)
