"""Digests under which secrets and identifiers are stored and found, instead of themselves."""

from __future__ import annotations

import hashlib
import hmac


def keyed_digest(digest_key: bytes, kind: str, value: str) -> str:
    """Return the HMAC-SHA256 of a token, code, reference or address, as 64 hex characters.

    The key keeps short values from being guessed; `kind` keeps digests of different kinds apart.
    """
    return hmac.new(digest_key, f"{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a long random secret as 64 hex characters; needs no key, since nobody can guess it."""
    return hashlib.sha256(secret.encode()).hexdigest()
