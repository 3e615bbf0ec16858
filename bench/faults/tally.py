"""What every fault run must come to: nothing acknowledged is missing, nothing is doubled, each has its message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from bench.faults.phones import Phones
from bench.support.world import World
from feedback_app.models.response import Response
from feedback_app.models.running import OutboxMessage

WITHIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one run. `in_outbox` is whether the messages are exactly those of the stored responses.

    `told` is what the run has to say of its own, `wrong` what else did not hold.
    """

    acked: int
    stored: int
    missing: int
    doubled: int
    in_outbox: bool
    told: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the promises hold (49, 52, 54)."""
        return (
            not self.missing
            and not self.doubled
            and self.in_outbox
            and self.acked > 0
            and not self.wrong
        )

    def __str__(self) -> str:
        outbox = "outbox == stored" if self.in_outbox else "outbox <> stored"
        counts = f"acked {self.acked}, stored {self.stored}, missing {self.missing}, doubled {self.doubled}, {outbox}"
        return "; ".join((counts, *self.told, *(f"WRONG: {one}" for one in self.wrong)))

    def also(self, *told: str, wrong: Sequence[str] = ()) -> Tally:
        """The same with more to say."""
        return replace(self, told=(*self.told, *told), wrong=(*self.wrong, *wrong))


def tally(world: World, acked: Collection[str]) -> Tally:
    """Compare the invitations whose sends were acknowledged with what is in the database; each send held one text."""
    with world.session() as session:
        stored = dict(
            session.execute(select(Response.id, Response.invitation_id)).all()
        )
        told = Counter(
            session.scalars(
                select(OutboxMessage.about_id).where(
                    OutboxMessage.kind == "text_to_read"
                )
            )
        )
    per_invitation = Counter(stored.values())
    return Tally(
        acked=len(acked),
        stored=len(stored),
        missing=len([one for one in acked if one not in per_invitation]),
        doubled=len([one for one, number in per_invitation.items() if number > 1]),
        in_outbox=told == Counter(stored.keys()),
    )


def tally_of(world: World, phones: Phones) -> Tally:
    """The tally of what these phones sent, with what they were refused: a 503 within 3 s that carries the words."""
    slow = [one for one in phones.refusals if one.seconds >= WITHIN_SECONDS]
    other = Counter(one.status for one in phones.refusals if one.status != 503)
    bare = [one for one in phones.refusals if not one.kept_words]
    wrong = []
    if phones.lost:
        wrong.append(f"{len(phones.lost)} sends were never thanked for")
    if slow:
        wrong.append(f"{len(slow)} refusals took {WITHIN_SECONDS:.0f} s or more")
    if other:
        wrong.append(f"refused with {dict(other)}")
    if bare:
        wrong.append(f"{len(bare)} refusals do not carry the words")
    refused = f"refused {len(phones.refusals)} times"
    if phones.refusals:
        refused += (
            f", the slowest in {max(one.seconds for one in phones.refusals):.2f} s"
        )
    return tally(world, phones.acked).also(
        refused, f"lines cut {phones.cut}", wrong=wrong
    )
