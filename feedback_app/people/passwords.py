"""Passwords: argon2id, long ones welcome, common ones refused, no rules of composition (promise 12)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.models.person import Person
from feedback_app.privacy.keys import Keys
from feedback_app.web import staff_sessions

SHORTEST = 12
LONGEST = 128
COMMON_FILE = Path(__file__).with_name("common.txt")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Return the 3,000 passwords that are tried first: words with years, keyboard walks, repeats; in small letters."""
    return frozenset(COMMON_FILE.read_text(encoding="ascii").splitlines())


@lru_cache(maxsize=1)
def make_hasher() -> PasswordHasher:
    """Return argon2id with 19 MiB, two passes, one lane: the least that OWASP names; children use this server too."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def make_hash(password: str) -> str:
    """Return the hash to store. Raises ValueError when the password is too short, too long or a common one."""
    password = _normalise(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")
    if password.casefold() in common_passwords() or len(set(password)) < 4:
        raise ValueError("this password is a common one")
    return make_hasher().hash(password)


def set_password(
    session: Session,
    keys: Keys,
    person: Person,
    password: str,
    *,
    by: str | None,
    what: audit.AuditEvent = "password_changed",
) -> None:
    """Set a new password and end every session of the person (promise 18). Raises ValueError as make_hash does.

    `by` is the id of whoever chose it: the person, or None where a link did. The second factor stays.
    """
    person.password_hash = make_hash(password)
    audit.write_entry(session, keys.audit, what, person_id=by, about=person.id)
    staff_sessions.end_sessions_of(session, person.id)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one of that hash; takes as long where there is none (promise 16)."""
    if len(password) > LONGEST:
        return False
    try:
        return (
            make_hasher().verify(stored or _hash_of_nobody(), _normalise(password))
            and stored is not None
        )
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    """A hash to check against where there is no account, so that it takes as long."""
    return make_hasher().hash("nobody has this password")


def _normalise(password: str) -> str:
    """The password as every keyboard sends it: one form of each letter (NFKC)."""
    return unicodedata.normalize("NFKC", password)
