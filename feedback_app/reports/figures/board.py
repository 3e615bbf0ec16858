"""The month on the manager's board: counts of work, each computed here once, for screen and summary alike.

Plan row 7: each IRO hears at least two children a month, one who took part in the review and one who did not. It
counts by the PN code on the invitation, each month by its own codes (`rulebook/counted_codes.py`); the child's own
`at_meeting` is never used (rule M4).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, lazyload

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person, PersonRole
from feedback_app.models.response import Response
from feedback_app.month import Month, due_date, london_day
from feedback_app.reports.figures.asked import (
    NOBODY_ASKED,
    AskedCounts,
    AskedMonth,
    ChosenCounts,
    count_asked,
)
from feedback_app.reports.figures.counted import select_counted_responses
from feedback_app.reports.figures.targets import (
    MISSED,
    NO_TARGET,
    HeardCounts,
    MonthMark,
    Target,
    month_mark,
)
from feedback_app.reports.figures.working_months import (
    AtWork,
    WorkBook,
    WorkPlan,
    read_work,
)
from feedback_app.rulebook.counted_codes import (
    USUAL_CODES,
    CodeBook,
    CountedCodes,
    read_codes,
)

HeardByIro = Mapping[tuple[str | None, Month], HeardCounts]
"""(IRO's id, or None for responses that name none; month) -> children heard."""


@dataclass(frozen=True, slots=True)
class IroRow:
    """One IRO's month, and how it stands today. `year`: the twelve months that end with it, oldest first.

    `iro_id`, `name`, `known` and `plan` are None for responses that name no IRO.
    """

    iro_id: str | None
    name: str | None
    heard: HeardCounts
    waiting: int
    target: Target
    month_mark: MonthMark
    year: tuple[tuple[Month, MonthMark], ...]
    known: AtWork | None = None
    plan: WorkPlan | None = None
    asked: AskedCounts = NOBODY_ASKED

    @property
    def still_missing(self) -> Target:
        """How many children are still to be heard for the target, of each kind."""
        return self.target.still_missing(self.heard)

    def is_short_on(self, day: dt.date) -> bool:
        """Whether children are still to be heard, by somebody who is an IRO and works on that day: who is reminded."""
        return bool(
            self.known
            and self.known.is_iro
            and self.plan
            and self.plan.is_at_work(day)
            and self.still_missing.total_target
        )

    @property
    def met_in_year(self) -> int:
        """In how many of the twelve months the target was met."""
        return sum(mark == "met" for _month, mark in self.year)

    @property
    def months_in_year(self) -> int:
        """In how many of the twelve months the target was met or missed; in others that cannot be said yet."""
        return self.met_in_year + sum(mark in MISSED for _month, mark in self.year)

    @property
    def has_anything_to_show(self) -> bool:
        """Whether there is anything to show: they work or are on leave, a child was heard or asked, a link waits."""
        return bool(
            self.target.away != "not_at_work"
            or self.heard.all_children
            or self.asked
            or self.waiting
        )


@dataclass(frozen=True, slots=True)
class Board:
    """The month for the whole service, as it stands on the London day `today`. `due`: the day of its report.

    `usual_target` is that of an IRO who has none of their own for the month. `book`: all that was entered of who works
    when. `chosen`: how the children were chosen who were asked in the month. `codes`: which count in the month.
    """

    month: Month
    today: dt.date
    rows: tuple[IroRow, ...]
    usual_target: Target
    service_target: int
    due: dt.date
    book: WorkBook
    chosen: ChosenCounts
    codes: CountedCodes = USUAL_CODES

    @property
    def total_heard(self) -> HeardCounts:
        """Children heard in all rows together."""
        return sum((row.heard for row in self.rows), HeardCounts())

    @property
    def total_asked(self) -> AskedCounts:
        """Children asked in the month, in all rows together."""
        return sum((row.asked for row in self.rows), AskedCounts())

    @property
    def service_mark(self) -> MonthMark:
        """How the month stands for the whole service."""
        heard = self.total_heard
        is_met = heard.counted_children >= self.service_target
        return month_mark(is_met, bool(heard.all_children), self.month, self.today)

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
    """The board of one month, counting responses to that survey (its key): whoever there is anything to show of.

    Six statements, whatever is stored beside these twelve months.
    """
    asked = count_asked(session, survey, [month])
    return month_boards(session, survey, asked, settings, read_codes(session))[0]


def month_boards(
    session: Session,
    survey: str,
    asked: Mapping[Month, AskedMonth],
    settings: Settings,
    codes: CodeBook,
) -> tuple[Board, ...]:
    """The boards of the months of `asked`, which is what `count_asked` found; four statements, however many months."""
    found = _read_work_done(session, survey, asked, settings, codes)
    return tuple(
        replace(
            whole, rows=tuple(row for row in whole.rows if row.has_anything_to_show)
        )
        for whole in (_whole_board(found, month) for month in asked)
    )


def team_board(
    session: Session, survey: str, month: Month, settings: Settings
) -> Board:
    """The board of one month with a row of everybody who is or was an IRO, also of who works not yet or no more."""
    asked = count_asked(session, survey, [month])
    codes = read_codes(session)
    return _whole_board(_read_work_done(session, survey, asked, settings, codes), month)


@dataclass(frozen=True, slots=True)
class _WorkDone:
    """What boards are made of, read once for all their months. `people`: each with whether they are an IRO."""

    asked: Mapping[Month, AskedMonth]
    codes: CodeBook
    heard: HeardByIro
    waiting: Mapping[str, int]
    book: WorkBook
    people: Sequence[tuple[Person, bool]]


def _read_work_done(
    session: Session,
    survey: str,
    asked: Mapping[Month, AskedMonth],
    settings: Settings,
    codes: CodeBook,
) -> _WorkDone:
    years = dict.fromkeys(each for month in asked for each in month.year_to_here)
    heard = _heard_by_iro(session, survey, tuple(years), codes)
    waiting = _waiting_by_iro(session, survey)
    return _WorkDone(
        asked,
        codes,
        heard,
        waiting,
        read_work(session, settings),
        _iros(session, heard, waiting, asked),
    )


def _whole_board(found: _WorkDone, month: Month) -> Board:
    asked = found.asked[month]
    rows = [_iro_row(found, person, is_iro, month) for person, is_iro in found.people]
    without_iro = found.heard.get((None, month), HeardCounts())
    if without_iro.all_children or asked.counts_of(None):
        rows.append(
            IroRow(
                None, None, without_iro, 0, NO_TARGET, "away", (),
                asked=asked.counts_of(None),
            )
        )  # fmt: skip
    usual = found.book.usual_targets.in_month(month)
    return Board(
        month=month,
        today=clock.today(),
        rows=tuple(rows),
        usual_target=usual.each,
        service_target=usual.children,
        due=due_date(month),
        book=found.book,
        chosen=asked.chosen,
        codes=found.codes.in_month(month),
    )


def _iro_row(found: _WorkDone, person: Person, is_iro: bool, month: Month) -> IroRow:
    heard = found.heard
    today, months = clock.today(), month.year_to_here
    known = AtWork(
        person_id=person.id,
        entered_on=london_day(person.created_at),
        left_on=london_day(person.left_at) if person.left_at else None,
        is_iro=is_iro,
        months_heard=tuple(each for each in months if (person.id, each) in heard),
    )
    plan = found.book.plan_of(known)
    counts = {each: heard.get((person.id, each), HeardCounts()) for each in months}
    year = tuple(
        (each, plan.target_of(each).month_mark(counts[each], each, today))
        for each in months
    )
    return IroRow(
        iro_id=person.id,
        name=person.name,
        heard=counts[month],
        waiting=found.waiting.get(person.id, 0),
        target=plan.target_of(month),
        month_mark=year[-1][1],
        year=year,
        known=known,
        plan=plan,
        asked=found.asked[month].counts_of(person.id),
    )


def _heard_by_iro(
    session: Session, survey: str, months: tuple[Month, ...], codes: CodeBook
) -> HeardByIro:
    heard: dict[tuple[str | None, Month], HeardCounts] = defaultdict(HeardCounts)
    for iro_id, name, pn_code, count in session.execute(_heard(survey, months)):
        month = Month.parse(name)
        part = codes.in_month(month).part_of(pn_code) or "outside"
        heard[iro_id, month] += HeardCounts(**{part: count})
    return dict(heard)


@lru_cache(maxsize=64)
def _heard(
    survey: str, months: tuple[Month, ...]
) -> Select[str | None, str, str | None, int]:
    """IRO, month, PN code, how many children."""
    columns = (Response.iro_id, Response.month, Response.pn_code)
    return (
        select_counted_responses(survey, *months)
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )


def _waiting_by_iro(session: Session, survey: str) -> Counter[str]:
    """Outstanding invitations: they wait for an answer and their links have not ended."""
    counted = session.execute(_outstanding(survey), {"now": clock.now()})
    return Counter({iro_id: count for iro_id, count in counted if iro_id})


@lru_cache(maxsize=16)
def _outstanding(survey: str) -> Select[str | None, int]:
    """IRO, how many; `now` is given with the statement."""
    now = bindparam("now", type_=Invitation.ends_at.type)
    return (
        select(Invitation.iro_id, func.count())
        .where(Invitation.outcome == "waiting", Invitation.ends_at > now)
        .where(Invitation.survey == survey, Invitation.iro_id.is_not(None))
        .group_by(Invitation.iro_id)
    )


def _iros(
    session: Session,
    heard: HeardByIro,
    waiting: Mapping[str, int],
    asked: Mapping[Month, AskedMonth],
) -> list[tuple[Person, bool]]:
    """By name everybody who is or was an IRO, or is named as one, each with whether the role is theirs."""
    iros = select(PersonRole.person_id).where(PersonRole.role == "iro")
    named = {iro_id for iro_id, _month in heard if iro_id} | set(waiting)
    named |= {iro_id for of in asked.values() for iro_id in of.by_iro if iro_id}
    found = session.execute(
        select(Person, Person.id.in_(iros))
        .where(Person.id.in_(iros) | Person.id.in_(named))
        .options(lazyload("*"))
    )
    people = [(person, bool(is_iro)) for person, is_iro in found]
    return sorted(people, key=lambda one: (one[0].name.casefold(), one[0].id))
