"""Static files: read once, compressed once, named by their content so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort

from feedback_app.web.access import policy
from feedback_app.web.app_part import AppPart
from feedback_app.web.headers import LEAST_TO_COMPRESS, takes_encoding

A_YEAR = "public, max-age=31536000, immutable"
CHILD_SCRIPT = (
    "plain",
    "tools",
    "looks",
    "edges",
    "sheets",
    "listen",
    "exclusive",
    "screens",
    "taps",
    "draft",
    "send",
    "switch",
    "leave",
    "start",
)
JOINED = {
    "child.js": tuple(f"child/{part}.js" for part in CHILD_SCRIPT),
    "child.css": ("palette.css", "child.css"),
    "staff.css": ("palette.css", "staff.css"),
    "keyed_in.js": ("kept/open.js", "kept/lock.js", "keyed_in.js"),
    "unsent.js": ("kept/open.js", "unsent.js"),
    "sheet.js": (
        *("kept/open.js", "kept/lock.js", "unsent.js"),
        *("sheet/keys.js", "sheet/send.js", "sheet/start.js"),
    ),
}
"""A file as it is sent -> the files of `static/` that it is made of, in order."""
COMMENTS = {
    ".js": re.compile(rb"^ *//.*\n| +// .*$", re.MULTILINE),
    ".css": re.compile(rb"/\*.*?\*/\s*", re.DOTALL),
}
"""Kind of file -> its comments, as these files write them: in a script from // and a space to the end of the line."""
SPACES = {
    ".js": re.compile(
        rb"""("(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`"""
        rb"""|(?<=[(\s])/(?![ /])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n[])+/)"""
        rb"""| ?([=<>!?:,;(){}\[\]&|]*[{,;(])\s+|(\n)\s+| ?([=<>!?:,;(){}\[\]&|]+) ?"""
        rb"""| ([+*-]) (?=[^+-])"""
    ),
    ".css": re.compile(
        rb"""(?<==)"([a-z]\w*)"(?=\])|("[^"\n]*")|;?\s*(})\s*|([;,])\s+|((?<=[a-z]):) (?!;)|\s?([{>])\s*"""
    ),
}
"""Kind of file -> the spaces that only its readers need; what a group holds stays, strings and patterns among it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent. `packed`: "br" and "gzip" -> the body compressed so, smallest first; empty if tiny."""

    body: bytes
    packed: Mapping[str, bytes]
    kind: str
    version: str


ASSETS: AppPart[dict[str, Asset]] = AppPart("assets")


def join_parts(folder: Path, name: str) -> bytes:
    """A static file as it is written: one file of the folder, or several joined (`JOINED`)."""
    return b"".join((folder / part).read_bytes() for part in JOINED.get(name, (name,)))


def read_file(folder: Path, name: str) -> bytes:
    """A static file as it is sent: scripts and styles without comments and indents, a quarter of what they weigh."""
    return _slimmed(join_parts(folder, name), Path(name).suffix)


@cache
def _slimmed(written: bytes, kind: str) -> bytes:
    if kind not in COMMENTS:
        return written
    return SPACES[kind].sub(_kept, COMMENTS[kind].sub(b"", written))


def _kept(found: re.Match[bytes]) -> bytes:
    return b"".join(filter(None, found.groups()))


@cache
def pack_smallest(body: bytes) -> Mapping[str, bytes]:
    """Compressed as small as can be, once, at the start: "br" for nearly every phone, "gzip" for the others."""
    gzipped = []
    for memory in range(4, zlib.DEF_MEM_LEVEL + 1):
        packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS, memory)
        gzipped.append(packer.compress(body) + packer.flush())
    return {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT),
        "gzip": min(gzipped, key=len),
    }


def load_files(folder: Path) -> dict[str, Asset]:
    """Every file that is sent, by name: those of the folder, and the joined ones."""
    names = {path.name for path in folder.iterdir() if path.is_file()} | JOINED.keys()
    found = {}
    for name in sorted(names):
        body = read_file(folder, name)
        packed = pack_smallest(body) if len(body) >= LEAST_TO_COMPRESS else {}
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
    encoding = next(filter(takes_encoding, asset.packed), None)
    body = asset.packed[encoding] if encoding else asset.body
    response = Response(body, mimetype=asset.kind)
    response.headers["Cache-Control"] = A_YEAR
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def init_app(app: Flask, folder: Path) -> None:
    """Serve the folder's files, and let templates name them."""
    ASSETS.set(app, load_files(folder))
    app.add_url_rule("/static/<name>", "static", send_file, methods=["GET"])
    app.jinja_env.globals["asset"] = address_of
