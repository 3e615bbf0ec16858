"""What a connection to PostgreSQL asks for when it opens."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bench.support import postgres
from feedback_app.database.engines import make_engine


@pytest.mark.postgres
def test_statements_run_in_one_process_beside_what_the_url_asks_for(
    postgres_server: postgres.Server,
) -> None:
    with postgres_server.lent() as url:
        mark = "&" if "?" in url else "?"
        engine = make_engine(f"{url}{mark}options=-c%20statement_timeout%3D54321")
        with engine.connect() as connection:
            asked = {
                name: connection.scalar(text(f"SHOW {name}"))
                for name in (
                    "max_parallel_workers_per_gather",
                    "jit",
                    "work_mem",
                    "statement_timeout",
                )
            }
        engine.dispose()
    assert asked == {
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "work_mem": "16MB",
        "statement_timeout": "54321ms",
    }
