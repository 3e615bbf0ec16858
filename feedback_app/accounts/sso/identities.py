"""Which person a (tenant, object id) of the council's own sign-in is here; signing in creates nobody (promise 15)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.accounts.second_step import codes as factors
from feedback_app.accounts.sso.oidc import CouncilAccount
from feedback_app.models.person import Identity, Person
from feedback_app.privacy.keys import Keys


def find_person_of_account(session: Session, known: CouncilAccount) -> Person | None:
    """The person who linked it, whether or not they may come in."""
    row = session.get(Identity, (known.tenant, known.object_id))
    return session.get(Person, row.person_id) if row else None


def link_identity(session: Session, keys: Keys, person: Person, known: CouncilAccount) -> bool:
    """Let it open the person's account from now on; False when it opens one, or the account has another."""
    taken = session.get(Identity, (known.tenant, known.object_id)) is not None
    if taken or session.scalar(select(Identity.object_id).where(Identity.person_id == person.id)) is not None:
        return False
    session.add(Identity(tenant=known.tenant, object_id=known.object_id, person_id=person.id, added_at=clock.now()))
    session.flush()
    factors.report_factor_change(session, keys, person, "identity_added", "council")
    return True
