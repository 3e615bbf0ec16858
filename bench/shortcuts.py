"""What the shortcuts of docs/decisions/0006 save, each beside the usual way: `python -m bench.shortcuts`."""

from __future__ import annotations

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import children
from bench.support.world import World
from feedback_app.child.packed import Pieces
from feedback_app.operations.migrations import migrate_to_head

TIMES = 300


def cost(work: Callable[[], object]) -> float:
    """Median milliseconds of so many times."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Print what it costs to pack a page anew, and by joining packed pieces."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shortcuts.db"
        migrate_to_head(url)
        world = World.make(url, Path(folder))
        token = children.invite(world, 1)[0]
        client = world.app.test_client()
        plain = client.get(f"/r/{token}").get_data()
        packed = Pieces.split_page(
            f"{plain.decode()}TOKEN between STAMP", "TOKEN", "STAMP"
        )
        usual, ours = (
            cost(lambda: gzip.compress(plain, 6)),
            cost(lambda: packed.as_gzip(token, "s" * 150)),
        )
        load = cost(
            lambda: client.get(f"/r/{token}", headers={"Accept-Encoding": "gzip"})
        )
        print(
            f"packing the page: {usual:.2f} ms anew, {ours:.2f} ms joined; a whole load now takes {load:.2f} ms"
        )

        world.close()


if __name__ == "__main__":
    main()
