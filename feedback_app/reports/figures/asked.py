"""Whom officers asked in a month and what became of it, and how those children were chosen: counts of work.

Counted by the month in which the child was asked, so that the parts add up to the whole. The same for My month, the
board and the summary, and the same whatever a child chose (rule V1): only invitations are looked at, no response.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_app import clock
from feedback_app.models.invitation import HOW_CHOSEN, Invitation
from feedback_app.models.sending import WAYS, Sending
from feedback_app.month import Month
from feedback_app.reports.figures.counted import name_month
from feedback_app.reports.figures.shares import Share

COUNTED_AS = {
    "answered": "answered",
    "declined": "said_no",
    "unreached": "not_reached",
    "ended": "unanswered",
    "waiting": "waiting",
    "unsafe": "not_safe",
}
"""Outcome of an invitation -> the count it belongs to. "not_for_me" has none: the child it was meant for knows nothing
of it, and is asked anew."""
HANDED = "handed"
"""A link that was not sent: handed over as a code, a card or a letter, or answered on paper or aloud."""
LINK_WAYS = (HANDED, *WAYS)


@dataclass(frozen=True, slots=True)
class AskedCounts:
    """Children asked in a month, by what became of it.

    `not_reached` were tried and count as asked: else a low response could be made to look high. `not_safe` were not
    asked for their sake; they are no refusal, and stand in no base. `unanswered`: the link ended without an answer.
    """

    answered: int = 0
    said_no: int = 0
    not_reached: int = 0
    unanswered: int = 0
    waiting: int = 0
    not_safe: int = 0

    @property
    def all_asked(self) -> int:
        """All who were asked, or tried: the base of the response."""
        return (
            self.answered
            + self.said_no
            + self.not_reached
            + self.unanswered
            + self.waiting
        )

    @property
    def answered_share(self) -> Share:
        """How many of those asked have answered so far."""
        return Share(self.answered, self.all_asked)

    def __bool__(self) -> bool:
        return bool(self.all_asked or self.not_safe)

    def __add__(self, other: AskedCounts) -> AskedCounts:
        return self._with(other, operator.add)

    def __sub__(self, other: AskedCounts) -> AskedCounts:
        return self._with(other, operator.sub)

    def _with(self, other: AskedCounts, sign: Callable[[int, int], int]) -> AskedCounts:
        return AskedCounts(
            *(
                sign(getattr(self, one.name), getattr(other, one.name))
                for one in fields(self)
            )
        )


NOBODY_ASKED = AskedCounts()
LinkCounts = Mapping[Month, Mapping[str, AskedCounts]]
"""Month -> how the link reached the child -> what became of those who were asked."""


@dataclass(frozen=True, slots=True)
class ChosenCounts:
    """How the children who were asked were chosen, each way that occurred, as `invitation.how_chosen` names it.

    `drawn_again`: those drawn by the app after an earlier draw of the month was not used. `answered`: how many of each
    way have answered.
    """

    ways: Mapping[str, int]
    drawn_again: int = 0
    answered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskedMonth:
    """Whom the service asked in one month. `by_iro`: the IRO's id, or None where an invitation has none.

    `by_way`: each way of choosing that occurred, with what became of those who were asked.
    """

    by_iro: Mapping[str | None, AskedCounts]
    chosen: ChosenCounts
    by_way: Mapping[str, AskedCounts] = field(default_factory=dict)

    def counts_of(self, iro_id: str | None) -> AskedCounts:
        """Those of one IRO."""
        return self.by_iro.get(iro_id, NOBODY_ASKED)


def count_asked(
    session: Session, survey: str, months: Sequence[Month]
) -> dict[Month, AskedMonth]:
    """Count the invitations to that survey (its key) that were made in these months; one statement.

    `months` follow one another, oldest first; each has an entry.
    """
    tallies = {str(month): _AskedTally() for month in months}
    for name, iro_id, outcome, how_chosen, again, number in session.execute(
        _grouped(survey, tuple(months)), {"now": clock.now()}
    ):
        if outcome in COUNTED_AS:
            counted = AskedCounts(**{COUNTED_AS[outcome]: number})
            tallies[name].add_counts(iro_id, how_chosen, counted, again=again)
    return {month: tallies[str(month)].as_month() for month in months}


class _AskedTally:
    """What is added up of one month."""

    def __init__(self) -> None:
        self.by_iro: dict[str | None, AskedCounts] = defaultdict(AskedCounts)
        self.by_way: dict[str, AskedCounts] = defaultdict(AskedCounts)
        self.drawn_again = 0

    def add_counts(
        self, iro_id: str | None, how_chosen: str, counted: AskedCounts, *, again: bool
    ) -> None:
        self.by_iro[iro_id] += counted
        if counted.all_asked:
            self.by_way[how_chosen] += counted
            self.drawn_again += counted.all_asked if again else 0

    def as_month(self) -> AskedMonth:
        by_way = {way: self.by_way[way] for way in HOW_CHOSEN if way in self.by_way}
        chosen = ChosenCounts(
            {way: counts.all_asked for way, counts in by_way.items()},
            self.drawn_again,
            {way: counts.answered for way, counts in by_way.items()},
        )
        return AskedMonth(dict(self.by_iro), chosen, by_way)


def count_links(
    session: Session, survey: str, asked: Mapping[Month, AskedMonth]
) -> LinkCounts:
    """The same invitations by how the link reached the child: "sms", "email", else HANDED; one statement.

    `asked`: what `count_asked` found: who was sent no link was handed one. Of several sendings of a link the last that
    did not fail counts. A channel is known of answers alone: who says nothing says it through none.
    """
    found: dict[Month, dict[str, AskedCounts]] = {
        month: defaultdict(AskedCounts, {HANDED: sum(of.by_way.values(), NOBODY_ASKED)})
        for month, of in asked.items()
    }
    rows = session.execute(_sent(survey, tuple(asked)), {"now": clock.now()})
    for month, name, outcome, number in rows:
        if outcome in COUNTED_AS:
            counted = AskedCounts(**{COUNTED_AS[outcome]: number})
            if counted.all_asked:
                ways = found[Month.parse(month)]
                ways[name] += counted
                ways[HANDED] -= counted
    return {
        month: {name: ways[name] for name in LINK_WAYS if ways.get(name)}
        for month, ways in found.items()
    }


@lru_cache(maxsize=64)
def _sent(survey: str, months: tuple[Month, ...]) -> Select[Any]:
    """Month, by which way the link was sent, outcome, how many."""
    went = Sending.state != "failed"
    way = (
        select(Sending.way)
        .where(Sending.invitation_id == Invitation.id, went)
        .order_by(Sending.made_at.desc(), Sending.id)
        .limit(1)
        .scalar_subquery()
    )
    each = (
        _made_in(survey, months, way.label("way"), _outcome().label("outcome"))
        .where(Invitation.id.in_(select(Sending.invitation_id).where(went)))
        .subquery()
    )
    columns = (each.c.month, each.c.way, each.c.outcome)
    return select(*columns, func.count()).group_by(*columns)


def _outcome() -> ColumnElement[str]:
    """What became of an invitation; a link past its end counts as ended at once. `now` is given with the statement."""
    is_over = (Invitation.outcome == "waiting") & (
        Invitation.ends_at <= bindparam("now", type_=Invitation.ends_at.type)
    )
    return case((is_over, "ended"), else_=Invitation.outcome)


def _made_in(
    survey: str,
    months: Sequence[Month],
    *columns: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> Select[Any]:
    """Those columns of the invitations made in these months, which follow one another; first the month as `month`."""
    begins = {month: month.utc_bounds()[0] for month in months}
    month = name_month(Invitation.issued_at, begins).label("month")
    return select(month, *columns).where(
        Invitation.survey == survey,
        Invitation.issued_at >= begins[months[0]],
        Invitation.issued_at < months[-1].utc_bounds()[1],
    )


@lru_cache(maxsize=64)
def _grouped(survey: str, months: tuple[Month, ...]) -> Select[Any]:
    """Month, IRO, outcome, how chosen, whether drawn again, how many."""
    each = _made_in(
        survey,
        months,
        Invitation.iro_id,
        _outcome().label("outcome"),
        Invitation.how_chosen,
        (func.coalesce(Invitation.draws_unused, 0) > 0).label("again"),
    ).subquery()
    columns = (
        each.c.month,
        each.c.iro_id,
        each.c.outcome,
        each.c.how_chosen,
        each.c.again,
    )
    return select(*columns, func.count()).group_by(*columns)
