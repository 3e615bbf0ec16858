"""Recorded clips: `surveys/<key>/audio/<language>/<band>/<name>.mp3`, a person's voice in the place of the phone's.

A clip belongs to words, not to a place: it is heard wherever a page of its survey and language says just these words,
and nowhere else. Which words it says stands in `audio/<language>/words.txt` (`flask surveys clips --note` writes it);
until that is written, those that its name stands for (`survey.script`). So changed words fall silent by themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

AUDIO = "audio"
NOTES = "words.txt"
MOST_BYTES = 300_000
"""What one clip may cost a child who presses Listen; 40 seconds of speech at 48 kbit/s are 240 kB."""
KINDS = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".webm": "audio/webm",
    ".wav": "audio/wav",
}
"""What a clip may be, and how it is sent."""
_MPEG_SYNC = 0xE0


@dataclass(frozen=True, slots=True)
class Clip:
    """One file. `name` is what it was named for, such as `agree` or `agree.yes`; `noted` the words that it says.

    `noted` is None where nobody has written them down since the file was put there. `digest` is of its bytes.
    """

    survey: str
    language: str
    band: str
    name: str
    path: Path
    digest: str
    noted: str | None = None

    @property
    def file_name(self) -> str:
        """Its name on the web: by content, so that it says nothing of survey or age, and can be kept for long."""
        return f"{self.digest}{self.path.suffix}"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return KINDS[self.path.suffix]


def spoken_form(*lines: str) -> str:
    """Words as clips are matched by them: one line, single spaces."""
    return " ".join(" ".join(lines).split())


def read_clips(root: Path) -> tuple[Clip, ...]:
    """Every clip under `root`, the folder `surveys`, whose place and first bytes are a clip's. Raises OSError."""
    return tuple(
        clip
        for folder in sorted(root.glob(f"*/{AUDIO}/*/"))
        for clip in _of_language(folder)
    )


def read_notes(folder: Path) -> Mapping[tuple[str, str], str]:
    """What `words.txt` in a language's folder says: (file, digest) -> words; other lines are passed over."""
    listed = folder / NOTES
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    parts = [line.split(" ", 2) for line in lines]
    return {
        (part[0], part[1]): part[2]
        for part in parts
        if len(part) == len(("file", "digest", "words"))
    }


def write_notes(folder: Path, notes: Mapping[tuple[str, str], str]) -> None:
    """Write `words.txt` anew."""
    lines = [
        f"{file} {digest} {words}\n" for (file, digest), words in sorted(notes.items())
    ]
    (folder / NOTES).write_text("".join(lines), encoding="utf-8")


def sounds_like(kind: str, beginning: bytes) -> bool:
    """Whether a file with that ending begins as one does."""
    match kind:
        case ".mp3":
            return beginning[:3] == b"ID3" or (
                beginning[:1] == b"\xff" and beginning[1] & _MPEG_SYNC == _MPEG_SYNC
            )
        case ".m4a":
            return beginning[4:8] == b"ftyp"
        case ".ogg" | ".opus":
            return beginning[:4] == b"OggS"
        case ".webm":
            return beginning[:4] == b"\x1a\x45\xdf\xa3"
        case ".wav":
            return beginning[:4] == b"RIFF" and beginning[8:12] == b"WAVE"
    return False


def _of_language(folder: Path) -> Iterator[Clip]:
    notes = read_notes(folder)
    for path in sorted(folder.glob("*/*")):
        if path.suffix not in KINDS or path.name.startswith("."):
            continue
        content = path.read_bytes()
        if not sounds_like(path.suffix, content[:12].ljust(12, b"\0")):
            continue
        digest = hashlib.sha256(content).hexdigest()[:16]
        band = path.parent.name
        noted = notes.get((f"{band}/{path.name}", digest))
        yield Clip(
            folder.parent.parent.name, folder.name, band, path.stem, path, digest, noted
        )
