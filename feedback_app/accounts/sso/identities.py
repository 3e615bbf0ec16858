"""Which person a (tenant, object id) of the council's own sign-in is here; signing in creates nobody (promise 15)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.accounts.factor_changes import report_factor_change
from feedback_app.accounts.sso.sso_terms import CouncilAccount
from feedback_app.models.person import Identity, Person
from feedback_app.privacy.keys import Keys


def find_person_of_account(session: Session, account: CouncilAccount) -> Person | None:
    """Return the person who linked the council account, whether or not they may come in; None for nobody."""
    row = session.get(Identity, (account.tenant, account.object_id))
    return session.get(Person, row.person_id) if row else None


def link_identity(
    session: Session, keys: Keys, person: Person, account: CouncilAccount
) -> bool:
    """Let the council account open the person's account from now on.

    Returns False, and changes nothing, when it opens another account, or the person has linked one already.
    """
    taken = session.get(Identity, (account.tenant, account.object_id)) is not None
    has_one = (
        session.scalar(
            select(Identity.object_id).where(Identity.person_id == person.id)
        )
        is not None
    )
    if taken or has_one:
        return False
    identity = Identity(
        tenant=account.tenant,
        object_id=account.object_id,
        person_id=person.id,
        added_at=clock.now(),
    )
    session.add(identity)
    session.flush()
    report_factor_change(session, keys, person, "identity_added", "council")
    return True
