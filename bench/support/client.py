"""A client that checks every page it fetches: one h1, a title, a language, unique ids, labels, nothing inline,
a guard on every form, valid HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

X = "{http://www.w3.org/1999/xhtml}"
GUARD = re.compile(r'(name="csrf_token"[^>]*value=")([^"]+)')
FORM_KEY = re.compile(r'(name="form_key"[^>]*value=")([^"]+)')
ALIKE = [
    (re.compile(pattern, re.DOTALL), kept)
    for pattern, kept in (
        (r"(?<=>)[^<>&]*[^<>&\s][^<>&]*", "w"),
        (r"(?<!h)\d+|[\w-]{20,}", "0"),
        (
            r'(\s(?:value|href|action|aria-label|title|data-[\w-]+)=)"(?!http)[^"]+"',
            r"\1v",
        ),
        (r"\s(?:checked|selected|open)\b", ""),
        (r"\s+", " "),
        *((r"(<(tr|li|option|label|p|div|td)\b(?:(?!<\2\b).)*?</\2> ?)\1+", r"\1"),)
        * 3,
    )
]
"""Pattern -> what stays of it: pages that differ in words, numbers and repeated rows alone are in order alike."""
ID = re.compile(r'\sid="([^"]+)"')
INPUTS = ("input", "select", "textarea")


class OwnPages(FlaskClient):
    """A browser whose forms come from pages of the site, as it says of itself."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"


class CheckedClient:
    """Fetches and submits; a page that is not in order fails the test."""

    def __init__(self, app: Flask) -> None:
        self.http: FlaskClient = OwnPages(app, app.response_class)

    def get(self, path: str, *, expect: int = 200, **more: Any) -> TestResponse:
        """Fetch a page that must answer with that status."""
        answer = self.http.get(path, **more)
        assert answer.status_code == expect, (
            f"GET {path}: {answer.status_code}, not {expect}"
        )
        check(answer)
        return answer

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        expect: int = 200,
        **more: Any,
    ) -> TestResponse:
        """Send fields as they are."""
        answer = self.http.post(path, data=data, **more)
        assert answer.status_code == expect, (
            f"POST {path}: {answer.status_code}, not {expect}\n{answer.text[:2000]}"
        )
        check(answer)
        return answer

    def guard(self, path: str = "/sign-in") -> str:
        """What the forms of that page carry to be let in; a guard holds for all forms of this browser."""
        found = GUARD.search(self.get(path).text)
        assert found, f"{path} has no guarded form"
        return found[2]

    def submit(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        to: str | None = None,
        expect: int = 303,
    ) -> TestResponse:
        """Open the page, take its guard, and send the form."""
        return self.post(
            to or path, {"csrf_token": self.guard(path), **(data or {})}, expect=expect
        )


def check(answer: TestResponse) -> None:
    """Fail on whatever is wrong with an HTML page."""
    if answer.mimetype != "text/html" or answer.status_code in (301, 302, 303):
        return
    text = FORM_KEY.sub(r"\1key", GUARD.sub(r"\1guard", answer.text))
    shape, ids = _shape_of(text), ID.findall(text)
    if shape in _IN_ORDER and len(ids) == len(set(ids)):
        return
    problems = problems_of(text)
    assert not problems, "\n".join(problems)
    _IN_ORDER.add(shape)


_IN_ORDER: set[bytes] = set()
"""The shapes of pages that were found in order."""


def _shape_of(text: str) -> bytes:
    """What two pages have in common that differ in words, numbers, or how often a row repeats; "&" in words counts."""
    for pattern, kept in ALIKE:
        text = pattern.sub(kept, text)
    return hashlib.sha256(text.encode()).digest()


def problems_of(text: str) -> list[str]:
    """All that is wrong with a page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    page = parser.parse(text)
    found = [
        f"invalid HTML at {place}: {code} {data}" for place, code, data in parser.errors
    ]
    every = list(page.iter())
    html = page
    if not html.get("lang"):
        found.append("no lang on html")
    titles = [e for e in every if e.tag == f"{X}title" and (e.text or "").strip()]
    if not titles:
        found.append("no title")
    h1 = [e for e in every if e.tag == f"{X}h1"]
    if len(h1) != 1:
        found.append(f"{len(h1)} h1 headings")
    ids = [e.get("id") for e in every if e.get("id")]
    found += [
        f"id {one!r} stands twice"
        for one in sorted({i for i in ids if i and ids.count(i) > 1})
    ]
    for element in every:
        found += _inline(element)
    labelled = {e.get("for") for e in every if e.tag == f"{X}label"}
    inside = {
        id(child)
        for label in every
        if label.tag == f"{X}label"
        for child in label.iter()
    }
    for element in every:
        name = str(element.tag).removeprefix(X)
        if name not in INPUTS or element.get("type") in ("hidden", "submit"):
            continue
        named = (
            element.get("id") in labelled
            or id(element) in inside
            or element.get("aria-label")
        )
        if not named:
            found.append(f"{name} {element.get('name')!r} has no label")
    for form in (
        e
        for e in every
        if e.tag == f"{X}form" and e.get("method", "").lower() == "post"
    ):
        names = {e.get("name") for e in form.iter()}
        if not names & {"csrf_token", "link", "words", "form_key"}:
            found.append(f"the form to {form.get('action')!r} has no guard")
    return found


def _inline(element: Element) -> list[str]:
    found = []
    tag = str(element.tag).removeprefix(X)
    if tag == "style" or (tag == "script" and not element.get("src")):
        found.append(f"inline {tag}")
    found += [
        f"inline {name} on {tag}"
        for name in element.attrib
        if name.startswith("on") or name == "style"
    ]
    for name in ("src", "href", "action"):
        value = element.get(name, "")
        if value.startswith(("http:", "https:", "//")) and tag not in ("a",):
            found.append(f"{tag} loads {value} from elsewhere")
    return found
