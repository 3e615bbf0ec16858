"""F1: `kill -9` of a worker 50 times while 2,000 sends come in, on both databases (promises 49, 54).

.venv/bin/python -m bench.faults.f1
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import children
from bench.faults.phones import Phones, Send
from bench.faults.tally import Tally, tally
from feedback_app.cli import migrate_to_head
from feedback_app.duties import links
from tests.support import live, postgres
from tests.support.world import World

SENDS, KILLS, WORKERS = 2000, 50, 3
SEED = 49


def run(world: World, folder: Path, *, sends: int = SENDS, kills: int = KILLS) -> Tally:
    """One run on the world's database."""
    tokens = children.invite(world, sends)
    fields = [("helped", "none"), ("q-know_iro", "yes"), ("q-better", "invented words"), ("iro_sees", "no")]
    with world.session() as session:
        found = [links.find(session, world.parts.keys, token) for token in tokens]
    prepared = [
        Send(link.id, [("link", token), ("page", stamp), *fields])
        for link, token, stamp in zip(found, tokens, children.stamps(world, tokens), strict=True)
        if link is not None
    ]
    settings = {"mode": "test", "log_level": "WARNING", "keys_dir": world.parts.settings.keys_dir}
    settings["database_url"] = world.parts.settings.database_url
    with live.gunicorn(settings, folder, workers=WORKERS) as site:
        phones = Phones(site.port)
        phones.send_all(prepared, meanwhile=lambda every: kill_workers(site, every, sends, kills))
        assert not phones.lost, f"{len(phones.lost)} sends were never thanked for"
    return tally(world, phones.acked)


def kill_workers(site: live.Gunicorn, phones: Phones, sends: int, kills: int) -> None:
    """Kill one worker each time that another share of the sends was thanked for, none of them asked first."""
    chance = random.Random(SEED)
    for number in range(kills):
        while len(phones.acked) < number * sends // (kills + 1) and not phones.lost:
            time.sleep(0.002)
        while not (alive := site.workers()):
            time.sleep(0.002)
        os.kill(chance.choice(alive), signal.SIGKILL)


@contextlib.contextmanager
def worlds() -> Iterator[dict[str, World]]:
    """A world on each database, the PostgreSQL one with durable commits."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres.started(durable=True))
        urls = {"SQLite": f"sqlite:///{place / 'faults.db'}", "PostgreSQL": stack.enter_context(server.database())}
        migrate_to_head(urls["SQLite"])
        yield {name: World.make(url, children.folder_for(place, name)) for name, url in urls.items()}


def main() -> int:
    """Both databases; 1 when a promise does not hold."""
    with worlds() as found, tempfile.TemporaryDirectory() as folder:
        tallies = {name: run(world, Path(folder)) for name, world in found.items()}
    for name, one in tallies.items():
        print(f"{name}: {one}")
    return 0 if all(one.holds for one in tallies.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
