"""Two `flask migrate` at once of a further revision while twenty sends a second come in, on both (promise 48).

The revision lies in a throw-away copy of the product: it takes 6 s (longer than the lock_timeout), then adds a column
and a table. The site runs on the old code.

.venv/bin/python -m bench.faults.upgrade
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import inspect

from bench.faults import places
from bench.faults.phones import Phones, prepared
from bench.faults.tally import Tally, tally_of
from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.operations.migrations import newest_revision

SENDS, AT_ONCE, PAUSE_SECONDS = 1200, 5, 0.25
PARTS = ("feedback_app", "migrations", "surveys", "static", "alembic.ini", "wsgi.py")
REVISION = """
import time
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{head}"


def upgrade():
    time.sleep(6)
    op.add_column("invitation", sa.Column("further", sa.Text(), nullable=True))
    op.create_table("further", sa.Column("id", sa.Text(), primary_key=True))
"""


def run(world: World, folder: Path) -> Tally:
    """One run on the world's database."""
    copy = _copy(folder)
    with places.site(world, folder) as site:
        phones = Phones(site.port, at_once=AT_ONCE, pause=PAUSE_SECONDS)
        ended: list[str] = []
        sends = prepared(world, SENDS)
        phones.send_all(
            sends,
            meanwhile=lambda every: ended.extend(migrate(world, copy, every)),
            no_longer=True,
        )
    columns = {
        column["name"]
        for column in inspect(world.parts.database.engine).get_columns("invitation")
    }
    wrong = [*ended, *([] if "further" in columns else ["the revision is not there"])]
    return tally_of(world, phones).also(
        "two migrations ended well" if not wrong else "migrations", wrong=wrong
    )


def migrate(world: World, copy: Path, phones: Phones) -> list[str]:
    """Migrate twice at once, once sends come in; what went wrong."""
    places.until(lambda: len(phones.acked) > 20 or phones.lost, "sends are stored")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "migrate"]
    settings = {"PYTHONPATH": str(copy), "FEEDBACK_MODE": "test"}
    settings["FEEDBACK_DATABASE_URL"] = world.parts.settings.database_url
    settings["FEEDBACK_KEYS_DIR"] = str(world.parts.settings.keys_dir)
    environment = dict(os.environ) | settings
    both = [
        subprocess.Popen(
            command,
            cwd=copy,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _one in range(2)
    ]
    said = [one.communicate(timeout=places.PATIENCE_SECONDS)[0] for one in both]
    return [
        words.strip()[-300:]
        for one, words in zip(both, said, strict=True)
        if one.returncode
    ]


def _copy(folder: Path) -> Path:
    """The product with one revision more."""
    copy = folder / f"copy-{time.monotonic_ns()}"
    copy.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part)
        else:
            shutil.copy(ROOT / part, copy / part)
    (copy / "migrations" / "versions" / "9999_further.py").write_text(
        REVISION.format(head=newest_revision())
    )
    return copy


if __name__ == "__main__":
    sys.exit(places.on_both(run))
