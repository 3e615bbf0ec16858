"""The month on the manager's board: counts of work, each computed here once, for screen and summary alike.

Plan row 7: each IRO hears at least two children a month, one who took part in the review and one who did not. It
counts by the PN code on the invitation; the child's own `at_meeting` is never used (brief.md, "1+1").
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, lazyload

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.models.invitation import DID_NOT, TOOK_PART, Invitation
from feedback_app.models.person import IroMonth, Person, PersonRole
from feedback_app.models.response import Response, is_latest_version
from feedback_app.models.text import QueueEntry, ReadMark, SealedText
from feedback_app.month import Month, due_date, last_working_day_before, london_day

MonthMark = Literal["met", "some", "none", "away"]


@dataclass(frozen=True, slots=True)
class HeardCounts:
    """How many children were heard, by whether they took part in their review. `outside`: PN0, outside the target."""

    took_part: int = 0
    did_not: int = 0
    outside: int = 0

    @property
    def counted_children(self) -> int:
        """Those who count towards the target."""
        return self.took_part + self.did_not

    @property
    def all_children(self) -> int:
        """All of them."""
        return self.counted_children + self.outside

    def __add__(self, other: HeardCounts) -> HeardCounts:
        return HeardCounts(self.took_part + other.took_part, self.did_not + other.did_not, self.outside + other.outside)


@dataclass(frozen=True, slots=True)
class Target:
    """What an IRO's month asks for (settled.md: met = both reached). On leave there is none."""

    took_part: int
    did_not: int
    leave: bool = False

    @property
    def total_target(self) -> int:
        """Both together."""
        return self.took_part + self.did_not

    def still_missing(self, heard: HeardCounts) -> Target:
        """What is still to come."""
        return Target(max(0, self.took_part - heard.took_part), max(0, self.did_not - heard.did_not), self.leave)

    def month_mark(self, heard: HeardCounts) -> MonthMark:
        """How the month went, in one word."""
        if not self.total_target:
            return "away"
        if not self.still_missing(heard).total_target:
            return "met"
        return "some" if heard.all_children else "none"


@dataclass(frozen=True, slots=True)
class IroRow:
    """One IRO's month. `iro_id` and `name` are None for responses that name no IRO. `year`: oldest month first."""

    iro_id: str | None
    name: str | None
    heard: HeardCounts
    waiting: int
    target: Target
    year: tuple[tuple[Month, MonthMark], ...]

    @property
    def still_missing(self) -> Target:
        """What is still to come."""
        return self.target.still_missing(self.heard)

    @property
    def month_mark(self) -> MonthMark:
        """How the month stands."""
        return self.target.month_mark(self.heard)

    @property
    def met_in_year(self) -> int:
        """In how many of the twelve months the target was met."""
        return sum(mark == "met" for _month, mark in self.year)

    @property
    def months_in_year(self) -> int:
        """In how many of the twelve months there was a target."""
        return sum(mark != "away" for _month, mark in self.year)


@dataclass(frozen=True, slots=True)
class Board:
    """The month for the whole service. `due` may be a bank holiday, `ready` is the last working day up to it."""

    month: Month
    rows: tuple[IroRow, ...]
    service_target: int
    unread: int
    due: dt.date
    ready: dt.date

    @property
    def total_heard(self) -> HeardCounts:
        """All rows together."""
        return sum((row.heard for row in self.rows), HeardCounts())

    @property
    def waiting_links(self) -> int:
        """Invitations that wait for an answer now."""
        return sum(row.waiting for row in self.rows)

    @property
    def iro_targets(self) -> int:
        """The sum of the IROs' own targets, which differs from the service's target (brief.md): show both."""
        return sum(row.target.total_target for row in self.rows)

    @property
    def with_target(self) -> int:
        """How many IROs have a target this month."""
        return sum(row.month_mark != "away" for row in self.rows)

    @property
    def with_both(self) -> int:
        """How many of them have met it."""
        return sum(row.month_mark == "met" for row in self.rows)


