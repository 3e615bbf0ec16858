"""Finding a child's link for a request to see or to erase: by exact reference, by the link, or by its four words.

By reference while the envelope exists; by link and words afterwards too. Each search is in the audit trail with its
reason, whether it found something or not, and never with what was searched for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations import find as links
from feedback_app.invitations import tokens
from feedback_app.invitations.issue import reference_digest
from feedback_app.models import scope
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.privacy.keys import Keys
from feedback_app.survey.texts import clean_text

SearchBy = Literal["reference", "link", "words"]
SEARCH_BY: tuple[SearchBy, ...] = ("reference", "link", "words")
NOTHING_FOUND = "none"
SHORTEST_REVEALING = 3
"""A reason that holds the reference would put it into the audit trail; shorter ones stand in any sentence."""
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{tokens.TOKEN_LENGTH}}}")


class SearchFieldMissing(ValueError):
    """A search needs what to search for, and a reason: `typed` or `reason`."""


class ReasonRevealsReference(ValueError):
    """The reason holds what was searched for, which the audit trail must not."""


def find_invitations(
    session: Session, keys: Keys, by: SearchBy, typed: str, *, reason: str, person_id: str
) -> Sequence[Invitation]:
    """The invitations of that reference (one child may have several) or of that link, newest first.

    What this person may not find is not found. Raises SearchFieldMissing or ReasonRevealsReference.
    """
    reason = clean_text(reason)
    if not typed.strip():
        raise SearchFieldMissing("typed")
    if not reason:
        raise SearchFieldMissing("reason")
    if any(len(one) >= SHORTEST_REVEALING and one in reason.casefold() for one in _typed_forms(typed)):
        raise ReasonRevealsReference
    mine = scope.links_for(person_id).where(Invitation.id.in_(_matching_ids(session, keys, by, typed)))
    found = session.scalars(mine.order_by(Invitation.issued_at.desc(), Invitation.id)).all()
    for about in [one.id for one in found] or [NOTHING_FOUND]:
        audit.write_entry(
            session, keys.audit, "envelope_searched", person_id=person_id, about=about, reason=reason[:400]
        )
    return found


def _typed_forms(typed: str) -> tuple[str, ...]:
    """What was typed, and the token alone where it was an address."""
    whole = typed.strip().casefold()
    return whole, whole.rpartition("/r/")[2]


def _matching_ids(session: Session, keys: Keys, by: SearchBy, typed: str) -> Sequence[str]:
    if by == "reference":
        digest = reference_digest(keys, typed)
        return session.scalars(select(Envelope.invitation_id).where(Envelope.reference_digest == digest)).all()
    if by == "words":
        link = links.find_by_words(session, keys, " ".join(tokens.typed_words(typed)))
    else:
        token = _TOKEN.search(typed.strip().rpartition("/r/")[2])
        link = links.find_link(session, keys, token[0]) if token else None
    return (link.id,) if link else ()
