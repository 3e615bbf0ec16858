"""Where a send's time goes: `python -m bench.profile` sends 400 in this process on SQLite and prints the profile."""

from __future__ import annotations

import cProfile
import io
import pstats
import tempfile
import time
from pathlib import Path
from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench import children
from bench.load import post
from bench.support.world import World
from feedback_app.operations.migrations import migrate_to_head

SENDS = 400
LINES = 45


def environment(request: bytes) -> dict[str, Any]:
    """The WSGI environment of a send's bytes."""
    head, _blank, body = request.partition(b"\r\n\r\n")
    kind = next(
        line for line in head.decode().split("\r\n") if line.startswith("Content-Type")
    ).partition(": ")[2]
    return EnvironBuilder(
        path="/r",
        method="POST",
        input_stream=io.BytesIO(body),
        content_type=kind,
        content_length=len(body),
    ).get_environ()


def main() -> None:
    """Half of the sends for the processor's time, half under the profiler."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/profile.db"
        migrate_to_head(url)
        world = World.make(url, Path(folder))
        tokens = children.invite(world, SENDS)
        fields = children.answers(world)
        pages = zip(tokens, children.stamps(world, tokens), strict=True)
        sends = [
            environment(post("/r", [("link", t), ("page", s), *fields]))
            for t, s in pages
        ]
        began = time.process_time()
        for send in sends[: SENDS // 2]:
            run_wsgi_app(world.app, send)
        print(
            f"{(time.process_time() - began) / (SENDS // 2) * 1000:.2f} ms of processor a send"
        )
        with cProfile.Profile() as profile:
            for send in sends[SENDS // 2 :]:
                run_wsgi_app(world.app, send)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(LINES)
        world.close()


if __name__ == "__main__":
    main()
