"""The manager's own words in the place of sentences that a report generates; each earlier wording is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.person import Person
from feedback_app.models.report import ReportSentence
from feedback_app.privacy.keys import KeyRing


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody wrote in the place of a sentence; no `words`: the generated one again."""

    key: str
    words: str
    written_at: datetime
    author: str


def own_words(session: Session, period: str) -> dict[str, str]:
    """Key of a sentence -> the manager's own, as they stand now."""
    standing: dict[str, str] = {}
    for row in session.scalars(_rows(period)):
        standing[row.key] = row.words
    return {key: words for key, words in standing.items() if words}


def earlier_wordings(session: Session, period: str) -> list[Wording]:
    """All that was written for a report, the newest first."""
    rows = session.execute(
        _rows(period)
        .add_columns(Person.name)
        .join(Person, Person.id == ReportSentence.author_id)
    )
    found = [
        Wording(row.key, row.words, row.written_at, author) for row, author in rows
    ]
    return found[::-1]


def write_own_words(
    session: Session,
    audit_ring: KeyRing,
    period: str,
    written: Mapping[str, str],
    *,
    person_id: str,
) -> int:
    """Keep what differs from what stands; how many sentences do. `written`: key -> words, "" for the generated one."""
    standing = own_words(session, period)
    changed = {
        key: words for key, words in written.items() if words != standing.get(key, "")
    }
    now = clock.now()
    for key, words in changed.items():
        session.add(
            ReportSentence(
                period=period, key=key, words=words, written_at=now, author_id=person_id
            )
        )
    if changed:
        audit.write_entry(
            session, audit_ring, "report_written", person_id=person_id, about=period
        )
    return len(changed)


def _rows(period: str) -> Select[ReportSentence]:
    return (
        select(ReportSentence)
        .where(ReportSentence.period == period)
        .order_by(ReportSentence.written_at, ReportSentence.id)
    )
