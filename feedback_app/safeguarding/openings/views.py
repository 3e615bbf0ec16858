"""Every opening of a sealed envelope, for the data protection officer: from the audit trail, without the reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage
from feedback_app.models.scope import invitations_about
from feedback_app.reports.formats.csv import write_csv
from feedback_app.reports.tables import (
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening: its number in the trail, when, by whom, why; who was told of it, and when (None: not yet)."""

    number: int
    at: datetime
    who: str
    reason: str
    told: str
    told_at: datetime | None


def envelope_openings(session: Session, person_id: str) -> list[Opening]:
    """All of them, newest first, less those of a child with a concern about the reader (promise 59)."""
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.what == "envelope_opened",
            AuditEntry.about.not_in(invitations_about(person_id)),
        )
        .order_by(AuditEntry.number.desc())
    ).all()
    names = {
        row.id: row.name for row in session.execute(select(Person.id, Person.name))
    }
    told: dict[str, list[tuple[str, datetime | None]]] = {}
    rows = session.execute(
        select(
            OutboxMessage.about_id,
            Delivery.recipient,
            func.min(Delivery.sent_at).label("sent"),
        )
        .join(Delivery, Delivery.message_id == OutboxMessage.id)
        .where(OutboxMessage.kind == "envelope_opened")
        .group_by(OutboxMessage.about_id, Delivery.recipient)
    )
    for about_id, recipient, sent in rows:
        told.setdefault(about_id, []).append((names.get(recipient, recipient), sent))
    return [
        _opening(entry, names, told.get(str(entry.number), [])) for entry in entries
    ]


def as_csv(openings: list[Opening]) -> bytes:
    """The openings as CSV; cells are text (promise 30)."""
    titles = (
        "Number in the audit trail",
        "Opened",
        "By",
        "Reason",
        "Second person told",
        "Told",
    )
    rows = [
        TableRow(
            (
                row.number,
                _time_in_words(row.at),
                row.who,
                row.reason,
                row.told,
                _time_in_words(row.told_at),
            )
        )
        for row in openings
    ]
    table = Table("", tuple(Column(title) for title in titles), tuple(rows))
    return write_csv(TableReport("", "", (ReportSection("", (table,)),)))


def _opening(
    entry: AuditEntry, names: dict[str, str], told: list[tuple[str, datetime | None]]
) -> Opening:
    sent = [at for _name, at in told if at is not None]
    return Opening(
        number=entry.number,
        at=entry.at,
        who=names.get(entry.person_id or "", ""),
        reason=entry.reason,
        told=", ".join(sorted(name for name, _at in told)),
        told_at=min(sent) if sent else None,
    )


def _time_in_words(at: datetime | None) -> str:
    return f"{at.astimezone(clock.LONDON):%Y-%m-%d %H:%M}" if at else ""
