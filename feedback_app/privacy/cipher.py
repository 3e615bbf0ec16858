"""What stands in the database instead of words: sealed values, and digests by which secrets are found.

Sealing is AES-256-GCM, bound to the value's table, column and row (promise 33).

A sealed value is `version(1) | id length(1) | key id | nonce(12) | ciphertext and tag`. Table, column and row are the
associated data, so that a value copied to another place does not decrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from feedback_app.privacy.keys import KeyRing

VERSION = 1
NONCE_BYTES = 12


class UnsealError(Exception):
    """The value was sealed for another place, under a missing key, or altered. The message has none of its content."""


@lru_cache(maxsize=32)
def _aead(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal_text(ring: KeyRing, text: str, *, table: str, column: str, row: str) -> bytes:
    """Encrypt `text` for this place under the ring's newest key."""
    nonce = os.urandom(NONCE_BYTES)
    body = _aead(ring.newest_key).encrypt(
        nonce, text.encode(), _place(table, column, row)
    )
    return sealed_prefix(ring.current) + nonce + body


def sealed_prefix(key_id: str) -> bytes:
    """Return the bytes with which every value sealed under that key begins."""
    name = key_id.encode()
    return bytes((VERSION, len(name))) + name


def unseal_text(
    ring: KeyRing, value: bytes, *, table: str, column: str, row: str
) -> str:
    """Decrypt a value that was sealed for this place. Raises UnsealError."""
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
    """Return the id of the key that a value was sealed under. Raises UnsealError if it is no sealed value."""
    if (
        len(value) < 2 + NONCE_BYTES
        or value[0] != VERSION
        or len(value) < 2 + value[1] + NONCE_BYTES
    ):
        raise UnsealError("not a sealed value")
    return value[2 : 2 + value[1]].decode("ascii", "replace")


def _place(table: str, column: str, row: str) -> bytes:
    return f"{table}\x1f{column}\x1f{row}".encode()


def keyed_digest(digest_key: bytes, kind: str, value: str) -> str:
    """Return the HMAC-SHA256 of a token, code, reference or address, as 64 hex characters.

    The key keeps short values from being guessed; `kind` keeps digests of different kinds apart.
    """
    return hmac.new(
        digest_key, f"{kind}\x1f{value}".encode(), hashlib.sha256
    ).hexdigest()


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a long random secret as 64 hex characters; needs no key, since nobody can guess it."""
    return hashlib.sha256(secret.encode()).hexdigest()
