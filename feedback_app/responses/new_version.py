"""Putting right what an officer noted of a review after the child has answered: a new version, with author and reason.

What the child said is never touched: the version has a copy of each answer, while texts, wishes and concerns stay where
they were sent (`Response.sent_id`). Only the newest version counts and is shown.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.invitations.issue import describe_child
from feedback_app.models.base import new_id
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.privacy.keys import Keys

NOTED = ("pn_code", "mode", "over5", "over16", "over18")
"""What can be put right: the band and the look say which questions the child was asked, so they stand."""
Corrected = Literal["corrected", "same", "changed", "gone"]
"""What became of it: stored; noted so already; put right by somebody meanwhile; erased meanwhile."""


def noted_facts(
    response: Response,
    *,
    pn_code: str | None,
    mode: str | None,
    over5: bool,
    over16: bool,
    over18: bool,
) -> dict[str, Any]:
    """The facts of `NOTED` as they are kept: a mark counts in the band of the page that was answered alone."""
    child = describe_child(
        response.band, easy=False, over5=over5, over16=over16, over18=over18
    )
    marks = {name: child[name] for name in NOTED if name in child}
    return {"pn_code": pn_code, "mode": mode, **marks}


def correct_response(
    session: Session,
    keys: Keys,
    invitation_id: str,
    facts: dict[str, Any],
    *,
    seen: int,
    reason: str,
    person_id: str,
) -> Corrected:
    """Note other `facts` of an answered invitation, as the version after the one that was looked at, `seen`.

    The same facts again are "same", whoever noted them; other facts on an older version than the newest are "changed",
    and nothing is stored. The invitation's own facts follow.
    """
    # One at a time, and never beside an erasure, which holds this row too.
    invitation = session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    newest = session.scalar(
        select(Response)
        .where(Response.invitation_id == invitation_id)
        .order_by(Response.version.desc())
        .limit(1)
    )
    if invitation is None or newest is None:
        return "gone"
    before = {
        name: getattr(invitation if name == "over18" else newest, name)
        for name in NOTED
    }
    changed = [
        f"{name} {before[name]} > {value}"
        for name, value in facts.items()
        if before[name] != value
    ]
    if not changed:
        return "same"
    if newest.version != seen:
        return "changed"
    _add_version(session, newest, facts, reason=reason, person_id=person_id)
    for name, value in facts.items():
        # Of a page that was loaded before the age was put right, the invitation's band is another: its marks stand.
        if name in ("pn_code", "mode") or invitation.band == newest.band:
            setattr(invitation, name, value)
    session.flush()
    audit.write_entry(
        session,
        keys.audit,
        "response_corrected",
        person_id=person_id,
        about=invitation.id,
        reason=reason,
    )
    return "corrected"


def _add_version(
    session: Session,
    newest: Response,
    facts: dict[str, Any],
    *,
    reason: str,
    person_id: str,
) -> None:
    made = new_id()
    kept = {
        column.key: getattr(newest, column.key)
        for column in Response.__mapper__.columns
    }
    session.add(
        Response(
            **kept
            | {name: value for name, value in facts.items() if name in kept}
            | {
                "id": made,
                "first_id": newest.sent_id,
                "version": newest.version + 1,
                "author_id": person_id,
                "reason": reason,
            }
        )
    )
    session.flush()
    for table, names in (
        (AnswerRow, ("question", "state")),
        (AnswerOption, ("question", "option")),
    ):
        columns = [getattr(table, name) for name in (*names, "month")]
        copied = select(literal(made), *columns).where(table.response_id == newest.id)
        session.execute(
            insert(table).from_select(["response_id", *names, "month"], copied)
        )
