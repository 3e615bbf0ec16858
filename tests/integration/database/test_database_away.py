"""The database goes away: a child reads so in three seconds, nothing is half-written, all comes back (promise 52)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from werkzeug.test import TestResponse

from bench.support import live, postgres
from bench.support.world import World
from tests.support.tables import SURVEY_DATA, contents

WORDS = "what I typed"
WITHIN_SECONDS = 3
pytestmark = pytest.mark.postgres


@pytest.fixture
def world(
    postgres_server: postgres.Server, tmp_path: Path, still_clock: None
) -> Iterator[World]:
    """On PostgreSQL alone: SQLite is a file, and cannot be away."""
    with postgres_server.database() as url:
        made = World.make(url, tmp_path)
        yield made
        made.close()


def sent(world: World, form: dict[str, list[str]]) -> tuple[TestResponse, float]:
    """What a send is answered, and in how many seconds."""
    began = time.monotonic()
    answer = world.client().http.post("/r", data=form)
    return answer, time.monotonic() - began


def refused(world: World, form: dict[str, list[str]]) -> None:
    answer, seconds = sent(world, form)
    assert answer.status_code == 503
    assert WORDS in answer.text
    assert seconds < WITHIN_SECONDS


def test_p52_a_stopped_database_is_503_with_the_words_and_the_same_send_counts_when_it_is_back(
    tmp_path: Path,
) -> None:
    with postgres.started() as server, server.database() as url:
        world = World.make(url, tmp_path)
        form = world.form(world.invitation(), {}, {"better": WORDS})
        looking = create_engine(url)
        before = contents(looking, SURVEY_DATA)
        server.stop()
        for _try in range(2):
            refused(world, form)
        assert world.client().http.get("/help").status_code == 200
        server.start()
        looking.dispose()
        assert contents(looking, SURVEY_DATA) == before
        looking.dispose()
        until = time.monotonic() + WITHIN_SECONDS
        while (answer := sent(world, form)[0]).status_code == 503:
            assert time.monotonic() < until, "it does not come back by itself"
        assert "Thank you" in answer.text
        with world.session() as session:
            assert session.scalar(text("SELECT count(*) FROM response")) == 1
        world.close()


def test_p52_a_server_that_takes_the_call_and_says_nothing_is_503_within_three_seconds(
    world: World,
) -> None:
    form = world.form(world.invitation(), {}, {"better": WORDS})
    with live.listening() as silent:
        url = (
            f"postgresql+psycopg://postgres@127.0.0.1:{silent.getsockname()[1]}/nobody"
        )
        deaf = World(world.app, world.parts)
        deaf.parts.database.open(url)
        refused(deaf, form)
        began = time.monotonic()
        refused(deaf, form)
        assert time.monotonic() - began < 1, (
            "the next child waits again for the same silence"
        )


def test_p52_a_connection_that_is_lost_before_the_end_does_not_take_the_page_with_it(
    world: World,
) -> None:
    form = world.form(world.invitation(), {}, {"better": WORDS + "x" * 4000})
    engine = world.parts.database.engine
    with world.session() as other:
        other.execute(text("SELECT 1"))

        def lose(
            connection: object, _cursor: object, statement: str, *_more: object
        ) -> None:
            if "token_digest" in statement:
                pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[attr-defined]
                other.execute(
                    text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": pid}
                )

        event.listen(engine, "after_cursor_execute", lose)
        answer, _seconds = sent(world, form)
    assert answer.status_code == 400
    assert WORDS in answer.text
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_p52_a_server_that_ends_every_connection_is_a_server_that_is_away(
    world: World,
) -> None:
    form = world.form(world.invitation(), {}, {"better": WORDS})

    def ended(*_connection: object) -> None:
        raise DisconnectionError("ended")

    event.listen(world.parts.database.engine, "checkout", ended)
    refused(world, form)
    event.remove(world.parts.database.engine, "checkout", ended)
    assert "Thank you" in sent(world, form)[0].text
