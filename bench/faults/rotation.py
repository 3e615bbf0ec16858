"""The text key is changed while children send and staff read, and re-sealing is killed again and again (promise 35).

.venv/bin/python -m bench.faults.rotation
"""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, insert, select

from bench import children
from bench.faults.places import worlds
from bench.load import post
from bench.support import live
from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.invitations import links
from feedback_app.models.base import new_id
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.operations import key_rotation as rotation
from feedback_app.operations import sealed_columns as sealed
from feedback_app.privacy.cipher import UnsealError, unseal_text
from feedback_app.privacy.keys import load_keys
from feedback_app.responses.store import sealed_row
from feedback_app.web import staff_sessions

ROWS, KILLS, RATE, WAIT_SECONDS = 10_000, 5, 20, 16.0
LEAST_SECONDS = 20
THANKS = b'data-page="thanks"'
FIELDS = [
    ("helped", "none"),
    ("q-know_iro", "yes"),
    ("q-better", "invented words"),
    ("iro_sees", "no"),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to; `rows` is what the database held at the end under the text key, all of it tried."""

    rows: int
    unreadable: int
    on_old_key: int
    requests: int
    refused: int
    acked: int
    stored: int
    kills: int

    @property
    def holds(self) -> bool:
        """Whether the promise holds."""
        return (
            not (self.unreadable or self.on_old_key or self.refused)
            and self.acked == self.stored > 0
        )

    def __str__(self) -> str:
        return (
            f"rows {self.rows}, unreadable {self.unreadable}, on the old key {self.on_old_key}; "
            f"requests {self.requests}, refused {self.refused}; acked {self.acked}, stored {self.stored}; "
            f"kill -9 {self.kills}"
        )


@dataclass
class Users:
    """Children who send and a lead who reads, in turn, so many a second, until told that it is over."""

    port: int
    cookie: str
    sends: Sequence[bytes]
    entries: Sequence[str]
    over: threading.Event = field(default_factory=threading.Event)
    acked: int = 0
    refused: list[str] = field(default_factory=list)
    requests: int = 0

    def run(self, rate: float) -> None:
        """One request after the other has begun, whether or not it has been answered."""
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answered: list[Future[bool]] = []
            for number in itertools.count():
                if self.over.wait(max(0.0, began + number / rate - time.monotonic())):
                    break
                answered.append(pool.submit(self._one, number))
        self.requests = len(answered)
        self.acked = sum(one.result() for one in answered)

    def _one(self, number: int) -> bool:
        """Whether a send was thanked for."""
        place, reads = divmod(number, 2)
        if reads or place >= len(self.sends):
            entry = self.entries[number % len(self.entries)]
            self._ask(
                "GET",
                f"/safeguarding/texts/{entry}",
                None,
                {"Cookie": self.cookie},
                b"invented words",
            )
            return False
        head, _, body = self.sends[place].partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        return self._ask(
            "POST", "/r", body, headers | {"Accept-Encoding": "identity"}, THANKS
        )

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        wanted: bytes,
    ) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body, headers)
            reply = line.getresponse()
            good = wanted in reply.read() and reply.status == 200
            if not good:
                self.refused.append(f"{method} {reply.status}")
        except (OSError, http.client.HTTPException) as problem:
            self.refused.append(f"{method} {problem!r}")
            return False
        finally:
            line.close()
        return good


def run(
    world: World,
    port: int,
    *,
    rows: int = ROWS,
    kills: int = KILLS,
    rate: float = RATE,
    batch: int = 100,
    wait: float = WAIT_SECONDS,
    sends: int = 2000,
) -> Outcome:
    """One run against the site at `port`, which works on the world's database and keys."""
    fill(world, rows)
    users = Users(port, signed_in(world), prepared(world, sends), entries(world))
    working = threading.Thread(target=users.run, args=(rate,))
    working.start()
    database, folder = world.parts.database, world.parts.settings.keys_dir
    old = load_keys(folder).text.current
    began = time.monotonic()
    killed = 0
    try:
        rotation.add_key(database, folder, "text")
        time.sleep(wait)
        new = rotation.use_key(database, folder, "text")
        time.sleep(wait)
        killed = reseal_and_kill(world, new, rows, kills, batch)
        time.sleep(max(0.0, began + (LEAST_SECONDS if wait else 0) - time.monotonic()))
    finally:
        users.over.set()
        working.join()
    for problem in sorted(set(users.refused)):
        print(
            f"refused {users.refused.count(problem)} times: {problem}", file=sys.stderr
        )
    return outcome(world, old, users, killed)


def reseal_and_kill(world: World, new: str, rows: int, kills: int, batch: int) -> int:
    """Re-seal, killed each time that another share is done, and at last left to finish; how often it was killed."""
    settings = world.parts.settings
    command = [
        sys.executable,
        "-m",
        "bench.faults.resealing",
        settings.database_url,
        str(settings.keys_dir),
        str(batch),
    ]
    for number in range(1, kills + 1):
        with subprocess.Popen(command, cwd=ROOT) as process:
            while process.poll() is None and renewed(world, new) < number * rows // (
                kills + 1
            ):
                time.sleep(0.001)
            if process.poll() is not None:
                return number - 1
            os.kill(process.pid, signal.SIGKILL)
    subprocess.run(command, cwd=ROOT, check=True)
    return kills


