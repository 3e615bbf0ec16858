"""Themes that readers keep texts under: named in a few words of their own, chosen again from those that were used."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.models import scope
from feedback_app.models.text import QueueEntry, ReadMark


def used_themes(session: Session, person_id: str) -> list[str]:
    """The names in use, by the alphabet: of texts that this person may read, so that none tells them of another."""
    names = session.scalars(
        scope.entries_for(person_id)
        .join(ReadMark, ReadMark.entry_id == QueueEntry.id)
        .where(ReadMark.theme != "")
        .with_only_columns(ReadMark.theme)
        .distinct()
    )
    return sorted(names, key=str.casefold)
