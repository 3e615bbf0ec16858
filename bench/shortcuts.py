"""What the shortcuts of docs/decisions/0006 save, each beside the usual way: `python -m bench.shortcuts`."""

from __future__ import annotations

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert
from werkzeug.wrappers import Request

from bench import children
from bench.load import post
from bench.profile import environment
from bench.support.world import World
from feedback_app import clock
from feedback_app.child.form import sent_form
from feedback_app.child.packed import Pieces
from feedback_app.models.base import new_id
from feedback_app.models.person import Miss
from feedback_app.operations.migrations import migrate_to_head
from feedback_app.responses.fast_insert import Rows

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
    """Three lines: the usual way and ours."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shortcuts.db"
        migrate_to_head(url)
        world = World.make(url, Path(folder))
        token = children.invite(world, 1)[0]
        send = post("/r", [("link", token), ("page", "s" * 150), *children.answers(world)])

        def request() -> Request:
            made = environment(send)
            return Request(made)

        making = cost(request)
        usual = cost(lambda: request().form.to_dict(flat=False)) - making
        ours = cost(lambda: sent_form(request())) - making
        print(f"reading the form: {usual:.2f} ms by the general reader, {ours:.2f} ms by child/form.py")

        client = world.app.test_client()
        plain = client.get(f"/r/{token}").get_data()
        packed = Pieces.split_page(f"{plain.decode()}TOKEN between STAMP", "TOKEN", "STAMP")
        usual, ours = cost(lambda: gzip.compress(plain, 6)), cost(lambda: packed.as_gzip(token, "s" * 150))
        load = cost(lambda: client.get(f"/r/{token}", headers={"Accept-Encoding": "gzip"}))
        print(f"packing the page: {usual:.2f} ms anew, {ours:.2f} ms joined; a whole load now takes {load:.2f} ms")

        with world.parts.database.new_session(reading=False) as session:
            at = clock.now()

            def rows() -> list[dict[str, object]]:
                return [{"id": new_id(), "kind": "link", "who": "x" * 64, "at": at} for _ in range(16)]

            def by_hand() -> None:
                made = Rows()
                for row in rows():
                    made.add(Miss, row)
                made.write(session)

            usual = cost(lambda: session.connection().execute(insert(Miss), rows()))
            ours = cost(by_hand)
        print(f"writing 16 rows of one table: {usual:.2f} ms by SQLAlchemy, {ours:.2f} ms by responses/fast_insert.py")
        world.close()


if __name__ == "__main__":
    main()
