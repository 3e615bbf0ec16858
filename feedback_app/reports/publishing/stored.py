"""The numbers that may leave with a month's report, kept in the database: drafts, and those that left (promise 25).

The worker chooses them, which takes seconds; a page only reads them. A draft is chosen anew when answers came in. What
was downloaded stays as it is for good, and whatever is chosen later is chosen beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.database import locks
from feedback_app.database.sessions import Database
from feedback_app.models.report import ChosenNumbers
from feedback_app.models.response import Response
from feedback_app.models.running import ServiceFlag
from feedback_app.month import Month
from feedback_app.reports.figures.counted import select_counted_responses
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.tally import tally_answers
from feedback_app.reports.publishing.left_before import (
    LeftBefore,
    Publication,
    choose_numbers,
    printed_tables,
)
from feedback_app.reports.publishing.published import Published, months_needed
from feedback_app.rulebook.month_rules import read_rules
from feedback_app.survey.model import Survey

WANTED = "numbers of "
"""The service flag by which a page asks the worker for a month; the month follows."""
CHOOSING = "choosing "
"""The service flag that says since when a worker has been at a month; the month follows."""


@dataclass(frozen=True, slots=True)
class ReadyNumbers:
    """What may leave with a month. `id`: of the row to note it in when it does. `number`: which version it is.

    `years`: what left with the newest report of each quarter's end within a year before, then `published` itself. So a
    line over time has only points that left, or leave now: none is counted for it.
    """

    id: str
    number: int
    published: Published
    chosen_at: datetime | None = None
    years: tuple[Published, ...] = ()


def find_numbers(
    session: Session, surveys: Sequence[Survey], month: Month
) -> ReadyNumbers | None:
    """The newest numbers of a month, with its targets; None where they are still to be chosen.

    `surveys`: all versions of one survey.
    """
    row = _newest(session, surveys[0].key, month)
    if row is None:
        return None
    rows_left = _left_rows(session, row.survey)
    if _is_overtaken(row, len(rows_left)):
        return None
    publication = Publication.from_bytes(row.content)
    before = [
        Publication.from_bytes(each.content) for each in rows_left if each.id != row.id
    ]
    left = LeftBefore.of_publications(before)
    questions = asked_questions(read_rules(session, month).with_targets(surveys))
    printed = printed_tables(publication, left, questions)
    years = {
        each.year_end: each for each in before if _is_in_year_before(each, publication)
    }
    earlier = [printed_tables(years[end], left, questions) for end in sorted(years)]
    return ReadyNumbers(row.id, row.number, printed, row.chosen_at, (*earlier, printed))


def _is_in_year_before(one: Publication, later: Publication) -> bool:
    """Whether its twelve months end within a year before the later's."""
    return later.year_end.add_months(-12) <= one.year_end < later.year_end


@dataclass(frozen=True, slots=True)
class NumbersProgress:
    """How far the numbers of a month are: asked for, being chosen, or ready. `since`: of the first two, since when."""

    step: Literal["asked", "choosing", "ready"]
    since: datetime | None = None

    @property
    def waited_seconds(self) -> int:
        """For how long it has been at this step."""
        waited = clock.now() - self.since if self.since else timedelta()
        return max(0, round(waited.total_seconds()))


def find_progress(session: Session, survey: str, month: Month) -> NumbersProgress:
    """How far the worker is with a month of that survey (its key)."""
    if _ready_row(session, survey, month) is not None:
        return NumbersProgress("ready")
    begun = session.get(ServiceFlag, f"{CHOOSING}{month}")
    if begun is not None:
        return NumbersProgress("choosing", begun.set_at)
    asked = session.get(ServiceFlag, f"{WANTED}{month}")
    return NumbersProgress("asked", asked.set_at if asked else None)


def ask_for_numbers(session: Session, month: Month) -> None:
    """Ask the worker for the numbers of a month, once; it looks every half minute."""
    locks.hold_to_commit(session, locks.CHOSEN_NUMBERS)
    if session.get(ServiceFlag, f"{WANTED}{month}") is None:
        session.add(ServiceFlag(name=f"{WANTED}{month}", set_at=clock.now()))


def note_left(session: Session, numbers_id: str, person_id: str) -> bool:
    """Note that these numbers leave with somebody: from now on they stay. The first time counts.

    False where they may not leave: they were chosen anew meanwhile, or others left that they were not chosen beside.
    """
    locks.hold_to_commit(session, locks.CHOSEN_NUMBERS)
    row = session.get(ChosenNumbers, numbers_id)
    if row is None or _is_overtaken(row, _count_left(session, row.survey)):
        return False
    if row.left_at is None:
        row.left_at, row.left_with_id = clock.now(), person_id
        session.flush()
    return True


