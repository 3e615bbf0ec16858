"""The folder `surveys/` as it lies on disk: every file read and brought into its shape, with all that is wrong.

- `<key>/<version>/survey.yaml`: what the survey is, its measures, its spotlight
- `<key>/<version>/<band>.yaml`: the questions in one band's words
- `words/<band>.yaml`, `words/staff.yaml`: the fixed texts around them; `words/easy.yaml`, `words/easy-16-25.yaml`:
  the easy words that are laid over a band's own
- `pictures.yaml`: which drawing stands with which question and answer in easy read
- `<key>/audio/`: recorded clips (`survey.clips`)
- `released.txt`: the versions that may not change any more
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from feedback_app.survey.clips import AUDIO
from feedback_app.survey.files.shape import (
    BandShape,
    PicturesShape,
    Shape,
    Sheet,
    SurveyShape,
    WordsShape,
    read_shape,
)
from feedback_app.survey.files.yaml_source import FileProblem, read_source
from feedback_app.survey.model import BANDS
from feedback_app.survey.words import EASY_WORDS

S = TypeVar("S", bound=Shape)
WORDS = "words"
STAFF = "staff"
PICTURES = "pictures"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one survey. `survey` is None, and a band missing, where the file lacks its shape.

    `files` are the bands whose file is there, well shaped or not.
    """

    key: str
    number: int
    name: str
    survey: Sheet[SurveyShape] | None
    bands: Mapping[str, Sheet[BandShape]]
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Folder:
    """All survey files, and what kept some of them from being read."""

    root: Path
    versions: tuple[Version, ...]
    words: Mapping[str, Sheet[WordsShape]]
    pictures: Sheet[PicturesShape] | None
    problems: tuple[FileProblem, ...]

    def name_of(self, *parts: str) -> str:
        """A file as messages name it: from the folder `surveys` on."""
        return "/".join((self.root.name, *parts))


def read_folder(root: Path) -> Folder:
    """Everything under `root`, the folder `surveys`. Files that cannot be read become problems."""
    problems: list[FileProblem] = []
    versions = [
        _version(root, folder, problems)
        for folder in sorted(_version_folders(root, problems))
    ]
    words = _sheets(
        root, root / WORDS, (*BANDS, STAFF, *EASY_WORDS), WordsShape, problems
    )
    pictures = _sheets(root, root, (PICTURES,), PicturesShape, problems).get(PICTURES)
    if not versions:
        problems.append(FileProblem(root.name, 1, "has no survey in it"))
    if not (root / f"{PICTURES}.yaml").exists():
        problems.append(_problem(root, root / f"{PICTURES}.yaml", "is missing"))
    return Folder(root, tuple(versions), words, pictures, tuple(problems))


def _version_folders(root: Path, problems: list[FileProblem]) -> Iterator[Path]:
    for folder in (
        f
        for key in sorted(root.glob("*/"))
        if key.name != WORDS
        for f in sorted(key.glob("*/"))
    ):
        if folder.name.isdecimal() and folder.name.isascii():
            yield folder
        elif folder.name != AUDIO:
            problems.append(
                _problem(root, folder, "a version's folder is named by its number")
            )


def _version(root: Path, folder: Path, problems: list[FileProblem]) -> Version:
    for path in sorted(folder.iterdir()):
        if path.name not in {"survey.yaml", *(f"{band}.yaml" for band in BANDS)}:
            problems.append(
                _problem(root, path, "does not belong in a survey's folder")
            )
    survey = _sheets(root, folder, ("survey",), SurveyShape, problems).get("survey")
    if not (folder / "survey.yaml").exists():
        problems.append(_problem(root, folder / "survey.yaml", "is missing"))
    return Version(
        key=folder.parent.name,
        number=int(folder.name),
        name=f"{root.name}/{folder.parent.name}/{folder.name}",
        survey=survey,
        bands=_sheets(root, folder, BANDS, BandShape, problems),
        files=frozenset(band for band in BANDS if (folder / f"{band}.yaml").exists()),
    )


def _sheets(
    root: Path,
    folder: Path,
    names: tuple[str, ...],
    kind: type[S],
    problems: list[FileProblem],
) -> dict[str, Sheet[S]]:
    found: dict[str, Sheet[S]] = {}
    for name in names:
        path = folder / f"{name}.yaml"
        if not path.exists():
            continue
        source, wrong = read_source(path, _named(root, path))
        sheet = None
        if not wrong:
            sheet, wrong = read_shape(source, kind)
        problems.extend(wrong)
        if sheet is not None:
            found[name] = sheet
    return found


def _named(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _problem(root: Path, path: Path, message: str) -> FileProblem:
    return FileProblem(_named(root, path), 1, message)
