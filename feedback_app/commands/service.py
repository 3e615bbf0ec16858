"""`worker`, `proxy-page`, `demo`, `demo-reports`: the worker, the proxy's page while the service is down, the demo."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from feedback_app import demo, worker
from feedback_app.child import drawn_pages as drawn
from feedback_app.commands.plain_errors import plain_errors
from feedback_app.operations.key_checks import refuse_misfits
from feedback_app.web.context import instance
from feedback_app.web.service_details import refresh_details


def _app() -> Flask:
    """Return the application itself: the worker and the demo outlive this command's application context."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Run the background worker until it is stopped."""
    parts = instance()
    with plain_errors():
        refuse_misfits(parts.database.engine, parts.keys)
    worker.run_worker(_app())


@click.command("proxy-page")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def write_proxy_page(file: Path) -> None:
    """Write the page with the help numbers that the proxy shows while the service is down."""
    refresh_details(_app(), at_once=True)
    drawn.write_proxy_page(file)


@click.command("demo")
@with_appcontext
def fill_demo() -> None:
    """Fill an empty database with an invented service and a year of answers; print how to sign in."""
    for line in demo.fill_demo(_app()):
        click.echo(line)


@click.command("demo-reports")
@with_appcontext
def add_demo_reports() -> None:
    """Hand over the demo's reports of earlier months; it takes half a minute, once."""
    for line in demo.add_reports(_app()):
        click.echo(line)
