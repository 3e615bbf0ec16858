"""Changes a key file while the service runs, by replacing it atomically (promise 35): readers never see half a file."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from feedback_app.privacy import disk
from feedback_app.privacy.keys import KeyLine, format_line, new_key, read_lines


class KeyFileError(Exception):
    """The key file cannot be changed like this; the message says why."""


def add_key_line(folder: Path, name: str) -> str:
    """Add a new key as the last line; it decrypts, and does not encrypt yet. Return its id.

    Raises KeyFileError or BadKeys.
    """
    made = new_key()

    def change(lines: list[KeyLine]) -> list[KeyLine]:
        if waits := [line.key_id for line in lines if line.waiting]:
            raise KeyFileError(
                f"the {name} key {waits[0]} waits already: run 'flask keys use {name}'"
            )
        return [*lines, KeyLine(made.key_id, made.key, waiting=True)]

    _change(folder / name, change)
    return made.key_id


def use_key_line(folder: Path, name: str) -> str:
    """Move the waiting key to the first line, so that it encrypts from now on. Return its id.

    Raises KeyFileError or BadKeys.
    """
    used = ""

    def change(lines: list[KeyLine]) -> list[KeyLine]:
        nonlocal used
        waits = next((line for line in lines if line.waiting), None)
        if waits is None:
            raise KeyFileError(
                f"no {name} key waits to be used: run 'flask keys add {name}' first"
            )
        used = waits.key_id
        return [
            KeyLine(waits.key_id, waits.key),
            *(line for line in lines if line is not waits),
        ]

    _change(folder / name, change)
    return used


def drop_key_line(folder: Path, name: str, key_id: str) -> None:
    """Remove a key from its file. Raises KeyFileError for the first key or an unknown one; BadKeys."""

    def change(lines: list[KeyLine]) -> list[KeyLine]:
        if key_id not in {line.key_id for line in lines}:
            raise KeyFileError(f"no {name} key has the id {key_id}")
        if lines[0].key_id == key_id:
            raise KeyFileError(
                f"the {name} key {key_id} seals new values: add and use another one first"
            )
        return [line for line in lines if line.key_id != key_id]

    _change(folder / name, change)


def waiting_key_id(folder: Path, name: str) -> str | None:
    """Return the id of the key that was added and does not encrypt yet, or None. Raises BadKeys."""
    return next(
        (line.key_id for line in read_lines(folder / name) if line.waiting), None
    )


def _change(path: Path, change: Callable[[list[KeyLine]], list[KeyLine]]) -> None:
    with disk.exclusive_lock(path.parent):
        lines = change(read_lines(path))
        new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with disk.new_file(new) as file:
                file.write("".join(map(format_line, lines)).encode())
                disk.flush_to_disk(file)
            disk.give_to_owner_of(new, path)
            disk.take_name(new, path)
        finally:
            new.unlink(missing_ok=True)
