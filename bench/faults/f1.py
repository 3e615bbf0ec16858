"""F1: `kill -9` of a worker 50 times while 2,000 sends come in, on both databases (promises 49, 54).

.venv/bin/python -m bench.faults.f1
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path

from bench.faults import places
from bench.faults.phones import Phones, prepared
from bench.faults.tally import Tally, tally
from bench.support import live
from bench.support.world import World

SENDS, KILLS = 2000, 50
SEED = 49


def run(world: World, folder: Path, *, sends: int = SENDS, kills: int = KILLS) -> Tally:
    """One run on the world's database."""
    with places.site(world, folder) as site:
        phones = Phones(site.port)
        phones.send_all(
            prepared(world, sends),
            meanwhile=lambda every: kill_workers(site, every, sends, kills),
        )
        assert not phones.lost, f"{len(phones.lost)} sends were never thanked for"
    return tally(world, phones.acked)


def kill_workers(site: live.Gunicorn, phones: Phones, sends: int, kills: int) -> None:
    """Kill one worker each time that another share of the sends was thanked for, none of them asked first."""
    chance = random.Random(SEED)
    for number in range(kills):
        share = number * sends // (kills + 1)
        places.until(
            lambda share=share: len(phones.acked) >= share or phones.lost,
            "a share of the sends is stored",
        )
        places.until(site.workers, "a worker is there")
        os.kill(chance.choice(site.workers()), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(places.on_both(run))
