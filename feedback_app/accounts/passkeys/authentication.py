"""Using a passkey: as the second step, as a whole sign-in, and when asked again (WebAuthn authentication)."""

from __future__ import annotations

import webauthn
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import UserVerificationRequirement

from feedback_app import audit, clock
from feedback_app.accounts.challenges import use_challenge
from feedback_app.accounts.passkeys.site import (
    MALFORMED,
    Site,
    challenge_in,
    describe_passkeys,
    new_challenge,
    parse_answer,
    passkeys_of,
)
from feedback_app.models.base import rows_changed
from feedback_app.models.person import Passkey, Person
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy.keys import Keys

KIND = "passkey_use"


class PasskeyCopied(Exception):
    """The passkey is genuine but counts backwards: there are two of it. The message is its person's id."""


def ask_to_use(session: Session, site: Site, person: Person | None = None) -> str:
    """Return the options, as JSON, by which the browser shows a passkey: any of this service, or one of `person`."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=new_challenge(session, KIND, person),
        allow_credentials=describe_passkeys(passkeys_of(session, person))
        if person
        else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def find_passkey_owner(
    session: Session,
    keys: Keys,
    site: Site | None,
    answer: str,
    person: Person | None = None,
) -> Person | None:
    """Return whose passkey the browser showed; None when it is not valid, or the service has no passkeys.

    As `use_passkey`; a copied passkey is refused, audited, and its owner told. The caller commits in either case: the
    challenge is used up.
    """
    if site is None:
        return None
    try:
        return use_passkey(session, site, answer, person)
    except PasskeyCopied as copied:
        owner = str(copied)
        entry = audit.write_entry(
            session,
            keys.audit,
            "refused",
            person_id=owner,
            about=owner,
            reason="a copy of a passkey",
        )
        queue_change_message(session, entry)
        return None


def use_passkey(
    session: Session, site: Site, answer: str, person: Person | None = None
) -> Person | None:
    """Return whose passkey was shown, now counted as used; None when it is not valid, or not of `person` if given.

    The challenge is used up either way. Raises PasskeyCopied when the passkey counts backwards.
    """
    challenge = challenge_in(answer)
    if (
        challenge is None
        or use_challenge(session, challenge.hex(), kind=KIND, person=person) is None
    ):
        return None
    passkey = _find_passkey(session, answer)
    if passkey is None or (person is not None and passkey.person_id != person.id):
        return None
    try:
        # The library would look at the count before the signature; ours is looked at after it, and by one UPDATE.
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except MALFORMED:
        return None
    _count_use(session, passkey, shown.new_sign_count)
    return session.get_one(Person, passkey.person_id)


def account_of_answer(session: Session, answer: str) -> str:
    """Return the e-mail of whoever has the passkey that an answer names, genuine or not; "" for nobody."""
    passkey = _find_passkey(session, answer)
    return session.get_one(Person, passkey.person_id).email if passkey else ""


def _find_passkey(session: Session, answer: str) -> Passkey | None:
    try:
        credential_id = base64url_to_bytes(parse_answer(answer)["rawId"])
    except MALFORMED:
        return None
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _count_use(session: Session, passkey: Passkey, count: int) -> None:
    """Store the passkey's use count, which must have grown; many devices do not count, and always say 0."""
    grows = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
    used = (
        update(Passkey)
        .where(Passkey.id == passkey.id, grows)
        .values(sign_count=count, used_at=clock.now())
    )
    if rows_changed(session, used) != 1:
        raise PasskeyCopied(passkey.person_id)
