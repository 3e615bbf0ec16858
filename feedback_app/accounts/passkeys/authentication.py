"""Passkeys: the second step after a password, a whole sign-in by themselves, and the asking again (promises 13, 14).

The device checks its owner (finger, face or PIN), so one passkey is two factors. What is asked is random, kept by its
hash, and answered once within minutes. Site and host come from the setting `public_url`, never from a request.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from feedback_app import clock
from feedback_app.accounts import challenges
from feedback_app.accounts.second_step import codes as factors
from feedback_app.config import Settings
from feedback_app.invitations import tokens
from feedback_app.models.base import new_id, rows_changed
from feedback_app.models.person import Passkey, Person
from feedback_app.privacy.keys import Keys

ADD, USE = "passkey_add", "passkey_use"
SETUP_MINUTES = 15
NAME_LENGTH = 60
MALFORMED = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What the library raises over an answer that no device would give."""


class PasskeyCopied(Exception):
    """The passkey is genuine but counts backwards: there are two of it. The message is its person's id."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys of this service hold: the site, and its host name."""

    origin: str
    host: str


def relying_party(settings: Settings) -> Site | None:
    """None where the service has no host name: browsers make no passkeys for a bare address."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(f"{parts.scheme}://{parts.netloc}", host) if host else None
    return None


def passkeys_of(session: Session, person: Person) -> list[Passkey]:
    """The person's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.created_at, Passkey.id)
    return list(session.scalars(query))


def ask_to_add(session: Session, keys: Keys, person: Person, where: Site, *, service: str) -> str:
    """What the browser is to make a passkey by, as JSON. The device learns no e-mail but in the label its owner sees.

    The handle that it keeps is a keyed digest, and tells nobody anything.
    """
    challenge = _ask(session, ADD, person, minutes=SETUP_MINUTES)
    made = webauthn.generate_registration_options(
        rp_id=where.host,
        rp_name=service,
        user_id=bytes.fromhex(tokens.keyed_digest(keys.digest.newest_key, "passkey", person.id)),
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(passkeys_of(session, person)),
    )
    return webauthn.options_to_json(made)


def add_passkey(session: Session, keys: Keys, person: Person, where: Site, answer: str, *, name: str) -> bool:
    """Keep the passkey that the browser made; False when it does not answer what was asked, or is known already."""
    asked = _challenge_in(answer)
    if asked is None or challenges.use_challenge(session, asked.hex(), kind=ADD, person=person) is None:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except MALFORMED:
        return False
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        return False
    session.add(
        Passkey(
            id=new_id(),
            person_id=person.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=name,
            created_at=clock.now(),
        )
    )
    session.flush()
    factors.report_factor_change(session, keys, person, "factor_added", "passkey")
    return True


def ask_to_use(session: Session, where: Site, person: Person | None = None) -> str:
    """What the browser is to show a passkey for, as JSON: any passkey of this service, or one of that person's."""
    asked = webauthn.generate_authentication_options(
        rp_id=where.host,
        challenge=_ask(session, USE, person),
        allow_credentials=_described(passkeys_of(session, person)) if person else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(asked)


def use_passkey(session: Session, where: Site, answer: str, person: Person | None = None) -> Person | None:
    """Whose passkey was shown, now counted as used; None when it is not good here, of any person or of that one.

    What was asked is used up either way. Raises Copied when the passkey counts backwards.
    """
    asked = _challenge_in(answer)
    if asked is None or challenges.use_challenge(session, asked.hex(), kind=USE, person=person) is None:
        return None
    known = _known(session, answer)
    if known is None or (person is not None and known.person_id != person.id):
        return None
    try:
        # The library would look at the count before the signature; ours is looked at after it, and by one UPDATE.
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=where.host,
            expected_origin=where.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except MALFORMED:
        return None
    _count(session, known, shown.new_sign_count)
    return session.get_one(Person, known.person_id)


def remove_passkey(session: Session, keys: Keys, person: Person, passkey_id: str) -> bool:
    """Whether it was the person's, and is now gone."""
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person.id)
    if rows_changed(session, mine) != 1:
        return False
    factors.report_factor_change(session, keys, person, "factor_removed", "passkey")
    return True


def _ask(session: Session, kind: str, person: Person | None, *, minutes: int = 5) -> bytes:
    challenge = secrets.token_bytes(32)
    challenges.store_challenge(session, challenge.hex(), kind=kind, person=person, minutes=minutes)
    return challenge


def _count(session: Session, known: Passkey, count: int) -> None:
    """A passkey's count grows with each use; many devices do not count, and always say 0."""
    grows = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
    used = update(Passkey).where(Passkey.id == known.id, grows).values(sign_count=count, used_at=clock.now())
    if rows_changed(session, used) != 1:
        raise PasskeyCopied(known.person_id)


def _known(session: Session, answer: str) -> Passkey | None:
    try:
        shown = base64url_to_bytes(_parsed(answer)["rawId"])
    except MALFORMED:
        return None
    return session.scalar(select(Passkey).where(Passkey.credential_id == shown))


def _challenge_in(answer: str) -> bytes | None:
    """Which question the browser says it answers; whether it does, the signature tells."""
    try:
        said = json.loads(base64url_to_bytes(_parsed(answer)["response"]["clientDataJSON"]))
        return base64url_to_bytes(said["challenge"])
    except MALFORMED:
        return None


def _parsed(answer: str) -> Any:
    return json.loads(answer)


def _described(found: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in found]
