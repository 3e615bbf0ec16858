"""Whose feedback a person may reach: the one place through which every query for feedback passes (promises 20-22).

Another's id is as unknown as an id that never was: both find nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, false, select

from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response, latest

READ_ALL = frozenset(("lead", "deputy", "manager"))
SHOWN_TO_IRO = ("yes", "heard")


def responses_for(person_id: str, roles: Collection[str]) -> Select[Response]:
    """The responses whose answers this person may read, latest versions only.

    Lead, deputy and manager read all; an IRO reads those that the child let them see, or that they wrote down
    themselves; an administrator reads none (promise 24).
    """
    return select(Response).where(_readable(person_id, roles), latest())


def invitations_for(person_id: str) -> Select[Invitation]:
    """The invitations that this person made."""
    return select(Invitation).where(Invitation.issuer_id == person_id)


def _readable(person_id: str, roles: Collection[str]) -> ColumnElement[bool]:
    if READ_ALL & set(roles):
        return Response.id.is_not(None)
    if "iro" in roles:
        return (Response.iro_id == person_id) & Response.iro_may_see.in_(SHOWN_TO_IRO)
    return false()
