"""Campaigns: which one runs, whom it asked already, and links that last as long as it does (plan row 11b)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.database import locks
from feedback_app.invitations.references import digests_to_find
from feedback_app.models.base import new_id
from feedback_app.models.campaign import Campaign, CampaignChild
from feedback_app.models.invitation import Envelope, Invitation, Link
from feedback_app.month import midnight_after
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.typed_text import reference_key


class CampaignsOverlap(ValueError):
    """Another campaign of the survey runs on some of these days; `other` is that one."""

    def __init__(self, other: Campaign) -> None:
        self.other = other
        super().__init__(f"{other.id} runs on some of these days")


def running_campaign(
    session: Session, survey: str, first: date, last: date | None = None
) -> Campaign | None:
    """A campaign of that survey (its key) that runs on a day, or on some day up to `last`; None where none does."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.survey == survey, Campaign.begins_on <= (last or first))
        .where(Campaign.ends_at >= midnight_after(first))
        .limit(1)
    ).first()


def campaigns_of(session: Session, survey: str | None = None) -> Sequence[Campaign]:
    """The campaigns of that survey (its key), or all of them, the latest first."""
    wanted = select(Campaign).order_by(Campaign.begins_on.desc(), Campaign.id)
    if survey is not None:
        wanted = wanted.where(Campaign.survey == survey)
    return session.scalars(wanted).all()


def make_campaign(
    session: Session,
    audit_ring: KeyRing,
    *,
    survey: str,
    name: str,
    begins_on: date,
    last_day: date,
    reminder_days: str,
    person_id: str,
) -> Campaign:
    """Keep a campaign. Raises CampaignsOverlap: a link made on one day could not tell of which campaign it is."""
    locks.hold_to_commit(session, locks.CAMPAIGNS)
    other = running_campaign(session, survey, begins_on, last_day)
    if other is not None:
        raise CampaignsOverlap(other)
    campaign = Campaign(
        id=new_id(),
        survey=survey,
        name=name,
        begins_on=begins_on,
        ends_at=midnight_after(last_day),
        reminder_days=reminder_days,
        made_at=clock.now(),
        author_id=person_id,
    )
    session.add(campaign)
    session.flush()
    audit.write_entry(
        session, audit_ring, "campaign_made", person_id=person_id, about=campaign.id
    )
    return campaign


def prolong_campaign(
    session: Session,
    audit_ring: KeyRing,
    campaign: Campaign,
    last_day: date,
    *,
    person_id: str,
) -> int:
    """Let a campaign and its waiting links last until a later day; how many links.

    A card keeps the day that is printed on it, and works for longer. Raises ValueError for a day that is not later: no
    link ends before its card says. Raises CampaignsOverlap.
    """
    if last_day <= campaign.last_day:
        raise ValueError("a campaign ends no sooner than its cards say")
    locks.hold_to_commit(session, locks.CAMPAIGNS)
    first_more = campaign.last_day + timedelta(days=1)
    other = running_campaign(session, campaign.survey, first_more, last_day)
    if other is not None:
        raise CampaignsOverlap(other)
    ends_at = campaign.ends_at = midnight_after(last_day)
    session.flush()
    waiting = (Invitation.outcome == "waiting") & (Invitation.ends_at > clock.now())
    waiting &= Invitation.campaign_id == campaign.id
    ids = session.scalars(select(Invitation.id).where(waiting)).all()
    session.execute(update(Invitation).where(waiting).values(ends_at=ends_at))
    session.execute(
        update(Link)
        .where(Link.invitation_id.in_(ids), Link.ends_at > clock.now())
        .values(ends_at=ends_at)
    )
    audit.write_entry(
        session,
        audit_ring,
        "campaign_prolonged",
        person_id=person_id,
        about=campaign.id,
    )
    return len(ids)


def days_of_link(campaign: Campaign | None, usual_days: int) -> int:
    """For how many more days a link works that is made today: to the campaign's last day, or as usual outside one."""
    today = clock.today()
    if campaign is None or campaign.last_day < today:
        return usual_days
    return (campaign.last_day - today).days


def remember_child(session: Session, campaign_id: str, digest: str) -> None:
    """Note that a reference (its digest) was asked in the campaign; once, however often it is asked."""
    row = {
        "id": new_id(),
        "campaign_id": campaign_id,
        "reference_digest": digest,
    }
    session.connection().execute(_REMEMBER, row)


_REMEMBER = text(
    "INSERT INTO campaign_child (id, campaign_id, reference_digest)"
    " VALUES (:id, :campaign_id, :reference_digest)"
    " ON CONFLICT (campaign_id, reference_digest) DO NOTHING"
)


def asked_long_ago(
    session: Session, keys: Keys, campaign: Campaign, references: Iterable[str]
) -> set[str]:
    """Reference keys of those asked in the campaign whose envelope is deleted since: what came of it is not known."""
    keys_of = {
        digest: reference_key(one)
        for one in references
        for digest in digests_to_find(keys, one)
    }
    asked = session.scalars(
        select(CampaignChild.reference_digest).where(
            CampaignChild.campaign_id == campaign.id,
            CampaignChild.reference_digest.in_(keys_of),
        )
    )
    kept = session.scalars(
        select(Envelope.reference_digest)
        .join(Invitation, Invitation.id == Envelope.invitation_id)
        .where(
            Invitation.campaign_id == campaign.id,
            Envelope.reference_digest.in_(keys_of),
        )
    )
    return {keys_of[one] for one in asked} - {keys_of[one] for one in kept}


def count_outcomes(
    session: Session, campaigns: Sequence[Campaign]
) -> dict[str, dict[tuple[str, str], int]]:
    """Campaign's id -> (age band, outcome) -> how many of its invitations. A link past its day waits for nobody."""
    ids = [one.id for one in campaigns]
    over = (Invitation.outcome == "waiting") & (Invitation.ends_at <= clock.now())
    found: dict[str, dict[tuple[str, str], int]] = {one: {} for one in ids}
    rows = session.execute(
        select(
            Invitation.campaign_id,
            Invitation.band,
            Invitation.outcome,
            over.label("over"),
            func.count(),
        )
        .where(Invitation.campaign_id.in_(ids))
        .group_by(Invitation.campaign_id, Invitation.band, Invitation.outcome, over)
    )
    for campaign_id, band, outcome, is_over, count in rows:
        place = band, "ended" if is_over else outcome
        counts = found[campaign_id or ""]
        counts[place] = counts.get(place, 0) + count
    return found
