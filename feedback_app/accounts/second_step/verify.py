"""Checking what somebody showed as their second factor: a passkey, or a code."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.accounts.passkeys.authentication import find_passkey_owner
from feedback_app.accounts.passkeys.site import Site
from feedback_app.accounts.second_step.codes import use_code
from feedback_app.models.person import Person
from feedback_app.privacy.keys import Keys


def second_factor_is_valid(
    session: Session,
    keys: Keys,
    site: Site | None,
    person: Person,
    *,
    passkey_answer: str,
    code: str,
) -> bool:
    """Whether the person showed a valid second factor, which is now used up: a passkey if there is one, else a code.

    The caller commits in either case: a failed passkey has used its challenge up.
    """
    if passkey_answer:
        return (
            find_passkey_owner(session, keys, site, passkey_answer, person) is not None
        )
    return use_code(session, keys, person, code)


def wrong_code_message(*, was_passkey: bool) -> str:
    """What to do about a passkey or a code that did not work."""
    if was_passkey:
        return str(
            _("That passkey did not work here. Try it once more, or type a code.")
        )
    return str(
        _(
            "That code does not work. Each code works once: wait for the next one and type it."
        )
    )
