"""Reviews as a file of the case system would have brought them."""

from __future__ import annotations

from datetime import date

from bench.support.world import World
from feedback_app import clock
from feedback_app.invitations.review_references import seal_review_reference
from feedback_app.models.base import new_id
from feedback_app.models.person import Person
from feedback_app.models.review import ImportedReview

HELD = date(2026, 10, 12)
"""The Monday of the week of most tests."""


def import_review(
    world: World,
    iro: Person | None = None,
    *,
    held_on: date | None = HELD,
    due_on: date | None = None,
    pn_code: str | None = "PN1",
    mode: str | None = "remote",
    band: str | None = "8-11",
    spoke_on: date | None = None,
    midway_on: date | None = None,
    visited_on: date | None = None,
    reference: str | None = "LC-2041",
) -> str:
    """One review of that IRO's, with its sealed reference unless that is None; its id."""
    review_id, who, manager = new_id(), iro or world.iro(), world.manager()
    with world.parts.database.short_write() as session:
        session.add(
            ImportedReview(
                id=review_id,
                case_digest=new_id(),
                iro_id=who.id,
                held_on=held_on,
                due_on=due_on,
                pn_code=pn_code,
                mode=mode,
                band=band,
                spoke_on=spoke_on,
                midway_on=midway_on,
                visited_on=visited_on,
                imported_at=clock.now(),
                imported_by_id=manager.id,
            )
        )
        session.flush()
        if reference:
            session.add(seal_review_reference(world.parts.keys, review_id, reference))
    return review_id
