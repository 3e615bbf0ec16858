"""A link is used once, however many phones send at the same moment (promise 3): on PostgreSQL, which lets them race."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench import children, load
from feedback_app.models.response import Response
from feedback_app.models.running import OutboxMessage
from feedback_app.models.text import QueueEntry, SealedText, SetAside
from tests.support import live, postgres
from tests.support.world import World

LINKS, AT_ONCE = 200, 8
WORKERS = 3
pytestmark = pytest.mark.postgres


@pytest.fixture
def racing(postgres_server: postgres.Server, tmp_path: Path) -> Iterator[tuple[World, live.Gunicorn]]:
    """Several workers before one PostgreSQL, and a World on the same database, at the true time."""
    with postgres_server.database() as url:
        world = World.make(url, tmp_path)
        settings = {"mode": "test", "database_url": url, "keys_dir": tmp_path / "keys", "log_level": "WARNING"}
        with live.gunicorn(settings, tmp_path, workers=WORKERS, more=("--threads", "4")) as site:
            yield world, site
        world.close()


def test_p03_two_hundred_links_sent_by_eight_phones_at_once_are_two_hundred_responses(
    racing: tuple[World, live.Gunicorn],
) -> None:
    """Every other link is sent with one content by all phones, the rest with eight contents."""
    world, site = racing
    tokens = children.invite(world, LINKS)
    stamps = children.stamps(world, tokens)
    sends = [
        children.send_only(token, stamp, [("q-know_iro", "yes"), ("q-better", f"words {number % 2 * phone}")])
        for number, (token, stamp) in enumerate(zip(tokens, stamps, strict=True))
        for phone in range(AT_ONCE)
    ]
    ran = load.run(site.port, sends, clients=2 * AT_ONCE)
    assert ran.refused == []
    assert len(ran.visits) == LINKS * AT_ONCE
    with world.session() as session:
        responses = Counter(session.scalars(select(Response.invitation_id)))
        asides = Counter(session.scalars(select(SetAside.invitation_id)))
        written = {
            t: session.scalar(select(func.count()).select_from(t)) for t in (SealedText, QueueEntry, OutboxMessage)
        }
    assert len(responses) == LINKS
    assert set(responses.values()) == {1}
    assert Counter(asides.values()) == {AT_ONCE - 1: LINKS // 2}
    late = LINKS // 2 * (AT_ONCE - 1)
    assert written == {SealedText: LINKS, QueueEntry: LINKS + late, OutboxMessage: LINKS + late}
