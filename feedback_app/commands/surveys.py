"""`surveys check` and `surveys clips`."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from feedback_app.commands.clips import list_clips
from feedback_app.config import ROOT
from feedback_app.survey.checks.survey import list_problems

surveys = AppGroup("surveys", help="Check the survey files and list their audio clips.")
surveys.add_command(list_clips)


@surveys.command("check")
def check_surveys() -> None:
    """List every problem of the survey files with its file and line; exit with 1 if there is any."""
    problems = list_problems(ROOT / "surveys")
    click.echo("\n".join(problems) or "all surveys are in order")
    sys.exit(bool(problems))
