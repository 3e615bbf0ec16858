"""No two modules import one another, by any way round: also not inside a function or for types alone.

The layers of pyproject.toml hold between rooms; this holds inside a room as well, where import-linter sees no layers.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "feedback_app"


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert find_circles(import_graph(ROOT)) == []


def test_a_circle_kept_open_by_a_late_import_is_found(tmp_path: Path) -> None:
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "one.py").write_text("from feedback_app.two import x\n")
    (folder / "two.py").write_text("def x():\n    from feedback_app import three\n")
    (folder / "three.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import feedback_app.one\n"
    )
    assert find_circles(import_graph(tmp_path)) == [
        (f"{PACKAGE}.one", f"{PACKAGE}.three", f"{PACKAGE}.two")
    ]


def import_graph(root: Path) -> dict[str, set[str]]:
    """Each module of the package with the modules of the package that it names in any import statement."""
    modules = {
        module_name(path.relative_to(root)): path
        for path in (root / PACKAGE).rglob("*.py")
    }
    return {
        name: imported_modules(path, set(modules)) - {name}
        for name, path in modules.items()
    }


def module_name(path: Path) -> str:
    """The dotted name of a module; a package has the name of its folder."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, modules: set[str]) -> set[str]:
    """Those of `modules` that a file imports, at any place in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                found.add(submodule if submodule in modules else node.module)
    return found & modules


def find_circles(graph: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Every group of modules that reach one another, sorted; modules that import one way only are in none."""
    reachable = {name: reach(graph, name) for name in graph}
    groups = set()
    for name, others in reachable.items():
        group = {other for other in others if name in reachable[other]}
        if group:
            groups.add(tuple(sorted(group | {name})))
    return sorted(groups)


def reach(graph: dict[str, set[str]], start: str) -> set[str]:
    """All modules that `start` imports, directly or through others."""
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph[name])
    return seen