def renewed(world: World, new: str) -> int:
    """How many texts are under the new key by now."""
    with world.session() as session:
        return session.scalar(select(func.count()).where(SealedText.key_id == new)) or 0


def fill(world: World, rows: int) -> None:
    """So many texts, in bulk, and one child who wrote, so that there is something to read from the start."""
    world.response(texts={"better": "invented words"})
    with world.parts.database.short_write() as session:
        made = [
            sealed_row(
                world.parts.keys.text, "answer", new_id(), "better", "invented words"
            )
            for _ in range(rows)
        ]
        session.execute(insert(SealedText), made)


def prepared(world: World, number: int) -> list[bytes]:
    """The sends of so many children, each with words."""
    tokens = children.invite(world, number)
    with world.session() as session:
        assert links.find_link(session, world.parts.keys, tokens[0])
    stamps = children.stamps(world, tokens)
    return [
        post("/r", [("link", token), ("page", page), *FIELDS])
        for token, page in zip(tokens, stamps, strict=True)
    ]


def entries(world: World) -> list[str]:
    """What waits to be read."""
    with world.session() as session:
        return list(session.scalars(select(QueueEntry.id)))


def signed_in(world: World) -> str:
    """The cookie of a lead who has signed in."""
    client = world.sign_in(world.lead())
    with world.app.test_request_context():
        name = staff_sessions.cookie_name()
    cookie = client.http.get_cookie(name)
    assert cookie is not None
    return f"{name}={cookie.value}"


def outcome(world: World, old: str, users: Users, killed: int) -> Outcome:
    """Open everything with the keys as they are now."""
    ring = load_keys(world.parts.settings.keys_dir).text
    rows = unreadable = 0
    with world.session() as session:
        for place in sealed.columns_of_ring("text"):
            for row in session.execute(
                select(*place.column_list).where(place.value.is_not(None))
            ):
                rows += 1
                try:
                    unseal_text(ring, row[1], **place.place_of(tuple(row)))
                except UnsealError:
                    unreadable += 1
        left = sealed.count_sealed_under(session, "text", old)
        stored = (session.scalar(select(func.count()).select_from(Response)) or 0) - 1
    return Outcome(
        rows,
        unreadable,
        left,
        users.requests,
        len(users.refused),
        users.acked,
        stored,
        killed,
    )


def main() -> int:
    """Both databases; 1 when the promise does not hold."""
    good = True
    with worlds() as found, tempfile.TemporaryDirectory() as folder:
        for name, world in found.items():
            settings = {
                "mode": "test",
                "log_level": "WARNING",
                "second_factor": "may_skip",
            }
            more = {
                "keys_dir": world.parts.settings.keys_dir,
                "database_url": world.parts.settings.database_url,
            }
            with live.gunicorn(settings | more, Path(folder)) as site:
                came_to = run(world, site.port)
            print(f"{name}: {came_to}")
            good = good and came_to.holds
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
