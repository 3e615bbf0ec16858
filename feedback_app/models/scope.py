"""Which feedback a person may see: every query for feedback starts from a statement of this module (promises 20-22).

An id outside a person's scope finds nothing, exactly like an id that does not exist. Each statement carries MARK as an
SQL comment, by which a test finds queries that did not start here (`tests/rules/unscoped.txt` lists the allowed ones).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, union
from sqlalchemy.orm import Session

from feedback_app.models.complaint import Complaint, ComplaintAbout
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response, is_latest_version
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside

MARK = "/* scoped */"
READ_ALL = frozenset(("lead", "deputy", "manager"))
SHOWN_TO_IRO = ("yes", "heard")


def responses_for(person_id: str, roles: Collection[str]) -> Select[Response]:
    """Select the responses whose answers this person may read, latest versions only.

    Lead, deputy and manager read all except those of a child with a concern about themselves (promise 59) and those
    that a child kept from them as the child's IRO: "not my IRO" holds for the person, in every role they have. An IRO
    reads those that the child let them see, or that they wrote down themselves; an administrator none (promise 24).
    """
    return (
        select(Response)
        .prefix_with(MARK)
        .where(_readable(person_id, roles), is_latest_version())
    )


def invitations_for(person_id: str) -> Select[Invitation]:
    """Select the invitations that this person made."""
    return select(Invitation).where(Invitation.issuer_id == person_id)


def _readable(person_id: str, roles: Collection[str]) -> ColumnElement[bool]:
    if READ_ALL & set(roles):
        not_about_me = Response.invitation_id.not_in(invitations_about(person_id))
        return not_about_me & ~_kept_from(person_id)
    if "iro" in roles:
        return (Response.iro_id == person_id) & Response.iro_may_see.in_(SHOWN_TO_IRO)
    return false()


def _kept_from(person_id: str) -> ColumnElement[bool]:
    """Whether the child keeps a response from this person, who is their IRO."""
    return (
        func.coalesce(Response.iro_id, "") == person_id
    ) & Response.iro_may_see.not_in(SHOWN_TO_IRO)


def concerns_for(person_id: str) -> Select[Concern]:
    """Select the concerns that a lead or deputy may see, without those about themselves (promise 59).

    Nor any other of a child with a concern about this person: it would lead to what the child said; nor one that a
    complaint about them raised.
    """
    not_about_me = or_(Concern.about_id.is_(None), Concern.about_id != person_id)
    of_another_child = or_(
        Concern.invitation_id.is_(None),
        Concern.invitation_id.not_in(invitations_about(person_id)),
    )
    of_another_complaint = or_(
        Concern.complaint_id.is_(None),
        Concern.complaint_id.not_in(_complaints_about(person_id)),
    )
    return (
        select(Concern)
        .prefix_with(MARK)
        .where(not_about_me, of_another_child, of_another_complaint)
    )


def complaints_for(person_id: str) -> Select[Complaint]:
    """Select the complaints that a lead, deputy or manager may see: all except those about themselves (promise 59)."""
    return (
        select(Complaint)
        .prefix_with(MARK)
        .where(Complaint.id.not_in(_complaints_about(person_id)))
    )


def _complaints_about(person_id: str) -> Select[str]:
    return select(ComplaintAbout.complaint_id).where(
        ComplaintAbout.person_id == person_id
    )


def requests_for(person_id: str) -> Select[ContactRequest]:
    """Select contact requests, without those of a child with a concern about this person, or who wants to talk to
    somebody else than this person, their IRO.
    """
    not_about_me = or_(
        ContactRequest.invitation_id.is_(None),
        ContactRequest.invitation_id.not_in(invitations_about(person_id)),
    )
    as_iro = select(Response.id).where(Response.iro_id == person_id)
    not_against_me = or_(
        ContactRequest.wanted == "iro", ContactRequest.response_id.not_in(as_iro)
    )
    return select(ContactRequest).prefix_with(MARK).where(not_about_me, not_against_me)


def links_for(person_id: str) -> Select[Invitation]:
    """Select the invitations that a lead or deputy may find for a request to see or erase, of any IRO.

    Without those that hold something this person must not know of: a concern about them (promise 59), answers that a
    child kept from them, or the wish of a child whose IRO they are to talk with somebody else.
    """
    kept = select(Response.invitation_id).where(
        _kept_from(person_id), Response.invitation_id.is_not(None)
    )
    as_iro = select(Response.id).where(Response.iro_id == person_id)
    # NOT IN is never true beside a NULL: requests of imported responses are left out.
    not_me = select(ContactRequest.invitation_id).where(
        ContactRequest.wanted != "iro",
        ContactRequest.response_id.in_(as_iro),
        ContactRequest.invitation_id.is_not(None),
    )
    barred = or_(
        Invitation.id.in_(invitations_about(person_id)),
        Invitation.id.in_(not_me),
        Invitation.id.in_(kept),
    )
    return select(Invitation).prefix_with(MARK).where(~barred)


def entries_for(person_id: str) -> Select[QueueEntry]:
    """Select the queue of texts to read, without those of a child with a concern about this person.

    Nor what a child kept from this person, who is their IRO; of a send that was set aside that is not known, so they
    see it only where the child's response let them. Nor complaints about this person.
    """
    barred = invitations_about(person_id)
    barred_rows = union(
        select(Response.id).where(
            or_(Response.invitation_id.in_(barred), _kept_from(person_id))
        ),
        select(ContactRequest.id).where(ContactRequest.invitation_id.in_(barred)),
        select(Concern.id).where(Concern.invitation_id.in_(barred)),
    )
    barred_texts = select(SealedText.id).where(SealedText.row_id.in_(barred_rows))
    shown = select(Response.invitation_id).where(
        Response.iro_id == person_id,
        Response.iro_may_see.in_(SHOWN_TO_IRO),
        Response.invitation_id.is_not(None),
    )
    mine = select(Invitation.id).where(
        Invitation.iro_id == person_id, Invitation.id.not_in(shown)
    )
    barred_asides = select(SetAside.id).where(
        or_(SetAside.invitation_id.in_(barred), SetAside.invitation_id.in_(mine))
    )
    text_allowed = or_(
        QueueEntry.text_id.is_(None), QueueEntry.text_id.not_in(barred_texts)
    )
    aside_allowed = or_(
        QueueEntry.set_aside_id.is_(None), QueueEntry.set_aside_id.not_in(barred_asides)
    )
    complaint_allowed = or_(
        QueueEntry.complaint_id.is_(None),
        QueueEntry.complaint_id.not_in(_complaints_about(person_id)),
    )
    return (
        select(QueueEntry)
        .prefix_with(MARK)
        .where(text_allowed, aside_allowed, complaint_allowed)
    )


def invitations_about(person_id: str) -> Select[str | None]:
    """Select the ids of invitations of children with a concern about this person, to leave out what belongs to them."""
    return (
        select(Concern.invitation_id)
        .prefix_with(MARK)
        .where(Concern.about_id == person_id, Concern.invitation_id.is_not(None))
    )


def count_rows(session: Session, selection: Select[Any]) -> int:
    """How many rows one of these selections finds, in whatever order."""
    counted = selection.order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0
