"""When a sealed envelope is due, and its deletion: after that nobody can tell who the child was (docs/rules.md, Data).

It ends `envelope_days` (28) after the last text was read; after the response if it has no text; after the link's end
if it was not answered. Never while a concern or contact request is open or a text is unread: staff are reminded of
unread texts (promise 56).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.models.invitation import NO_ANSWER, Envelope, Invitation
from feedback_app.models.sending import Sending
from feedback_app.privacy.keys import Keys
from feedback_app.records import held
from feedback_app.records.rules import Rule


def envelope_end(
    session: Session, invitation: Invitation, rule: Rule
) -> datetime | None:
    """Return when this invitation's envelope will be deleted as things stand; None while something is open.

    `rule`: that of envelopes (records/rules.py).
    """
    ends = _ends(session, rule, Invitation.id == invitation.id)
    return ends.get(invitation.id)


def envelopes_due(
    session: Session, rule: Rule, *, by: datetime
) -> list[tuple[str, datetime]]:
    """Return the invitations whose envelope is due by that instant, each with the instant it became due."""
    oldest = rule.own_cutoff(by, rule.shortest_term)
    ends = _ends(
        session,
        rule,
        Invitation.id.in_(select(Envelope.invitation_id)),
        or_(Invitation.outcome_at <= oldest, Invitation.ends_at <= oldest),
    )
    return [(id_, end) for id_, end in sorted(ends.items()) if end <= by]


def destroy_envelopes(
    session: Session, keys: Keys, ids: Sequence[str], rule: Rule, *, now: datetime
) -> int:
    """Delete the envelopes of these invitations that are due, each with an audit entry; return how many.

    An invitation locked by another transaction is left for the next night (docs/decisions/0009).
    """
    locked = held.lock_invitations(session, ids, wait=False)
    # Look again under the lock: a concern may have been raised since the first look.
    ends = _ends(session, rule, Invitation.id.in_(locked))
    due = [id_ for id_, end in sorted(ends.items()) if end <= now]
    if due:
        held.mark_to_wipe(session)
        session.execute(delete(Envelope).where(Envelope.invitation_id.in_(due)))
        # Where its link was sent to says as well whose it was.
        session.execute(
            update(Sending)
            .where(Sending.invitation_id.in_(due))
            .values(value=None, key_id=None)
        )
    for invitation_id in due:
        audit.write_entry(
            session,
            keys.audit,
            "envelope_destroyed",
            person_id=None,
            about=invitation_id,
        )
    return len(due)


def _ends(
    session: Session, rule: Rule, *which: ColumnElement[bool]
) -> dict[str, datetime]:
    """When the envelopes of these invitations end; those about which something is open or unread are left out.

    One statement, however many they are.
    """
    read = held.last_reads().subquery()
    rows = session.execute(
        select(
            Invitation.id,
            Invitation.outcome,
            Invitation.outcome_at,
            Invitation.ends_at,
            Invitation.issued_at,
            read.c.read_at,
        )
        .outerjoin(read, read.c.id == Invitation.id)
        .where(Invitation.id.not_in(held.ids_with_open_matters("invitation_id")))
        .where(*which)
    )
    ends = {}
    for id_, outcome, outcome_at, ends_at, issued_at, read_at in rows:
        settled_at = outcome_at if outcome in ("answered", *NO_ANSWER) else None
        begins_at = settled_at or ends_at
        ends[id_] = rule.ends_at(
            max(begins_at, read_at or begins_at), settled_at or issued_at
        )
    return ends
