"""IRO says, child says: what officers noted of a review beside what the child says of it, for the whole service.

Issue row 15: whether the child was there, whether they were spoken with before, and whether what was said for them was
what they wanted to say. Counts of agreement of all children together, never by IRO. PN2 and PN5 stand apart: in both
another person speaks for the child, and that may be the IRO.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache

from sqlalchemy import Select, func
from sqlalchemy.orm import Session, aliased

from feedback_app.models.invitation import AT_REVIEW, NOT_AT_REVIEW, Invitation
from feedback_app.models.response import AnswerOption, Response
from feedback_app.month import Month
from feedback_app.reports.figures.counted import (
    is_of_months,
    join_answers,
    select_counted_responses,
)

THERE = ("yes", "some")
"""Options of `at_meeting` by which a child says they were there, wholly or in part."""
SPOKE_FOR = ("iro", "social_worker", "carer", "advocate", "other")
"""Options of `views_shared`: who told the meeting, where it was not the child."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Children of whom an officer noted something and who said something of it themselves.

    `agree`, `partly`, `differ` make up the base. `unsure` are in no base: the child was not sure, had nothing to say,
    or says what neither bears out nor contradicts. Who left the question empty or declined it is counted nowhere.
    """

    agree: int = 0
    partly: int = 0
    differ: int = 0
    unsure: int = 0

    @property
    def compared_children(self) -> int:
        """How many said something that can be compared."""
        return self.agree + self.partly + self.differ

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            *(
                getattr(self, one.name) + getattr(other, one.name)
                for one in fields(self)
            )
        )


NOTHING_SAID = Agreement()
ByKey = Mapping[str, Agreement]


@dataclass(frozen=True, slots=True)
class IroSays:
    """The comparisons of a period, the months as asked for.

    `there`: PN code -> whether the child says so too (`at_meeting`): "yes" or "some" for PN1 to PN4, "no" for PN5 to
    PN7. `had_say`: PN code of those who were there -> `said`, whether they got to say what they wanted. `noted_talk`
    and `no_talk_noted`: `talked_before`, of children with the tick "I spoke with the child before" and without it: a
    tick that is missing says less than one that is set, so they are never added up. `own_views`: PN code -> of
    children for whom somebody told the meeting, whether it was what they wanted to say (`sounded_like_me`).
    `by_speaker`: the same by who told it (option of `views_shared`); a child may name several. `answers`: (question,
    option) -> all children who chose it, whatever an officer noted, for the questions compared by code and by talk.
    """

    months: tuple[Month, ...]
    there: ByKey
    had_say: ByKey
    noted_talk: Agreement
    no_talk_noted: Agreement
    own_views: ByKey
    by_speaker: ByKey
    answers: Mapping[tuple[str, str], int] = field(default_factory=dict)


def add_up(pairs: ByKey, *keys: str) -> Agreement:
    """Several codes, or speakers, together: `add_up(found.there, "PN1", "PN2", "PN3")`."""
    return sum((pairs.get(key, NOTHING_SAID) for key in keys), NOTHING_SAID)


def compare_accounts(session: Session, survey: str, *months: Month) -> IroSays:
    """Compare over these months (the rolling year: `Month.year_to_here`); see `compare_units`."""
    return compare_units(session, survey, [months])[months]


def compare_units(
    session: Session, survey: str, units: Collection[tuple[Month, ...]]
) -> dict[tuple[Month, ...], IroSays]:
    """Compare over each of these units of months, which share no month; three grouped statements for all of them.

    Counts the latest version of each response to that survey (its key). The code is the one that counts for the target:
    as the officer recorded it with the invitation, or as it was put right since. The tick stands on the invitation, so
    that responses without one (imported) are in no comparison of talks.
    """
    months = tuple(month for unit in units for month in unit)
    found = {unit: _Compared(unit) for unit in units}
    by_month = {str(month): found[unit] for unit in units for month in unit}
    questions = ("at_meeting", "said", "sounded_like_me", "talked_before")
    for month, question, option, code, number in session.execute(
        _chosen(survey, months, questions)
    ):
        by_month[month].add_chosen(question, option, code, number)
    for month, option, ticked, number in session.execute(_talks(survey, months)):
        by_month[month].talks[bool(ticked)] += _talk(option, bool(ticked), number)
    for month, speaker, option, number in session.execute(_speakers(survey, months)):
        by_month[month].by_speaker[speaker] += _of_options(
            option, "yes", "some", number
        )
    return {unit: each.as_says() for unit, each in found.items()}


class _Compared:
    """What is added up of one unit of months."""

    def __init__(self, months: tuple[Month, ...]) -> None:
        self.months = months
        self.there, self.had_say, self.own, self.by_speaker = (
            defaultdict[str, Agreement](Agreement) for _each in range(4)
        )
        self.talks = {True: NOTHING_SAID, False: NOTHING_SAID}
        self.answers: Counter[tuple[str, str]] = Counter()

    def add_chosen(
        self, question: str, option: str, code: str | None, number: int
    ) -> None:
        self.answers[question, option] += number
        if question == "at_meeting" and code in (*AT_REVIEW, *NOT_AT_REVIEW):
            says_there = option in THERE
            self.there[code] += _one(says_there == (code in AT_REVIEW), number)
        elif question == "said" and code in AT_REVIEW:
            self.had_say[code] += _of_options(option, "all", "some", number)
        elif question == "sounded_like_me" and code:
            self.own[code] += _of_options(option, "yes", "some", number)

    def as_says(self) -> IroSays:
        return IroSays(
            self.months,
            dict(self.there),
            dict(self.had_say),
            self.talks[True],
            self.talks[False],
            dict(self.own),
            dict(self.by_speaker),
            dict(self.answers),
        )


def _one(agrees: bool, number: int) -> Agreement:
    return Agreement(agree=number) if agrees else Agreement(differ=number)


def _of_options(option: str, agrees: str, partly: str, number: int) -> Agreement:
    """The option that agrees, the one that does in part, "no"; any other can be compared with nothing."""
    if option == agrees:
        return Agreement(agree=number)
    if option == partly:
        return Agreement(partly=number)
    return Agreement(differ=number) if option == "no" else Agreement(unsure=number)


def _talk(option: str, ticked: bool, number: int) -> Agreement:
    """ "They offered and I said no" bears out neither a talk nor that nobody tried."""
    if option not in ("yes", "no"):
        return Agreement(unsure=number)
    return _one((option == "yes") == ticked, number)


@lru_cache(maxsize=64)
def _chosen(
    survey: str, months: tuple[Month, ...], questions: tuple[str, ...]
) -> Select[str, str, str, str | None, int]:
    """Month, question, option, PN code, how many children."""
    columns = (
        Response.month,
        AnswerOption.question,
        AnswerOption.option,
        Response.pn_code,
    )
    return (
        join_answers(select_counted_responses(survey, *months), AnswerOption, months)
        .where(AnswerOption.question.in_(questions))
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )


@lru_cache(maxsize=64)
def _talks(survey: str, months: tuple[Month, ...]) -> Select[str, str, bool, int]:
    """Month, option of `talked_before`, whether the officer ticked that they spoke, how many children."""
    columns = (Response.month, AnswerOption.option, Invitation.spoke_before)
    return (
        join_answers(select_counted_responses(survey, *months), AnswerOption, months)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .where(AnswerOption.question == "talked_before")
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )


@lru_cache(maxsize=64)
def _speakers(survey: str, months: tuple[Month, ...]) -> Select[str, str, str, int]:
    """Month, who told the meeting, what the child says of it, how many children."""
    told, says = aliased(AnswerOption), aliased(AnswerOption)
    columns = (Response.month, told.option, says.option)
    return (
        select_counted_responses(survey, *months)
        .join(told, told.response_id == Response.id)
        .join(says, says.response_id == Response.id)
        .where(is_of_months(told, months), is_of_months(says, months))
        .where(
            told.question == "views_shared",
            told.option.in_(SPOKE_FOR),
            says.question == "sounded_like_me",
        )
        .with_only_columns(*columns, func.count())
        .group_by(*columns)
    )
