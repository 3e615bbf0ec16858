"""Names stay plain: one stem, one subject; one class, one name; a function of one word has a reason on the list.

The lists beside this file are read as `name | reason`, a line each. They cannot go stale: a line that names nothing
fails too.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from feedback_app.config import ROOT
from tests.support.product import product_files

HERE = Path(__file__).parent
KINDS_OF_FILE = {"__init__", "routes", "forms", "views", "verbs"}
"""Stems that say what kind of file it is; they may stand in every room."""


def reasons(file_name: str) -> dict[str, str]:
    """The list: what may be, and why."""
    lines = [
        line
        for line in (HERE / file_name).read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    pairs = [line.partition("|") for line in lines]
    assert all(reason.strip() for _, _, reason in pairs), "each line has a reason"
    return {name.strip(): reason.strip() for name, _, reason in pairs}


def used_twice() -> dict[str, set[str]]:
    """Stems of modules that stand in two places or more, with those places."""
    places: dict[str, set[str]] = defaultdict(set)
    for path in product_files():
        if Path(path).stem not in KINDS_OF_FILE:
            places[Path(path).stem].add(path)
    return {stem: found for stem, found in places.items() if len(found) > 1}


def classes_used_twice() -> set[str]:
    """Names of classes that stand in two modules or more."""
    modules: dict[str, set[str]] = defaultdict(set)
    for path, tree in product_files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                modules[node.name].add(path)
    return {name for name, found in modules.items() if len(found) > 1}


def one_word_functions() -> set[str]:
    """Public functions and methods of one word, as `path name` (methods as `path Class.name`), outside `routes.py`."""
    found = set()
    for path, tree in product_files().items():
        if Path(path).name == "routes.py":
            continue
        for owner, node in _functions(tree):
            if "_" not in node.name:
                found.add(f"{path} {owner}{node.name}")
    return found


def _functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    pairs = [("", node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    for holder in ast.walk(tree):
        if isinstance(holder, ast.ClassDef):
            pairs += [
                (f"{holder.name}.", node)
                for node in holder.body
                if isinstance(node, ast.FunctionDef)
            ]
    return pairs


def test_a_stem_that_stands_in_two_rooms_means_the_same_in_both() -> None:
    twice, listed = used_twice(), reasons("stems.txt")
    assert set(twice) == set(listed), (
        f"not on stems.txt, or there without need: {set(twice) ^ set(listed)}"
    )


def test_a_class_has_a_name_of_its_own() -> None:
    assert classes_used_twice() == set(reasons("classes.txt"))


def test_a_public_function_of_one_word_has_a_reason() -> None:
    found, listed = one_word_functions(), set(reasons("one_word.txt"))
    assert not found - listed, (
        f"one word; say what it does to what, or list it with its reason: {found - listed}"
    )
    assert not listed - found, f"on the list, but not there any more: {listed - found}"


def test_few_public_functions_have_one_word() -> None:
    """At most a quarter, routes included."""
    names = [
        node.name for tree in product_files().values() for _, node in _functions(tree)
    ]
    public = [name for name in names if not name.startswith("_")]
    short = [name for name in public if "_" not in name]
    assert len(short) <= len(public) / 4


def test_the_code_cites_only_what_is_here() -> None:
    """Rules are in docs/rules.md; a page that a reader does not have explains nothing."""
    away = ("settled" + ".md", "brief" + ".md", "design" + ".md")
    found = [
        path
        for path in (ROOT / "feedback_app").rglob("*.py")
        if any(name in path.read_text() for name in away)
    ]
    assert found == []
