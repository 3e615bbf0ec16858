"""Errors of commands in one plain line instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.config import UnsafeSettings
from feedback_app.operations.key_rotation import KeyStillNeeded
from feedback_app.operations.postgres_tools import ToolFailed
from feedback_app.operations.replace_database import RestoreRefused
from feedback_app.privacy.keyfile import KeyFileError
from feedback_app.privacy.keys import BadKeys
from feedback_app.privacy.stream import InvalidStream
from feedback_app.records.erasure_ledger import LedgerError

EXPECTED = (
    BadKeys, InvalidStream, KeyFileError, KeyStillNeeded, LedgerError, OSError, RestoreRefused, ToolFailed,
    UnsafeSettings,
)  # fmt: skip
"""Errors whose message already says what to do."""


@contextmanager
def plain_errors(before: str = "", *, advice: str = "") -> Iterator[None]:
    """End the command with exit status 1 and the error's own message, `before` in front of it.

    Of a database error only the first line is shown (the rest is SQL), followed by `advice`.
    """
    try:
        yield
    except EXPECTED as error:
        raise click.ClickException(f"{before}{error}") from error
    except SQLAlchemyError as error:
        first_line = str(error).splitlines()[0]
        raise click.ClickException(f"{before}{first_line} {advice}".rstrip()) from error
