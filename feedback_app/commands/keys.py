"""Commands for the keys: each one line onto a verb. `keys make` runs before there is an application."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import OperationalError

from feedback_app.config import read_settings
from feedback_app.operations import key_rotation as rotation
from feedback_app.operations.reseal import VALUES_A_BATCH, ResealResult, reseal_ring
from feedback_app.operations.sealed_columns import RingName
from feedback_app.privacy.keyfile import KeyFileError
from feedback_app.privacy.keys import BadKeys, load_keys, make_keys
from feedback_app.web.context import instance

SHOWN = 20
keys = AppGroup("keys", help="The keys, outside the database.")
changeable = click.argument("name", metavar="KEY", type=click.Choice(rotation.CHANGEABLE_KEYS))
sealing = click.argument("name", metavar="text|envelope", type=click.Choice(rotation.SEALING_KEYS))


@contextmanager
def plain_errors() -> Iterator[None]:
    """What a verb refuses is said in one line."""
    try:
        yield
    except (BadKeys, KeyFileError, rotation.KeyStillNeeded) as problem:
        raise click.ClickException(str(problem)) from problem
    except OperationalError as problem:
        raise click.ClickException(
            "the database does not answer in time: run it again, what was done is kept"
        ) from problem


@keys.command("make", with_appcontext=False)
def create_keys() -> None:
    """Write the keys that are missing, once, mode 0600."""
    make_keys(read_settings().keys_dir)


@keys.command("list")
def show_keys() -> None:
    """Name every key, what it does, and how many rows it made; never a byte of it."""
    parts = instance()
    with plain_errors(), parts.database.new_session(reading=True) as session:
        for one in rotation.list_keys(session, parts.settings.keys_dir):
            rows = "" if one.rows is None else f"{one.rows} rows"
            click.echo(f"{one.ring:10}{one.key_id:18}{one.state:9}{rows}".rstrip())


@keys.command("add")
@changeable
def add_key(name: str) -> None:
    """Add a key that opens and does not seal yet."""
    parts = instance()
    with plain_errors():
        click.echo(f"added {rotation.add_key(parts.database, parts.settings.keys_dir, name)}; it does not seal yet")


@keys.command("use")
@changeable
def use_key(name: str) -> None:
    """Let the key that was added last seal from now on. Every machine must have its file by then."""
    parts = instance()
    with plain_errors():
        click.echo(f"{rotation.use_key(parts.database, parts.settings.keys_dir, name)} seals from now on")


@keys.command("drop")
@sealing
@click.argument("key_id", metavar="ID")
def drop_key(name: RingName, key_id: str) -> None:
    """Take out a key that nothing is sealed under."""
    parts = instance()
    with plain_errors():
        rotation.drop_key(parts.database, parts.settings.keys_dir, name, key_id)
    click.echo(f"dropped {key_id}")


@keys.command("rotate")
@sealing
@click.option(
    "--wait", default=60.0, help="Seconds after which every process has read the file, the longest request too."
)
def rotate_key(name: RingName, wait: float) -> None:
    """Add a key, use it and seal everything again under it: all at once, for a single machine."""
    parts = instance()
    with plain_errors():
        pause = partial(time.sleep, wait)
        done = rotation.rotate_key(parts.database, parts.settings.keys_dir, name, wait=pause, say=click.echo)
    report_result(done)
    click.echo(f"older keys: see 'flask keys list'; 'flask keys drop {name} ID' takes one out that has 0 rows")


@click.command("reseal")
@click.option("--batch", default=VALUES_A_BATCH, help="Values of one transaction.")
@with_appcontext
def reseal_all(batch: int) -> None:
    """Seal again, under the newest keys, what older ones sealed. May be cut off and run again at any time."""
    parts = instance()
    done = ResealResult()
    with plain_errors():
        now = load_keys(parts.settings.keys_dir)
        for name in rotation.SEALING_KEYS:
            done += reseal_ring(parts.database, now, name, batch=batch)
    report_result(done)


def report_result(done: ResealResult) -> None:
    """Say what a run did; leave with 1 when something is not under the newest key."""
    click.echo(f"{done.resealed} values sealed again")
    for (table, row), why in list(done.unopened.items())[:SHOWN]:
        click.echo(f"{table} {row} does not open and was left alone: {why}", err=True)
    if done.unopened:
        click.echo(f"{len(done.unopened)} values do not open", err=True)
    if done.left:
        click.echo(f"{done.left} values were held by others: run 'flask reseal' again", err=True)
    if done.unopened or done.left:
        sys.exit(1)
