"""Every page is valid HTML by the Nu checker, which browsers' makers write: one run of Java over all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.support import kinds, quick
from bench.support.world import World
from feedback_app.config import ROOT
from tests.support import pages

pytestmark = pytest.mark.full

JAR = ROOT / "var" / "nu" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LOOKED_AT: tuple[str, ...] = ()
"""Warnings that were looked at and are right as they stand."""


def every_page(folder: Path) -> Iterator[pages.Drawn]:
    """All of the children's and all of the staff's."""
    for number, language in enumerate(kinds.languages()):
        world = world_in(folder / f"language-{number}")
        yield from pages.open_to_all(world, language, folder)
        world.close()
    world = world_in(folder / "kinds")
    for kind in kinds.every():
        yield from pages.of_kind(world, kind)
    world.close()
    world = world_in(folder / "staff")
    yield from pages.of_staff(world)
    world.close()


def world_in(folder: Path) -> World:
    folder.mkdir()
    url = f"sqlite:///{folder / 'test.db'}"
    quick.migrated(url)
    return World.make(url, folder)


def said_by_nu(folder: Path) -> list[dict[str, str]]:
    """What the checker says of the files in a folder. A missing Java or checker fails."""
    java = shutil.which("java")
    if java is None or not JAR.exists():
        pytest.fail("no Java or no Nu checker: run 'make nu'")
    command = [
        java,
        "-Xss4m",
        "-jar",
        str(JAR),
        "--format",
        "json",
        "--stdout",
        "--exit-zero-always",
        str(folder),
    ]
    ran = subprocess.run(command, capture_output=True, check=True, text=True)
    found: list[dict[str, str]] = json.loads(ran.stdout)["messages"]
    return found


def test_every_page_is_valid_html_by_the_nu_checker(
    tmp_path: Path, still_clock: None
) -> None:
    out = tmp_path / "pages"
    out.mkdir()
    names: dict[str, str] = {}
    for number, page in enumerate(every_page(tmp_path)):
        file = out / f"{number:04d}.html"
        file.write_text(page.text, "utf-8")
        names[file.name] = page.name
    wrong: dict[str, str] = {}
    for one in said_by_nu(out):
        if one["message"] not in LOOKED_AT:
            where = names[one["url"].rsplit("/", 1)[1]]
            wrong.setdefault(
                f"{one['type']}: {one['message']}", f"{where}: {one.get('extract', '')}"
            )
    assert len(names) > 100
    assert wrong == {}


def test_the_checker_itself_finds_what_is_wrong(tmp_path: Path) -> None:
    bad = '<!doctype html><html lang="en"><title>T</title><p id="a"><div id="a"></p><input aria-label="x" for="y">'
    (tmp_path / "bad.html").write_text(bad, "utf-8")
    assert len([one for one in said_by_nu(tmp_path) if one["type"] == "error"]) >= 3
