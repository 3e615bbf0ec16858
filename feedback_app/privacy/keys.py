"""The keys, each ring in its own file of mode 0600 outside the database and its backups (promise 34).

A file holds one key a line, `id base64`, newest first: the first encrypts, all decrypt. A line that ends in the word
`waiting` was added and does not encrypt yet (privacy/keyfile.py). The digest key never changes (docs/rules.md, Keys).
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from feedback_app.privacy.weak import LENGTH, find_weakness

NAMES = ("link", "digest", "text", "envelope", "audit", "session", "backup")
WAITING = "waiting"
ID = re.compile(r"[A-Za-z0-9._-]{1,16}")
FileMarks = tuple[tuple[int, ...], ...]


class BadKeys(Exception):
    """A key is missing, weak or readable by others; the message has one line a problem and says what to do."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key of a file. A waiting one decrypts already, and does not encrypt yet."""

    key_id: str
    key: bytes = field(repr=False)
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one file by id; `current` is the id of the one that encrypts, `file` where they were read from.

    `newest_key` is the one that encrypts.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False, hash=False)
    file: Path | None = None
    newest_key: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "newest_key", self.keys[self.current])

    def find_key(self, key_id: str) -> bytes | None:
        """Return the key of that id, or None.

        An unknown id is looked up in the file at once: another process may have begun to encrypt with a new key in
        the seconds before this one re-reads the file (web/keyring.py).
        """
        if key_id in self.keys or self.file is None:
            return self.keys.get(key_id)
        try:
            return read_ring(self.file).keys.get(key_id)
        except BadKeys:
            return None


@dataclass(frozen=True, slots=True)
class Keys:
    """All rings of one instance."""

    link: KeyRing
    digest: KeyRing
    text: KeyRing
    envelope: KeyRing
    audit: KeyRing
    session: KeyRing
    backup: KeyRing

    def find_ring(self, name: str) -> KeyRing:
        """Return the ring of that name. Raises KeyError if there is none."""
        if name not in NAMES:
            raise KeyError(name)
        ring: KeyRing = getattr(self, name)
        return ring


def make_keys(folder: Path) -> list[str]:
    """Create the key files that are missing, mode 0600, and return their names; existing ones stay as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = missing_keys(folder)
    for name in missing:
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(format_line(new_key()))
    return missing


def missing_keys(folder: Path) -> list[str]:
    """Return the names of the key files that are not there."""
    return [name for name in NAMES if not (folder / name).exists()]


def new_key() -> KeyLine:
    """Return a random key under a new random id."""
    return KeyLine(secrets.token_hex(4), secrets.token_bytes(LENGTH))


def format_line(line: KeyLine) -> str:
    """Return the key as a line of its file."""
    ending = f" {WAITING}" if line.waiting else ""
    return f"{line.key_id} {base64.b64encode(line.key).decode()}{ending}\n"


def load_keys(folder: Path) -> Keys:
    """Read and check every key file and the folder.

    Raises BadKeys, naming each file that is missing, unreadable, weak, shared with another ring or open to others.
    """
    problems: list[str] = []
    if folder.is_dir() and folder.stat().st_mode & 0o077:
        problems.append(f"{folder}: other users can look into it. Run chmod 700 on it.")
    rings: dict[str, KeyRing] = {}
    for name in NAMES:
        try:
            rings[name] = read_ring(folder / name)
        except BadKeys as problem:
            problems.append(str(problem))
    seen: dict[bytes, str] = {}
    for name, ring in rings.items():
        for key in ring.keys.values():
            if key in seen and seen[key] != name:
                problems.append(
                    f"{folder / name}: the same key as in '{seen[key]}'; each file needs its own."
                )
            seen[key] = name
    if problems:
        raise BadKeys("\n".join(problems))
    return Keys(**rings)


def key_file_marks(folder: Path) -> FileMarks:
    """Return inode, size and times of the key files, to notice a change without reading them. () for a missing file."""
    found: list[tuple[int, ...]] = []
    for name in NAMES:
        try:
            stat = (folder / name).stat()
        except OSError:
            found.append(())
        else:
            found.append(
                (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            )
    return tuple(found)


def read_ring(path: Path) -> KeyRing:
    """Read one key file as a ring. Raises BadKeys."""
    lines = read_lines(path)
    return KeyRing(lines[0].key_id, {line.key_id: line.key for line in lines}, path)


def read_lines(path: Path) -> list[KeyLine]:
    """Read the lines of one key file in order. Raises BadKeys."""
    if not path.is_file():
        raise BadKeys(
            f"{path}: missing. Put it back from where your keys are kept; a new service makes its keys with"
            " 'flask keys make'."
        )
    if path.stat().st_mode & 0o077:
        raise BadKeys(f"{path}: other users can read it. Run chmod 600 on it.")
    try:
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise BadKeys(
            f"{path}: this user cannot read it. Make it the service's own with chown."
        ) from error
    except UnicodeDecodeError as error:
        raise BadKeys(f"{path}: expected lines of 'id base64'.") from error
    lines: list[KeyLine] = []
    for number, written in enumerate(text.splitlines(), 1):
        line = _line(written, f"{path}:{number}")
        if line.key_id in {one.key_id for one in lines}:
            raise BadKeys(f"{path}:{number}: the id {line.key_id} stands twice.")
        lines.append(line)
    if not lines:
        raise BadKeys(f"{path}: empty. Restore it from where your keys are kept.")
    if lines[0].waiting:
        raise BadKeys(
            f"{path}:1: the first key seals, it cannot wait. Restore the file from where your keys are kept."
        )
    return lines


def _line(written: str, place: str) -> KeyLine:
    parts = written.split()
    waiting = parts[2:] == [WAITING]
    if len(parts) != 2 + waiting or not ID.fullmatch(parts[0]):
        raise BadKeys(f"{place}: expected 'id base64'.")
    try:
        key = base64.b64decode(parts[1], validate=True)
    except binascii.Error as error:
        raise BadKeys(f"{place}: not base64.") from error
    if found := find_weakness(key):
        raise BadKeys(f"{place}: weak, {found}. A key is {LENGTH} random bytes.")
    return KeyLine(parts[0], key, waiting)