def month_board(session: Session, survey: str, month: Month, settings: Settings) -> Board:
    """The board of one month, counting responses to that survey (its key).

    Five grouped statements, whatever is stored beside these twelve months.
    """
    months = month.year_to_here
    heard = _heard_by_iro(session, survey, months)
    own = _own_targets(session, months)
    waiting = _waiting_by_iro(session, survey)
    usual = Target(settings.officer_target_took_part, settings.officer_target_did_not)
    rows = []
    for person, at_work in _iros(session, month, heard, waiting):
        targets = {m: own.get((person.id, m), usual if m in at_work else Target(0, 0)) for m in months}
        counts = {m: heard.get((person.id, m), HeardCounts()) for m in months}
        year = tuple((m, targets[m].month_mark(counts[m])) for m in months)
        row = IroRow(person.id, person.name, counts[month], waiting[person.id], targets[month], year)
        if row.month_mark != "away" or row.target.leave or row.heard.all_children or row.waiting:
            rows.append(row)
    nobody = heard.get((None, month))
    if nobody:
        rows.append(IroRow(None, None, nobody, 0, Target(0, 0), ()))
    due = due_date(month)
    unread = session.scalar(select_unread_count(survey, month)) or 0
    return Board(month, tuple(rows), settings.service_target, unread, due, last_working_day_before(due))


def select_counted_responses(survey: str, *months: Month) -> Select[str]:
    """The responses to that survey (its key) that count in these months, by id; add columns and groups as needed.

    Only the latest version of a response counts.
    """
    names = [str(month) for month in months]
    return select(Response.id).where(Response.month.in_(names), Response.survey == survey, is_latest_version())


def select_unread_count(survey: str, month: Month) -> Select[int]:
    """How many texts of the month's answers the manager has not read."""
    return (
        select_counted_responses(survey, month)
        .with_only_columns(func.count())
        .select_from(Response)
        .join(SealedText, and_(SealedText.row_id == Response.id, SealedText.owner == "answer"))
        .join(QueueEntry, QueueEntry.text_id == SealedText.id)
        .outerjoin(ReadMark, and_(ReadMark.entry_id == QueueEntry.id, ReadMark.reader == "manager"))
        .where(ReadMark.entry_id.is_(None))
    )


def latest_month(session: Session, survey: str) -> Month | None:
    """The latest month in which a child answered that survey (its key), or None."""
    found = session.scalar(select(func.max(Response.month)).where(Response.survey == survey))
    return Month.parse(found) if found else None


def _heard_by_iro(
    session: Session, survey: str, months: tuple[Month, ...]
) -> dict[tuple[str | None, Month], HeardCounts]:
    columns = (Response.iro_id, Response.month, Response.pn_code)
    found: dict[tuple[str | None, Month], HeardCounts] = defaultdict(HeardCounts)
    counted = select_counted_responses(survey, *months).with_only_columns(*columns, func.count()).group_by(*columns)
    for iro_id, month, pn_code, count in session.execute(counted):
        one = (
            HeardCounts(took_part=count)
            if pn_code in TOOK_PART
            else HeardCounts(did_not=count)
            if pn_code in DID_NOT
            else HeardCounts(outside=count)
        )
        found[iro_id, Month.parse(month)] += one
    return dict(found)


def _own_targets(session: Session, months: tuple[Month, ...]) -> dict[tuple[str, Month], Target]:
    rows = session.scalars(select(IroMonth).where(IroMonth.month.in_([str(m) for m in months])))
    return {
        (row.iro_id, Month.parse(row.month)): Target(row.target_took_part, row.target_did_not, row.leave)
        for row in rows
    }


def _waiting_by_iro(session: Session, survey: str) -> Counter[str]:
    """Outstanding invitations: they wait for an answer and their links have not ended."""
    counted = (
        select(Invitation.iro_id, func.count())
        .where(Invitation.outcome == "waiting", Invitation.ends_at > clock.now())
        .where(Invitation.survey == survey, Invitation.iro_id.is_not(None))
        .group_by(Invitation.iro_id)
    )
    return Counter({iro_id: count for iro_id, count in session.execute(counted) if iro_id})


def _iros(
    session: Session, month: Month, heard: Collection[tuple[str | None, Month]], waiting: Collection[str]
) -> list[tuple[Person, set[Month]]]:
    """IROs by name, each with those of the twelve months in which the usual target was theirs.

    That is from the month they were entered, or were first heard of, to now; for one who has left, to the last
    month in which a child answered about them.
    """
    is_iro = select(PersonRole.person_id).where(PersonRole.role == "iro")
    named = {iro for iro, _month in heard if iro} | set(waiting)
    people = session.scalars(
        select(Person).where(and_(Person.active, Person.id.in_(is_iro)) | Person.id.in_(named)).options(lazyload("*"))
    )
    found = []
    for person in people:
        theirs = [m for iro, m in heard if iro == person.id]
        since = min([Month.containing(london_day(person.created_at)), *theirs])
        until = month if person.active else max(theirs, default=since.previous)
        found.append((person, {m for m in month.year_to_here if since <= m <= until}))
    return sorted(found, key=lambda pair: (pair[0].name.casefold(), pair[0].id))
