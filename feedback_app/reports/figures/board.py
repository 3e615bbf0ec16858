"""The month on the manager's board: counts of work, each computed here once, for screen and summary alike.

Plan row 7: each IRO hears at least two children a month, one who took part in the review and one who did not. It
counts by the PN code on the invitation; the child's own `at_meeting` is never used (rule M4).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.models.invitation import DID_NOT, TOOK_PART, Invitation
from feedback_app.models.person import IroMonth, Person, PersonRole
from feedback_app.models.response import Response
from feedback_app.month import Month, due_date, last_working_day_before, london_day
from feedback_app.reports.figures.counted import (
    select_counted_responses,
    select_unread_count,
)
from feedback_app.reports.figures.targets import (
    NO_TARGET,
    HeardCounts,
    MonthMark,
    Target,
)

HeardByIro = Mapping[tuple[str | None, Month], HeardCounts]
"""(IRO's id, or None for responses that name none; month) -> children heard."""


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
        """How many children are still to be heard for the target, of each kind."""
        return self.target.still_missing(self.heard)

    @property
    def month_mark(self) -> MonthMark:
        """met, some, none or away: see `Target.month_mark`."""
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
    """The month for the whole service. `due` may be a bank holiday, `ready` is the last working day up to it.

    `usual_target` is that of an IRO who has none of their own for the month.
    """

    month: Month
    rows: tuple[IroRow, ...]
    usual_target: Target
    service_target: int
    unread: int
    due: dt.date
    ready: dt.date

    @property
    def total_heard(self) -> HeardCounts:
        """Children heard in all rows together."""
        return sum((row.heard for row in self.rows), HeardCounts())

    @property
    def waiting_links(self) -> int:
        """How many invitations wait for an answer now."""
        return sum(row.waiting for row in self.rows)

    @property
    def iro_targets(self) -> int:
        """The sum of the IROs' own targets, which differs from the service's target: show both (rule M3)."""
        return sum(row.target.total_target for row in self.rows)

    @property
    def with_target(self) -> int:
        """How many IROs have a target this month."""
        return sum(row.month_mark != "away" for row in self.rows)

    @property
    def with_both(self) -> int:
        """How many of them have met it."""
        return sum(row.month_mark == "met" for row in self.rows)


def month_board(
    session: Session, survey: str, month: Month, settings: Settings
) -> Board:
    """The board of one month, counting responses to that survey (its key).

    Five grouped statements, whatever is stored beside these twelve months.
    """
    usual_target = Target(
        settings.officer_target_took_part, settings.officer_target_did_not
    )
    heard = _heard_by_iro(session, survey, month.year_to_here)
    own_targets = _own_targets(session, month.year_to_here)
    waiting = _waiting_by_iro(session, survey)
    rows = []
    for person, months_at_work in _iros(session, month, heard, waiting):
        targets = {
            each: usual_target if each in months_at_work else NO_TARGET
            for each in month.year_to_here
        }
        targets |= own_targets.get(person.id, {})
        row = _iro_row(person, month, heard, targets, waiting[person.id])
        if _belongs_on_board(row):
            rows.append(row)
    without_iro = heard.get((None, month))
    if without_iro:
        rows.append(IroRow(None, None, without_iro, 0, NO_TARGET, ()))
    due = due_date(month)
    return Board(
        month=month,
        rows=tuple(rows),
        usual_target=usual_target,
        service_target=settings.service_target,
        unread=session.scalar(select_unread_count(survey, month)) or 0,
        due=due,
        ready=last_working_day_before(due),
    )


def _iro_row(
    person: Person,
    month: Month,
    heard: HeardByIro,
    targets: Mapping[Month, Target],
    waiting: int,
) -> IroRow:
    counts = {
        each: heard.get((person.id, each), HeardCounts()) for each in month.year_to_here
    }
    year = tuple(
        (each, targets[each].month_mark(counts[each])) for each in month.year_to_here
    )
    return IroRow(person.id, person.name, counts[month], waiting, targets[month], year)


def _belongs_on_board(row: IroRow) -> bool:
    """Whether there is anything to show of the IRO: a target, leave, a child heard or a link that waits."""
    return bool(
        row.target.total_target
        or row.target.leave
        or row.heard.all_children
        or row.waiting
    )


def _heard_by_iro(
    session: Session, survey: str, months: tuple[Month, ...]
) -> HeardByIro:
    columns = (Response.iro_id, Response.month, Response.pn_code)
    statement = (
        select_counted_responses(survey, *months)
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )
    heard: dict[tuple[str | None, Month], HeardCounts] = defaultdict(HeardCounts)
    for iro_id, month, pn_code, count in session.execute(statement):
        heard[iro_id, Month.parse(month)] += _counts_of_code(pn_code, count)
    return dict(heard)


def _counts_of_code(pn_code: str | None, count: int) -> HeardCounts:
    """So many children with that participation code."""
    if pn_code in TOOK_PART:
        return HeardCounts(took_part=count)
    if pn_code in DID_NOT:
        return HeardCounts(did_not=count)
    return HeardCounts(outside=count)


def _own_targets(
    session: Session, months: tuple[Month, ...]
) -> dict[str, dict[Month, Target]]:
    """IRO id -> the targets that were set for single months."""
    names = [str(month) for month in months]
    targets: dict[str, dict[Month, Target]] = defaultdict(dict)
    for row in session.scalars(select(IroMonth).where(IroMonth.month.in_(names))):
        target = Target(row.target_took_part, row.target_did_not, row.leave)
        targets[row.iro_id][Month.parse(row.month)] = target
    return targets


def _waiting_by_iro(session: Session, survey: str) -> Counter[str]:
    """Outstanding invitations: they wait for an answer and their links have not ended."""
    counted = (
        select(Invitation.iro_id, func.count())
        .where(Invitation.outcome == "waiting", Invitation.ends_at > clock.now())
        .where(Invitation.survey == survey, Invitation.iro_id.is_not(None))
        .group_by(Invitation.iro_id)
    )
    return Counter(
        {iro_id: count for iro_id, count in session.execute(counted) if iro_id}
    )


def _iros(
    session: Session,
    month: Month,
    heard: Collection[tuple[str | None, Month]],
    waiting: Collection[str],
) -> list[tuple[Person, set[Month]]]:
    """IROs by name, each with those of the twelve months in which the usual target was theirs.

    That is from the month they were entered, or were first heard of, to now; for one who has left, to the last
    month in which a child answered about them.
    """
    is_iro = Person.active & Person.id.in_(
        select(PersonRole.person_id).where(PersonRole.role == "iro")
    )
    named = {iro_id for iro_id, _month in heard if iro_id} | set(waiting)
    people = session.scalars(
        select(Person).where(is_iro | Person.id.in_(named)).options(lazyload("*"))
    ).all()
    by_name = sorted(people, key=lambda person: (person.name.casefold(), person.id))
    return [(person, _months_at_work(person, month, heard)) for person in by_name]


def _months_at_work(
    person: Person, month: Month, heard: Collection[tuple[str | None, Month]]
) -> set[Month]:
    months_heard = [each for iro_id, each in heard if iro_id == person.id]
    since = min([Month.containing(london_day(person.created_at)), *months_heard])
    until = month if person.active else max(months_heard, default=since.previous)
    return {each for each in month.year_to_here if since <= each <= until}
