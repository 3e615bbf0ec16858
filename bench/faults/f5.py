"""F5: the database on a full disk, enlarged after six seconds, while sends come in, on both databases (promise 52).

The disk is a small tmpfs in a mount namespace of the run's own, which nobody else sees and which ends with it.
For PostgreSQL the tables lie on it; a full disk under its log stops the server, as F4's crashes do.

.venv/bin/python -m bench.faults.f5
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from bench import children
from bench.faults import places
from bench.faults.phones import Phones, prepared
from bench.faults.tally import Tally, tally_of
from bench.support import postgres
from bench.support.world import World
from feedback_app.models.response import AnswerRow, Response
from feedback_app.operations.migrations import migrate_to_head

SENDS, PAUSE_SECONDS = 250, 0.15
FULL_SECONDS = 6.0
SMALL, LARGE = "size=40m", "size=200m"
INSIDE = "--inside"


def run(world: World, disk: Path, folder: Path) -> Tally:
    """One run on the world's database, which lies on that disk."""
    sends = prepared(world, SENDS)
    with places.site(world, folder) as site:
        phones = Phones(site.port, pause=PAUSE_SECONDS)
        half: list[str] = []
        phones.send_all(
            sends,
            meanwhile=lambda every: half.extend(fill_and_enlarge(world, disk, every)),
        )
    found = tally_of(world, phones).also(f"full for {FULL_SECONDS:.0f} s", wrong=half)
    return found.also(
        wrong=[] if phones.refusals else ["nobody noticed: the run shows nothing"]
    )


def fill_and_enlarge(world: World, disk: Path, phones: Phones) -> list[str]:
    """Fill the disk once some sends were thanked for, look, enlarge it; what was half-written meanwhile."""
    places.until(lambda: len(phones.acked) > 40, "some sends are stored")
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(b"\0" * 4096):
            pass
    places.until(lambda: phones.refusals, "a send is refused")
    time.sleep(FULL_SECONDS)
    with world.session() as session:
        stored, answered = (
            set(session.scalars(select(column)))
            for column in (Response.id, AnswerRow.response_id)
        )
    subprocess.run(["mount", "-o", f"remount,{LARGE}", disk], check=True)
    return [] if stored == answered else ["a response was half-written"]


def inside() -> int:
    """Both databases, in the namespace."""
    with tempfile.TemporaryDirectory() as place:
        disk = children.folder_for(Path(place), "disk")
        subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", disk], check=True)
        try:
            tallies = {
                "SQLite": _sqlite(disk, Path(place)),
                "PostgreSQL": _postgres(disk, Path(place)),
            }
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)
    return places.told(tallies)


def _sqlite(disk: Path, place: Path) -> Tally:
    url = f"sqlite:///{children.folder_for(disk, 'lite') / 'faults.db'}"
    migrate_to_head(url)
    world = World.make(url, children.folder_for(place, "lite"))
    found = run(world, disk, place)
    world.close()
    (disk / "ballast").unlink()
    subprocess.run(["mount", "-o", f"remount,{SMALL}", disk], check=True)
    return found


def _postgres(disk: Path, place: Path) -> Tally:
    tables = children.folder_for(disk, "tables")
    disk.chmod(0o755)
    postgres.give(tables)
    place.chmod(0o755)
    with postgres.started(durable=True) as server:
        server.run(f"CREATE TABLESPACE small LOCATION '{tables}'")
        server.run(
            f"CREATE DATABASE faults TEMPLATE {postgres.TEMPLATE} TABLESPACE small"
        )
        world = World.make(server.url("faults"), children.folder_for(place, "postgres"))
        found = run(world, disk, place)
        world.close()
    return found


def main() -> int:
    """Go into a mount namespace of one's own (as root, as tools/apt.sh does), and run there."""
    if INSIDE in sys.argv:
        return inside()
    as_root = [] if os.geteuid() == 0 else ["sudo", "--preserve-env"]
    command = [
        *as_root,
        "unshare",
        "--mount",
        sys.executable,
        "-m",
        "bench.faults.f5",
        INSIDE,
    ]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
