"""The worker's side: hand each sending to Notify, then ask what became of it, at longer and longer intervals.

A sending is claimed (its next look is set, committed) before it is carried, so that two workers carry it once. Where a
worker died in between it is looked at again: Notify is first asked whether it holds one under our name for it. So it
goes twice only where Notify took it and does not find it again. Whether the link still waits is asked again as the last
thing before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.database.sessions import Database
from feedback_app.invitations.issue import open_link
from feedback_app.messages.channels import notify
from feedback_app.models.invitation import Invitation
from feedback_app.models.sending import Sending
from feedback_app.privacy.keys import Keys
from feedback_app.sending.ask import link_is_over, open_address

BACK_OFF = (1, 2, 4, 8, 15, 30, 60)
"""Minutes to wait after each vain try; then every 60."""
LOOKS = (1, 5, 30, 4 * 60, 24 * 60, 72 * 60)
"""Minutes after handing over at which Notify is asked what became of it."""
GIVEN_UP_AFTER = timedelta(days=1)
AT_ONCE = 20
"""Sendings that one round looks at: the round waits for each, and concerns come before them in it."""
DELIVERED = ("delivered",)
FAILED = {
    "permanent-failure": "wrong_address",
    "temporary-failure": "not_delivered",
    "technical-failure": "not_now",
    "validation-failed": "refused",
}
"""Notify's status of a notification that will not arrive -> our reason."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One sending that this worker looks at now; `address` and `words` only for one that is still to be taken."""

    id: str
    invitation_id: str
    issue_number: int
    way: str
    state: str
    tries: int
    notify_id: str
    address: str = ""
    words: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to note of a sending: its new state, or None where it is to be looked at again as it is.

    `is_silence`: Notify did not answer at all.
    """

    state: str | None
    reason: str | None = None
    notify_id: str = ""
    is_silence: bool = False


def carry_sendings(database: Database, keys: Keys, settings: Settings) -> int:
    """Look at all that is due, each in transactions of its own; how many were looked at.

    Where Notify does not answer the rest waits for the next round, so that a concern does not wait for each of them.
    """
    looked = 0
    for _turn in range(AT_ONCE):
        with database.short_write() as session:
            found = _claim(session, keys, settings)
        if found is None:
            break
        looked += 1
        if isinstance(found, Carried):
            outcome = _look(database, settings, found)
            with database.short_write() as session:
                _note(session, found, outcome)
            if outcome.is_silence:
                break
    return looked


def words_of_message(
    settings: Settings, keys: Keys, invitation: Invitation
) -> dict[str, str]:
    """What the fields of Notify's template are filled with."""
    opened = open_link(keys, invitation)
    return {
        "link": f"{settings.public_url}/r/{opened.token}",
        "until": format_date(invitation.last_day, "d MMMM"),
        "words": opened.words,
    }


def _claim(session: Session, keys: Keys, settings: Settings) -> Carried | bool | None:
    """Take the one that has been due longest; True when nothing is left to do with it, None when nothing is due."""
    now = clock.now()
    one = session.scalar(
        select(Sending)
        .where(Sending.due_at <= now)
        .order_by(Sending.due_at, Sending.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if one is None:
        return None
    one.tries += 1
    if one.state == "handed_over":
        return _claim_look(one)
    invitation = session.get_one(Invitation, one.invitation_id)
    if link_is_over(session, invitation, one.issue_number):
        _settle(one, "gone")
        return True
    address = open_address(keys, one)
    if address is None or keys.link.find_key(invitation.link_key_id) is None:
        _settle(one, "failed", "unreadable")
        return True
    if now - one.made_at > GIVEN_UP_AFTER:
        _settle(one, "failed", "given_up")
        return True
    one.due_at = now + timedelta(minutes=BACK_OFF[min(one.tries, len(BACK_OFF)) - 1])
    words = words_of_message(settings, keys, invitation)
    return _carried(one, address, words)


def _claim_look(one: Sending) -> Carried | bool:
    """Note when to ask again; after the last time nothing more is asked, and the state stays as it is."""
    is_last = one.tries >= len(LOOKS)
    one.due_at = None if is_last else one.state_at + timedelta(minutes=LOOKS[one.tries])
    return _carried(one)


def _carried(
    one: Sending, address: str = "", words: dict[str, str] | None = None
) -> Carried:
    return Carried(
        one.id,
        one.invitation_id,
        one.issue_number,
        one.way,
        one.state,
        one.tries,
        one.notify_id,
        address,
        words,
    )


def _look(database: Database, settings: Settings, found: Carried) -> Outcome:
    """Hand it over, or ask what became of it. In the demo nothing leaves the house."""
    if settings.mode == "demo":
        if found.state == "waiting":
            return Outcome("handed_over", notify_id=found.id)
        return Outcome("delivered")
    try:
        if found.state == "waiting":
            return _hand_over(database, settings, found)
        return _outcome_of(notify.ask_what_became(settings, found.notify_id))
    except notify.NotTaken as error:
        if found.state == "handed_over" or error.is_passing:
            return Outcome(None, is_silence=error.status is None)
        return Outcome("failed", "wrong_address" if error.about_address else "refused")


def _hand_over(database: Database, settings: Settings, found: Carried) -> Outcome:
    earlier = notify.find_by_reference(settings, found.id) if found.tries > 1 else None
    if earlier is None and _ended_meanwhile(database, found):
        return Outcome("gone")
    told = earlier or notify.send_by_template(
        settings, found.way, found.address, found.words or {}, found.id
    )
    return Outcome("handed_over", notify_id=told.id)


def _ended_meanwhile(database: Database, found: Carried) -> bool:
    """Whether the link was answered, ended, issued anew or erased since it was claimed."""
    with database.new_session(reading=True) as session:
        invitation = session.get(Invitation, found.invitation_id)
        return invitation is None or link_is_over(
            session, invitation, found.issue_number
        )


def _outcome_of(status: str) -> Outcome:
    if status in DELIVERED:
        return Outcome("delivered")
    if status in FAILED:
        return Outcome("failed", FAILED[status])
    return Outcome(None)


def _note(session: Session, found: Carried, outcome: Outcome) -> None:
    one = session.get(Sending, found.id, with_for_update=True)
    if one is None or one.state != found.state or outcome.state is None:
        return  # erased or settled meanwhile, or nothing new
    if outcome.state == "handed_over":
        now = clock.now()
        one.state, one.state_at, one.tries = "handed_over", now, 0
        one.notify_id = outcome.notify_id
        # Without Notify's id nothing can be asked: it stays "handed over".
        one.due_at = now + timedelta(minutes=LOOKS[0]) if outcome.notify_id else None
        return
    _settle(one, outcome.state, outcome.reason)


def _settle(one: Sending, state: str, reason: str | None = None) -> None:
    one.state, one.reason = state, reason
    one.state_at, one.due_at = clock.now(), None
