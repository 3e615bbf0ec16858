"""Where a fault run takes place: a world on each database, and the site before it."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import children
from bench.faults.tally import Tally
from bench.support import live, postgres
from bench.support.world import World
from feedback_app.operations.migrations import migrate_to_head

WORKERS = 3
PATIENCE_SECONDS = 120


@contextlib.contextmanager
def lite_world() -> Iterator[World]:
    """A world on SQLite."""
    with tempfile.TemporaryDirectory() as place:
        yield from _world(f"sqlite:///{place}/faults.db", Path(place), migrate=True)


@contextlib.contextmanager
def postgres_world() -> Iterator[tuple[World, postgres.Server]]:
    """A world on a PostgreSQL of its own with durable commits, and its server."""
    with (
        tempfile.TemporaryDirectory() as place,
        postgres.started(durable=True) as server,
        server.database() as url,
    ):
        for world in _world(url, Path(place)):
            yield world, server


def _world(url: str, place: Path, *, migrate: bool = False) -> Iterator[World]:
    if migrate:
        migrate_to_head(url)
    world = World.make(url, children.folder_for(place, "world"))
    yield world
    world.close()


@contextlib.contextmanager
def worlds() -> Iterator[dict[str, World]]:
    """A world on each database."""
    with lite_world() as lite, postgres_world() as (other, _server):
        yield {"SQLite": lite, "PostgreSQL": other}


def site(
    world: World, folder: Path, *, hops: int = 0, **more: Any
) -> contextlib.AbstractContextManager[live.Gunicorn]:
    """Gunicorn on the world's database and keys, at the true time; `hops`: the proxies that it trusts in front."""
    settings = {"mode": "test", "log_level": "WARNING", "second_factor": "may_skip"}
    settings["keys_dir"] = str(world.parts.settings.keys_dir)
    settings["proxy_hops"] = str(hops)
    settings["database_url"] = world.parts.settings.database_url
    return live.gunicorn(settings, folder, **({"workers": WORKERS} | more))


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds, for two minutes at most. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain until {what}")
        time.sleep(0.005)


def on_both(run: Callable[[World, Path], Tally]) -> int:
    """The run on each database; 1 when a promise does not hold."""
    with worlds() as found, tempfile.TemporaryDirectory() as folder:
        return told({name: run(world, Path(folder)) for name, world in found.items()})


def told(tallies: Mapping[str, Tally]) -> int:
    """Print what came of it; 1 when a promise does not hold."""
    for name, one in tallies.items():
        print(f"{name}: {one}", flush=True)
    return 0 if all(one.holds for one in tallies.values()) else 1
