"""All that is held for one link, in plain words: what a child, or whoever may ask for them, is given to read.

People who work here are named by their role, not by name: a note is about the child, its author is somebody else
(docs/records.md). Whoever hands the file over reads it first, because a note may name other people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.issue import read_reference
from feedback_app.models.invitation import Invitation
from feedback_app.privacy.cipher import UnsealError
from feedback_app.records import held
from feedback_app.records.finding import complaints_naming
from feedback_app.safeguarding.access_requests.record_answers import (
    answer_section,
    complaint_section,
    concern_section,
    later_sends,
    wish_section,
)
from feedback_app.safeguarding.access_requests.record_history import (
    audit_section,
    deletion_section,
    invitation_section,
    message_section,
    reading_section,
    sending_section,
)
from feedback_app.safeguarding.access_requests.record_parts import (
    Reading,
    Section,
    roles_in_words,
)
from feedback_app.safeguarding.access_requests.record_reviews import review_section
from feedback_app.web.context import Instance

PARTS = (
    invitation_section,
    sending_section,
    answer_section,
    later_sends,
    wish_section,
    concern_section,
    complaint_section,
    review_section,
    reading_section,
    message_section,
    audit_section,
    deletion_section,
)
"""The parts of the file, in order."""


@dataclass(frozen=True, slots=True)
class Record:
    """The whole file. `reference` is None once the envelope is destroyed."""

    made_at: datetime
    reference: str | None
    sections: tuple[Section, ...]


def write_record(
    session: Session, parts: Instance, invitation: Invitation, person_id: str
) -> Record:
    """Everything that this person may see, opened. The caller writes the audit entry first."""
    complaints = complaints_naming(session, invitation.id, person_id)
    found = held.collect_rows(
        session, (invitation.id,), complaint_ids=[one.id for one in complaints]
    )
    reading = Reading(session, parts, invitation, found, roles_in_words(session))
    try:
        reference = read_reference(session, parts.keys, invitation)
    except UnsealError:
        reference = str(_("These words cannot be opened: their key is gone."))
    return Record(clock.now(), reference, tuple(part(reading) for part in PARTS))
