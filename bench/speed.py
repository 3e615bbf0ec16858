"""Whole surveys and sends beside the bare floor, interleaved in one run, on one database."""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import children, floor, load
from bench.support import live, postgres
from bench.support.world import World
from feedback_app.operations.migrations import migrate_to_head

ROUNDS = 6
VISITS = 300
CLIENTS = 16
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Series:
    """What the rounds of one kind of visit came to."""

    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    refused: int = 0


@dataclass
class Speed:
    """One database's figures. Rates are visits a second, `cpu` milliseconds of the workers' processor a visit."""

    database: str
    floor: Series = field(default_factory=Series)
    send: Series = field(default_factory=Series)
    survey: Series = field(default_factory=Series)
    memory: int = 0
    stored: int = 0

    def slower(
        self, what: Callable[[Series], list[float]], *, more_is_better: bool
    ) -> float:
        """The median over the rounds of send beside floor: how many times as dear a send is."""
        pairs = zip(what(self.floor), what(self.send), strict=True)
        return statistics.median(f / s if more_is_better else s / f for f, s in pairs)


def measure(database: str) -> Speed:
    """Six rounds of floor, sends and whole surveys, each 300 visits by 16 clients on 2 workers; on loopback."""
    with contextlib.ExitStack() as stack:
        place = Path(
            stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        )
        product_url, floor_url = stack.enter_context(_databases(database, place))
        world = World.make(product_url, children.folder_for(place, "world"))
        floor.prepare(floor_url)
        os.environ["FLOOR_DATABASE"] = floor_url
        settings = {
            "mode": "test",
            "database_url": product_url,
            "keys_dir": place / "world" / "keys",
        }
        product = stack.enter_context(
            live.gunicorn(settings, children.folder_for(place, "product"))
        )
        bare = stack.enter_context(
            live.gunicorn(
                {}, children.folder_for(place, "floor"), app="bench.floor:app"
            )
        )
        found = Speed(database)
        tokens = children.invite(world, 2 * VISITS * ROUNDS + VISITS)
        fields = children.answers(world)
        pages = list(zip(tokens, children.stamps(world, tokens), strict=True))

        def sends(number: int) -> Iterator[load.Visitor]:
            return (children.send_only(*pages.pop(), fields) for _ in range(number))

        load.run(product.port, sends(VISITS // 2), clients=CLIENTS)
        load.run(
            bare.port, children.sends_to_floor(VISITS // 2, fields), clients=CLIENTS
        )
        for _ in range(ROUNDS):
            _round(found.floor, bare, children.sends_to_floor(VISITS, fields))
            _round(found.send, product, sends(VISITS))
            whole = (
                children.whole_survey(pages.pop()[0], fields) for _ in range(VISITS)
            )
            _round(found.survey, product, whole)
        found.memory = max(_memory(pid) for pid in product.workers())
        found.stored = children.stored(world)
        world.close()
    assert found.stored == 2 * VISITS * ROUNDS + VISITS // 2, "a visit was lost"
    return found


def _round(into: Series, server: live.Gunicorn, visits: Iterator[load.Visitor]) -> None:
    before = _processor(server.workers())
    timings = load.run(server.port, visits, clients=CLIENTS)
    into.cpu.append((_processor(server.workers()) - before) / len(timings.visits))
    into.rate.append(timings.rate)
    into.p50.append(timings.quantile(0.5))
    into.p99.append(timings.quantile(0.99))
    into.refused += len(timings.refused)


@contextlib.contextmanager
def _databases(kind: str, place: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases of that kind, both with durable commits: the product's and the floor's."""
    if kind == "SQLite":
        url = f"sqlite:///{place / 'product.db'}"
        migrate_to_head(url)
        yield url, str(place / "floor.db")
        return
    with (
        postgres.started(durable=True) as server,
        server.database() as url,
        server.database() as bare,
    ):
        yield url, bare.replace("+psycopg", "")


def _processor(pids: list[int]) -> float:
    """Milliseconds of processor that these processes have used."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        used += int(fields[11]) + int(fields[12])
    return used * 1000 / TICKS


def _memory(pid: int) -> int:
    """Megabytes that a process holds."""
    line = next(
        one
        for one in Path(f"/proc/{pid}/status").read_text().splitlines()
        if one.startswith("VmRSS")
    )
    return int(line.split()[1]) // 1024
