"""The manager reads what children wrote: each text is opened on the record, and marked when it has been read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.duties import audit
from feedback_app.models.text import ReadMark
from feedback_app.privacy.keys import Ring

READER = "manager"


def mark_read(session: Session, ring: Ring, entry_id: str, *, person_id: str) -> bool:
    """Note that the manager has read the queue entry; False when that was noted before.

    The safeguarding lead's own reading is another mark: this one neither makes nor replaces it (promise 55).
    """
    if session.get(ReadMark, (entry_id, READER)) is not None:
        return False
    session.add(
        ReadMark(entry_id=entry_id, reader=READER, person_id=person_id, at=clock.now(), outcome="nothing_to_do")
    )
    audit.write(session, ring, "text_read", person_id=person_id, about=entry_id)
    return True
