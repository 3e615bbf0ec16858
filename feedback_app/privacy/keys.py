"""The keys, each in its own file of mode 0600 outside the database and its backups (promise 34, settled.md).

A file holds one key a line, `id base64`, newest first; the first seals, all open. The digest, audit and session
keys have one line.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAMES = ("link", "digest", "text", "envelope", "audit", "session")
LENGTH = 32


class BadKeys(Exception):
    """A key is missing, weak or readable by others; the message has one line a problem and says what to do."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys by id; `current` is the id that seals new values."""

    current: str
    keys: Mapping[str, bytes]

    @property
    def newest(self) -> bytes:
        """The key that seals new values."""
        return self.keys[self.current]


@dataclass(frozen=True, slots=True)
class Keys:
    """All rings of one instance."""

    link: Ring
    digest: Ring
    text: Ring
    envelope: Ring
    audit: Ring
    session: Ring


def make_keys(folder: Path) -> None:
    """Write the keys that are missing, mode 0600; those that stand are left alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in NAMES:
        path = folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"{secrets.token_hex(4)} {base64.b64encode(secrets.token_bytes(LENGTH)).decode()}\n")


def load_keys(folder: Path) -> Keys:
    """Read and check every key file.

    Raises BadKeys naming each that is missing, unreadable, too short, all alike, or open to other users.
    """
    problems: list[str] = []
    rings: dict[str, Ring] = {}
    for name in NAMES:
        try:
            rings[name] = _ring(folder / name)
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


def _ring(path: Path) -> Ring:
    if not path.is_file():
        raise BadKeys(f"{path}: missing. Restore it from where your keys are kept, or run 'flask keys make' once.")
    if path.stat().st_mode & 0o077:
        raise BadKeys(f"{path}: other users can read it. Run chmod 600 on it.")
    keys: dict[str, bytes] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        parts = line.split()
        if len(parts) != 2:
            raise BadKeys(f"{path}:{number}: expected 'id base64'.")
        try:
            key = base64.b64decode(parts[1], validate=True)
        except binascii.Error as error:
            raise BadKeys(f"{path}:{number}: not base64.") from error
        if len(key) != LENGTH or len(set(key)) < LENGTH // 4:
            raise BadKeys(f"{path}:{number}: weak. A key is {LENGTH} random bytes.")
        if parts[0] in keys:
            raise BadKeys(f"{path}:{number}: the id {parts[0]} stands twice.")
        keys[parts[0]] = key
    if not keys:
        raise BadKeys(f"{path}: empty. Restore it from where your keys are kept.")
    return Ring(next(iter(keys)), keys)
