"""A question type has one home, `survey/types.py`: no other module decides by its name."""

from __future__ import annotations

import ast
from pathlib import Path

from feedback_app.config import ROOT
from feedback_app.survey.types import TYPES

APP = ROOT / "feedback_app"
OWN_NAMES = set(TYPES) - {"text", "choice"}
"""Names that mean nothing else in the product; "text" and "choice" are words of forms and messages too."""


def comparisons_with_a_type(tree: ast.Module) -> set[int]:
    """Lines that compare `something.type` with anything: that is for `type_of` to say."""
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Attribute) and side.attr == "type"
    }


def names_of_types(tree: ast.Module) -> set[int]:
    """Lines with the name of a type as a string."""
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in OWN_NAMES
    }


def test_no_module_but_types_names_a_question_type() -> None:
    found: dict[str, set[int]] = {}
    for path in APP.rglob("*.py"):
        tree = ast.parse(path.read_text())
        lines = comparisons_with_a_type(tree) | names_of_types(tree)
        if lines and path != APP / "survey" / "types.py":
            found[str(path.relative_to(APP))] = lines
    assert found == {}


def test_no_template_but_the_childs_screens_names_a_question_type() -> None:
    templates = [
        path
        for path in (APP / "templates").rglob("*.html")
        if path.name != "screens.html"
    ]
    assert [
        path.name
        for path in templates
        if any(f'"{name}"' in Path(path).read_text() for name in OWN_NAMES)
    ] == []


def test_a_module_that_names_a_type_is_found() -> None:
    assert comparisons_with_a_type(ast.parse('if question.type == "text": pass')) == {1}
    assert names_of_types(ast.parse('KINDS = {"multi": "many"}')) == {1}
