"""A child who said all that can be said, and staff who saw to all of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.support.world import World
from feedback_app.concerns.texts_of_concern import is_of_concern
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.models.text import QueueEntry, SealedText, SetAside
from feedback_app.privacy.keys import Keys
from feedback_app.reading.marks import mark_read
from feedback_app.safeguarding.cases.envelope import open_envelope
from feedback_app.safeguarding.cases.verbs import (
    acknowledge_concern,
    close_concern,
    finish_request,
)


def everything(world: World, reference: str = "CASE-7") -> Invitation:
    """Answers, texts, a wish to talk; a second send set aside, which raises a concern; the envelope opened."""
    invitation = world.invitation(reference=reference)
    form = world.form(
        invitation,
        {"know_iro": ["yes"]},
        {"better": "more time"},
        talk_to="advocate",
        talk_how=["school"],
        talk_how_text="after school",
    )
    assert world.receive(form).verdict == "thanks"
    assert world.receive(form | {"q-best": ["one thing more"]}).verdict == "set_aside"
    lead = world.lead()
    with world.parts.database.short_write() as session:
        open_envelope(
            session,
            world.parts.keys,
            invitation.id,
            reason="to find the child",
            person_id=lead.id,
        )
    return invitation


def see_to_all(world: World, note: str = "seen to") -> None:
    """Read every text, close every concern, end every wish."""
    lead, keys = world.lead(), world.parts.keys
    with world.parts.database.short_write() as session:
        for entry in session.scalars(select(QueueEntry)):
            mark_read(
                session,
                keys.audit,
                entry,
                reader="lead",
                outcome="theme",
                person_id=lead.id,
            )
        for concern in session.scalars(
            select(Concern).where(Concern.state != "closed")
        ):
            end_concern(session, keys, concern, note=note, person_id=lead.id)
        for wish in session.scalars(
            select(ContactRequest).where(ContactRequest.state != "done")
        ):
            finish_request(
                session, keys, wish, outcome="talked", note=note, person_id=lead.id
            )


def end_concern(
    session: Session,
    keys: Keys,
    concern: Concern,
    *,
    person_id: str,
    note: str = "seen to",
    outcome: str = "safe",
) -> None:
    """Read all that the child wrote, say that the concern is seen, and close it."""
    entries = session.scalars(select(QueueEntry).where(is_of_concern(concern))).all()
    acknowledge_concern(
        session, keys, concern, note=note, person_id=person_id, read=entries
    )
    close_concern(
        session, keys, concern, outcome=outcome, note=note, person_id=person_id
    )


def sealed(world: World) -> set[bytes]:
    """Every sealed value of a child's, and of notes about them."""
    with world.session() as session:
        return {
            value
            for table in (Envelope, SealedText, SetAside, CaseNote)
            for value in session.scalars(select(table.value))
        }
