"""What is sent of a script or style: all that is written but comments and spaces that nobody but its readers needs."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest

from feedback_app.config import ROOT
from feedback_app.web.assets import COMMENTS, join_parts, pack_smallest, read_file

STATIC = ROOT / "static"
JS_STRING = re.compile(rb'"(?:\\.|[^"\\\n])*"')


@pytest.mark.parametrize(
    "name",
    [
        "child.js",
        "read_aloud.js",
        "turn.js",
        "keyed_in.js",
        "unsent.js",
        "passkeys.js",
    ],
)
def test_a_script_loses_spaces_alone_and_none_of_a_string(name: str) -> None:
    written = COMMENTS[".js"].sub(b"", join_parts(STATIC, name))
    sent = read_file(STATIC, name)
    assert re.sub(rb"\s", b"", sent) == re.sub(rb"\s", b"", written)
    assert JS_STRING.findall(sent) == JS_STRING.findall(written)
    assert len(sent) < len(written) * 0.95


@pytest.mark.parametrize(
    ("name", "written", "sent"),
    [
        (
            "a.js",
            'const a = "x = { y }", b = [1, 2];\n',
            'const a="x = { y }",b=[1,2];',
        ),
        ("a.js", "if (a) {\n  b();\n}\nc();\n", "if(a){b();}\nc();"),
        ("a.js", "x = /a = b, c/.test(`${y} = z`)", "x=/a = b, c/.test(`${y} = z`)"),
        ("a.js", "a + +b - -c + d / e", "a + +b - -c+d / e"),
        ("a.js", "return [a, ...b] // more\n", "return[a,...b]"),
        (
            "a.css",
            "a > b:hover { color: red; top: calc(1px + 2px); }\n",
            "a>b:hover{color:red;top:calc(1px + 2px)}",
        ),
        (
            "a.css",
            "/* so */\na { --b: ; --c: var(--d, 1px); }\n",
            "a{--b: ;--c:var(--d,1px)}",
        ),
        (
            "a.css",
            '[a="b"] c, [d="-1"] { content: "x: { y"; }',
            '[a=b] c,[d="-1"]{content:"x: { y"}',
        ),
    ],
)
def test_what_a_reader_needs_alone_is_not_sent(
    tmp_path: Path, name: str, written: str, sent: str
) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")
    assert read_file(tmp_path, name).decode().strip() == sent


def test_what_is_packed_unpacks_and_is_no_larger_than_usual() -> None:
    body = read_file(STATIC, "child.css")
    packed = pack_smallest(body)
    assert gzip.decompress(packed["gzip"]) == body
    assert brotli.decompress(packed["br"]) == body
    assert len(packed["gzip"]) <= len(gzip.compress(body, 9, mtime=0))
    assert len(packed["br"]) < len(packed["gzip"]) * 0.92
