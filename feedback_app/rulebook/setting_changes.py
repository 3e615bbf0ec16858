"""All that was changed on the page of settings, in the order in which it was, and keeping one change more.

A change holds from a month on, which is never past, or at once. Where nothing was changed the environment holds, or
what the product brings along (docs/decisions/0040).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.setting_change import SettingChange
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing

MONTHS_AHEAD = 12
"""How far ahead a change can be entered."""


class MonthIsPast(ValueError):
    """A change would hold from a month that is over: what its report counted by stays."""


class NothingChanged(ValueError):
    """The setting has that value already, from that month on."""


@dataclass(frozen=True, slots=True)
class NewValue:
    """What somebody sets: `value` None is the product's own, or the environment's, again.

    `before`: what holds until then, as text. `month`: from which it holds; None for at once.
    """

    key: str
    value: str | None
    before: str | None
    month: Month | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeBook:
    """Every change, oldest first."""

    rows: tuple[SettingChange, ...]

    def rows_of(self, key: str) -> tuple[SettingChange, ...]:
        """What was changed of one setting, oldest first."""
        return tuple(row for row in self.rows if row.key == key)

    def row_in(self, key: str, month: Month) -> SettingChange | None:
        """The change that holds in that month: of the latest month up to it, the last that was entered."""
        found = None
        for row in self.rows_of(key):
            if row.month is None or row.month > str(month):
                continue
            if found is None or row.month >= (found.month or ""):
                found = row
        return found

    def value_in(self, key: str, month: Month, default: str | None) -> str | None:
        """The value of that month. `default`: where nothing was changed."""
        row = self.row_in(key, month)
        return default if row is None or row.value is None else row.value

    def value_now(self, key: str, default: str | None = None) -> str | None:
        """The value of a setting that takes hold at once."""
        rows = self.rows_of(key)
        return default if not rows or rows[-1].value is None else rows[-1].value

    def keys_with(self, prefix: str) -> tuple[str, ...]:
        """The settings whose key begins so, each once."""
        found = (row.key for row in self.rows if row.key.startswith(prefix))
        return tuple(dict.fromkeys(found))

    def with_row(self, row: SettingChange) -> ChangeBook:
        """The same with one more, which need not be stored."""
        return replace(self, rows=(*self.rows, row))


def read_changes(session: Session) -> ChangeBook:
    """All that was changed; one statement."""
    rows = session.scalars(select(SettingChange).order_by(SettingChange.number))
    return ChangeBook(tuple(rows))


def read_changes_of(session: Session, keys: Iterable[str]) -> ChangeBook:
    """The same of a few settings alone."""
    rows = session.scalars(
        select(SettingChange)
        .where(SettingChange.key.in_(list(keys)))
        .order_by(SettingChange.number)
    )
    return ChangeBook(tuple(rows))


def keep_change(
    session: Session, ring: KeyRing, new: NewValue, *, by: str
) -> SettingChange:
    """Store a change, with its entry in the audit trail.

    Raises MonthIsPast, or NothingChanged where that value holds already.
    """
    if new.month is not None and new.month < Month.containing(clock.today()):
        raise MonthIsPast(new.month.name)
    if new.value == new.before:
        raise NothingChanged(new.key)
    since = f" from {new.month}" if new.month else ""
    entry = audit.write_entry(
        session,
        ring,
        "setting_changed",
        person_id=by,
        about=new.key,
        reason=f"{_short(new.before)} > {_short(new.value)}{since}",
    )
    row = SettingChange(
        number=entry.number,
        key=new.key,
        value=new.value,
        before=new.before,
        month=str(new.month) if new.month else None,
        reason=new.reason,
        set_at=entry.at,
        set_by_id=by,
    )
    session.add(row)
    session.flush()
    return row


def _short(value: str | None) -> str:
    """As the audit trail says it: the row itself has the whole of a long explanation."""
    most = 120
    words = value or "-"
    return words if len(words) <= most else f"{words[:most]}…"
