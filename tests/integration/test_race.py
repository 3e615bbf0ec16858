"""A link is used once, however many phones send at the same moment (promise 3): on PostgreSQL, which lets them race."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults import f3
from tests.support import postgres
from tests.support.world import World

pytestmark = pytest.mark.postgres


@pytest.fixture
def racing(postgres_server: postgres.Server, tmp_path: Path) -> Iterator[World]:
    """A World on PostgreSQL, at the true time, which the workers share."""
    with postgres_server.database() as url:
        world = World.make(url, tmp_path)
        yield world
        world.close()


def test_p03_two_hundred_links_sent_by_eight_phones_at_once_are_two_hundred_responses(
    racing: World, tmp_path: Path
) -> None:
    """Every other link is sent with one content by all phones, the rest with eight contents."""
    tally = f3.run(racing, tmp_path)
    assert tally.holds, tally
    assert tally.stored == f3.LINKS
