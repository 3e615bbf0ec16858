"""F17: 20 backups while children send, each restored and counted, on both databases (promise 47).

.venv/bin/python -m bench.faults.f17
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bench import children
from bench.faults.phones import Phones, Send
from bench.support import live, postgres
from bench.support.world import World
from feedback_app.database.sessions import Database
from feedback_app.invitations import links
from feedback_app.models.response import Response
from feedback_app.operations.backup import MadeBackup, make_backup
from feedback_app.operations.migrations import knows_revision, migrate_to_head
from feedback_app.operations.restore import MigrationTools, restore_backup

SENDS, BACKUPS = 2000, 20
DAYS = 35


@dataclass
class Outcome:
    """`missing` counts, over the live database and every restored one, what had been thanked for and is not there."""

    acked: int = 0
    stored: int = 0
    missing: int = 0
    doubled: int = 0
    made: int = 0
    proved: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the promise holds."""
        return (
            self.made == self.proved > 0
            and not self.missing
            and not self.doubled
            and self.acked == self.stored
        )

    def __str__(self) -> str:
        found = "".join(f"\n{problem}" for problem in self.problems)
        return (
            f"backups {self.made}, restored and proved {self.proved}; acked {self.acked}, stored {self.stored}, "
            f"missing {self.missing}, doubled {self.doubled}{found}"
        )


def run(
    world: World,
    spare: str,
    folder: Path,
    *,
    sends: int = SENDS,
    backups: int = BACKUPS,
) -> Outcome:
    """One run on the world's database; each backup is restored into the database at `spare`."""
    phones_of: list[tuple[MadeBackup, list[str]]] = []

    def take_backups(phones: Phones) -> None:
        for number in range(backups):
            while len(phones.acked) < number * sends // backups and not phones.lost:
                time.sleep(0.002)
            before = list(phones.acked)
            made = make_backup(
                world.parts.database, world.parts.keys, folder / "backups", days=DAYS
            )
            phones_of.append((made, before))

    prepared = prepare(world, sends)
    settings = {
        "mode": "test",
        "log_level": "WARNING",
        "keys_dir": world.parts.settings.keys_dir,
    }
    settings["database_url"] = world.parts.settings.database_url
    with live.gunicorn(settings, folder) as site:
        phones = Phones(site.port)
        phones.send_all(prepared, meanwhile=take_backups)
    assert not phones.lost, f"{len(phones.lost)} sends were never thanked for"
    outcome = Outcome(acked=len(phones.acked), made=len(phones_of))
    count(outcome, world.parts.database, phones.acked)
    outcome.stored = responses(world.parts.database).total()
    target = Database()
    target.open(spare)
    for made, before in phones_of:
        schema = MigrationTools(knows_revision, migrate_to_head)
        report = restore_backup(
            made.file,
            target,
            world.parts.keys,
            replace=True,
            schema=schema,
            afterwards=list,
        )
        outcome.problems += report.problems
        outcome.proved += (
            not report.problems
            and made.manifest.counts["response"] == responses(target).total()
        )
        count(outcome, target, before)
    target.engine.dispose()
    return outcome


def prepare(world: World, sends: int) -> list[Send]:
    """The sends of so many children, each with words."""
    tokens = children.invite(world, sends)
    fields = [
        ("helped", "none"),
        ("q-know_iro", "yes"),
        ("q-better", "invented words"),
        ("iro_sees", "no"),
    ]
    with world.session() as session:
        found = [links.find_link(session, world.parts.keys, token) for token in tokens]
    return [
        Send(link.id, [("link", token), ("page", stamp), *fields])
        for link, token, stamp in zip(
            found, tokens, children.stamps(world, tokens), strict=True
        )
        if link is not None
    ]


def responses(database: Database) -> Counter[str | None]:
    """How many responses each invitation has."""
    with database.new_session(reading=True) as session:
        return Counter(session.scalars(select(Response.invitation_id)))


def count(outcome: Outcome, database: Database, acked: list[str]) -> None:
    """Add what is missing or doubled in this database."""
    found = responses(database)
    outcome.missing += len([one for one in acked if one not in found])
    outcome.doubled += len([one for one, number in found.items() if number > 1])


def main() -> int:
    """Both databases; 1 when the promise does not hold."""
    outcomes: dict[str, Outcome] = {}
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres.started(durable=True))
        urls = {
            "SQLite": f"sqlite:///{place / 'faults.db'}",
            "PostgreSQL": stack.enter_context(server.database()),
        }
        spares = {
            "SQLite": f"sqlite:///{place / 'spare.db'}",
            "PostgreSQL": stack.enter_context(server.database()),
        }
        migrate_to_head(urls["SQLite"])
        for name, url in urls.items():
            folder = children.folder_for(place, name)
            outcomes[name] = run(World.make(url, folder), spares[name], folder)
            print(f"{name}: {outcomes[name]}")
    return 0 if all(one.holds for one in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
