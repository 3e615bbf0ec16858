"""`keys ...` and `reseal`. `keys make` runs before there is an application (an entry point in pyproject.toml)."""

from __future__ import annotations

import sys
import time
from functools import partial

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from feedback_app import audit
from feedback_app.commands.plain_errors import plain_errors, speak_plainly
from feedback_app.config import read_settings
from feedback_app.database.engines import make_engine
from feedback_app.operations import key_checks, key_rotation
from feedback_app.operations.reseal import VALUES_A_BATCH, ResealResult, reseal_ring
from feedback_app.operations.sealed_columns import RingName
from feedback_app.operations.snapshot import sqlite_file
from feedback_app.privacy.keys import (
    BadKeys,
    Keys,
    load_keys,
    make_keys,
    missing_keys,
)
from feedback_app.web.context import instance

SHOWN = 20
"""Values that do not open, named one by one; of more only the number is printed."""
RUN_AGAIN = "Run the command again: what was done is kept."
keys = AppGroup("keys", help="Make, list and change the keys.")
changeable = click.argument(
    "name", metavar="KEY", type=click.Choice(key_rotation.CHANGEABLE_KEYS)
)
sealing = click.argument(
    "name", metavar="text|envelope", type=click.Choice(key_rotation.SEALING_KEYS)
)


@keys.command("make", with_appcontext=False)
@click.option(
    "--lost",
    multiple=True,
    metavar="KEY",
    type=click.Choice(key_checks.BOUND_RINGS),
    help="A key that is lost for good. What depends on it is lost with it.",
)
def create_keys(lost: tuple[key_checks.BoundRing, ...]) -> None:
    """Create the key files that are missing (mode 0600); existing ones stay as they are.

    Refused where the database has rows that depend on a missing one, unless it is named as --lost.
    """
    settings = read_settings()
    folder, engine = settings.keys_dir, make_engine(settings.database_url)
    try:
        with plain_errors("nothing was made: "):
            in_use = _holds_rows(engine)
            needed = set(missing_keys(folder)) & set(key_checks.BOUND_RINGS) - set(lost)
            if in_use and needed:
                raise BadKeys(
                    f"{', '.join(sorted(needed))}: missing in {folder}, and rows of the database depend on it."
                    f" {key_checks.PUT_BACK}"
                )
            made = make_keys(folder)
            if in_use:
                _forget_lost(engine, load_keys(folder), lost)
    finally:
        engine.dispose()
    if made:
        click.echo(f"made in {folder}: {', '.join(made)}")
        click.echo("Keep a copy where your other secrets are, never beside a backup.")
    else:
        click.echo(f"nothing to make: every key is in {folder} already")


def _holds_rows(engine: Engine) -> bool:
    """Whether the database is in use. Raises SQLAlchemyError where it is away; of SQLite no file is made."""
    if engine.dialect.name == "sqlite" and not sqlite_file(engine).exists():
        return False
    return key_checks.holds_rows(engine)


def _forget_lost(
    engine: Engine, keys: Keys, lost: tuple[key_checks.BoundRing, ...]
) -> None:
    """Let the database forget lost keys, and know the new ones."""
    with Session(engine) as session, session.begin():
        for ring in lost:
            ids = key_checks.forget_lost(session, keys, ring)
            audit.write_entry(
                session,
                keys.audit,
                "key_lost",
                person_id=None,
                about=f"{ring}:{','.join(ids)}"[:80],
            )
            click.echo(f"{ring}: what was made under {', '.join(ids) or 'it'} is lost")
        if lost:
            key_checks.note_keys(session, keys)


@keys.command("list")
def show_keys() -> None:
    """List every key: its ring, id, state and how many rows it protects. Key bytes are never shown."""
    parts = instance()
    with (
        plain_errors(advice=RUN_AGAIN),
        parts.database.new_session(reading=True) as session,
    ):
        for key in key_rotation.list_keys(session, parts.settings.keys_dir):
            rows = "" if key.rows is None else f"{key.rows} rows"
            click.echo(f"{key.ring:10}{key.key_id:18}{key.state:9}{rows}".rstrip())


@keys.command("add")
@changeable
def add_key(name: str) -> None:
    """Add a key that can decrypt and does not encrypt yet."""
    parts = instance()
    with plain_errors(advice=RUN_AGAIN):
        click.echo(
            f"added {key_rotation.add_key(parts.database, parts.settings.keys_dir, name)}; it does not seal yet"
        )


@keys.command("use")
@changeable
def use_key(name: str) -> None:
    """Encrypt with the key that was added last. Every machine must have its key file by then."""
    parts = instance()
    with plain_errors(advice=RUN_AGAIN):
        click.echo(
            f"{key_rotation.use_key(parts.database, parts.settings.keys_dir, name)} seals from now on"
        )


@keys.command("drop")
@sealing
@click.argument("key_id", metavar="ID")
def drop_key(name: RingName, key_id: str) -> None:
    """Remove a key under which nothing is encrypted any more."""
    parts = instance()
    with plain_errors(advice=RUN_AGAIN):
        key_rotation.drop_key(parts.database, parts.settings.keys_dir, name, key_id)
    click.echo(f"dropped {key_id}")


@keys.command("rotate")
@sealing
@click.option(
    "--wait",
    default=60.0,
    help="Seconds until every process has read the key file and its longest request is over.",
)
def rotate_key(name: RingName, wait: float) -> None:
    """On a single machine: add a key, use it, and re-encrypt everything under it."""
    parts = instance()
    with plain_errors(advice=RUN_AGAIN):
        pause = partial(time.sleep, wait)
        done = key_rotation.rotate_key(
            parts.database, parts.settings.keys_dir, name, wait=pause, say=click.echo
        )
    report_result(done)
    click.echo(
        f"older keys: see 'flask keys list'; 'flask keys drop {name} ID' takes one out that has 0 rows"
    )


@click.command("reseal")
@click.option("--batch", default=VALUES_A_BATCH, help="Values in one transaction.")
@with_appcontext
def reseal_all(batch: int) -> None:
    """Re-encrypt under the newest keys what older ones encrypted. May be stopped and run again at any time."""
    parts = instance()
    done = ResealResult()
    with plain_errors(advice=RUN_AGAIN):
        now = load_keys(parts.settings.keys_dir)
        for name in key_rotation.SEALING_KEYS:
            done += reseal_ring(parts.database, now, name, batch=batch)
    report_result(done)


def report_result(done: ResealResult) -> None:
    """Print what a run did; exit with 1 when something is not under the newest key."""
    click.echo(f"{done.resealed} values sealed again")
    for (table, row), why in list(done.unopened.items())[:SHOWN]:
        click.echo(f"{table} {row} does not open and was left alone: {why}", err=True)
    if done.unopened:
        click.echo(f"{len(done.unopened)} values do not open", err=True)
    if done.left:
        click.echo(
            f"{done.left} values were held by others: run 'flask reseal' again",
            err=True,
        )
    if done.unopened or done.left:
        sys.exit(1)


speak_plainly(keys)
