"""What adding and using passkeys (WebAuthn) share: the site they hold for, the challenge, and reading an answer.

The device checks its owner (finger, face or PIN), so one passkey is two factors (promises 13, 14). A challenge is
random, kept by its hash, and answered once within minutes.
"""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from feedback_app.accounts.challenges import store_challenge
from feedback_app.config import Settings
from feedback_app.models.person import Passkey, Person

MALFORMED = (
    WebAuthnException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What the library raises over an answer that no device would give."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a passkey of this service is bound to: the site's origin, and its host name (the relying party)."""

    origin: str
    host: str


def relying_party(settings: Settings) -> Site | None:
    """Return the site by the setting `public_url`, never by a request.

    None where the service has no host name: browsers make no passkeys for a bare IP address.
    """
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(f"{parts.scheme}://{parts.netloc}", host) if host else None
    return None


def passkeys_of(session: Session, person: Person) -> list[Passkey]:
    """Return the person's passkeys, oldest first."""
    query = (
        select(Passkey)
        .where(Passkey.person_id == person.id)
        .order_by(Passkey.created_at, Passkey.id)
    )
    return list(session.scalars(query))


def new_challenge(
    session: Session, kind: str, person: Person | None, *, minutes: int = 5
) -> bytes:
    """Make a challenge and store it by its hash; without a person anybody's passkey may answer it."""
    challenge = secrets.token_bytes(32)
    store_challenge(session, challenge.hex(), kind=kind, person=person, minutes=minutes)
    return challenge


def challenge_in(answer: str) -> bytes | None:
    """Return which challenge the browser says it answers, None when unreadable. The signature tells if it does."""
    try:
        client_data = json.loads(
            base64url_to_bytes(parse_answer(answer)["response"]["clientDataJSON"])
        )
        return base64url_to_bytes(client_data["challenge"])
    except MALFORMED:
        return None


def parse_answer(answer: str) -> Any:
    """Read the JSON that the browser sent. Raises ValueError."""
    return json.loads(answer)


def describe_passkeys(
    passkeys: Iterable[Passkey],
) -> list[PublicKeyCredentialDescriptor]:
    """Name passkeys to the browser, so that it offers them or makes none twice."""
    return [
        PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys
    ]
