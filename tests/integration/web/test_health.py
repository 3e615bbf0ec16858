"""Each part that the service cannot do without is stopped in earnest: /readyz says so, and a child is not kept waiting.

/livez touches nothing (promise 45); a failing database or disk is a 503 within three seconds (promise 52).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.models.running import OutboxMessage
from feedback_app.operations.migrations import migrate_to_head
from tests.conftest import NOON

MEGABYTE = 1024 * 1024
SOON = 3.0
"""Seconds within which a child must have read of a failure."""


def readyz(world: World) -> tuple[int, dict[str, str]]:
    """The status and what is said of each part."""
    answer = world.client().http.get("/readyz")
    assert answer.json is not None
    return answer.status_code, answer.json


def beat(world: World) -> None:
    worker.run_database_steps(world.parts)


def soon(answer_of: object, **more: object) -> TestResponse:
    """Its answer, which must come within three seconds."""
    began = time.monotonic()
    answer: TestResponse = answer_of(**more)  # type: ignore[operator]
    assert time.monotonic() - began < SOON
    return answer


def refused_in_words(answer: TestResponse) -> bool:
    """Whether a child reads that it did not work, and whom to call."""
    return answer.status_code == 503 and "0800 1111" in answer.text


def test_p45_livez_touches_nothing_and_readyz_says_when_all_is_well(
    world: World,
) -> None:
    assert readyz(world)[1]["worker"] == "no beat for 5 minutes"
    beat(world)
    parts = dict.fromkeys(("database", "schema", "disk", "worker", "outbox"), "ok")
    assert readyz(world) == (200, parts)
    world.parts.database.engine.dispose()
    assert world.client().http.get("/livez").text == "alive\n"
    assert world.parts.database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_p45_pending_migrations_are_503(world: World) -> None:
    beat(world)
    with world.parts.database.short_write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    status, parts = readyz(world)
    assert (status, parts["schema"], parts["database"]) == (
        503,
        "migrations are pending",
        "ok",
    )
    with world.parts.database.short_write() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert readyz(world)[1]["database"] == "does not answer"


def test_p45_a_worker_that_stopped_is_named_and_sends_still_go_in(world: World) -> None:
    beat(world)
    with clock.set_clock(NOON + timedelta(minutes=5), everywhere=True):
        assert readyz(world)[1]["worker"] == "ok"
    with clock.set_clock(NOON + timedelta(minutes=5, seconds=1), everywhere=True):
        status, parts = readyz(world)
    assert (status, parts["worker"]) == (200, "no beat for 5 minutes")


def test_p45_messages_that_do_not_go_out_are_named(world: World) -> None:
    world.response(texts={"better": "x"})
    with world.session() as session:
        due = session.scalar(select(OutboxMessage.due_at))
    assert due is not None
    for minutes, said in ((15, "ok"), (16, "messages wait for more than 15 minutes")):
        with clock.set_clock(due + timedelta(minutes=minutes), everywhere=True):
            assert readyz(world)[1]["outbox"] == said


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own of that size, mounted there (by sudo where the tests are not root's)."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    place.mkdir()
    size = f"size={megabytes}m,mode=0777"
    subprocess.run(
        [*as_root, "mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=True
    )
    try:
        yield place
    finally:
        subprocess.run([*as_root, "umount", "-l", str(place)], check=True)


@pytest.mark.full
def test_p45_p52_the_database_files_own_disk_is_watched_and_a_full_one_is_503_and_recovers(
    tmp_path: Path, still_clock: None
) -> None:
    with small_disk(tmp_path / "disk", 80) as disk:
        url = f"sqlite:///{disk / 'feedback.db'}"
        migrate_to_head(url)
        world = World.make(url, tmp_path)
        beat(world)
        form = world.form(world.invitation(), {}, {"better": "what I typed"})
        assert readyz(world)[0] == 200
        (disk / "others").write_bytes(bytes(40 * MEGABYTE))
        status, parts = readyz(world)
        assert (status, parts["disk"], parts["database"]) == (503, "nearly full", "ok")
        fill(disk / "more")
        refused = soon(lambda: world.client().http.post("/r", data=form))
        assert refused_in_words(refused)
        assert "what I typed" in refused.text
        (disk / "more").unlink()
        (disk / "others").unlink()
        assert readyz(world)[0] == 200
        thanked = world.client().http.post("/r", data=form)
        assert "Thank you" in thanked.text
        world.close()


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


@contextlib.contextmanager
def silent_host() -> Iterator[int]:
    """A host that takes every connection and never says a word; its port."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    taken.append(listener.accept()[0])

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for one in taken:
                one.close()


def test_p45_p52_a_database_host_that_is_silent_is_503_within_three_seconds(
    tmp_path: Path, still_clock: None
) -> None:
    with silent_host() as port:
        world = World.make(
            f"postgresql+psycopg://nobody@127.0.0.1:{port}/none", tmp_path
        )
        kept = {"link": "A" * 43, "page": "x", "q-better": "what I typed"}
        asked: list[tuple[str, dict[str, str] | None]]
        asked = [
            ("/readyz", None),
            (f"/r/{'A' * 43}", None),
            ("/r", kept),
            ("/", {"words": "apple river stone cloud"}),
        ]

        def ask(path: str, fields: dict[str, str] | None) -> TestResponse:
            return soon(
                world.app.test_client().open,
                path=path,
                method="POST" if fields else "GET",
                data=fields,
            )

        assert world.client().http.get("/livez").status_code == 200
        with ThreadPoolExecutor(len(asked)) as pool:
            ready, *children = pool.map(ask, *zip(*asked, strict=True))
        assert ready.status_code == 503
        assert ready.json is not None
        assert ready.json["database"] == "does not answer"
        assert all(map(refused_in_words, children))
        assert "what I typed" in children[1].text
        assert world.client().http.get("/help").status_code == 200
        world.close()


@pytest.mark.full
@pytest.mark.postgres
def test_p45_p52_a_database_that_falls_silent_in_the_middle_is_503_within_three_seconds_and_recovers_alone(
    postgres_server: object, tmp_path: Path, still_clock: None
) -> None:
    with postgres_server.database() as url:  # type: ignore[attr-defined]
        world = World.make(url, tmp_path)
        path = f"/r/{world.token(world.invitation())}"
        http = world.app.test_client()
        assert http.get(path).status_code == 200
        with world.session() as session:
            mine = text(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            )
            serving = session.scalars(mine).all()
        for pid in (
            serving
        ):  # the server's own processes for our pool, of a server that this run started
            os.kill(pid, signal.SIGSTOP)
        try:
            for _pooled in serving:
                assert refused_in_words(soon(http.get, path=path))
            assert http.get(path).status_code == 200
        finally:
            for pid in serving:
                os.kill(pid, signal.SIGCONT)
        world.close()
