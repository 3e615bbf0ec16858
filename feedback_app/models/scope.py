"""Whose feedback a person may reach: the one place through which every query for feedback passes (promises 20-22).

Another's id is as unknown as an id that never was: both find nothing. Each statement carries a mark to the database, by
which a test knows it from one that went past here (`tests/rules/unscoped.txt`).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, false, or_, select, union

from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response, is_latest_version
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside

MARK = "/* scoped */"
READ_ALL = frozenset(("lead", "deputy", "manager"))
SHOWN_TO_IRO = ("yes", "heard")


def responses_for(person_id: str, roles: Collection[str]) -> Select[Response]:
    """The responses whose answers this person may read, latest versions only.

    Lead, deputy and manager read all but what a concern about themselves came from (promise 59); an IRO reads those
    that the child let them see, or that they wrote down themselves; an administrator reads none (promise 24).
    """
    return select(Response).prefix_with(MARK).where(_readable(person_id, roles), is_latest_version())


def invitations_for(person_id: str) -> Select[Invitation]:
    """The invitations that this person made."""
    return select(Invitation).where(Invitation.issuer_id == person_id)


def _readable(person_id: str, roles: Collection[str]) -> ColumnElement[bool]:
    if READ_ALL & set(roles):
        return Response.invitation_id.not_in(invitations_about(person_id))
    if "iro" in roles:
        return (Response.iro_id == person_id) & Response.iro_may_see.in_(SHOWN_TO_IRO)
    return false()


def concerns_for(person_id: str) -> Select[Concern]:
    """The concerns that a lead or deputy may see: all but those about themselves (promise 59)."""
    return select(Concern).prefix_with(MARK).where(or_(Concern.about_id.is_(None), Concern.about_id != person_id))


def requests_for(person_id: str) -> Select[ContactRequest]:
    """Contact requests, less those of a child with a concern about this person, or who asked for "not my IRO"."""
    own = select(Response.id).where(Response.iro_id == person_id)
    return (
        select(ContactRequest)
        .prefix_with(MARK)
        .where(
            or_(
                ContactRequest.invitation_id.is_(None),
                ContactRequest.invitation_id.not_in(invitations_about(person_id)),
            ),
            or_(ContactRequest.wanted == "iro", ContactRequest.response_id.not_in(own)),
        )
    )


def links_for(person_id: str) -> Select[Invitation]:
    """The invitations that a lead or deputy may find for a request to see or erase: all of any IRO.

    Less those with something that this person must not know of: a concern about them (promise 59), or their own
    child's wish to talk with somebody else than them.
    """
    own = select(Response.id).where(Response.iro_id == person_id)
    not_me = select(ContactRequest.invitation_id).where(
        ContactRequest.wanted != "iro", ContactRequest.response_id.in_(own), ContactRequest.invitation_id.is_not(None)
    )
    barred = or_(Invitation.id.in_(invitations_about(person_id)), Invitation.id.in_(not_me))
    return select(Invitation).prefix_with(MARK).where(~barred)


def entries_for(person_id: str) -> Select[QueueEntry]:
    """What waits to be read, less the words of a child with a concern about this person."""
    barred = invitations_about(person_id)
    rows = union(
        select(Response.id).where(Response.invitation_id.in_(barred)),
        select(ContactRequest.id).where(ContactRequest.invitation_id.in_(barred)),
        select(Concern.id).where(Concern.invitation_id.in_(barred)),
    )
    texts = select(SealedText.id).where(SealedText.row_id.in_(rows))
    asides = select(SetAside.id).where(SetAside.invitation_id.in_(barred))
    return (
        select(QueueEntry)
        .prefix_with(MARK)
        .where(
            or_(QueueEntry.text_id.is_(None), QueueEntry.text_id.not_in(texts)),
            or_(QueueEntry.set_aside_id.is_(None), QueueEntry.set_aside_id.not_in(asides)),
        )
    )


def invitations_about(person_id: str) -> Select[str | None]:
    """The invitations of children with a concern about this person, for leaving out what came of them."""
    return (
        select(Concern.invitation_id)
        .prefix_with(MARK)
        .where(Concern.about_id == person_id, Concern.invitation_id.is_not(None))
    )
