"""What the pages of campaigns show: how many were asked and answered, and how many of all children that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.invitations.campaigns import campaigns_of, count_outcomes
from feedback_app.models.campaign import Campaign
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.report import COHORT_KINDS
from feedback_app.month import Month
from feedback_app.reports.cohorts import find_cohort
from feedback_app.reports.figures.cohort_shares import Answered
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.survey.model import BANDS


@dataclass(frozen=True, slots=True)
class CampaignCounts:
    """How many links were made, answered, wait, and are over without an answer, whatever came of them."""

    asked: int
    answered: int
    waiting: int

    @property
    def no_answer(self) -> int:
        """Ended, said no, not reached, not safe to ask, or not for that child."""
        return self.asked - self.answered - self.waiting


@dataclass(frozen=True, slots=True)
class CohortCount:
    """How many children under 18 answered in the campaign, of all that there are. `target`: a share from 0 to 1."""

    kind: str
    target: float
    answered: Answered


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign with its counts: all of it, then each age that was asked. `cohort`: None where none is set."""

    campaign: Campaign
    author: str
    whole: CampaignCounts
    bands: tuple[tuple[str, CampaignCounts], ...]
    cohort: CohortCount | None

    @property
    def when_it_runs(self) -> str:
        """ "to come", "running" or "over"."""
        today = clock.today()
        if today < self.campaign.begins_on:
            return "to come"
        return "running" if today <= self.campaign.last_day else "over"

    @property
    def days_left(self) -> int:
        """Days to its last one."""
        return (self.campaign.last_day - clock.today()).days


def campaign_rows(
    session: Session,
    settings: Settings,
    campaigns: Sequence[Campaign] | None = None,
) -> list[CampaignRow]:
    """These campaigns, or all of them, the latest first, each with the target of its last month so far."""
    if campaigns is None:
        campaigns = campaigns_of(session)
    outcomes = count_outcomes(session, campaigns)
    under_18 = _answered_under_18(session, [one.id for one in campaigns])
    authors = dict(
        session.execute(
            select(Person.id, Person.name).where(
                Person.id.in_({one.author_id for one in campaigns})
            )
        ).all()
    )
    found = []
    for one in campaigns:
        counts = outcomes[one.id]
        bands = [
            (band, _counts(counts, band))
            for band in BANDS
            if any(name == band for name, _outcome in counts)
        ]
        cohort = _cohort_count(session, settings, one, under_18.get(one.id, 0))
        found.append(
            CampaignRow(
                one, authors[one.author_id], _counts(counts), tuple(bands), cohort
            )
        )
    return found


def _cohort_count(
    session: Session, settings: Settings, campaign: Campaign, answered: int
) -> CohortCount | None:
    day = min(clock.today(), campaign.last_day)
    rules = read_rules(session, Month.containing(day))
    for survey, kind, percent in rules.cohort_targets(settings):
        if survey == campaign.survey and kind in COHORT_KINDS:
            row = Answered(None, answered, find_cohort(session, kind, None, day))
            return CohortCount(kind, percent / 100, row)
    return None


def _answered_under_18(session: Session, ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(Invitation.campaign_id, func.count())
        .where(
            Invitation.campaign_id.in_(ids),
            Invitation.outcome == "answered",
            Invitation.over18.is_(False),
        )
        .group_by(Invitation.campaign_id)
    )
    return {campaign_id or "": count for campaign_id, count in rows}


def _counts(
    counts: dict[tuple[str, str], int], wanted: str | None = None
) -> CampaignCounts:
    def total(*outcomes: str) -> int:
        return sum(
            count
            for (band, outcome), count in counts.items()
            if wanted in (None, band) and (not outcomes or outcome in outcomes)
        )

    return CampaignCounts(total(), total("answered"), total("waiting"))
