"""The map of the rooms is true: `feedback_app/__init__.py` and `docs/architecture.md` name what is there, no more."""

from __future__ import annotations

import re
from pathlib import Path

import feedback_app
from feedback_app.config import ROOT

APP = ROOT / "feedback_app"
NOT_ROOMS = {"templates", "translations", "__pycache__"}
ARCHITECTURE = ROOT / "docs" / "architecture.md"


def rooms() -> set[str]:
    """Packages and modules at the top of the product."""
    packages = {path.parent.name for path in APP.glob("*/__init__.py")} - NOT_ROOMS
    return packages | {path.stem for path in APP.glob("*.py")} - {"__init__"}


def mapped(text: str) -> set[str]:
    """The rooms that the map names: each of its lines is indented: names, two spaces or more, what they are."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    names = [re.split(r"\s{2,}", line)[0] for line in lines]
    return {name for each in names for name in each.split(", ")}


def test_the_map_names_each_room_and_nothing_else() -> None:
    assert mapped(feedback_app.__doc__ or "") == rooms()


def test_every_path_in_the_architecture_exists() -> None:
    named = set(
        re.findall(
            r"`((?:feedback_app|docs|tests|bench|surveys|static|migrations)/[\w./-]+)`",
            ARCHITECTURE.read_text(),
        )
    )
    assert named, "the page names files"
    assert {path for path in named if not (ROOT / Path(path)).exists()} == set()


def test_every_room_stands_in_the_architecture() -> None:
    text = ARCHITECTURE.read_text()
    assert {room for room in rooms() if f"`{room}" not in text} == set()
