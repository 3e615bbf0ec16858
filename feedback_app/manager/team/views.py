"""What the pages of the team show: everybody's coming months, one IRO's plan, and the history of who changed what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import flask_babel
from flask_babel import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.invitations.hand_over import open_links_of
from feedback_app.models.person import Person
from feedback_app.models.work import WorkChange
from feedback_app.month import Month
from feedback_app.reports.figures.board import Board, IroRow, team_board
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.figures.working_months import AtWork, WorkBook, WorkPlan
from feedback_app.reports.figures_in_words import children_in_words

_: Callable[..., str] = flask_babel.gettext
MONTHS_SHOWN = 4
"""This month and the next three."""
MONTHS_BEFORE = 3
"""And on an IRO's own page the three before."""


@dataclass(frozen=True, slots=True)
class Member:
    """One IRO with their plan, and the targets of some months. `in_words`: part time, as it was entered."""

    person_id: str
    name: str
    row: IroRow
    known: AtWork
    plan: WorkPlan
    months: tuple[tuple[Month, Target], ...]

    @property
    def in_words(self) -> str:
        """Part time in words, as it holds this month or from a later one of those shown."""
        present = Month.containing(clock.today())
        for month, _target in self.months:
            own = self.plan.own_row(month) if month >= present else None
            if own and own.in_words and month > present:
                return _("%(words)s, from %(month)s", words=own.in_words, month=month.name)  # fmt: skip
            if own and own.in_words:
                return own.in_words
        return ""

    @property
    def has_left(self) -> bool:
        """Whether their last day of work is over."""
        last = self.plan.last_day
        return last is not None and last < clock.today()

    @property
    def may_stay(self) -> bool:
        """Whether their last day was entered here alone and can be taken back here: an administrator noted none."""
        return bool(self.plan.last_day) and self.known.last_day is None

    @property
    def leave_to_come(self) -> tuple[tuple[dt.date, dt.date], ...]:
        """Leave that is not over yet: first and last day."""
        return tuple(
            (one.first, one.last)
            for one in self.plan.leave
            if one.last >= clock.today()
        )


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody, by name: who works or will, and who has left."""

    board: Board
    months: tuple[Month, ...]
    working: tuple[Member, ...]
    left: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What was entered, when and by whom; `by` is "" where nobody is known."""

    what: str
    reason: str
    at: dt.datetime
    by: str


def read_team(session: Session, survey: str, settings: Settings) -> Team:
    """Everybody who is an IRO, or was while children answered about them, with this month and the next three."""
    present = Month.containing(clock.today())
    board = team_board(session, survey, present, settings)
    months = tuple(present.add_months(ahead) for ahead in range(MONTHS_SHOWN))
    members = [
        member for row in board.rows if (member := _member(row, months)) is not None
    ]
    return Team(
        board,
        months,
        tuple(one for one in members if not one.has_left),
        tuple(one for one in members if one.has_left),
    )


def find_member(team: Team, person_id: str) -> Member | None:
    """One IRO with the three months before as well; None for who is none."""
    present = team.board.month
    months = tuple(
        present.add_months(each) for each in range(-MONTHS_BEFORE, MONTHS_SHOWN)
    )
    return next(
        (
            _member(one.row, months)
            for one in (*team.working, *team.left)
            if one.person_id == person_id
        ),
        None,
    )


def _member(row: IroRow, months: tuple[Month, ...]) -> Member | None:
    if not (row.iro_id and row.name and row.known and row.plan):
        return None
    targets = tuple((month, row.plan.target_of(month)) for month in months)
    return Member(row.iro_id, row.name, row, row.known, row.plan, targets)


def colleagues_for_links(
    session: Session, team: Team, member: Member
) -> list[tuple[str, str]]:
    """Who can take a leaver's links, (id, name): an IRO's another IRO at work, a group's another manager.

    Whoever is on leave today stands last, and it is said.
    """
    links = open_links_of(session, member.person_id)
    needed = {"manager" if one.iro_id is None else "iro" for one in links}
    today = clock.today()
    iros = {one.person_id: one for one in team.working if one.plan.first_day <= today}
    people = session.scalars(
        select(Person)
        .where(Person.active, Person.id != member.person_id)
        .order_by(Person.name, Person.id)
    )
    here, on_leave = [], []
    for person in people:
        if not needed <= person.roles or ("iro" in needed and person.id not in iros):
            continue
        if person.id in iros and iros[person.id].plan.is_on_leave(today):
            words = _("%(name)s (on leave today)", name=person.name)
            on_leave.append((person.id, words))
        else:
            here.append((person.id, person.name))
    return here + on_leave


def history_of(
    session: Session, book: WorkBook, person_id: str | None
) -> list[HistoryLine]:
    """What was entered of one IRO, or of None for everybody; the newest first."""
    rows = book.rows_of(person_id)
    who = {row.set_by_id for row in rows if row.set_by_id}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(who)))
    names = {row.id: row.name for row in found}
    return [
        HistoryLine(
            change_in_words(row),
            row.reason,
            row.set_at,
            names.get(row.set_by_id or "", ""),
        )
        for row in reversed(rows)
    ]


def change_in_words(row: WorkChange) -> str:
    """What was entered: "From November 2026: one who took part"."""
    if row.kind == "leave":
        return _("Leave from %(first)s to %(last)s", **_days_of(row))
    if row.kind == "leave_back":
        return _("Leave from %(first)s to %(last)s: taken back", **_days_of(row))
    if row.kind == "days":
        return _(
            "First day of work: %(first)s. Last day of work: %(last)s", **_days_of(row)
        )
    month = Month.parse(row.month or "")
    target = _numbers_in_words(row)
    if row.kind == "service":
        return _(
            "From %(month)s: %(children)s children for the whole service; each IRO %(target)s",
            month=month.name,
            children=row.children,
            target=target,
        )
    if row.in_words:
        target = f"{target} ({row.in_words})"
    if row.only_month:
        return _("%(month)s alone: %(target)s", month=month.name, target=target)
    return _("From %(month)s: %(target)s", month=month.name, target=target)


def _numbers_in_words(row: WorkChange) -> str:
    if row.took_part is None or row.did_not is None:
        return _("the same target as everybody’s")
    target = Target(row.took_part, row.did_not)
    return children_in_words(target) if target.total_target else _("no target")


def _days_of(row: WorkChange) -> dict[str, str]:
    def words(day: dt.date | None) -> str:
        return format_date(day, "d MMMM y") if day else _("not entered")

    return {"first": words(row.first_day), "last": words(row.last_day)}
