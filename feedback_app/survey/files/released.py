"""Versions that children have answered: their files may not change any more, or old answers would change meaning.

`surveys/released.txt` has a line `key version sha256` for each; a change goes into a new version's folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from feedback_app.survey.files.folder import Folder
from feedback_app.survey.files.yaml_source import FileProblem

RELEASED = "released.txt"


def version_digest(version_folder: Path) -> str:
    """SHA-256 over the names and contents of a version's files; line ends do not matter."""
    whole = hashlib.sha256()
    for path in sorted(version_folder.glob("*.yaml")):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def release_version(root: Path, key: str, version: int) -> str:
    """Append the version's line to released.txt and return the line.

    Raises ValueError when it is released already, FileNotFoundError when there is no such version.
    """
    if not (root / key / str(version) / "survey.yaml").is_file():
        raise FileNotFoundError(f"there is no {key} {version} in {root.name}")
    listed = root / RELEASED
    before = listed.read_text(encoding="utf-8") if listed.exists() else ""
    if any(line.split()[:2] == [key, str(version)] for line in before.splitlines()):
        raise ValueError(f"{key} {version} is released already")
    line = f"{key} {version} {version_digest(root / key / str(version))}"
    gap = "" if before.endswith("\n") or not before else "\n"
    listed.write_text(f"{before}{gap}{line}\n", encoding="utf-8")
    return line


def released_problems(folder: Folder) -> Iterator[FileProblem]:
    """A released version that is gone or was edited, and lines of the list that say nothing."""
    listed = folder.root / RELEASED
    if not listed.exists():
        return
    file = folder.name_of(RELEASED)
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(listed.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match line.split():
            case [key, version, known]:
                if (key, version) in seen:
                    yield FileProblem(
                        file, number, f"{key} {version} stands here twice"
                    )
                seen.add((key, version))
                yield from _changed(folder, file, number, (key, version, known))
            case _:
                yield FileProblem(file, number, "a line is `key version sha256`")


def _changed(
    folder: Folder, file: str, number: int, line: tuple[str, str, str]
) -> Iterator[FileProblem]:
    key, version, known = line
    place = folder.root / key / version
    if not place.is_dir():
        yield FileProblem(
            file, number, f"{key} {version} is released, and its folder is gone"
        )
    elif version_digest(place) != known:
        message = f"{key} {version} was changed after its release: undo it, and write a new version beside it"
        yield FileProblem(file, number, message)
