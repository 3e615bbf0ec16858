"""What every fault run must come to: nothing acknowledged is missing, nothing is doubled, each has its message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from feedback_app.models.response import Response
from feedback_app.models.running import OutboxMessage
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one run. `in_outbox` is whether the messages are exactly those of the stored responses."""

    acked: int
    stored: int
    missing: int
    doubled: int
    in_outbox: bool

    @property
    def holds(self) -> bool:
        """Whether the promises hold (49, 54)."""
        return not self.missing and not self.doubled and self.in_outbox and self.acked > 0

    def __str__(self) -> str:
        outbox = "outbox == stored" if self.in_outbox else "outbox <> stored"
        return f"acked {self.acked}, stored {self.stored}, missing {self.missing}, doubled {self.doubled}, {outbox}"


def tally(world: World, acked: Collection[str]) -> Tally:
    """Compare the invitations whose sends were acknowledged with what is in the database; each send held one text."""
    with world.session() as session:
        stored = dict(session.execute(select(Response.id, Response.invitation_id)).all())
        told = Counter(session.scalars(select(OutboxMessage.about_id).where(OutboxMessage.kind == "text_to_read")))
    per_invitation = Counter(stored.values())
    return Tally(
        acked=len(acked),
        stored=len(stored),
        missing=len([one for one in acked if one not in per_invitation]),
        doubled=len([one for one, number in per_invitation.items() if number > 1]),
        in_outbox=told == Counter(stored.keys()),
    )
