"""Passwords: argon2id, long ones welcome, common ones refused, no rules of composition (promise 12)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128
COMMON = frozenset(
    (
        "password123!",
        "passwordpassword",
        "123456789012",
        "qwertyuiop12",
        "letmeinletmein",
        "welcomewelcome",
        "iloveyouiloveyou",
    )
)


@lru_cache(maxsize=1)
def hasher() -> PasswordHasher:
    """argon2id with 19 MiB, two passes, one lane: the least that OWASP names for a server that also serves children."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def make_hash(password: str) -> str:
    """The hash to store. Raises ValueError when the password is too short, too long or a common one."""
    password = _same(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")
    if password.casefold() in COMMON or len(set(password)) < 4:
        raise ValueError("this password is a common one")
    return hasher().hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the one stored; costs the same where there is none (promise 16)."""
    if len(password) > LONGEST:
        return False
    try:
        return hasher().verify(stored or _nobodys(), _same(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hasher().hash("nobody has this password")


def _same(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
