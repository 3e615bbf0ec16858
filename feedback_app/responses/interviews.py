"""What an officer notes beside the answers that they write down: who was there, and whether they were read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback_app.models.response import PRESENT, Interview, Response

WHO = "who"
"""The field of who was there. The page sends an empty value with it: so "nobody ticked" is told from "not asked"."""
READ_BACK = "read_back"
CHILD_ALONE = "child_alone"


class PresentMissing(ValueError):
    """The page asked who was there, and nobody is ticked."""


@dataclass(frozen=True, slots=True)
class InterviewNotes:
    """Who was there, ids of `PRESENT` in that order (empty: not noted), and whether it was read back and right."""

    present: tuple[str, ...] = ()
    read_back: bool = False


def read_notes(form: Mapping[str, Sequence[str]]) -> InterviewNotes:
    """The notes of a send. Raises PresentMissing.

    A page from before it was asked has no such field, and is taken all the same: no interview is refused for that.
    Whoever ticks "just the child and me" and somebody too had somebody there.
    """
    ticked = [who for who in PRESENT if who in form.get(WHO, ())]
    if WHO in form and not ticked:
        raise PresentMissing
    others = [who for who in ticked if who != CHILD_ALONE]
    return InterviewNotes(tuple(others or ticked), READ_BACK in form)


def store_notes(session: Session, response_id: str, notes: InterviewNotes) -> None:
    """Store them beside the response that was sent, in the session's transaction."""
    session.add(
        Interview(
            response_id=response_id,
            present=" ".join(notes.present),
            read_back=notes.read_back,
        )
    )


def find_notes(session: Session, response: Response) -> InterviewNotes | None:
    """The notes of a response; None where nobody wrote it down, or nothing was asked then.

    The caller has seen that this reader may see the child's answers.
    """
    row = session.get(Interview, response.sent_id)
    return InterviewNotes(tuple(row.present.split()), row.read_back) if row else None
