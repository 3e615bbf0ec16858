"""Counting the answers to any survey over some months, of some children: three grouped statements.

Reads `response` by `ix_response_month_survey`, and the answers and options by their primary keys, which begin with the
response.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func
from sqlalchemy.orm import Session, aliased

from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption, AnswerRow, Response
from feedback_app.month import Month
from feedback_app.reports.figures.counted import (
    is_of_months,
    join_answers,
    select_counted_responses,
)
from feedback_app.reports.figures.periods import (
    BRANCH_OPTIONS,
    BRANCH_QUESTION,
    WHOLE,
    Slice,
    SliceBy,
)
from feedback_app.reports.figures.tally import ChildGroup, CountsByGroup, Tally

UNKNOWN = ""
"""Of a child for whom what is compared is not known, such as a meeting mode that nobody noted."""
BRANCH = aliased(AnswerOption)
"""The child's own answer whether they were at the meeting; one option at most."""
BESIDE_COLUMNS: dict[SliceBy | None, Any] = {
    "branch": BRANCH.option,
    "mode": Response.mode,
    "channel": Response.channel,
}
"""What tells groups apart beside month, band and age mark, which are counted apart anyway."""


def tally_slice(
    session: Session,
    survey: str,
    months: Collection[Month],
    part: Slice = WHOLE,
    *,
    beside: SliceBy | None = None,
    questions: Collection[str] | None = None,
) -> Tally:
    """Count the answers to that survey (its key) in these months by children of that part.

    `beside`: by what the groups of the tally are told apart beside month, band and age mark (`ChildGroup.beside`).
    `questions`: only these are counted, where not all are wanted. Only the latest version of a response counts.
    """
    responses, states, options = _statements(
        survey,
        tuple(sorted(months)),
        part,
        beside,
        None if questions is None else tuple(sorted(questions)),
    )
    heard: dict[ChildGroup, int] = defaultdict(int)
    for *found, count in session.execute(responses):
        heard[_group(beside, *found)] += count
    return Tally(
        dict(heard),
        _by_pair(session.execute(states), beside),
        _by_pair(session.execute(options), beside),
    )


@lru_cache(maxsize=64)
def _statements(
    survey: str,
    months: tuple[Month, ...],
    part: Slice,
    beside: SliceBy | None,
    questions: tuple[str, ...] | None,
) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """What counts the children, what was done with each question, and each option that was chosen."""
    responses = _with_branch(
        select_counted_responses(survey, *months).where(*_conditions(part, months)),
        beside,
        months,
    )
    answers = join_answers(responses, AnswerRow, months)
    chosen = join_answers(responses, AnswerOption, months)
    if questions is not None:
        answers = answers.where(AnswerRow.question.in_(questions))
        chosen = chosen.where(AnswerOption.question.in_(questions))
    columns: tuple[Any, ...] = (Response.month, Response.band, Response.over5)
    if beside in BESIDE_COLUMNS:
        columns += (BESIDE_COLUMNS[beside],)
    return (
        _grouped(responses, columns),
        _grouped(answers, (AnswerRow.question, AnswerRow.state, *columns)),
        _grouped(chosen, (AnswerOption.question, AnswerOption.option, *columns)),
    )


def _with_branch(
    responses: Select[Any], beside: SliceBy | None, months: Collection[Month]
) -> Select[Any]:
    if beside != "branch":
        return responses
    return responses.outerjoin(
        BRANCH,
        and_(
            BRANCH.response_id == Response.id,
            BRANCH.question == BRANCH_QUESTION,
            is_of_months(BRANCH, months),
        ),
    )


def _conditions(part: Slice, months: Collection[Month]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if part.band is not None:
        conditions.append(Response.band == part.band)
    if part.mode is not None:
        conditions.append(Response.mode == part.mode)
    if part.channel is not None:
        conditions.append(Response.channel == part.channel)
    if part.under_18:
        conditions.append(
            ~exists().where(
                Invitation.id == Response.invitation_id, Invitation.over18.is_(True)
            )
        )
    if part.campaign is not None:
        conditions.append(
            exists().where(
                Invitation.id == Response.invitation_id,
                Invitation.campaign_id == part.campaign,
            )
        )
    if part.branch is not None:
        own = aliased(AnswerOption)
        options = [
            option for option, name in BRANCH_OPTIONS.items() if name == part.branch
        ]
        conditions.append(
            exists().where(
                own.response_id == Response.id,
                own.question == BRANCH_QUESTION,
                is_of_months(own, months),
                own.option.in_(options),
            )
        )
    return conditions


def _grouped(responses: Select[Any], columns: tuple[Any, ...]) -> Select[Any]:
    """The columns, and how many there are of each."""
    return responses.with_only_columns(*columns, func.count()).group_by(*columns)


def _group(
    by: SliceBy | None, month: str, band: str, over5: bool, value: str | None = None
) -> ChildGroup:
    if by == "band":
        value = band
    if by == "branch":
        value = BRANCH_OPTIONS.get(value or "")
    return ChildGroup(Month.parse(month), band, over5, "", value or UNKNOWN)


def _by_pair(
    rows: Iterable[Any], by: SliceBy | None
) -> dict[tuple[str, str], CountsByGroup]:
    """(question, state or option) -> counts by group."""
    counts: dict[tuple[str, str], dict[ChildGroup, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for question, state_or_option, *found, count in rows:
        counts[question, state_or_option][_group(by, *found)] += count
    return dict(counts)
