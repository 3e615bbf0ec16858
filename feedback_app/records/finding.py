"""Finds a child's invitation for a request to see or erase data: by exact reference, by link, or by its four words.

By reference only while the envelope exists. Each search goes to the audit trail with its reason, found or not, but
never with what was searched for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations import tokens
from feedback_app.invitations.issue import reference_digest
from feedback_app.invitations.links import find_by_words, find_link
from feedback_app.models import scope
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.privacy.keys import Keys
from feedback_app.survey.types import clean_text

SearchBy = Literal["reference", "link", "words"]
SEARCH_BY: tuple[SearchBy, ...] = ("reference", "link", "words")
NOTHING_FOUND = "none"
SHORTEST_REVEALING = 3
"""A typed reference of fewer characters may occur in the reason by chance."""
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{tokens.TOKEN_LENGTH}}}")


class SearchFieldMissing(ValueError):
    """A field of the search is empty; its argument is the field: `typed` or `reason`."""


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

    Only those that this person may find (models/scope.py). Raises SearchFieldMissing or ReasonRevealsReference.
    """
    reason = clean_text(reason)
    if not typed.strip():
        raise SearchFieldMissing("typed")
    if not reason:
        raise SearchFieldMissing("reason")
    forms = [form for form in _typed_forms(typed) if len(form) >= SHORTEST_REVEALING]
    if any(form in reason.casefold() for form in forms):
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
            reason=reason[:400],
        )
    return invitations


def _typed_forms(typed: str) -> tuple[str, ...]:
    """Return what was typed, and the token alone if it was a link."""
    whole = typed.strip().casefold()
    return whole, whole.rpartition("/r/")[2]


def _matching_ids(
    session: Session, keys: Keys, by: SearchBy, typed: str
) -> Sequence[str]:
    if by == "reference":
        digest = reference_digest(keys, typed)
        return session.scalars(
            select(Envelope.invitation_id).where(Envelope.reference_digest == digest)
        ).all()
    if by == "words":
        link = find_by_words(session, keys, " ".join(tokens.typed_words(typed)))
    else:
        token = _TOKEN.search(typed.strip().rpartition("/r/")[2])
        link = find_link(session, keys, token[0]) if token else None
    return (link.id,) if link else ()
