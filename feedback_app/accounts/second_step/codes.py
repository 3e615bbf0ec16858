"""The second factor: codes of an authenticator app, and recovery codes; each works once, even raced (promises 13, 14).

An app's seed is sealed for its person's row. Whether a code counts is decided by one UPDATE and its row count, so that
of two requests with the same code only one gets through.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.accounts.challenges import (
    store_challenge,
    use_challenge,
    waiting_challenge,
)
from feedback_app.accounts.factor_changes import report_factor_change
from feedback_app.models.base import new_id, rows_changed
from feedback_app.models.person import Person, RecoveryCode
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy import cipher
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.typed_text import plain_digits

STEP_SECONDS = 30
"""How long an app shows one code (RFC 6238)."""
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What recovery codes are made of: nothing that looks like something else."""
CODE_LENGTH = 12
SETUP_MINUTES = 15
SETUP = "totp"


def begin_app_setup(session: Session, keys: Keys, person: Person) -> tuple[str, str]:
    """Make a new seed, which waits, sealed, to be confirmed by a code.

    Returns the secret that names the waiting seed, for the form, and the seed, for the app.
    """
    seed = pyotp.random_base32()
    sealed = base64.b64encode(_seal_seed(keys.text, person, seed)).decode()
    secret = secrets.token_urlsafe(32)
    store_challenge(
        session, secret, kind=SETUP, person=person, value=sealed, minutes=SETUP_MINUTES
    )
    return secret, seed


def waiting_seed(
    session: Session, keys: Keys, person: Person, secret: str
) -> str | None:
    """Return the seed that waits under that secret; None when it never did, is confirmed, or 15 minutes are over."""
    sealed = waiting_challenge(session, secret, kind=SETUP, person=person)
    return _unseal_seed(keys.text, person, base64.b64decode(sealed)) if sealed else None


def confirm_app(
    session: Session, keys: Keys, person: Person, secret: str, typed: str
) -> bool:
    """Make the waiting seed the person's own, if the typed code is one of its present ones; else return False."""
    seed = waiting_seed(session, keys, person, secret)
    step = _step_of(seed, normalise_code(typed)) if seed else None
    if seed is None or step is None:
        return False
    if use_challenge(session, secret, kind=SETUP, person=person) is None:
        return False
    person.totp_seed = _seal_seed(keys.text, person, seed)
    person.totp_key_id = keys.text.current
    person.totp_confirmed_at = clock.now()
    person.totp_last_step = step
    report_factor_change(session, keys, person, "factor_added", "app")
    return True


def remove_app(session: Session, keys: Keys, person: Person) -> None:
    """Forget the person's authenticator app: its codes open nothing any more."""
    person.totp_seed = person.totp_key_id = person.totp_confirmed_at = (
        person.totp_last_step
    ) = None
    report_factor_change(session, keys, person, "factor_removed", "app")


def use_code(session: Session, keys: Keys, person: Person, typed: str) -> bool:
    """Whether the code is valid, and now used: one of the app (a step early or late), or a recovery code."""
    code = normalise_code(typed)
    return _use_app_code(session, keys, person, code) or _use_recovery_code(
        session, keys, person, code
    )


def make_recovery_codes(
    session: Session, keys: Keys, person: Person, *, tell: bool
) -> list[str]:
    """Return ten new recovery codes, to be shown this once; earlier ones are deleted.

    `tell`: by mail; not where they come with a factor, whose own mail is enough.
    """
    delete_recovery_codes(session, person)
    codes = [
        "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    for code in codes:
        session.add(
            RecoveryCode(
                id=new_id(),
                person_id=person.id,
                digest=_code_digest(keys, person, code),
            )
        )
    entry = audit.write_entry(
        session, keys.audit, "codes_made", person_id=person.id, about=person.id
    )
    if tell:
        queue_change_message(session, entry)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def delete_recovery_codes(session: Session, person: Person) -> None:
    """Delete all recovery codes of the person, used or not."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def count_recovery_codes(session: Session, person: Person) -> int:
    """Return how many unused recovery codes the person has left."""
    unused = select(func.count()).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def normalise_code(typed: str) -> str:
    """Return a code as it is compared: no spaces, no hyphens, plain digits, small letters."""
    plain = plain_digits(unicodedata.normalize("NFKC", typed[:100])).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _use_app_code(session: Session, keys: Keys, person: Person, code: str) -> bool:
    if person.totp_seed is None or person.totp_confirmed_at is None:
        return False
    step = _step_of(_unseal_seed(keys.text, person, person.totp_seed), code)
    if step is None:
        return False
    # Only a later step than the last one used counts: each code works once, and none from before it.
    # A step far from now was noted by a clock that ran ahead: it must not lock the person out for as long.
    ahead = _current_step() + 1
    unused = or_(
        Person.totp_last_step.is_(None),
        Person.totp_last_step < step,
        Person.totp_last_step > ahead,
    )
    use = (
        update(Person).where(Person.id == person.id, unused).values(totp_last_step=step)
    )
    return rows_changed(session, use) == 1


def _use_recovery_code(session: Session, keys: Keys, person: Person, code: str) -> bool:
    own = (RecoveryCode.person_id == person.id) & (
        RecoveryCode.digest == _code_digest(keys, person, code)
    )
    use = (
        update(RecoveryCode)
        .where(own, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if len(code) != CODE_LENGTH or rows_changed(session, use) != 1:
        return False
    entry = audit.write_entry(
        session, keys.audit, "code_used", person_id=person.id, about=person.id
    )
    queue_change_message(session, entry)
    return True


def _current_step() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS


def _step_of(seed: str, code: str) -> int | None:
    """Return the half-minute that a code belongs to: this one, the one before or the one after; None for none."""
    current = _current_step()
    app = pyotp.TOTP(seed)
    matching = None
    # All three are compared, in constant time each: how long it takes says nothing of the code.
    for step in (current + 1, current, current - 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            matching = step
    return matching


def _code_digest(keys: Keys, person: Person, code: str) -> str:
    return keyed_digest(keys.digest.newest_key, "recovery", f"{person.id}\x1f{code}")


def _seal_seed(ring: KeyRing, person: Person, seed: str) -> bytes:
    return cipher.seal_text(
        ring, seed, table="person", column="totp_seed", row=person.id
    )


def _unseal_seed(ring: KeyRing, person: Person, value: bytes) -> str:
    return cipher.unseal_text(
        ring, value, table="person", column="totp_seed", row=person.id
    )
