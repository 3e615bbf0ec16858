"""The commands of a page of docs/: its fenced `sh` blocks by heading, a command a line, a here-document as one."""

from __future__ import annotations

import re
from pathlib import Path

HERE_DOCUMENT = re.compile(r"<<'(\w+)'")


def read_commands(page: Path) -> dict[str, list[str]]:
    """Return the commands of each heading that has any, in order."""
    found: dict[str, list[str]] = {}
    heading, inside = "", False
    lines = iter(page.read_text("utf-8").splitlines())
    for line in lines:
        if line.startswith("```"):
            inside = line == "```sh"
        elif not inside and line.startswith("## "):
            heading = line.removeprefix("## ")
        elif inside and line.strip():
            command = [line]
            ending = HERE_DOCUMENT.search(line)
            while ending and command[-1] != ending[1]:
                command.append(next(lines))
            found.setdefault(heading, []).append("\n".join(command))
    return found
