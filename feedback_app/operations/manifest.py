"""The manifest of a backup: what it contains, to compare a restored database with (promise 47)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, inspect, select, table, text
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.privacy.keys import KeyRing
from feedback_app.privacy.stream import InvalidStream

LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class Manifest:
    """Rows of every table, schema revision, and the audit trail's last and first bad entry, all at one moment."""

    made_at: str
    kind: str
    schema: str
    counts: Mapping[str, int]
    audit_number: int
    audit_mac: str
    audit_first_bad: int | None

    @property
    def total_rows(self) -> int:
        """Return the number of rows of all tables together."""
        return sum(self.counts.values())

    def to_bytes(self) -> bytes:
        """Return the manifest as it is written at the start of a backup: length, then JSON."""
        words = json.dumps(asdict(self)).encode()
        return len(words).to_bytes(LENGTH_BYTES, "big") + words

    def list_differences(self, found: Manifest) -> list[str]:
        """Return a line for each difference between this manifest and `found`, that of a restored database."""
        lines = []
        for name in sorted({*self.counts, *found.counts}):
            wanted, here = (
                self.counts.get(name, "no table"),
                found.counts.get(name, "no table"),
            )
            if wanted != here:
                lines.append(f"{name}: {wanted} rows in the backup, {here} here")
        if self.schema != found.schema:
            lines.append(f"schema: {self.schema} in the backup, {found.schema} here")
        if (self.audit_number, self.audit_mac) != (found.audit_number, found.audit_mac):
            lines.append(
                f"audit trail: ends at entry {self.audit_number} in the backup, {found.audit_number} here"
            )
        if self.audit_first_bad != found.audit_first_bad:
            lines.append(
                f"audit trail: entry {found.audit_first_bad} is bad, or its key is not here"
            )
        return lines


def take_manifest(connection: Connection, ring: KeyRing, at: datetime) -> Manifest:
    """Return the manifest of the database as this transaction sees it; `ring` is the audit ring."""
    counts = table_counts(connection)
    schema = (
        connection.scalar(text("SELECT version_num FROM alembic_version"))
        if "alembic_version" in counts
        else ""
    )
    with Session(connection) as session:
        number, mac = audit.last_entry(session)
        bad = audit.first_bad_entry(session, ring)
    return Manifest(
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        connection.dialect.name,
        str(schema),
        counts,
        number,
        mac,
        bad,
    )


def table_counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every table of the database, ours or not."""
    names = inspect(connection).get_table_names()
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in sorted(names)
    }


def read_manifest(pieces: Iterable[bytes]) -> tuple[Manifest, Iterator[bytes]]:
    """Split a decrypted backup into its manifest and the pieces that follow. Raises InvalidStream."""
    left = iter(pieces)
    start = bytearray()
    while len(start) < LENGTH_BYTES or len(start) < LENGTH_BYTES + int.from_bytes(
        start[:LENGTH_BYTES], "big"
    ):
        piece = next(left, None)
        if piece is None:
            raise InvalidStream("it holds no manifest")
        start += piece
    end = LENGTH_BYTES + int.from_bytes(start[:LENGTH_BYTES], "big")

    def rest() -> Iterator[bytes]:
        yield bytes(start[end:])
        yield from left

    try:
        return Manifest(**json.loads(start[LENGTH_BYTES:end])), rest()
    except (ValueError, TypeError) as error:
        raise InvalidStream(
            "its manifest cannot be read: use the version that made it"
        ) from error
