"""F4: PostgreSQL ends all connections for ten seconds, then crashes three times, while sends come in (promises 49, 52).

.venv/bin/python -m bench.faults.f4
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from bench.faults import places
from bench.faults.phones import Phones, prepared
from bench.faults.tally import Tally, tally_of
from bench.support import postgres
from bench.support.world import World

SENDS, PAUSE_SECONDS = 500, 0.25
STORM_SECONDS, CRASHES = 10.0, 3
END_ALL = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
)


def run(world: World, server: postgres.Server, folder: Path) -> Tally:
    """One run. A send may be refused for a moment; it is never half-written, and all goes by itself afterwards."""
    with places.site(world, folder) as site:
        phones = Phones(site.port, pause=PAUSE_SECONDS)
        ended: list[int] = []
        phones.send_all(
            prepared(world, SENDS),
            meanwhile=lambda every: ended.append(break_it(world, server, every)),
        )
    found = tally_of(world, phones).also(
        f"{ended[0]} connections ended, {CRASHES} crashes"
    )
    return found.also(
        wrong=[]
        if ended[0] and phones.refusals
        else ["nobody noticed: the run shows nothing"]
    )


def break_it(world: World, server: postgres.Server, phones: Phones) -> int:
    """The storm, then the crashes, each once more sends were thanked for; how many connections were ended."""
    name = world.parts.database.engine.url.database
    world.parts.database.engine.dispose()
    engine = create_engine(
        server.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    ended, end = 0, time.monotonic() + STORM_SECONDS
    while time.monotonic() < end:
        with engine.connect() as connection:
            ended += len(connection.execute(END_ALL, {"name": name}).all())
        time.sleep(0.02)
    for _crash in range(CRASHES):
        thanked = len(phones.acked)
        places.until(
            lambda before=thanked: len(phones.acked) > before + 20 or phones.lost,
            "sends are stored again",
        )
        server.stop()
        server.start()
    return ended


if __name__ == "__main__":
    with (
        places.postgres_world() as (broken, its_server),
        tempfile.TemporaryDirectory() as place,
    ):
        sys.exit(places.told({"PostgreSQL": run(broken, its_server, Path(place))}))
