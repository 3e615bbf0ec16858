"""The second factor: codes of an authenticator app, and recovery codes; each works once, even raced (promises 13, 14).

An app's seed is sealed for its person's row. What a code proves is decided by one UPDATE and its row count.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.accounts import challenges
from feedback_app.invitations import tokens
from feedback_app.models.base import new_id, rows_changed
from feedback_app.models.person import Person, RecoveryCode
from feedback_app.people import staff_links as staff_tokens
from feedback_app.privacy import cipher
from feedback_app.privacy.keys import Keys, Ring

STEP_SECONDS = 30
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 12
SETUP_MINUTES = 15


def begin_app_setup(session: Session, keys: Keys, person: Person) -> tuple[str, str]:
    """A new seed that waits, sealed, to be confirmed by a code: the secret that names it, and the seed."""
    seed = pyotp.random_base32()
    value = base64.b64encode(_seal(keys.text, person, seed)).decode()
    secret = secrets.token_urlsafe(32)
    challenges.store_challenge(session, secret, kind="totp", person=person, value=value, minutes=SETUP_MINUTES)
    return secret, seed


def waiting_seed(session: Session, keys: Keys, person: Person, secret: str) -> str | None:
    """The seed that waits under that secret; None when it was never there, is confirmed, or 15 minutes are over."""
    value = challenges.waiting_challenge(session, secret, kind="totp", person=person)
    return _unseal(keys.text, person, base64.b64decode(value)) if value else None


def confirm_app(session: Session, keys: Keys, person: Person, secret: str, typed: str) -> bool:
    """Take the waiting seed as the person's own, if the code is one of its present ones."""
    seed = waiting_seed(session, keys, person, secret)
    step = _step_of(seed, normalise_code(typed)) if seed else None
    if seed is None or step is None:
        return False
    if challenges.use_challenge(session, secret, kind="totp", person=person) is None:
        return False
    person.totp_seed = _seal(keys.text, person, seed)
    person.totp_key_id = keys.text.current
    person.totp_confirmed_at = clock.now()
    person.totp_last_step = step
    report_factor_change(session, keys, person, "factor_added", "app")
    return True


def use_code(session: Session, keys: Keys, person: Person, typed: str) -> bool:
    """Whether the code is good, and now used: one of the app (a step early or late), or a recovery code."""
    code = normalise_code(typed)
    return _use_app(session, keys, person, code) or _use_recovery(session, keys, person, code)


def make_recovery_codes(session: Session, keys: Keys, person: Person) -> list[str]:
    """Ten new recovery codes, shown this once; those from before are over."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    session.add_all(
        RecoveryCode(id=new_id(), person_id=person.id, digest=_digest(keys, person, code)) for code in codes
    )
    audit.write_entry(session, keys.audit, "codes_made", person_id=person.id, about=person.id)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def normalise_code(typed: str) -> str:
    """A code as it is compared: no spaces, no hyphens, plain digits, small letters."""
    plain = unicodedata.normalize("NFKC", typed[:100]).casefold()
    return "".join(c for c in plain if c.isalnum())


def report_factor_change(session: Session, keys: Keys, person: Person, what: audit.What, factor: str) -> None:
    """A factor that comes or goes is audited, and told to the person by mail: it may not have been them."""
    entry = audit.write_entry(session, keys.audit, what, person_id=person.id, about=person.id, reason=factor)
    staff_tokens.queue_change_message(session, entry)


def remove_app(session: Session, keys: Keys, person: Person) -> None:
    """The authenticator app is no factor any more."""
    person.totp_seed = person.totp_key_id = person.totp_confirmed_at = person.totp_last_step = None
    report_factor_change(session, keys, person, "factor_removed", "app")


def _use_app(session: Session, keys: Keys, person: Person, code: str) -> bool:
    if person.totp_seed is None or person.totp_confirmed_at is None:
        return False
    step = _step_of(_unseal(keys.text, person, person.totp_seed), code)
    if step is None:
        return False
    unused = or_(Person.totp_last_step.is_(None), Person.totp_last_step < step)
    return rows_changed(session, update(Person).where(Person.id == person.id, unused).values(totp_last_step=step)) == 1


def _use_recovery(session: Session, keys: Keys, person: Person, code: str) -> bool:
    mine = (RecoveryCode.person_id == person.id) & (RecoveryCode.digest == _digest(keys, person, code))
    good = update(RecoveryCode).where(mine, RecoveryCode.used_at.is_(None)).values(used_at=clock.now())
    if len(code) != CODE_LENGTH or rows_changed(session, good) != 1:
        return False
    audit.write_entry(session, keys.audit, "code_used", person_id=person.id, about=person.id)
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
    return tokens.keyed_digest(keys.digest.newest_key, "recovery", f"{person.id}\x1f{code}")


def _seal(ring: Ring, person: Person, seed: str) -> bytes:
    return cipher.seal_text(ring, seed, table="person", column="totp_seed", row=person.id)


def _unseal(ring: Ring, person: Person, value: bytes) -> str:
    return cipher.unseal_text(ring, value, table="person", column="totp_seed", row=person.id)
