"""Searching the files of a database for bytes that must be gone, on either kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.support.postgres import Server
from bench.support.world import World


def on_disk(
    world: World, request: pytest.FixtureRequest, *needles: bytes
) -> list[bytes]:
    """Which of these bytes stand in a file of the database: SQLite's own and its log, or PostgreSQL's tables."""
    url = world.parts.settings.database_url
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        held = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
        return [needle for needle in needles if needle in held]
    server: Server = request.getfixturevalue("postgres_server")
    found: set[bytes] = set()
    for path in server.files():
        held = path.read_bytes()
        found |= {needle for needle in needles if needle in held}
    return [needle for needle in needles if needle in found]
