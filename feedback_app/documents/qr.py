"""QR codes as inline SVG: error level Q, so that a creased card still scans; big enough to scan across a table."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

QUIET_ZONE = 4


@lru_cache(maxsize=64)
def qr_svg(address: str, label: str) -> Markup:
    """An SVG picture of `address` with `label` as its name for those who cannot see it. Scales to its box.

    Dark on white whatever the page's colours: scanners want it so. Never stored, never logged (promise 2).
    """
    import qrcode  # noqa: PLC0415 (with its picture library 9 MB, of a worker that may never draw a code)

    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=QUIET_ZONE
    )
    code.add_data(address)
    code.make()
    rows = code.get_matrix()
    side = len(rows)
    runs = "".join(_runs(row, y) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
    ).format(escape(label), side, side, side, side, runs)


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
