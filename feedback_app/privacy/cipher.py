"""Field encryption: AES-256-GCM, the key's id in the value, bound to its table, column and row (promise 33).

A sealed value is `version(1) | id length(1) | key id | nonce(12) | ciphertext and tag`. A value copied to another
row, column or table does not open.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from feedback_app.privacy.keys import KeyRing

VERSION = 1
NONCE_BYTES = 12


class UnsealError(Exception):
    """The value was sealed elsewhere, under a key that is gone, or was altered. Never shown with its content."""


@lru_cache(maxsize=32)
def _aead(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal_text(ring: KeyRing, text: str, *, table: str, column: str, row: str) -> bytes:
    """Seal `text` for this one place under the ring's newest key."""
    nonce = os.urandom(NONCE_BYTES)
    body = _aead(ring.newest_key).encrypt(nonce, text.encode(), _place(table, column, row))
    return sealed_prefix(ring.current) + nonce + body


def sealed_prefix(key_id: str) -> bytes:
    """What every value begins with that was sealed under that key."""
    name = key_id.encode()
    return bytes((VERSION, len(name))) + name


def unseal_text(ring: KeyRing, value: bytes, *, table: str, column: str, row: str) -> str:
    """The text sealed for this place. Raises UnsealError."""
    key_id = sealed_under(value)
    key = ring.find_key(key_id)
    if key is None:
        raise UnsealError(f"no key {key_id!r} for {table}.{column}")
    start = 2 + value[1]
    nonce, body = value[start : start + NONCE_BYTES], value[start + NONCE_BYTES :]
    try:
        return _aead(key).decrypt(nonce, body, _place(table, column, row)).decode()
    except InvalidTag as error:
        raise UnsealError(f"{table}.{column} does not open in this place") from error


def sealed_under(value: bytes) -> str:
    """The id of the key that a value was sealed under. Raises UnsealError when it is no sealed value."""
    if len(value) < 2 + NONCE_BYTES or value[0] != VERSION or len(value) < 2 + value[1] + NONCE_BYTES:
        raise UnsealError("not a sealed value")
    return value[2 : 2 + value[1]].decode("ascii", "replace")


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}\x1f{column}\x1f{row}".encode()
