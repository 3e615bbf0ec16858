"""A link is used once, however many phones send at the same moment (promise 3): on PostgreSQL, which lets them race."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.faults import f3
from bench.support import postgres
from bench.support.world import World
from feedback_app.models.response import Response


@pytest.fixture
def racing(postgres_server: postgres.Server, tmp_path: Path) -> Iterator[World]:
    """A World on PostgreSQL, at the true time, which the workers share."""
    with postgres_server.database() as url:
        world = World.make(url, tmp_path)
        yield world
        world.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "links",
    [pytest.param(links, marks=pytest.mark.full) for links in (24, f3.LINKS)],
)
def test_p03_so_many_links_sent_by_eight_phones_at_once_are_so_many_responses(
    racing: World, tmp_path: Path, links: int
) -> None:
    """Every other link is sent with one content by all phones, the rest with eight contents."""
    tally = f3.run(racing, tmp_path, invited=links)
    assert tally.holds, tally
    assert tally.stored == links


def test_p53_a_page_is_made_of_one_state_though_responses_arrive_meanwhile(
    world: World,
) -> None:
    """A share whose base was counted before a response and its count after it would be above 100%."""
    responses = select(func.count()).select_from(Response)
    with world.session() as page:
        assert page.scalar(responses) == 0
        world.response()
        assert page.scalar(responses) == 0
