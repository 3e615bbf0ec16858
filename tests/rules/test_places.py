"""Where tests and what they stand on live: no test module is imported by another, and `bench` imports no test."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from feedback_app.config import ROOT


@functools.cache
def imported_modules(path: Path) -> tuple[str, ...]:
    """Return the dotted name of everything that a file imports, wherever in the file it does so."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_test_module_is_imported_by_another_file() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for folder in ("tests", "bench", "tools")
        for path in (ROOT / folder).rglob("*.py")
        for name in imported_modules(path)
        if name.startswith("tests.")
        and any(part.startswith("test_") for part in name.split(".")[:-1])
    ]
    assert wrong == [], "move what both need to tests/support"


def test_bench_and_tools_import_no_tests() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for folder in ("bench", "tools", "feedback_app")
        for path in (ROOT / folder).rglob("*.py")
        for name in imported_modules(path)
        if name.split(".")[0] == "tests"
    ]
    assert wrong == [], "move what both need to bench/support"


def test_every_folder_of_unit_and_integration_tests_is_named_after_a_room() -> None:
    rooms = {path.name for path in (ROOT / "feedback_app").iterdir() if path.is_dir()}
    folders = [
        path
        for kind in ("unit", "integration")
        for path in (ROOT / "tests" / kind).iterdir()
        if path.is_dir()
    ]
    assert {path.name for path in folders} - rooms - {"__pycache__"} == set()
    flat = {path.name for path in (ROOT / "tests" / "integration").glob("test_*.py")}
    assert flat == set(), "put each into the folder of its room"
