"""Reports as they were handed over: numbered versions, each file sealed and to be had again byte for byte."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.database import locks
from feedback_app.models.base import new_id
from feedback_app.models.person import Person
from feedback_app.models.report import Report, ReportFile
from feedback_app.privacy.cipher import seal_text, unseal_text
from feedback_app.privacy.keys import Keys
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.handing_over.report_period import ReportPeriod

TIDY = "csv"
"""The format that a later version is compared with."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One version as the list shows it. `files`: format -> SHA-256 of the file."""

    id: str
    kind: str
    period: ReportPeriod
    version: int
    digest: str
    changes: tuple[str, ...]
    at: datetime
    author: str
    files: Mapping[str, str]


def content_digest(document: ReportDocument) -> str:
    """SHA-256 of what a report says, in hexadecimal: the same document has the same, whatever it is printed as."""
    said = asdict(replace(document, digest=""))
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def list_reports(session: Session, period: str | None = None) -> list[HandedOver]:
    """All versions that were handed over, or those of one period; the newest first."""
    rows = (
        select(Report, Person.name)
        .join(Person, Person.id == Report.author_id)
        .order_by(Report.handed_over_at.desc(), Report.version.desc())
    )
    if period is not None:
        rows = rows.where(Report.period == period)
    found = session.execute(rows).all()
    files: dict[str, dict[str, str]] = {}
    ids = [report.id for report, _name in found]
    for file in session.execute(
        select(ReportFile.report_id, ReportFile.format, ReportFile.digest).where(
            ReportFile.report_id.in_(ids)
        )
    ):
        files.setdefault(file.report_id, {})[file.format] = file.digest
    return [
        HandedOver(
            report.id,
            report.kind,
            ReportPeriod.read_address(report.period),
            report.version,
            report.digest,
            tuple(report.changes.splitlines()),
            report.handed_over_at,
            name,
            files.get(report.id, {}),
        )
        for report, name in found
    ]


def newest_version(session: Session, period: str) -> int:
    """The number of the newest version of a period's report; 0 where none was handed over."""
    found = session.scalar(
        select(func.max(Report.version)).where(Report.period == period)
    )
    return found or 0


def hold_versions(session: Session) -> None:
    """Wait until nobody else hands over, so that two versions never take one number."""
    locks.hold_to_commit(session, locks.CHOSEN_NUMBERS)


def keep_version(
    session: Session,
    keys: Keys,
    period: ReportPeriod,
    document: ReportDocument,
    files: Mapping[str, bytes],
    *,
    changes: Sequence[str],
    person_id: str,
) -> Report:
    """Keep a version with its files in the session's transaction. `document`: as it is handed over, with its version.

    The caller holds `hold_versions` since it took the version's number.
    """
    now = clock.now()
    report = Report(
        kind=period.kind,
        period=period.address,
        version=document.version,
        digest=document.digest,
        changes="\n".join(changes),
        handed_over_at=now,
        author_id=person_id,
    )
    session.add(report)
    session.flush()
    for name, content in files.items():
        file_id = new_id()
        value = seal_text(
            keys.text,
            base64.b64encode(content).decode(),
            table="report_file",
            column="value",
            row=file_id,
        )
        session.add(
            ReportFile(
                id=file_id,
                report_id=report.id,
                format=name,
                digest=hashlib.sha256(content).hexdigest(),
                value=value,
                key_id=keys.text.current,
                made_at=now,
            )
        )
    session.flush()
    audit.write_entry(
        session, keys.audit, "report_handed_over", person_id=person_id, about=report.id
    )
    return report


def open_file(
    session: Session, keys: Keys, report_id: str, name: str
) -> tuple[Report, bytes] | None:
    """A version and one of its files, as it was handed over; None where there is none. Raises UnsealError.

    Raises ValueError where the bytes are not those that were handed over.
    """
    found = session.execute(
        select(Report, ReportFile)
        .join(ReportFile, ReportFile.report_id == Report.id)
        .where(Report.id == report_id, ReportFile.format == name)
    ).first()
    if found is None:
        return None
    report, file = found
    content = base64.b64decode(
        unseal_text(
            keys.text, file.value, table="report_file", column="value", row=file.id
        )
    )
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise ValueError(f"not the {name} that was handed over: {report.id}")
    return report, content
