"""The keys, each in its own file of mode 0600 outside the database and its backups (promise 34, settled.md).

A file holds one key a line, `id base64`, newest first; the first seals, all open. A line that ends in the word
`waiting` was added and does not seal yet (privacy/keyfile.py). The digest key has one line for ever.
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
    """One key of a file. One that waits opens already, and does not seal yet."""

    key_id: str
    key: bytes = field(repr=False)
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; `current` is the id that seals new values. `file` is where the ring was read from."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    file: Path | None = None

    @property
    def newest_key(self) -> bytes:
        """The key that seals new values."""
        return self.keys[self.current]

    def find_key(self, key_id: str) -> bytes | None:
        """The key of that id; None when there is none.

        One that this process has not read yet is looked for in the file at once: another process may have begun to
        seal with it in the seconds before this one looks again (web/keyring.py).
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
        """The ring of that file. Raises KeyError when no file has that name."""
        if name not in NAMES:
            raise KeyError(name)
        found: KeyRing = getattr(self, name)
        return found


def make_keys(folder: Path) -> None:
    """Write the keys that are missing, mode 0600; those that stand are left alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(format_line(new_key()))


def new_key() -> KeyLine:
    """A key by chance, under a new id."""
    return KeyLine(secrets.token_hex(4), secrets.token_bytes(LENGTH))


def format_line(one: KeyLine) -> str:
    """The key as it stands in its file."""
    return f"{one.key_id} {base64.b64encode(one.key).decode()}{f' {WAITING}' if one.waiting else ''}\n"


def load_keys(folder: Path) -> Keys:
    """Read and check every key file, and the folder.

    Raises BadKeys naming each that is missing, unreadable, weak, or open to other users.
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
                problems.append(f"{folder / name}: the same key as in '{seen[key]}'; each file needs its own.")
            seen[key] = name
    if problems:
        raise BadKeys("\n".join(problems))
    return Keys(**rings)


def key_file_marks(folder: Path) -> FileMarks:
    """What changes whenever a key file does: cheap to compare, and no secret. A file that is away counts as changed."""
    found: list[tuple[int, ...]] = []
    for name in NAMES:
        try:
            stat = (folder / name).stat()
        except OSError:
            found.append(())
        else:
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
    return tuple(found)


def read_ring(path: Path) -> KeyRing:
    """The keys of one file. Raises BadKeys."""
    lines = read_lines(path)
    return KeyRing(lines[0].key_id, {line.key_id: line.key for line in lines}, path)


def read_lines(path: Path) -> list[KeyLine]:
    """The keys of one file in their order. Raises BadKeys."""
    if not path.is_file():
        raise BadKeys(f"{path}: missing. Restore it from where your keys are kept, or run 'flask keys make' once.")
    if path.stat().st_mode & 0o077:
        raise BadKeys(f"{path}: other users can read it. Run chmod 600 on it.")
    try:
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise BadKeys(f"{path}: this user cannot read it. Make it the service's own with chown.") from error
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
        raise BadKeys(f"{path}:1: the first key seals, it cannot wait. Restore the file from where your keys are kept.")
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
