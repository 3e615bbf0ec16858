"""QR codes, for pages and paper: error level Q, so that a creased card still scans; big enough across a table."""

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
    rows = _rows_of(address)
    side = len(rows)
    runs = "".join(_runs(row, y) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
    ).format(escape(label), side, side, side, side, runs)


def qr_png(address: str, dots: int = 8) -> bytes:
    """The same as a PNG in black and white, each square `dots` dots wide: for Word, which shows no SVG everywhere."""
    lines = b""
    rows = _rows_of(address)
    for row in rows:
        bits = "".join(("0" if dark else "1") * dots for dark in row)
        bits += "1" * (-len(bits) % 8)
        lines += (b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")) * dots
    side = len(rows) * dots
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_part(*part) for part in parts)


def qr_drawing(address: str) -> str:
    """The same as an SVG file of its own, for a PDF: without a name, which the PDF gives it."""
    rows = _rows_of(address)
    side = len(rows)
    runs = "".join(_runs(row, y) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{runs}"/></svg>'
    )


def _rows_of(address: str) -> list[list[bool]]:
    """The code's squares, row by row, True for a dark one; with the quiet zone."""
    import qrcode  # noqa: PLC0415 (with its picture library 9 MB, of a worker that may never draw a code)

    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=QUIET_ZONE
    )
    code.add_data(address)
    code.make()
    rows: list[list[bool]] = code.get_matrix()
    return rows


def _png_part(kind: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
    )


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
