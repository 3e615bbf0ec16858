"""Parts of the application stand in typed places, and `web/` names no room of staff pages."""

from __future__ import annotations

import ast
from pathlib import Path

PRODUCT = Path(__file__).resolve().parents[2] / "feedback_app"
STAFF_ROOMS = ("iro", "manager", "safeguarding", "admin")


def test_only_app_part_touches_the_extensions_of_the_application() -> None:
    touching = []
    for path in sorted(PRODUCT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "extensions":
                touching.append(path.relative_to(PRODUCT).as_posix())
    assert set(touching) == {"web/app_part.py"}


def test_a_new_staff_room_needs_no_change_in_web() -> None:
    naming = []
    for path in sorted((PRODUCT / "web").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = node.value.strip("/").partition(".")[0]
                if named in STAFF_ROOMS and ("." in node.value or "/" in node.value):
                    naming.append((path.name, node.value))
    assert naming == []
