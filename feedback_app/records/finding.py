"""Finds a child's invitation for a request to see or erase data: by exact reference, by link, or by its four words;
and complaints in which that reference was typed.

By reference only while the envelope exists. Each search goes to the audit trail with its reason, found or not, but
never with what was searched for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations import tokens
from feedback_app.invitations.links import find_by_words, find_link
from feedback_app.invitations.own_reviews import review_day
from feedback_app.invitations.references import digests_to_find
from feedback_app.models import scope
from feedback_app.models.complaint import Complaint
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.privacy.keys import Keys
from feedback_app.typed_text import (
    REASON_LIMIT,
    clean_line,
    is_visible,
    reference_key,
)

SearchBy = Literal["reference", "link", "words"]
SEARCH_BY: tuple[SearchBy, ...] = ("reference", "link", "words")
NOTHING_FOUND = "none"
SHORTEST_REVEALING = 3
"""A typed reference of fewer characters may occur in the reason by chance."""


class SearchFieldMissing(ValueError):
    """A field of the search is empty; its argument is the field: `typed` or `reason`."""


class ReasonTooLong(ValueError):
    """The reason has more characters than the audit trail holds."""


class ReasonRevealsReference(ValueError):
    """The reason contains what was searched for, which must not get into the audit trail."""


def find_invitations(
    session: Session,
    keys: Keys,
    by: SearchBy,
    typed: str,
    *,
    reason: str,
    person_id: str,
) -> Sequence[Invitation]:
    """Return the invitations of that reference (a child may have several) or of that link, newest first.

    Only those that this person may find (models/scope.py). Raises SearchFieldMissing, ReasonTooLong or
    ReasonRevealsReference.
    """
    reason = clean_line(reason)
    if not is_visible(typed):
        raise SearchFieldMissing("typed")
    if not is_visible(reason):
        raise SearchFieldMissing("reason")
    if len(reason) > REASON_LIMIT:
        raise ReasonTooLong
    said = (reason.casefold(), reference_key(reason))
    forms = [form for form in _typed_forms(typed) if len(form) >= SHORTEST_REVEALING]
    if any(form in words for form in forms for words in said):
        raise ReasonRevealsReference
    mine = scope.links_for(person_id).where(
        Invitation.id.in_(_matching_ids(session, keys, by, typed))
    )
    invitations = session.scalars(
        mine.order_by(Invitation.issued_at.desc(), Invitation.id)
    ).all()
    for about in [invitation.id for invitation in invitations] or [NOTHING_FOUND]:
        audit.write_entry(
            session,
            keys.audit,
            "envelope_searched",
            person_id=person_id,
            about=about,
            reason=reason,
        )
    return invitations


def complaints_by_reference(
    session: Session, keys: Keys, typed: str, *, reason: str, person_id: str
) -> Sequence[Complaint]:
    """Return the complaints in which this reference was typed, newest first, each on the record; also when no envelope
    has it any more.

    Only those that this person may see (models/scope.py).
    """
    digests = digests_to_find(keys, typed)
    mine = scope.complaints_for(person_id).where(
        Complaint.reference_digest.in_(digests)
    )
    found = session.scalars(mine.order_by(Complaint.received_at.desc())).all()
    for complaint in found:
        audit.write_entry(
            session,
            keys.audit,
            "envelope_searched",
            person_id=person_id,
            about=complaint.id,
            reason=clean_line(reason),
        )
    return found


def reviews_by_reference(
    session: Session, keys: Keys, typed: str, *, reason: str, person_id: str
) -> Sequence[ImportedReview]:
    """Return the imported reviews with this reference, latest first, each on the record; also where no envelope has it.

    They hold nothing that a child said, so every lead and deputy may find them.
    """
    found = session.scalars(
        select(ImportedReview)
        .join(ReviewReference, ReviewReference.review_id == ImportedReview.id)
        .where(ReviewReference.reference_digest.in_(digests_to_find(keys, typed)))
        .order_by(review_day().desc(), ImportedReview.id)
    ).all()
    for review in found:
        audit.write_entry(
            session,
            keys.audit,
            "envelope_searched",
            person_id=person_id,
            about=review.id,
            reason=clean_line(reason),
        )
    return found


def reviews_of_same_child(session: Session, review_id: str) -> Sequence[ImportedReview]:
    """Return that imported review and all others of the same child, while their references are kept; () for none."""
    digest = select(ReviewReference.reference_digest).where(
        ReviewReference.review_id == review_id
    )
    same = select(ReviewReference.review_id).where(
        ReviewReference.reference_digest.in_(digest)
    )
    return session.scalars(
        select(ImportedReview)
        .where((ImportedReview.id == review_id) | ImportedReview.id.in_(same))
        .order_by(review_day().desc(), ImportedReview.id)
    ).all()


def complaints_naming(
    session: Session, invitation_id: str, person_id: str
) -> Sequence[Complaint]:
    """Return the complaints in which the reference of this invitation was typed, while its envelope exists.

    Only those that this person may see (models/scope.py).
    """
    digest = select(Envelope.reference_digest).where(
        Envelope.invitation_id == invitation_id
    )
    mine = scope.complaints_for(person_id).where(Complaint.reference_digest.in_(digest))
    return session.scalars(mine.order_by(Complaint.received_at)).all()


def _typed_forms(typed: str) -> tuple[str, ...]:
    """Return what was typed, as it is compared too, and the token alone if it was a link."""
    return (
        typed.strip().casefold(),
        reference_key(typed),
        tokens.find_token(typed).casefold(),
    )


def _matching_ids(
    session: Session, keys: Keys, by: SearchBy, typed: str
) -> Sequence[str]:
    if by == "reference":
        digests = digests_to_find(keys, typed)
        return session.scalars(
            select(Envelope.invitation_id).where(Envelope.reference_digest.in_(digests))
        ).all()
    if by == "words":
        link = find_by_words(session, keys, " ".join(tokens.typed_words(typed)))
    else:
        link = find_link(session, keys, tokens.find_token(typed))
    return (link.id,) if link else ()
