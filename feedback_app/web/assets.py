"""Static files: read once, compressed once, named by their content so that browsers may keep them for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request

from feedback_app.web.access import policy
from feedback_app.web.app_part import AppPart
from feedback_app.web.headers import LEAST_TO_COMPRESS

A_YEAR = "public, max-age=31536000, immutable"
CHILD_SCRIPT = (
    "tools",
    "looks",
    "listen",
    "screens",
    "draft",
    "send",
    "switch",
    "start",
)
JOINED = {
    "child.js": tuple(f"child/{part}.js" for part in CHILD_SCRIPT),
    "child.css": ("palette.css", "child.css"),
    "staff.css": ("palette.css", "staff.css"),
}
"""A file as it is sent -> the files of `static/` that it is made of, in order."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    packed: bytes | None
    kind: str
    version: str


ASSETS: AppPart[dict[str, Asset]] = AppPart("assets")


def read_file(folder: Path, name: str) -> bytes:
    """A static file as it is sent: one file of the folder, or several joined (`JOINED`)."""
    return b"".join((folder / part).read_bytes() for part in JOINED.get(name, (name,)))


def load_files(folder: Path) -> dict[str, Asset]:
    """Every file that is sent, by name: those of the folder, and the joined ones."""
    names = {path.name for path in folder.iterdir() if path.is_file()} | JOINED.keys()
    found = {}
    for name in sorted(names):
        body = read_file(folder, name)
        packed = (
            gzip.compress(body, 9, mtime=0) if len(body) >= LEAST_TO_COMPRESS else None
        )
        kind = (
            "text/javascript"
            if name.endswith(".js")
            else mimetypes.guess_type(name)[0] or "text/plain"
        )
        found[name] = Asset(body, packed, kind, hashlib.sha256(body).hexdigest()[:8])
    return found


def address_of(name: str) -> str:
    """Where a page finds a static file (template global `asset`)."""
    asset = ASSETS.get()[name]
    return f"/static/{name}?v={asset.version}"


@policy("public")
def send_file(name: str) -> Response:
    """Send one static file."""
    asset = ASSETS.get().get(name)
    if asset is None:
        abort(404)
    packed = asset.packed is not None and "gzip" in request.headers.get(
        "Accept-Encoding", ""
    )
    response = Response(asset.packed if packed else asset.body, mimetype=asset.kind)
    response.headers["Cache-Control"] = A_YEAR
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask, folder: Path) -> None:
    """Serve the folder's files, and let templates name them."""
    ASSETS.set(app, load_files(folder))
    app.add_url_rule("/static/<name>", "static", send_file, methods=["GET"])
    app.jinja_env.globals["asset"] = address_of
