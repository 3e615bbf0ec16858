"""Styles and scripts need nothing newer than Chrome 80, Safari 13.1 and Firefox 78 (docs/decisions/0017)."""

from __future__ import annotations

import re

import pytest

from feedback_app.config import ROOT
from feedback_app.web.assets import read_file

STATIC = ROOT / "static"
STYLES = ("child.css", "notice.css", "staff.css")
SCRIPTS = (
    "asking.js",
    "locked.js",
    "child.js",
    "read_aloud.js",
    "turn.js",
    "unsent.js",
    "passkeys.js",
)
NEW_SELECTOR = re.compile(r":(?:has|is|where|focus-visible|user-invalid)\b|::highlight")
NEW_PROPERTY = re.compile(
    r"(?:^|[;{\s])((?:padding|margin|border)-(?:inline|block)|inset(?:-[a-z-]+)?|aspect-ratio|translate|scale|rotate)\s*:"
)
NEW_CALL = re.compile(
    r"\.(?:replaceChildren|replaceAll|at\(|findLast|submitter|hasOwn|toSorted|toReversed|showModal|requestSubmit)"
    r"|\b(?:structuredClone|AbortSignal\.(?:timeout|any)|Promise\.(?:any|withResolvers)|Object\.groupBy)\b"
    r"|\?\?=|\|\|=|&&=|\(\?<[=!]|:(?:has|is|where)\(|\bstatic \{|#\w+ ?\(|(?<!\?)\.checkVisibility\((?!\?)"
)


@pytest.mark.parametrize("name", STYLES)
def test_no_rule_that_is_needed_is_dropped_for_a_new_selector_beside_it(
    name: str,
) -> None:
    """A list with one selector that a browser does not know is dropped whole."""
    css = read_file(STATIC, name).decode()
    mixed = []
    for found in re.finditer(r"([^{};]+)\{", css):
        parts = re.split(r",(?![^()]*\))", found[1])
        new = [part for part in parts if NEW_SELECTOR.search(part)]
        if not found[1].strip().startswith("@") and new and len(new) < len(parts):
            mixed.append(found[1].strip())
    assert mixed == []
    assert ":is(" not in css
    assert ":where(" not in css


@pytest.mark.parametrize("name", STYLES)
def test_no_style_uses_a_property_that_old_browsers_drop(name: str) -> None:
    css = read_file(STATIC, name).decode()
    assert NEW_PROPERTY.findall(css) == []
    for value in re.findall(r"[\w-]+:[^;{}]*svh[^;{}]*", css):
        known = value.replace("svh", "vh")
        assert f"{known};{value}" in css, "the older unit first"
    assert css.count("overflow-wrap:anywhere") == css.count(
        "word-break:break-word;overflow-wrap:anywhere"
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_calls_what_old_browsers_do_not_have(name: str) -> None:
    assert NEW_CALL.findall(read_file(STATIC, name).decode()) == []


def test_no_text_of_a_script_goes_over_several_lines() -> None:
    """What is sent has less indentation than what is written, which in such a text would be seen."""
    for path in STATIC.rglob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            assert line.count("`") % 2 == 0, f"{path.name}: {line}"


def test_the_scan_sees_what_is_new() -> None:
    for new in ("a.replaceChildren()", "x ??= 1", "one(':has(a)')", "list.at(-1)"):
        assert NEW_CALL.search(new)
    for new in ("a { inset: 0 }", "a { padding-inline: 1rem }"):
        assert NEW_PROPERTY.search(new)
