"""All or nothing: what a file changes is written in one transaction, by one import at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.database import locks
from feedback_app.imports.check import Checked
from feedback_app.imports.file_steps import FileStep
from feedback_app.imports.mapping import keep_columns
from feedback_app.privacy.keys import KeyRing


class NothingToStore(ValueError):
    """The file has problems, or not every column is known."""


def hold_imports(session: Session) -> None:
    """Wait until nobody else imports, and keep others waiting to the commit.

    Called before the file is checked: of two who store the same file at once, the second finds all of it there.
    """
    locks.hold_to_commit(session, locks.IMPORTS)


def store_step(
    session: Session,
    audit_ring: KeyRing,
    step: FileStep,
    store: Callable[[Checked[Any]], object],
    *,
    by: str,
) -> None:
    """Store all of a file, remember its columns, and note kind and numbers in the audit trail, never what it holds.

    `store`: writes the entries in the session's transaction; `by`: the id of who imports. Raises NothingToStore.
    """
    checked = step.checked
    if checked is None or checked.problems:
        raise NothingToStore(step.kind.name)
    keep_columns(session, step.kind, step.sheet, step.columns)
    if not checked.changes_anything:
        return
    store(checked)
    reason = (
        f"{step.kind.name}: {checked.count_of('new')} new, {checked.count_of('changed')} changed,"
        f" {checked.count_of('same')} as they were"
    )
    audit.write_entry(session, audit_ring, "imported", person_id=by, reason=reason)
