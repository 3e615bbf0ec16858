"""The second factor: codes of an authenticator app, and recovery codes; each works once, even raced (promises 13, 14).

An app's seed is sealed for its person's row. What a code proves is decided by one UPDATE and its row count.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import CursorResult, Delete, Update, delete, or_, update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.duties import audit
from feedback_app.models.base import new_id
from feedback_app.models.person import Challenge, Person, RecoveryCode
from feedback_app.privacy import cipher, tokens
from feedback_app.privacy.keys import Keys, Ring

STEP_SECONDS = 30
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 12
SETUP_MINUTES = 15


def start_app(session: Session, keys: Keys, person: Person) -> tuple[str, str]:
    """A new seed that waits, sealed, to be confirmed by a code: the secret that names it, and the seed."""
    seed = pyotp.random_base32()
    value = base64.b64encode(_seal(keys.text, person, seed)).decode()
    secret = secrets.token_urlsafe(32)
    put_challenge(session, secret, kind="totp", person=person, value=value, minutes=SETUP_MINUTES)
    return secret, seed


def waiting_seed(session: Session, keys: Keys, person: Person, secret: str) -> str | None:
    """The seed that waits under that secret; None when it was never there, is confirmed, or 15 minutes are over."""
    row = session.get(Challenge, _hash(secret))
    if row is None or row.kind != "totp" or row.person_id != person.id or clock.now() >= row.ends_at:
        return None
    return _unseal(keys.text, person, base64.b64decode(row.value))


def confirm_app(session: Session, keys: Keys, person: Person, secret: str, typed: str) -> bool:
    """Take the waiting seed as the person's own, if the code is one of its present ones."""
    seed = waiting_seed(session, keys, person, secret)
    step = _step_of(seed, tidy(typed)) if seed else None
    if seed is None or step is None or not take_challenge(session, secret, kind="totp", person=person):
        return False
    person.totp_seed = _seal(keys.text, person, seed)
    person.totp_key_id = keys.text.current
    person.totp_confirmed_at = clock.now()
    person.totp_last_step = step
    audit.write(session, keys.audit, "factor_added", person_id=person.id, about=person.id, reason="app")
    return True


def use_code(session: Session, keys: Keys, person: Person, typed: str) -> bool:
    """Whether the code is good, and now used: one of the app (a step early or late), or a recovery code."""
    code = tidy(typed)
    return _use_app(session, keys, person, code) or _use_recovery(session, keys, person, code)


def make_codes(session: Session, keys: Keys, person: Person) -> list[str]:
    """Ten new recovery codes, shown this once; those from before are over."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    session.add_all(
        RecoveryCode(id=new_id(), person_id=person.id, digest=_digest(keys, person, code)) for code in codes
    )
    audit.write(session, keys.audit, "codes_made", person_id=person.id, about=person.id)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def tidy(typed: str) -> str:
    """A code as it is compared: no spaces, no hyphens, plain digits, small letters."""
    plain = unicodedata.normalize("NFKC", typed[:100]).casefold()
    return "".join(c for c in plain if c.isalnum())


def put_challenge(
    session: Session, secret: str, *, kind: str, person: Person, value: str = "", minutes: int = 5
) -> None:
    """Remember what was asked, by the hash of its secret; what is over goes."""
    now = clock.now()
    session.execute(delete(Challenge).where(Challenge.ends_at <= now))
    ends_at = now + timedelta(minutes=minutes)
    session.add(Challenge(id=_hash(secret), kind=kind, person_id=person.id, value=value, ends_at=ends_at))


def take_challenge(session: Session, secret: str, *, kind: str, person: Person) -> bool:
    """Whether this was asked of this person in time and not yet answered: one DELETE, so only one answer counts."""
    mine = (Challenge.id == _hash(secret)) & (Challenge.kind == kind) & (Challenge.person_id == person.id)
    return changed(session, delete(Challenge).where(mine, Challenge.ends_at > clock.now())) == 1


def changed(session: Session, statement: Update | Delete) -> int:
    """How many rows a statement changed."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement.execution_options(synchronize_session=False)
    )
    return result.rowcount


def _use_app(session: Session, keys: Keys, person: Person, code: str) -> bool:
    if person.totp_seed is None or person.totp_confirmed_at is None:
        return False
    step = _step_of(_unseal(keys.text, person, person.totp_seed), code)
    if step is None:
        return False
    unused = or_(Person.totp_last_step.is_(None), Person.totp_last_step < step)
    return changed(session, update(Person).where(Person.id == person.id, unused).values(totp_last_step=step)) == 1


def _use_recovery(session: Session, keys: Keys, person: Person, code: str) -> bool:
    mine = (RecoveryCode.person_id == person.id) & (RecoveryCode.digest == _digest(keys, person, code))
    good = update(RecoveryCode).where(mine, RecoveryCode.used_at.is_(None)).values(used_at=clock.now())
    if len(code) != CODE_LENGTH or changed(session, good) != 1:
        return False
    audit.write(session, keys.audit, "code_used", person_id=person.id, about=person.id)
    return True


def _step_of(seed: str, code: str) -> int | None:
    """The half-minute that a code belongs to: this one, the one before or the one after."""
    now = _step(clock.now())
    app = pyotp.TOTP(seed)
    good = [s for s in (now - 1, now, now + 1) if hmac.compare_digest(app.generate_otp(s).encode(), code.encode())]
    return good[0] if good else None


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def _digest(keys: Keys, person: Person, code: str) -> str:
    return tokens.digest(keys.digest.newest, "recovery", f"{person.id}\x1f{code}")


def _seal(ring: Ring, person: Person, seed: str) -> bytes:
    return cipher.seal(ring, seed, table="person", column="totp_seed", row=person.id)


def _unseal(ring: Ring, person: Person, value: bytes) -> str:
    return cipher.unseal(ring, value, table="person", column="totp_seed", row=person.id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
