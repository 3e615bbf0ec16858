"""What whoever made a child's link does with it: issue it again, end it, put it right, and take each of that back.

An IRO does it with their own links, a manager with those of a group. Each function does it for whoever is signed in
and says in a notice what came of it; the caller commits, and knows which page comes next.
"""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_babel import gettext as _

from feedback_app.invitations.campaigns import days_of_link
from feedback_app.invitations.correct import correct_invitation
from feedback_app.invitations.issue import end_invitation, reissue_link
from feedback_app.invitations.take_back import reopen_invitation, take_back_issue
from feedback_app.models.campaign import Campaign
from feedback_app.models.invitation import Invitation
from feedback_app.web import context
from feedback_app.web.access import current_viewer


def link_is_over() -> str:
    """A change came too late for a link."""
    return str(_("This link is over already: it was answered or ended."))


def issue_link_again(found: Invitation) -> bool:
    """Make a new link for a lost card, and end the older one; whether that was done."""
    parts, db = context.instance(), context.db_session()
    campaign = db.get(Campaign, found.campaign_id) if found.campaign_id else None
    done = reissue_link(
        db,
        parts.keys,
        found,
        days=days_of_link(campaign, parts.settings.link_days),
        person_id=current_viewer().person_id,
    )
    return _say(_("This is a new link. The older one has ended."), done=done)


def take_new_link_back(found: Invitation) -> bool:
    """The card was not lost: make the former link good again, and end the newer; whether a link waits now."""
    typed = request.form.get("issue", "")
    done = take_back_issue(
        context.db_session(),
        context.keys(),
        found,
        issue_number=int(typed) if typed.isdecimal() else 0,
        person_id=current_viewer().person_id,
    )
    said = _("Taken back: the former card works again.")
    return _say_taken_back(found, said, done=done)


def end_waiting_link(found: Invitation, *, said: str, outcome: str = "ended") -> bool:
    """End the link at once, with what came of it, and say `said`; whether that was done."""
    done = end_invitation(
        context.db_session(),
        context.keys(),
        found,
        person_id=current_viewer().person_id,
        outcome=outcome,
    )
    return _say(said, done=done)


def reopen_link(found: Invitation) -> bool:
    """It did not end, or the child did not say no: let the link wait again; whether it waits now."""
    done = reopen_invitation(
        context.db_session(),
        context.keys(),
        found,
        person_id=current_viewer().person_id,
    )
    said = _("Taken back: the link waits for an answer again.")
    return _say_taken_back(found, said, done=done)


def correct_waiting_link(
    found: Invitation, facts: dict[str, Any], *, said: str
) -> bool:
    """Note these facts of the child while the link waits, and say `said`; whether that was done."""
    done = correct_invitation(
        context.db_session(),
        context.keys(),
        found,
        facts,
        person_id=current_viewer().person_id,
    )
    return _say(said, done=done)


def _say(said: str, *, done: bool) -> bool:
    flash(said if done else link_is_over())
    return done


def _say_taken_back(found: Invitation, said: str, *, done: bool) -> bool:
    """What a taking-back led to: `done` now, or the link waits already, or it is too late for it."""
    waits = done or found.outcome == "waiting"
    if not done:
        said = (
            _("Nothing was taken back: it waits already.")
            if waits
            else _(
                "This cannot be taken back any more: the child has answered meanwhile, or the last day has passed."
            )
        )
    flash(said)
    return waits
