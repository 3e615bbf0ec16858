"""Errors of commands, and of a start that must not go on, in plain lines instead of a traceback."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.config import UnsafeSettings
from feedback_app.messages.channels.channel import NotSent
from feedback_app.operations.key_rotation import KeyStillNeeded
from feedback_app.operations.postgres_tools import ToolFailed
from feedback_app.operations.replace_database import RestoreRefused
from feedback_app.privacy.keyfile import KeyFileError
from feedback_app.privacy.keys import BadKeys
from feedback_app.privacy.stream import InvalidStream
from feedback_app.records.erasure_ledger import LedgerError
from feedback_app.survey.files.load import SurveyProblems
from feedback_app.typed_text import BadAddress

EXPECTED = (
    BadAddress, BadKeys, InvalidStream, KeyFileError, KeyStillNeeded, LedgerError, NotSent, OSError, RestoreRefused,
    SurveyProblems, ToolFailed, UnsafeSettings,
)  # fmt: skip
"""Errors whose message already says what to do."""
NOT_STARTED = 3
"""The exit status of a start that was refused; by it gunicorn's master knows not to try again and again."""
_DRIVER = re.compile(r"^\([\w.]+\) ")
_NO_TABLE = re.compile(r"no such table|relation .* does not exist")
MARK = "speaks_plainly"


@contextmanager
def plain_errors(before: str = "", *, advice: str = "") -> Iterator[None]:
    """End the command with exit status 1 and the error's own message, `before` in front of it.

    Of a database error only the first line is shown (the rest is SQL), followed by `advice`.
    """
    try:
        yield
    except EXPECTED as error:
        raise click.ClickException(f"{before}{plain_words(error)}") from error
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"{before}{plain_words(error)} {advice}".rstrip()
        ) from error


@contextmanager
def plain_start() -> Iterator[None]:
    """Print what keeps the service from starting, a problem a line, and exit; for gunicorn, the worker and commands."""
    try:
        yield
    except (*EXPECTED, SQLAlchemyError) as error:
        sys.stderr.write(f"{plain_words(error)}\n")
        raise SystemExit(NOT_STARTED) from error


def plain_words(error: Exception) -> str:
    """The error in words: what it says itself; of the system's own errors the file, and what to look at."""
    if isinstance(error, SQLAlchemyError):
        line = _DRIVER.sub("", str(error).splitlines()[0])
        if _NO_TABLE.search(line):
            return f"{line}. Run: flask --app wsgi migrate"
        return f"FEEDBACK_DATABASE_URL: {line}"
    if isinstance(error, OSError) and error.filename is not None:
        return (
            f"{error.filename}: {(error.strerror or '').lower()}. See that it is there, and that it belongs to the user"
            " who runs this."
        )
    return str(error)


def speak_plainly(command: click.Command) -> click.Command:
    """Have the command, and each below it, say expected errors in words; done once however often it is asked for."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            speak_plainly(below)
    if command.callback is not None and not hasattr(command.callback, MARK):
        command.callback = _spoken(command.callback)
    return command


def _spoken(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*given: Any, **named: Any) -> Any:
        with plain_errors():
            return callback(*given, **named)

    setattr(run, MARK, True)
    return run
