"""A sealed file opens whole and as it was written, or not at all (promise 47)."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable

import pytest

from feedback_app.privacy.keys import KeyRing
from feedback_app.privacy.stream import (
    PIECE_BYTES,
    TAG,
    InvalidStream,
    SealedWriter,
    open_stream,
    stream_key_id,
)

RING = KeyRing("new", {"new": secrets.token_bytes(32), "old": secrets.token_bytes(32)})
SIZES = (
    0,
    1,
    PIECE_BYTES - 1,
    PIECE_BYTES,
    PIECE_BYTES + 1,
    3 * PIECE_BYTES,
    3 * PIECE_BYTES + 7,
)
HEAD = 8 + 2 + len("new") + 32 + 7


def sealed(content: bytes, ring: KeyRing = RING, step: int = 1000) -> bytes:
    file = io.BytesIO()
    stream = SealedWriter(ring, file)
    for start in range(0, len(content), step):
        stream.write(content[start : start + step])
    stream.close_stream()
    return file.getvalue()


def open_(content: bytes, ring: KeyRing = RING) -> bytes:
    return b"".join(open_stream(ring, io.BytesIO(content)))


@pytest.mark.parametrize("size", SIZES)
def test_p47_a_file_of_any_size_opens_as_it_was_written(size: int) -> None:
    content = secrets.token_bytes(size)
    for step in (1000, PIECE_BYTES, 5 * PIECE_BYTES):
        assert open_(sealed(content, step=step)) == content


def piece(number: int) -> slice:
    start = HEAD + number * (PIECE_BYTES + TAG)
    return slice(start, start + PIECE_BYTES + TAG)


def swapped(file: bytes) -> bytes:
    return file[:HEAD] + file[piece(1)] + file[piece(0)] + file[piece(2).start :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in a piece": lambda file: file[:-5],
    "cut between two pieces": lambda file: file[: piece(2).start],
    "cut to its first piece": lambda file: file[: piece(1).start],
    "cut to its head": lambda file: file[:HEAD],
    "cut in its head": lambda file: file[: HEAD - 3],
    "appended to": lambda file: file + b"\0",
    "its last piece twice": lambda file: file + file[piece(3).start :],
    "another file after it": lambda file: file + sealed(b"more"),
    "two pieces the other way round": swapped,
    "one piece left out": lambda file: file[: piece(1).start] + file[piece(2).start :],
    "a piece of another file": lambda file: (
        file[:HEAD]
        + sealed(bytes(3 * PIECE_BYTES + 7))[piece(0)]
        + file[piece(1).start :]
    ),
    "the head of another file": lambda file: (
        sealed(bytes(3 * PIECE_BYTES + 7))[:HEAD] + file[HEAD:]
    ),
    "another key's name in its head": lambda file: file.replace(
        b"\x03new", b"\x03old", 1
    ),
    "empty": lambda _file: b"",
    "something else": lambda file: b"SQLite format 3\0" + file,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_p47_a_damaged_file_does_not_open(damage: str) -> None:
    file = sealed(bytes(3 * PIECE_BYTES + 7))
    assert open_(file)
    with pytest.raises(InvalidStream):
        open_(DAMAGES[damage](file))


def test_p47_one_flipped_bit_anywhere_is_found() -> None:
    file = sealed(b"all that children wrote")
    for place in range(len(file)):
        altered = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
        with pytest.raises(InvalidStream):
            open_(altered)


def test_p47_another_key_opens_nothing_and_a_missing_one_is_named() -> None:
    file = sealed(b"all that children wrote")
    assert stream_key_id(io.BytesIO(file)) == "new"
    with pytest.raises(InvalidStream, match="the key new is another one"):
        open_(file, KeyRing("new", {"new": secrets.token_bytes(32)}))
    with pytest.raises(InvalidStream, match="backup key new, which is not here"):
        open_(file, KeyRing("old", {"old": RING.keys["old"]}))
    assert open_(file, KeyRing("old", RING.keys)) == b"all that children wrote"


def test_p47_a_file_of_a_later_format_is_not_guessed_at() -> None:
    with pytest.raises(InvalidStream, match="format 2"):
        open_(sealed(b"x").replace(b"feedback\x01", b"feedback\x02", 1))


def test_p47_the_same_content_never_looks_the_same() -> None:
    assert sealed(b"x" * 100)[HEAD:] != sealed(b"x" * 100)[HEAD:]
