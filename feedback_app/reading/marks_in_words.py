"""What becomes of a mark that is taken back, in the words that lead and manager read on pages of their own."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.models.text import QueueEntry
from feedback_app.privacy.keys import KeyRing
from feedback_app.reading.marks import ConcernStands, Reader, take_mark_back


def say_mark_taken(
    session: Session,
    ring: KeyRing,
    entry: QueueEntry,
    *,
    reader: Reader,
    person_id: str,
) -> str:
    """Take a person's own mark off a text, and return what came of it. The caller commits."""
    try:
        was_mine = take_mark_back(
            session, ring, entry, reader=reader, person_id=person_id
        )
    except ConcernStands:
        return str(_("A concern was found in this text, so the mark stays."))
    if not was_mine:
        return str(_("There is no mark of yours."))
    return str(_("It waits to be read again."))
