"""Reminders by mail, before a campaign ends, to whoever made links that still wait: they know who hands them out.

Each once, so many days before the last one, from the opening of the duty team. It holds nothing of a child.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.clock import LONDON
from feedback_app.config import Settings
from feedback_app.messages import outbox
from feedback_app.messages.wording import Letter
from feedback_app.models.base import new_id
from feedback_app.models.campaign import Campaign, CampaignReminder
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.running import OutboxMessage

KIND = "campaign_ends"
LATE_BY_MOST = timedelta(days=1)
"""A worker that was away for longer leaves a step out: the number of days would not be true any more."""


def remind_of_campaigns(session: Session, settings: Settings) -> list[str]:
    """Write the reminders that are due, once; the ids of who is reminded. The worker calls it each round."""
    now = clock.now()
    running = session.scalars(
        select(Campaign).where(
            Campaign.begins_on <= clock.today(), Campaign.ends_at > now
        )
    ).all()
    reminded = []
    for campaign in running:
        step = _due_step(settings, campaign, now)
        if step is not None:
            reminded += _remind(session, campaign, step, now)
    return reminded


def write_campaign_mail(
    session: Session, settings: Settings, message: OutboxMessage
) -> tuple[str, Letter] | None:
    """Address and words of a reminder that is about to be sent; None where no link of theirs waits any more."""
    reminder = session.get(CampaignReminder, message.about_id)
    person = session.get(Person, reminder.person_id) if reminder else None
    campaign = session.get(Campaign, reminder.campaign_id) if reminder else None
    if person is None or campaign is None or not person.active:
        return None
    counts = dict(
        session.execute(
            select(Invitation.outcome, func.count())
            .where(
                Invitation.campaign_id == campaign.id,
                Invitation.issuer_id == person.id,
            )
            .group_by(Invitation.outcome)
        ).all()
    )
    if not counts.get("waiting") or campaign.ends_at <= clock.now():
        return None
    return person.email, campaign_letter(settings, campaign, counts)


def campaign_letter(
    settings: Settings, campaign: Campaign, counts: dict[str, int]
) -> Letter:
    """How many of that person's links wait, and until when. `counts`: outcome -> how many of their links."""
    day, waiting, asked = campaign.last_day, counts["waiting"], sum(counts.values())
    until = f"{day:%A} {day.day} {day:%B}"
    subject = f"{campaign.name}: {waiting} of your {asked} links have no answer yet"
    body = (
        f"{subject}. They work until {until}.\n\nPlease remind those who hand them out. Which children they are for,"
        f" and their cards to print again:\n\n{settings.public_url}/manager/asked\n\nHow the campaign goes:\n\n"
        f"{settings.public_url}/manager/campaigns/{campaign.id}\n"
    )
    return Letter(subject, body)


def _due_step(settings: Settings, campaign: Campaign, now: datetime) -> int | None:
    """The latest step that began within the last day."""
    due = []
    for days in campaign.reminder_steps:
        day = campaign.last_day - timedelta(days=days)
        begins = datetime.combine(day, settings.duty_opens, LONDON)
        if day >= campaign.begins_on and timedelta() <= now - begins <= LATE_BY_MOST:
            due.append(days)
    return min(due, default=None)


def _remind(
    session: Session, campaign: Campaign, step: int, now: datetime
) -> list[str]:
    told = select(CampaignReminder.person_id).where(
        CampaignReminder.campaign_id == campaign.id, CampaignReminder.step == step
    )
    waiting = (
        select(Person.id)
        .join(Invitation, Invitation.issuer_id == Person.id)
        .where(
            Invitation.campaign_id == campaign.id,
            Invitation.outcome == "waiting",
            Person.active,
            Person.id.not_in(told),
        )
        .distinct()
    )
    reminded = list(session.scalars(waiting))
    for person_id in reminded:
        reminder = CampaignReminder(
            id=new_id(),
            person_id=person_id,
            campaign_id=campaign.id,
            step=step,
            written_at=now,
        )
        session.add(reminder)
        session.flush()
        outbox.queue_messages(session, outbox.message_row(KIND, reminder.id, now))
    return reminded
