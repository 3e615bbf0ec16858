"""F6: the disk does not take what is to be made durable (fsync and fdatasync fail), on SQLite (promises 49, 52).

strace makes the calls fail. First all of them: nobody may be thanked. Then every other in each thread: whoever is
thanked is stored, once.

.venv/bin/python -m bench.faults.f6
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import children
from bench.faults import places
from bench.faults.phones import Phones, Send, prepared
from bench.faults.tally import Tally, tally_of
from bench.support.world import World

SENDS, TRIES = 150, 60
SYNC = "fsync,fdatasync"
INJECTED = "(INJECTED)"


def run(world: World, folder: Path) -> Tally:
    """One run on the world's database, two sites one after the other."""
    sends = prepared(world, SENDS)
    deaf, some = children.folder_for(folder, "all"), children.folder_for(folder, "some")
    refused = all_fail(world, deaf, sends[:TRIES])
    with places.site(world, some, under=failing(some, "1+2")) as site:
        phones = Phones(site.port)
        phones.send_all(sends)
    calls = syncs(some)
    failed = sum(INJECTED in call for call in calls)
    wrong = []
    if refused.acked:
        wrong.append(
            f"{len(refused.acked)} were thanked for though nothing was durable"
        )
    if len(refused.refusals) != TRIES or not failed:
        wrong.append("no call failed: the run shows nothing")
    if len(calls) - failed < len(phones.acked):
        wrong.append(
            f"{len(phones.acked)} were thanked for after {len(calls) - failed} durable writes"
        )
    both = Phones(
        0,
        acked=phones.acked,
        refusals=refused.refusals + phones.refusals,
        cut=phones.cut,
        lost=phones.lost,
    )
    return tally_of(world, both).also(
        f"{failed} of {len(calls)} calls failed in the second part", wrong=wrong
    )


def all_fail(world: World, folder: Path, sends: Sequence[Send]) -> Phones:
    """One try of each send where no call succeeds."""
    with places.site(world, folder, under=failing(folder, "1+")) as site:
        phones = Phones(site.port)
        phones.refusals = [refusal for send in sends if (refusal := phones.once(send))]
    return phones


def failing(folder: Path, when: str) -> tuple[str, ...]:
    """The program that makes the calls fail, and writes each down; the site stays its parent's own child."""
    trace = (
        "-o",
        str(folder / "calls"),
        "-e",
        f"trace={SYNC}",
        "-e",
        f"inject={SYNC}:error=EIO:when={when}",
    )
    return ("strace", "--daemonize", "--follow-forks", "--seccomp-bpf", *trace)


def syncs(folder: Path) -> list[str]:
    """The calls that were made, one a line."""
    return [
        line for line in (folder / "calls").read_text().splitlines() if "sync(" in line
    ]


def main() -> int:
    """SQLite; 1 when a promise does not hold."""
    with places.lite_world() as world, tempfile.TemporaryDirectory() as folder:
        return places.told({"SQLite": run(world, Path(folder))})


if __name__ == "__main__":
    sys.exit(main())
