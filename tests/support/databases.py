"""Dear tests of both databases: PostgreSQL, where the race is, in the ordinary run; SQLite with the full matrix."""

from __future__ import annotations

import pytest

ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url",
    [pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
"""The longest fault runs, whose shorter form runs on both."""
POSTGRESQL_MOSTLY = pytest.mark.parametrize(
    "database_url",
    [
        pytest.param("sqlite", marks=pytest.mark.full),
        pytest.param("postgresql", marks=pytest.mark.postgres),
    ],
    indirect=True,
)
