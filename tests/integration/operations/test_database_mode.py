"""No mode is taken for granted, and a database is not opened by a service of the other mode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.support.world import World
from feedback_app.config import ROOT, UnsafeSettings, read_settings
from feedback_app.operations.database_mode import (
    claim_database,
    mode_of,
    refuse_other_mode,
)


def test_p40_without_a_mode_nothing_starts() -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_MODE: say 'production'"):
        read_settings({})


def test_p40_a_database_is_the_demos_or_a_services_and_refuses_the_other(
    world: World,
) -> None:
    engine = world.parts.database.engine
    refuse_other_mode(engine, "demo")
    claim_database(engine, "production")
    claim_database(engine, "production")
    with world.session() as session:
        assert mode_of(session) == "production"
    refuse_other_mode(engine, "production")
    for mode in ("demo", "test"):
        with pytest.raises(UnsafeSettings, match="belongs to a real service"):
            refuse_other_mode(engine, mode)
    with pytest.raises(UnsafeSettings):
        claim_database(engine, "demo")


def test_a_demo_claims_no_database_with_people_in_it(lite: World) -> None:
    engine = lite.parts.database.engine
    lite.lead()
    claim_database(engine, "demo")
    with lite.session() as session:
        assert mode_of(session) is None


@pytest.mark.full
def test_p40_a_worker_in_demo_mode_does_not_start_on_a_real_database(
    lite: World, tmp_path: Path
) -> None:
    claim_database(lite.parts.database.engine, "production")
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env=os.environ
        | {
            "FEEDBACK_MODE": "demo",
            "FEEDBACK_DATABASE_URL": lite.parts.settings.database_url,
            "FEEDBACK_KEYS_DIR": str(tmp_path / "keys"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode != 0
    assert "belongs to a real service" in ran.stderr
