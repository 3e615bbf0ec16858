"""What an IRO sees of their own month: counts of work, links that wait, and links that nobody answered (rule V1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.invitations.issue import read_reference
from feedback_app.iro.asking.own import waiting_invitations
from feedback_app.iro.month.reviews import MonthReviews, reviews_of_month
from feedback_app.iro.no_answer.views import NoAnswerRow, no_answer_rows
from feedback_app.iro.shared.views import count_shown
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.models.sending import Sending
from feedback_app.month import Month, london_day
from feedback_app.privacy.keys import Keys
from feedback_app.reports.figures.asked import NOBODY_ASKED, AskedCounts
from feedback_app.reports.figures.board import IroRow, month_board
from feedback_app.reports.figures.misdirected import (
    MisdirectedLink,
    misdirected_in_month,
)
from feedback_app.reports.figures.targets import (
    NOT_AT_WORK,
    HeardCounts,
    MonthMark,
    Target,
)
from feedback_app.rulebook.counted_codes import read_codes
from feedback_app.sending.ask import sendings_of


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """A link that waits for an answer, with the reference that its issuer sees until it is answered."""

    id: str
    reference: str
    band: str
    took_part: bool | None
    issued_on: date
    ends_on: date
    #: Its latest sending; None where it was not sent.
    sent: Sending | None = None

    @property
    def is_undelivered(self) -> bool:
        """Whether its latest sending failed."""
        return self.sent is not None and self.sent.state == "failed"


@dataclass(frozen=True, slots=True)
class UnansweredLink:
    """A link that ended by itself without an answer; the reference is sealed."""

    band: str
    took_part: bool | None
    issued_on: date
    ended_on: date


@dataclass(frozen=True, slots=True)
class MyMonth:
    """One month of one IRO. `row` is None where the IRO is not on that month's board: they do not work in it.

    `shown`: how many children let them see what they said, whatever the month. `reviews`: empty where nothing was
    imported.
    """

    month: Month
    row: IroRow | None
    heard: HeardCounts
    target: Target
    waiting: tuple[WaitingLink, ...]
    no_answer: tuple[NoAnswerRow, ...]
    unanswered: tuple[UnansweredLink, ...]
    asked: AskedCounts
    astray: tuple[MisdirectedLink, ...]
    shown: int
    reviews: MonthReviews

    @property
    def month_mark(self) -> MonthMark:
        """How the month stands today, as on the board."""
        return self.row.month_mark if self.row else "away"

    @property
    def still_missing(self) -> Target:
        """How many children are still to be heard, of each kind."""
        return self.target.still_missing(self.heard)

    @property
    def undelivered_count(self) -> int:
        """How many waiting links were sent by text message or e-mail and did not arrive."""
        return sum(one.is_undelivered for one in self.waiting)


def month_of(
    session: Session,
    keys: Keys,
    settings: Settings,
    survey: str,
    iro_id: str,
    month: Month,
) -> MyMonth:
    """The IRO's row of the board, their waiting links, what was noted of no answer, and which links went astray."""
    whole = month_board(session, survey, month, settings)
    row = next((row for row in whole.rows if row.iro_id == iro_id), None)
    return MyMonth(
        month,
        row,
        row.heard if row else HeardCounts(),
        row.target if row else NOT_AT_WORK,
        _waiting(session, keys, iro_id),
        no_answer_rows(session, keys, iro_id),
        _unanswered(session, iro_id, month),
        row.asked if row else NOBODY_ASKED,
        misdirected_in_month(session, iro_id, month),
        count_shown(session, iro_id),
        reviews_of_month(session, keys, settings, survey, iro_id, month),
    )


def _waiting(session: Session, keys: Keys, iro_id: str) -> tuple[WaitingLink, ...]:
    """Those that still work, whichever ends soonest first."""
    rows = tuple(waiting_invitations(session, iro_id))
    sent = sendings_of(session, [row.id for row in rows])
    codes = read_codes(session).codes_now
    return tuple(
        WaitingLink(
            row.id,
            read_reference(session, keys, row) or "",
            row.band,
            codes.says_took_part(row.pn_code),
            london_day(row.issued_at),
            row.last_day,
            next(iter(sent.get(row.id, ())), None),
        )
        for row in rows
    )


def _unanswered(
    session: Session, iro_id: str, month: Month
) -> tuple[UnansweredLink, ...]:
    """Those whose last day was in that month; the latest first. The worker notes a little later that they ended."""
    begin, end = month.utc_bounds()
    by_itself = or_(
        Invitation.outcome == "waiting", Invitation.outcome_at == Invitation.ends_at
    )
    rows = session.scalars(
        invitations_for(iro_id)
        .where(
            Invitation.outcome.in_(("waiting", "ended")),
            by_itself,
            # It ends at the midnight after its last day.
            Invitation.ends_at > begin,
            Invitation.ends_at <= min(end, clock.now()),
        )
        .order_by(Invitation.ends_at.desc(), Invitation.id)
    )
    codes = read_codes(session).in_month(month)
    return tuple(
        UnansweredLink(
            row.band,
            codes.says_took_part(row.pn_code),
            london_day(row.issued_at),
            row.last_day,
        )
        for row in rows
    )
