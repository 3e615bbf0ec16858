"""F2: six reloads (HUP) and three restarts (TERM, start) while sends come in, on both databases (promises 49, 54).

.venv/bin/python -m bench.faults.f2
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from bench.faults import places
from bench.faults.phones import Phones, prepared
from bench.faults.tally import Tally, tally_of
from bench.support import live
from bench.support.world import World

SENDS = 600
DEEDS = ("hup", "hup", "restart") * 3


def run(world: World, folder: Path, *, sends: int = SENDS) -> Tally:
    """One run on the world's database. No send may be refused: who calls during a restart waits."""
    with places.site(world, folder, workers=2) as site:
        phones = Phones(site.port)
        phones.send_all(
            prepared(world, sends), meanwhile=lambda every: renew(site, every, sends)
        )
    found = tally_of(world, phones).also(
        f"{DEEDS.count('hup')} reloads, {DEEDS.count('restart')} restarts"
    )
    return found.also(wrong=["sends were refused"] if phones.refusals else [])


def renew(site: live.Gunicorn, phones: Phones, sends: int) -> None:
    """Reload or restart each time that another share of the sends was thanked for."""
    for number, deed in enumerate(DEEDS, 1):
        share = number * sends // (len(DEEDS) + 1)
        places.until(
            lambda share=share: len(phones.acked) >= share or phones.lost,
            "a share of the sends is stored",
        )
        if deed == "restart":
            site.restart()
        else:
            before = set(site.workers())
            site.process.send_signal(signal.SIGHUP)
            places.until(
                lambda before=before: not before & set(site.workers()),
                "the old workers are gone",
            )


if __name__ == "__main__":
    sys.exit(places.on_both(run))
