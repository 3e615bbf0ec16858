"""Passwords: argon2id, long ones welcome, common ones refused, no rules of composition (promise 12)."""

from __future__ import annotations

import threading
import unicodedata
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.models.person import Person
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy.keys import Keys
from feedback_app.web import staff_sessions

SHORTEST = 12
LONGEST = 128
HASHED_AT_ONCE = 1
"""In each of the two web workers (deploy/gunicorn.conf.py), so that hashing leaves a core to children."""
WAITING = 1
"""Of a worker's four threads one hashes and one waits; whoever comes then is told to try again."""
COMMON_FILE = Path(__file__).with_name("common.txt")


class TooBusy(Exception):
    """So many passwords are being checked that this one would make children wait."""


class _Line:
    """Who hashes now, and who comes next: in order, so that nobody is overtaken."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._line: deque[object] = deque()

    @contextmanager
    def take_turn(self, *, most: int | None) -> Iterator[None]:
        """Wait for one's turn. Raises TooBusy where `most` are in line already; None waits behind any number."""
        me = object()
        with self._turn:
            if most is not None and len(self._line) >= most:
                raise TooBusy
            self._line.append(me)
            self._turn.wait_for(lambda: me in list(self._line)[:HASHED_AT_ONCE])
        try:
            yield
        finally:
            with self._turn:
                self._line.remove(me)
                self._turn.notify_all()

    def is_full(self, most: int) -> bool:
        """Whether that many are in line."""
        return len(self._line) >= most


_LINE = _Line()


def is_line_full() -> bool:
    """Whether `verify_password` would raise TooBusy now: asked before anything else is done for a sign-in."""
    return _LINE.is_full(HASHED_AT_ONCE + WAITING)


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
    with _LINE.take_turn(most=None):
        return make_hasher().hash(password)


def set_password_hash(
    session: Session,
    keys: Keys,
    person: Person,
    password_hash: str,
    *,
    by: str | None,
    what: audit.AuditEvent = "password_changed",
    but_session: str = "",
) -> None:
    """Give the person the password of that hash, end their sessions and links, and tell them (promise 18).

    `by` is the id of whoever chose it. `but_session`: the one session that stays, in which it was changed. The second
    factor stays.
    """
    person.password_hash = password_hash
    entry = audit.write_entry(session, keys.audit, what, person_id=by, about=person.id)
    queue_change_message(session, entry)
    staff_sessions.end_sessions_of(session, person.id, but=but_session)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one of that hash; takes as long where there is none (promise 16).

    Call it with no write of the database under way: it waits for its turn. Raises TooBusy.
    """
    if len(password) > LONGEST:
        return False
    try:
        with _LINE.take_turn(most=HASHED_AT_ONCE + WAITING):
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
