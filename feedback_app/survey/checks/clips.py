"""What recorded clips must keep to: each lies where its words are, is a sound, and is light enough for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError

from feedback_app.survey.clip_names import clip_names
from feedback_app.survey.clips import (
    AUDIO,
    KINDS,
    MOST_BYTES,
    NOTES,
    read_notes,
    sounds_like,
)
from feedback_app.survey.files import build
from feedback_app.survey.files.folder import Folder
from feedback_app.survey.files.yaml_source import FileProblem


def clip_problems(folder: Folder) -> Iterator[FileProblem]:
    """All that is wrong in the folders `audio` of all surveys. Files that begin with a dot are nobody's concern."""
    for audio in sorted(folder.root.glob(f"*/{AUDIO}/")):
        known = known_names(folder, audio.parent.name)
        for language in _inside(audio):
            if not language.is_dir() or not _is_language(language.name):
                yield _problem(
                    folder,
                    language,
                    "a folder of clips is named by its language's code, such as `ar`",
                )
                continue
            yield from _note_problems(folder, language / NOTES)
            for band in (path for path in _inside(language) if path.name != NOTES):
                if not band.is_dir() or band.name not in known:
                    bands = ", ".join(known)
                    yield _problem(
                        folder,
                        band,
                        f"is no band of {audio.parent.name}, which has {bands}",
                    )
                    continue
                yield from _band_problems(folder, band, known[band.name])


def known_names(folder: Folder, survey_key: str) -> dict[str, set[str] | None]:
    """Band -> what a clip of that survey can be named for, in any of its versions; None while a file is broken."""
    words = build.build_words(
        {band: sheet.shape for band, sheet in folder.words.items()}
    )
    found: dict[str, set[str]] = {}
    unread: dict[str, None] = {}
    for version in folder.versions:
        for band in version.files if version.key == survey_key else ():
            sheet = version.bands.get(band)
            if sheet is None:
                unread[band] = None
                continue
            shapes = (*sheet.shape.questions, *sheet.shape.spotlight)
            questions = [build.build_question(shape, {}) for shape in shapes]
            found.setdefault(band, set()).update(
                clip_names(questions, words, survey_key, band)
            )
    return dict(sorted((found | unread).items()))


def _band_problems(
    folder: Folder, band: Path, known: set[str] | None
) -> Iterator[FileProblem]:
    seen: dict[str, str] = {}
    for path in _inside(band):
        other = seen.setdefault(path.stem, path.name)
        if not path.is_file() or path.suffix not in KINDS:
            yield _problem(folder, path, f"is no clip: those end in {', '.join(KINDS)}")
            continue
        if known is not None and path.stem not in known:
            yield _problem(
                folder, path, f"band {band.name} says nothing by the name `{path.stem}`"
            )
        if other != path.name:
            yield _problem(folder, path, f"is a second clip beside {other}")
        size = path.stat().st_size
        if size > MOST_BYTES:
            yield _problem(
                folder,
                path,
                f"has {size // 1000} kB, and a phone pays for each: {MOST_BYTES // 1000} at most",
            )
        with path.open("rb") as file:
            if not sounds_like(path.suffix, file.read(12).ljust(12, b"\0")):
                yield _problem(
                    folder, path, f"does not begin as a {path.suffix} file does"
                )


def _note_problems(folder: Folder, notes: Path) -> Iterator[FileProblem]:
    if not notes.exists():
        return
    try:
        lines = notes.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        yield _problem(folder, notes, f"is not UTF-8 text: {error.reason}")
        return
    read = {file for file, _ in read_notes(notes.parent)}
    for number, line in enumerate(lines, 1):
        if line.split(" ", 1)[0] not in read:
            named = notes.relative_to(folder.root).as_posix()
            yield FileProblem(
                folder.name_of(named), number, "a line is `band/file digest words`"
            )


def _inside(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _is_language(name: str) -> bool:
    try:
        return bool(Locale.parse(name))
    except (ValueError, UnknownLocaleError):
        return False


def _problem(folder: Folder, path: Path, message: str) -> FileProblem:
    return FileProblem(
        folder.name_of(path.relative_to(folder.root).as_posix()), 1, message
    )
