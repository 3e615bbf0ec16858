"""YAML as it is written: every value text, every place with its line, no key twice.

All values stay text (`yes` is not True, `1:30` is not 90); the shapes say which of them are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Tree = str | list["Tree"] | dict[str, "Tree"]
Place = tuple[str | int, ...]
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """Something wrong in a survey file, said so that its author can mend it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its values, and the line on which each of them starts. `file` is named as messages name it."""

    file: str
    data: Tree = ""
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line_of(self, *place: str | int) -> int:
        """The line of the innermost part of `place` that the file has; 1 for the whole file."""
        known = next(
            (place[:n] for n in range(len(place), 0, -1) if place[:n] in self.lines), ()
        )
        return self.lines.get(known, 1)

    def problem_at(self, message: str, *place: str | int) -> FileProblem:
        """A problem at that place."""
        return FileProblem(self.file, self.line_of(*place), message)


@dataclass(slots=True)
class _Walk:
    file: str
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, place: Place) -> Tree:
        self.lines.setdefault(place, _line(node))
        if id(node) in self.seen:
            self.problem(node, "is used twice through an anchor; write it out")
            return ""
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, n)) for n, item in enumerate(node.value)]
        return str(node.value)

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self.problem(
                    key_node, "is a list or a mapping where a plain key belongs"
                )
            elif key in found:
                self.problem(key_node, f"`{key}` stands here twice")
            else:
                self.lines[(*place, key)] = _line(key_node)
                found[key] = self.value(value_node, (*place, key))
        return found

    def problem(self, node: yaml.Node, message: str) -> None:
        self.problems.append(FileProblem(self.file, _line(node), message))


def read_source(path: Path, file: str) -> tuple[Source, list[FileProblem]]:
    """The file's values with their lines, and all that is wrong with it as YAML. Raises OSError."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError as error:
        return Source(file), [
            FileProblem(file, 1, f"is not UTF-8 text: {error.reason}")
        ]
    except yaml.YAMLError as error:
        return Source(file), [_syntax(file, error)]
    if node is None:
        return Source(file), [FileProblem(file, 1, "is empty")]
    walk = _Walk(file)
    data = walk.value(node, ())
    return Source(file, data, walk.lines), walk.problems


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _syntax(file: str, error: yaml.YAMLError) -> FileProblem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    return FileProblem(
        file, int(mark.line) + 1 if mark else 1, f"is not YAML: {reason}"
    )
