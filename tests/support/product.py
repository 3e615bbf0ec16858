"""The product's own code, read as syntax: for tests of its rules."""

from __future__ import annotations

import ast

from feedback_app.config import ROOT

APP = ROOT / "feedback_app"


def product_files() -> dict[str, ast.Module]:
    """Each module of the product: its path below `feedback_app/`, and its syntax tree."""
    return {
        str(path.relative_to(APP)): ast.parse(path.read_text())
        for path in sorted(APP.rglob("*.py"))
    }
