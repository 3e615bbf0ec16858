"""F3: 200 links, each sent by eight phones at once, on PostgreSQL, which lets them race (promises 3, 50).

.venv/bin/python -m bench.faults.f3
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bench import children, load
from bench.faults import places
from bench.faults.tally import Tally, tally
from bench.support.world import World
from feedback_app.invitations import links
from feedback_app.models.text import QueueEntry, SealedText, SetAside

LINKS, AT_ONCE = 200, 8
THREADS = ("--threads", "4")


def run(world: World, folder: Path, *, invited: int = LINKS) -> Tally:
    """One run. Every other link is sent with one content by all phones, the rest with eight contents.

    `invited`: how many links, an even number.
    """
    tokens = children.invite(world, invited)
    thanked: Counter[str] = Counter()
    visitors = [
        _send(world, token, stamp, f"words {number % 2 * phone}", thanked)
        for number, (token, stamp) in enumerate(
            zip(tokens, children.stamps(world, tokens), strict=True)
        )
        for phone in range(AT_ONCE)
    ]
    with places.site(world, folder, more=THREADS) as site:
        ran = load.run(site.port, visitors, clients=2 * AT_ONCE)
    found = tally(world, thanked)
    return found.also(
        f"of {len(ran.visits)} sends",
        wrong=[*_wrong(world, ran, invited), *_wrong_thanks(thanked, invited)],
    )


def _send(
    world: World, token: str, stamp: str, words: str, thanked: Counter[str]
) -> load.Visitor:
    """One phone's send; who is thanked is counted by invitation."""
    with world.session() as session:
        link = links.find_link(session, world.parts.keys, token)
    assert link is not None
    fields = [
        ("link", token),
        ("page", stamp),
        ("q-know_iro", "yes"),
        ("q-better", words),
    ]
    answer = yield load.post("/r", fields)
    if 'data-page="thanks"' in children.text_of(answer):
        thanked[link.id] += 1


def _wrong_thanks(thanked: Counter[str], invited: int) -> list[str]:
    """The same content is thanked for eight times, of eight contents one."""
    return (
        []
        if Counter(thanked.values()) == {1: invited // 2, AT_ONCE: invited // 2}
        else ["other phones were thanked"]
    )


def _wrong(world: World, ran: load.Timings, invited: int) -> list[str]:
    """Every later, different text is set aside once; each text and each set-aside send is in the queue."""
    late = invited // 2 * (AT_ONCE - 1)
    wrong = [f"refused with {dict(Counter(ran.refused))}"] if ran.refused else []
    with world.session() as session:
        asides = Counter(session.scalars(select(SetAside.invitation_id)))
        rows = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (SealedText, QueueEntry)
        }
    if Counter(asides.values()) != {AT_ONCE - 1: invited // 2}:
        wrong.append(f"set aside {sum(asides.values())}, not {late}")
    if rows != {SealedText: invited, QueueEntry: invited + late}:
        wrong.append(
            f"texts and queue hold {list(rows.values())}, not {[invited, invited + late]}"
        )
    return wrong


if __name__ == "__main__":
    with (
        places.postgres_world() as (racing, _server),
        tempfile.TemporaryDirectory() as place,
    ):
        sys.exit(places.told({"PostgreSQL": run(racing, Path(place))}))
