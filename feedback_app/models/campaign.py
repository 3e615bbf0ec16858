"""Campaigns: a survey asked of many children between two days, as the yearly one is (plan row 11b)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant, id_column
from feedback_app.month import day_before_end

NAME_LIMIT = 60
REMINDER_DAYS_LIMIT = 40


class Campaign(Base):
    """One asking of a survey. Its links last as long as it does; of one survey no two run at once."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[str] = id_column()
    survey: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    begins_on: Mapped[date]
    #: Midnight in London after its last day.
    ends_at: Mapped[datetime] = mapped_column(Instant)
    #: So many days before its last day whoever made its links is reminded of those that wait: `14,3`; "" for never.
    reminder_days: Mapped[str] = mapped_column(String(REMINDER_DAYS_LIMIT))
    made_at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))

    @property
    def last_day(self) -> date:
        """Return the last day on which its links work."""
        return day_before_end(self.ends_at)

    @property
    def reminder_steps(self) -> tuple[int, ...]:
        """Return how many days before the last day reminders go, the first one first."""
        return tuple(int(days) for days in self.reminder_days.split(",") if days)

    def runs_on(self, day: date) -> bool:
        """Whether links made on that day are its own."""
        return self.begins_on <= day <= self.last_day


class CampaignChild(Base):
    """A keyed digest of a reference that was asked in a campaign, so that no child is asked twice.

    It names no invitation, so that it leads to no answer: it is all that is left once the envelope is deleted.
    """

    __tablename__ = "campaign_child"
    __table_args__ = (UniqueConstraint("campaign_id", "reference_digest"),)

    id: Mapped[str] = id_column()
    campaign_id: Mapped[str] = mapped_column(Id, ForeignKey("campaign.id"))
    reference_digest: Mapped[str] = mapped_column(String(64), index=True)


class CampaignReminder(Base):
    """A reminder to a person whose links of a campaign wait, written once for each step."""

    __tablename__ = "campaign_reminder"
    __table_args__ = (UniqueConstraint("person_id", "campaign_id", "step"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    campaign_id: Mapped[str] = mapped_column(Id, ForeignKey("campaign.id"))
    #: How many days before the last day.
    step: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(Instant)
