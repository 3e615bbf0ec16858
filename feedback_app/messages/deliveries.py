"""From the outbox to each recipient: tried again until taken, by a second way after 15 minutes (promises 54, 58).

A delivery is claimed (its next try is set, committed) before it is carried, so that two workers carry nothing twice;
a worker that dies in between has its delivery tried again later. Sent means that a carrier has taken it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.database.sessions import Database
from feedback_app.messages.channels import CHANNELS, FIRST, second_channel
from feedback_app.messages.channels.channel import NotSent
from feedback_app.messages.recipients import PERSONAL, TRAIL, recipients_of
from feedback_app.messages.steps import COMPLAINT_KINDS, CONCERN_KINDS, DUTY
from feedback_app.messages.wording import Letter, write_message
from feedback_app.models.base import new_id
from feedback_app.models.person import Person
from feedback_app.models.running import Delivery, OutboxMessage

BACK_OFF = (1, 2, 4, 8, 15)
"""Minutes to wait after each vain try; then every 15."""
AT_ONCE = 50
GIVEN_UP_AFTER = timedelta(days=1)
TEAM = "team"
TOLD_TO_NOBODY = ("text_to_read", "set_aside")
"""Written beside the text, and told by the daily mail's counts."""
_CONCERNS_FIRST = case((OutboxMessage.kind.in_(CONCERN_KINDS), 0), else_=1)

Personal = Callable[[Session, OutboxMessage], tuple[str, Letter] | None]
"""Address and words of a message that the accounts' room writes; None when it is void by now."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery that this worker carries now."""

    id: str
    channel: str
    address: str
    letter: Letter


def address_messages(session: Session, settings: Settings) -> int:
    """Give every message that has none its deliveries; a text in the queue needs none: the daily mail counts it.

    At most so many a round, concerns before all others: a flood of wishes delays no concern.
    """
    now = clock.now()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.kind.in_(TOLD_TO_NOBODY))
        .values(sent_at=now)
    )
    known = select(Delivery.message_id)
    fresh = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.due_at <= now,
            OutboxMessage.id.not_in(known),
        )
        .order_by(_CONCERNS_FIRST, OutboxMessage.written_at)
        .limit(AT_ONCE)
    ).all()
    for message in fresh:
        told = (
            [message.about_id]
            if message.kind in PERSONAL
            else recipients_of(session, message, trail_address=settings.audit_email)
        )
        for who in told:
            _add(session, message.id, FIRST.name, who, now)
        if not told:
            message.sent_at = now
    session.flush()
    return len(fresh)


def second_ways(session: Session, settings: Settings) -> int:
    """Add the second channel to each mail that nobody has taken for 15 minutes; how many."""
    channel = second_channel(settings)
    if channel is None:
        return 0
    now, added = clock.now(), 0
    # A letter to one person may hold the link to their account: it goes to no team and no other way. A complaint may
    # be about one of the team.
    kept = (*PERSONAL, *COMPLAINT_KINDS) if channel.to_team else tuple(PERSONAL)
    since = now - timedelta(minutes=settings.second_channel_minutes)
    late = session.scalars(
        select(Delivery)
        .join(OutboxMessage)
        .where(
            Delivery.channel == FIRST.name,
            Delivery.sent_at.is_(None),
            Delivery.written_at <= since,
            OutboxMessage.kind.not_in(kept),
        )
    ).all()
    for one in late:
        who = TEAM if channel.to_team else one.recipient
        exists = select(Delivery.id).where(
            Delivery.message_id == one.message_id,
            Delivery.channel == channel.name,
            Delivery.recipient == who,
        )
        if session.scalar(exists) is None:
            _add(session, one.message_id, channel.name, who, now)
            added += 1
    return added


def deliver_due(database: Database, settings: Settings, personal: Personal) -> int:
    """Carry what is due, each in transactions of its own; how many were taken by a carrier."""
    taken = 0
    for _turn in range(AT_ONCE):
        with database.short_write() as session:
            found = _claim(session, settings, personal)
        if found is None:
            break
        if isinstance(found, Claimed):
            problem = _try(settings, found)
            with database.short_write() as session:
                _note(session, found.id, problem)
            taken += not problem
    return taken


def stuck_messages(session: Session, settings: Settings) -> int:
    """Messages that nobody has been reached with for 15 minutes: shown in red to those who can ring instead."""
    since = clock.now() - timedelta(minutes=settings.second_channel_minutes)
    return (
        session.scalar(
            select(func.count()).where(
                OutboxMessage.sent_at.is_(None), OutboxMessage.due_at <= since
            )
        )
        or 0
    )


def _add(
    session: Session, message_id: str, channel: str, who: str, now: datetime
) -> None:
    session.connection().execute(
        insert(Delivery),
        {
            "id": new_id(),
            "message_id": message_id,
            "channel": channel,
            "recipient": who,
            "written_at": now,
            "due_at": now,
            "tries": 0,
            "problem": "",
        },
    )


def _claim(
    session: Session, settings: Settings, personal: Personal
) -> Claimed | bool | None:
    """Take the delivery that has been due longest; True when it was void, None when nothing is due."""
    now = clock.now()
    one = session.scalar(
        select(Delivery)
        .join(OutboxMessage, OutboxMessage.id == Delivery.message_id)
        .where(Delivery.sent_at.is_(None), Delivery.due_at <= now)
        .order_by(_CONCERNS_FIRST, Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    if one is None:
        return None
    one.tries += 1
    one.due_at = now + timedelta(minutes=BACK_OFF[min(one.tries, len(BACK_OFF)) - 1])
    message = session.get_one(OutboxMessage, one.message_id)
    if message.kind in PERSONAL:
        written = personal(session, message)
        if written is None:
            one.sent_at = message.sent_at = now
            one.problem = "no longer needed"
            return True
        return Claimed(one.id, one.channel, *written)
    return Claimed(
        one.id,
        one.channel,
        address_of(session, settings, one),
        write_message(session, settings, message, one.recipient),
    )


def address_of(session: Session, settings: Settings, one: Delivery) -> str:
    """Where a delivery goes; "" for a channel that has one place of its own."""
    if one.recipient in (DUTY, TRAIL, TEAM):
        return {DUTY: settings.duty_email, TRAIL: settings.audit_email, TEAM: ""}[
            one.recipient
        ]
    person = session.get(Person, one.recipient)
    return person.email if person else ""


def _try(settings: Settings, found: Claimed) -> str:
    """Carry one delivery; "" when it was taken, else why not. In the demo nothing leaves the house: a page shows it."""
    if settings.mode == "demo":
        return ""
    try:
        CHANNELS[found.channel].send(settings, found.address, found.letter)
    except NotSent as error:
        return str(error)
    return ""


def _is_given_up(session: Session, one: Delivery) -> bool:
    """Whether a mail is tried no longer: after a day, where its message is not about a concern; those never end."""
    message = session.get_one(OutboxMessage, one.message_id)
    is_old = clock.now() - one.written_at > GIVEN_UP_AFTER
    return is_old and message.kind not in CONCERN_KINDS


def _note(session: Session, delivery_id: str, problem: str) -> None:
    one = session.get(Delivery, delivery_id)
    if one is None:
        return  # erased with what it told of, while it was under way
    one.problem = problem
    if problem and not _is_given_up(session, one):
        return
    if problem:
        one.problem = f"given up after a day: {problem}"
    one.sent_at = clock.now()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == one.message_id, OutboxMessage.sent_at.is_(None))
        .values(sent_at=one.sent_at, tries=one.tries)
    )
