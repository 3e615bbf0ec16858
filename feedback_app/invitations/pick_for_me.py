"""Pick for me: the app draws whom an officer asks, by lot, and knows of it when the child is asked (decision 0025).

Nothing of the list is stored, and of the child who was drawn a keyed digest alone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.references import digests_to_find, reference_digest
from feedback_app.models.base import new_id, rows_changed
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.month import Month
from feedback_app.privacy.keys import Keys
from feedback_app.typed_text import reference_key

FEWEST_TO_DRAW_FROM = 2
"""With one child left there is no lot: an officer would name the child and call it drawn."""
_FORM_NAME = re.compile(r"[0-9a-f]{32}")


class TooFewToDraw(ValueError):
    """Fewer than two children of the list were not asked already. `left_out`: how many were."""

    def __init__(self, left_out: int) -> None:
        """`left_out`: a number alone; which children it is of is not said."""
        super().__init__("fewer than two children are left to draw from")
        self.left_out = left_out


@dataclass(frozen=True, slots=True)
class DrawnChild:
    """The child who was drawn. `unused_before`: how many earlier draws of that month and half were not used."""

    draw: Draw
    reference: str
    unused_before: int


def draw_child(
    session: Session,
    keys: Keys,
    references: Sequence[str],
    *,
    form_name: str,
    survey: str,
    part: str,
    person_id: str,
    envelope_days: int,
) -> DrawnChild:
    """Draw one of these children, each as likely as any other, leaving out those whom this officer asked already.

    `references`: each child once. `form_name`: 32 hex characters that the form brought along; sent again with the same
    child in the list it shows that child again, and is no other draw. Raises TooFewToDraw.
    """
    by_digest = {reference_digest(keys, one): one for one in references}
    known = _draw_of_form(session, form_name)
    if known and known.person_id == person_id and known.reference_digest in by_digest:
        return _drawn(session, known, by_digest[known.reference_digest])
    asked = asked_lately(
        session, keys, survey, references, person_id, envelope_days=envelope_days
    )
    left = [one for one in references if reference_key(one) not in asked]
    left_out = len(references) - len(left)
    if len(left) < FEWEST_TO_DRAW_FROM:
        raise TooFewToDraw(left_out)
    reference = secrets.SystemRandom().choice(left)
    is_new_form = known is None and _FORM_NAME.fullmatch(form_name)
    draw = Draw(
        id=form_name if is_new_form else new_id(),
        person_id=person_id,
        drawn_at=clock.now(),
        month=str(Month.containing(clock.today())),
        part=part,
        drawn_from=len(left),
        left_out=left_out,
        reference_digest=reference_digest(keys, reference),
    )
    session.add(draw)
    session.flush()
    return _drawn(session, draw, reference)


def asked_lately(
    session: Session,
    keys: Keys,
    survey: str,
    references: Sequence[str],
    person_id: str,
    *,
    envelope_days: int,
) -> set[str]:
    """The keys of those references (typed_text.reference_key) that this officer asked this month, or whose link waits.

    Another officer's children are unknown here. Looks back no further than every envelope is kept: later ones go or
    stay by what children wrote, and how many are left out would tell of it (promise 22).
    """
    keys_of = {
        digest: reference_key(one)
        for one in references
        for digest in digests_to_find(keys, one)
    }
    first, _end = Month.containing(clock.today()).utc_bounds()
    since = max(first, clock.now() - timedelta(days=envelope_days))
    found = session.scalars(
        invitations_for(person_id)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(
            Envelope.reference_digest.in_(keys_of),
            Invitation.survey == survey,
            or_(
                (Invitation.issued_at > since) & (Invitation.outcome != "not_for_me"),
                (Invitation.outcome == "waiting") & (Invitation.ends_at > clock.now()),
            ),
        )
        .with_only_columns(Envelope.reference_digest)
    )
    return {keys_of[digest] for digest in found}


def find_draw(
    session: Session, keys: Keys, person_id: str, form_name: str, reference: str
) -> Draw | None:
    """That officer's draw of that very child, if it was not used yet."""
    draw = _draw_of_form(session, form_name)
    if draw is None or draw.person_id != person_id:
        return None
    return draw if draw.reference_digest == reference_digest(keys, reference) else None


def use_draw(session: Session, draw: Draw) -> int | None:
    """Use the draw for an invitation: it is gone then. Returns how many others of its month and half were not used.

    None where somebody was quicker: one draw is one child.
    """
    unused = count_unused(session, draw)
    used = rows_changed(session, delete(Draw).where(Draw.id == draw.id))
    return unused if used else None


def count_unused(session: Session, draw: Draw) -> int:
    """How many other draws this officer made in the same month and half, without asking the child who was drawn."""
    others = select(func.count()).where(
        Draw.person_id == draw.person_id,
        Draw.month == draw.month,
        Draw.part == draw.part,
        Draw.id != draw.id,
    )
    return session.scalar(others) or 0


def _draw_of_form(session: Session, form_name: str) -> Draw | None:
    """The draw that a form of that name asked for; what is no such name asks the database nothing."""
    return session.get(Draw, form_name) if _FORM_NAME.fullmatch(form_name) else None


def _drawn(session: Session, draw: Draw, reference: str) -> DrawnChild:
    return DrawnChild(draw, reference, count_unused(session, draw))
