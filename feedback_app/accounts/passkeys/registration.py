"""Adding a passkey to an account, and removing one (WebAuthn registration)."""

from __future__ import annotations

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from feedback_app import clock
from feedback_app.accounts.challenges import use_challenge
from feedback_app.accounts.factor_changes import report_factor_change
from feedback_app.accounts.passkeys.site import (
    MALFORMED,
    Site,
    challenge_in,
    describe_passkeys,
    new_challenge,
    passkeys_of,
)
from feedback_app.models.base import new_id, rows_changed
from feedback_app.models.person import Passkey, Person
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import Keys

KIND = "passkey_add"
SETUP_MINUTES = 15
NAME_LENGTH = 60


def ask_to_add(
    session: Session, keys: Keys, person: Person, site: Site, *, service: str
) -> str:
    """Return the options, as JSON, by which the browser makes a passkey. `service` is the name it shows.

    The device learns the e-mail only for the label that its owner sees; the handle it keeps is a keyed digest, which
    tells nobody anything.
    """
    challenge = new_challenge(session, KIND, person, minutes=SETUP_MINUTES)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=service,
        user_id=bytes.fromhex(
            keyed_digest(keys.digest.newest_key, "passkey", person.id)
        ),
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=describe_passkeys(passkeys_of(session, person)),
    )
    return webauthn.options_to_json(options)


def add_passkey(
    session: Session, keys: Keys, person: Person, site: Site, answer: str, *, name: str
) -> bool:
    """Store the passkey that the browser made, under that name.

    Returns False when the answer does not fit the challenge, which is used up, or the passkey is known already.
    """
    challenge = challenge_in(answer)
    if (
        challenge is None
        or use_challenge(session, challenge.hex(), kind=KIND, person=person) is None
    ):
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except MALFORMED:
        return False
    if (
        session.scalar(
            select(Passkey.id).where(Passkey.credential_id == made.credential_id)
        )
        is not None
    ):
        return False
    passkey = Passkey(
        id=new_id(),
        person_id=person.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=clock.now(),
    )
    session.add(passkey)
    session.flush()
    report_factor_change(session, keys, person, "factor_added", "passkey")
    return True


def remove_passkey(
    session: Session, keys: Keys, person: Person, passkey_id: str
) -> bool:
    """Remove the passkey; False when the person has none with that id."""
    own = delete(Passkey).where(
        Passkey.id == passkey_id, Passkey.person_id == person.id
    )
    if rows_changed(session, own) != 1:
        return False
    report_factor_change(session, keys, person, "factor_removed", "passkey")
    return True
