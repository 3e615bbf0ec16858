"""Encryption of a file in pieces: AES-256-GCM in the STREAM construction (Hoang and others, 2015; promise 47).

    head    "feedback" | format(1) | id length(1) | key id | salt(32) | nonce prefix(7)
    pieces  ciphertext of 64 KiB and tag, the last one shorter or as long

Each file has its own key, derived from the backup key, the salt and the whole head. A piece's nonce is the prefix, its
number, and whether it is the last: a file that was cut, joined, altered or reordered does not decrypt.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback_app.privacy.keys import KeyRing

MAGIC = b"feedback"
FORMAT = 1
SALT, PREFIX, TAG = 32, 7, 16
PIECE_BYTES = 64 * 1024


class InvalidStream(Exception):
    """The file is no backup of ours, its key is missing, or it was altered; the message says which."""


class SealedWriter:
    """Encrypts what is written to it; call `close_stream` at the end, without which the file does not decrypt."""

    def __init__(self, ring: KeyRing, file: BinaryIO) -> None:
        self._prefix = os.urandom(PREFIX)
        head = _head(ring.current, os.urandom(SALT), self._prefix)
        self._cipher = _cipher(ring.newest_key, head)
        self._file = file
        self._held = bytearray()
        self._number = 0
        file.write(head)

    def write(self, data: bytes) -> None:
        """Encrypt full pieces; keep the rest, because the last piece has to be marked as such."""
        self._held += data
        while len(self._held) > PIECE_BYTES:
            self._put(bytes(self._held[:PIECE_BYTES]), last=False)
            del self._held[:PIECE_BYTES]

    def close_stream(self) -> None:
        """Encrypt the rest as the last piece."""
        self._put(bytes(self._held), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(
            self._cipher.encrypt(
                _nonce(self._prefix, self._number, last=last), piece, None
            )
        )
        self._number += 1


def open_stream(ring: KeyRing, file: BinaryIO) -> Iterator[bytes]:
    """Yield the decrypted, authenticated pieces; only reading to the end proves the whole. Raises InvalidStream."""
    head, key_id, prefix = _read_head(file)
    key = ring.find_key(key_id)
    if key is None:
        raise InvalidStream(
            f"it was sealed under the backup key {key_id}, which is not here: put that key's line back"
        )
    cipher = _cipher(key, head)
    piece, number = file.read(PIECE_BYTES + TAG), 0
    while True:
        after = file.read(PIECE_BYTES + TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, number, last=not after), piece, None)
        except InvalidTag as error:
            raise InvalidStream(
                f"it is not as it was written, or the key {key_id} is another one (piece {number})"
            ) from error
        if not after:
            return
        piece, number = after, number + 1


def stream_key_id(file: BinaryIO) -> str:
    """Return the id of the key that the file was encrypted under. Raises InvalidStream."""
    return _read_head(file)[1]


def _read_head(file: BinaryIO) -> tuple[bytes, str, bytes]:
    start = file.read(len(MAGIC) + 2)
    if len(start) < len(MAGIC) + 2 or not start.startswith(MAGIC):
        raise InvalidStream("it is no backup of this service")
    if start[-2] != FORMAT:
        raise InvalidStream(
            f"it has format {start[-2]}, and this version reads {FORMAT}: use the version that made it"
        )
    rest = file.read(start[-1] + SALT + PREFIX)
    if len(rest) < start[-1] + SALT + PREFIX:
        raise InvalidStream("it was cut off")
    return start + rest, rest[: start[-1]].decode("ascii", "replace"), rest[-PREFIX:]


def _head(key_id: str, salt: bytes, prefix: bytes) -> bytes:
    name = key_id.encode()
    return MAGIC + bytes((FORMAT, len(name))) + name + salt + prefix


def _cipher(key: bytes, head: bytes) -> AESGCM:
    salt = head[-SALT - PREFIX : -PREFIX]
    return AESGCM(HKDF(SHA256(), 32, salt, b"backup\x1f" + head).derive(key))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes((last,))