def choose_wanted(
    database: Database, surveys: Sequence[Survey], *, seconds: float = 60.0
) -> list[Month]:
    """Choose the numbers of the latest month that is over, and of those that were asked for; which were chosen.

    `seconds`: how long the solver may take for one month.
    """
    with database.new_session(reading=True) as session:
        months = _wanted_months(session, surveys[0].key)
    return [
        month
        for month in months
        if _choose_month(database, surveys, month, seconds=seconds)
    ]


def _wanted_months(session: Session, survey: str) -> list[Month]:
    """The months whose numbers are to be chosen, oldest first: those without, and drafts of other answers than now."""
    today = clock.today()
    flags = session.scalars(
        select(ServiceFlag.name).where(ServiceFlag.name.startswith(WANTED))
    )
    months = {Month.parse(name.removeprefix(WANTED)) for name in flags}
    months.add(Month.containing(today).previous)
    return sorted(
        month
        for month in months
        if month.last < today and not _is_current(session, survey, month)
    )


def _is_current(session: Session, survey: str, month: Month) -> bool:
    row = _ready_row(session, survey, month)
    return row is not None and row.counted == _counted(session, survey, month)


def _is_overtaken(row: ChosenNumbers, left: int) -> bool:
    """Whether it is a draft, and something left after it was chosen: together they might give a number away.

    `left`: how many of that survey have left.
    """
    return row.left_at is None and left != row.beside


def _count_left(session: Session, survey: str) -> int:
    left = select(func.count()).where(
        ChosenNumbers.survey == survey, ChosenNumbers.left_at.is_not(None)
    )
    return session.scalar(left) or 0


def _choose_month(
    database: Database, surveys: Sequence[Survey], month: Month, *, seconds: float
) -> bool:
    """Choose outside any transaction; stored only where nothing left meanwhile."""
    survey = surveys[0].key
    with database.short_write() as session:
        # Of two workers at once the second finds the first one's flag.
        locks.hold_to_commit(session, locks.CHOSEN_NUMBERS)
        session.merge(ServiceFlag(name=f"{CHOOSING}{month}", set_at=clock.now()))
    with database.new_session(reading=True) as session:
        counted = _counted(session, survey, month)
        tally = tally_answers(session, survey, *months_needed(month))
        left = _left_rows(session, survey)
    publication = choose_numbers(
        _put_together(left), tally, asked_questions(surveys), month, seconds=seconds
    )
    with database.short_write() as session:
        locks.hold_to_commit(session, locks.CHOSEN_NUMBERS)
        _lower_flag(session, f"{CHOOSING}{month}")
        now_left = [row.id for row in _left_rows(session, survey)]
        if now_left != [row.id for row in left]:
            return False
        _store(session, survey, publication, counted, beside=len(left))
    return True


def _store(
    session: Session,
    survey: str,
    publication: Publication,
    counted: str,
    *,
    beside: int,
) -> None:
    month = publication.month
    newest = _newest(session, survey, month)
    if newest is not None and newest.left_at is None:
        session.delete(newest)
        session.flush()
        number = newest.number
    else:
        number = newest.number + 1 if newest else 1
    session.add(
        ChosenNumbers(
            survey=survey,
            month=str(month),
            number=number,
            chosen_at=clock.now(),
            counted=counted,
            beside=beside,
            digest=publication.content_digest,
            content=publication.to_bytes(),
        )
    )
    _lower_flag(session, f"{WANTED}{month}")


def _lower_flag(session: Session, name: str) -> None:
    flag = session.get(ServiceFlag, name)
    if flag is not None:
        session.delete(flag)


def _counted(session: Session, survey: str, month: Month) -> str:
    """Which answers a month is counted from: it changes with each response and each correction."""
    responses, versions = session.execute(
        select_counted_responses(survey, *months_needed(month)).with_only_columns(
            func.count(), func.coalesce(func.sum(Response.version), 0)
        )
    ).one()
    return f"{responses} {versions}"


def _ready_row(session: Session, survey: str, month: Month) -> ChosenNumbers | None:
    row = _newest(session, survey, month)
    if row is None or _is_overtaken(row, _count_left(session, survey)):
        return None
    return row


def _newest(session: Session, survey: str, month: Month) -> ChosenNumbers | None:
    return session.scalar(
        select(ChosenNumbers)
        .where(ChosenNumbers.survey == survey, ChosenNumbers.month == str(month))
        .order_by(ChosenNumbers.number.desc())
        .limit(1)
    )


def _left_rows(session: Session, survey: str) -> list[ChosenNumbers]:
    """Those that left, in that order: each was chosen beside all those before it."""
    rows = session.scalars(
        select(ChosenNumbers)
        .where(ChosenNumbers.survey == survey, ChosenNumbers.left_at.is_not(None))
        .order_by(ChosenNumbers.left_at, ChosenNumbers.id)
    )
    return list(rows)


def _put_together(rows: Sequence[ChosenNumbers]) -> LeftBefore:
    return LeftBefore.of_publications(
        Publication.from_bytes(row.content) for row in rows
    )
