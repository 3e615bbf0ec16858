"""Settings of the environment that a page can change while the service runs: times, terms of retention, languages.

They hold at once. Terms of retention keep what held before: nobody's answers are kept for longer than was said when
they came in (docs/decisions/0040).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.month import london_day
from feedback_app.rulebook.setting_changes import (
    ChangeBook,
    read_changes,
    read_changes_of,
)

READING_TIMES = (
    "ordinary_working_days",
    "talk_days",
    "remind_minutes",
    "deputy_hours",
    "manager_hours",
)
TERMS = ("envelope_days", "answer_years", "complaint_years", "report_years")
LANGUAGE = "language "
SWITCHED_OFF, SWITCHED_ON = "off", "on"


@dataclass(frozen=True, slots=True)
class EarlierTerm:
    """A term that held before: `number` days or years for what came in up to `last_day`, that day included."""

    last_day: date
    number: int


EarlierTerms = Mapping[str, tuple[EarlierTerm, ...]]
"""A term of TERMS -> those that held before it."""


def changed_values(book: ChangeBook, base: Settings) -> dict[str, str]:
    """Name of a setting of the environment -> what a page made of it. `base`: the environment's own."""
    found = {
        name: value
        for name in (*READING_TIMES, *TERMS)
        if (value := book.value_now(name)) is not None
    }
    languages = book.keys_with(LANGUAGE)
    if languages:
        off = dict.fromkeys(base.languages_off, SWITCHED_OFF)
        for key in languages:
            offer = key.removeprefix(LANGUAGE)
            off[offer] = book.value_now(key) or off.get(offer, SWITCHED_ON)
        found["languages_off"] = ",".join(
            offer for offer, value in off.items() if value == SWITCHED_OFF
        )
    return found


def language_key(survey: str, code: str) -> str:
    """How it is kept whether a survey is offered in a language."""
    return f"{LANGUAGE}{survey} {code}"


def earlier_terms(book: ChangeBook) -> EarlierTerms:
    """What held before. The day of a change still counts to the term before it: it was said on that day."""
    return {
        name: tuple(
            EarlierTerm(london_day(row.set_at), int(row.before))
            for row in book.rows_of(name)
            if row.before is not None
        )
        for name in TERMS
    }


def terms_in_force(
    session: Session, settings: Settings
) -> tuple[Settings, EarlierTerms]:
    """The settings with the terms as they stand in the database now, and those that held before."""
    book = read_changes(session)
    now = {
        name: int(value)
        for name in TERMS
        if (value := book.value_now(name)) is not None
    }
    return settings.model_copy(update=now), earlier_terms(book)


def sure_envelope_days(session: Session, settings: Settings) -> int:
    """For how many days back every envelope is still kept: how far an officer's own asking can be known (promise 22).

    Beyond it envelopes go or stay by what children wrote. After the term was made longer it is the shorter one until
    no envelope of that time is left in it.
    """
    now, earlier = terms_in_force(session, settings)
    today = clock.today()
    shorter = [
        one.number
        for one in earlier["envelope_days"]
        if one.last_day >= today - timedelta(days=now.envelope_days)
    ]
    return min([now.envelope_days, *shorter])


def was_offered_at(session: Session, survey: str, code: str, at: datetime) -> bool:
    """Whether a language that is switched off now was still offered at that instant: a child's page may be in it."""
    key = language_key(survey, code)
    rows = read_changes_of(session, (key,)).rows
    before = [row for row in rows if row.set_at <= at]
    return not before or before[-1].value != SWITCHED_OFF
