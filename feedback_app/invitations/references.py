"""How a child's reference is found again without being stored: by keyed digests of what it is (typed_text).

A reference was compared letter by letter before, so the digests of older envelopes are made anew from what is sealed,
while the service runs. Until that is done a search asks for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.database import locks
from feedback_app.database.sessions import Database
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.review import ReviewReference
from feedback_app.models.running import ServiceFlag
from feedback_app.models.scope import invitations_for
from feedback_app.month import Month, london_day
from feedback_app.privacy.cipher import keyed_digest, unseal_text
from feedback_app.privacy.keys import Keys
from feedback_app.typed_text import reference_key

DONE = "references anew"
"""The service flag that says when every digest was made as `reference_digest` makes it."""
AT_ONCE = 200


def reference_digest(keys: Keys, typed: str) -> str:
    """The digest under which a reference is found, however it was typed."""
    return keyed_digest(keys.digest.newest_key, "reference", reference_key(typed))


def open_reference(keys: Keys, envelope: Envelope) -> str:
    """What a sealed envelope says. Raises UnsealError."""
    return unseal_text(
        keys.envelope,
        envelope.value,
        table="envelope",
        column="value",
        row=envelope.invitation_id,
    )


def open_review_reference(keys: Keys, sealed: ReviewReference) -> str:
    """What the sealed reference of an imported review says. Raises UnsealError."""
    return unseal_text(
        keys.envelope,
        sealed.value,
        table="review_reference",
        column="value",
        row=sealed.review_id,
    )


def digests_to_find(keys: Keys, typed: str) -> Collection[str]:
    """The digests that a reference may have: as it is made now, and as envelopes have it that are not renewed yet."""
    before = keyed_digest(keys.digest.newest_key, "reference", typed.strip().casefold())
    return {reference_digest(keys, typed), before}


def already_asked(
    session: Session, keys: Keys, survey: str, references: Iterable[str]
) -> dict[str, Literal["waiting", "answered"]]:
    """Reference key -> whether a link of that survey waits for the child, or was answered while the envelope exists."""
    keys_of = {
        digest: reference_key(one)
        for one in references
        for digest in digests_to_find(keys, one)
    }
    rows = session.execute(
        select(Envelope.reference_digest, Invitation.outcome)
        .join(Invitation, Invitation.id == Envelope.invitation_id)
        .where(Envelope.reference_digest.in_(keys_of), Invitation.survey == survey)
        .where(
            or_(
                Invitation.outcome == "answered",
                (Invitation.outcome == "waiting") & (Invitation.ends_at > clock.now()),
            )
        )
    ).all()
    found: dict[str, Literal["waiting", "answered"]] = {}
    for digest, outcome in rows:
        if outcome == "waiting" or keys_of[digest] not in found:
            found[keys_of[digest]] = "waiting" if outcome == "waiting" else "answered"
    return found


@dataclass(frozen=True, slots=True)
class EarlierAsking:
    """One link that this officer made for a reference: it waits, or was answered this month. `day` it was made on."""

    invitation_id: str
    waits: bool
    day: date


def asked_by_officer(
    session: Session,
    keys: Keys,
    survey: str,
    reference: str,
    person_id: str,
    *,
    envelope_days: int,
) -> EarlierAsking | None:
    """That officer's own link of the survey for a reference, one that waits first; another officer's is unknown here.

    Of answers only those of this month count: a child is asked anew about each review. It looks back no further than
    every envelope is kept: later ones go or stay by what children wrote, and would tell of it (promise 22).
    """
    first, _end = Month.containing(clock.today()).utc_bounds()
    since = max(first, clock.now() - timedelta(days=envelope_days))
    found = session.scalar(
        invitations_for(person_id)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(
            Envelope.reference_digest.in_(digests_to_find(keys, reference)),
            Invitation.survey == survey,
            or_(
                (Invitation.outcome == "answered") & (Invitation.outcome_at > since),
                (Invitation.outcome == "waiting") & (Invitation.ends_at > clock.now()),
            ),
        )
        .order_by(Invitation.outcome.desc(), Invitation.issued_at.desc())
        .limit(1)
    )
    if found is None:
        return None
    waits = found.outcome == "waiting"
    return EarlierAsking(found.id, waits, london_day(found.issued_at))


def renew_digests(database: Database, keys: Keys) -> int:
    """Make the digests of all envelopes and reviews anew, once, in small transactions; how many were another before."""
    with database.new_session(reading=True) as session:
        if session.get(ServiceFlag, DONE) is not None:
            return 0
    renewed, last = 0, ""
    while True:
        with database.short_write() as session:
            batch = session.scalars(
                select(Envelope)
                .where(Envelope.invitation_id > last)
                .order_by(Envelope.invitation_id)
                .limit(AT_ONCE)
            ).all()
            for envelope in batch:
                reference = open_reference(keys, envelope)
                digest = reference_digest(keys, reference)
                if digest != envelope.reference_digest:
                    session.execute(
                        update(Envelope)
                        .where(Envelope.invitation_id == envelope.invitation_id)
                        .values(reference_digest=digest)
                    )
                    renewed += 1
            if not batch:
                renewed += _renew_reviews(session, keys)
                locks.hold_to_commit(session, locks.REFERENCES_ANEW)
                session.merge(ServiceFlag(name=DONE, set_at=clock.now()))
                return renewed
            last = batch[-1].invitation_id


def _renew_reviews(session: Session, keys: Keys) -> int:
    """The same for the references of imported reviews: a few months' at most, so at once."""
    renewed = 0
    for sealed in session.scalars(select(ReviewReference)).all():
        digest = reference_digest(keys, open_review_reference(keys, sealed))
        if digest != sealed.reference_digest:
            session.execute(
                update(ReviewReference)
                .where(ReviewReference.review_id == sealed.review_id)
                .values(reference_digest=digest)
            )
            renewed += 1
    return renewed
