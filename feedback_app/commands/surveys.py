"""`surveys check`, `surveys clips` and `surveys release`."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from feedback_app.commands.clips import list_clips
from feedback_app.config import ROOT
from feedback_app.survey.checks.survey import list_problems
from feedback_app.survey.files.released import release_version

surveys = AppGroup(
    "surveys", help="Check and release surveys, and list their audio clips."
)
surveys.add_command(list_clips)


@surveys.command("check")
def check_surveys() -> None:
    """List every problem of the survey files with its file and line; exit with 1 if there is any."""
    problems = list_problems(ROOT / "surveys")
    click.echo("\n".join(problems) or "all surveys are in order")
    sys.exit(bool(problems))


@surveys.command("release", with_appcontext=False)
@click.argument("key")
@click.argument("version", type=int)
def release_survey(key: str, version: int) -> None:
    """Say that children may answer this version: its files may not change any more (surveys/released.txt)."""
    try:
        line = release_version(ROOT / "surveys", key, version)
    except (FileNotFoundError, ValueError) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(line)
