"""All rows together: for the command, which may meet a service that cannot start yet, and for a page."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app.config import Settings, UnsafeSettings, read_settings
from feedback_app.database.sessions import Database
from feedback_app.operations.database_mode import refuse_other_mode
from feedback_app.operations.migrations import database_revision, newest_revision
from feedback_app.operations.readiness.check_row import CheckRow
from feedback_app.operations.readiness.running_rows import running_rows
from feedback_app.operations.readiness.setting_rows import (
    folder_rows,
    key_row,
    ledger_row,
    problem_rows,
    setting_rows,
)
from feedback_app.operations.readiness.staff_rows import (
    arrived_roles,
    on_duty_rows,
    staff_rows,
)
from feedback_app.operations.service_details import (
    InvalidDetails,
    merge_details,
    values_in_force,
)


def check_environment(environ: Mapping[str, str] | None = None) -> list[CheckRow]:
    """Every row, from the settings on; what cannot be looked at before something else is right is left out."""
    environ = os.environ if environ is None else environ
    try:
        settings = read_settings(environ)
    except UnsafeSettings as problem:
        return problem_rows(str(problem), environ)
    database = Database()
    database.open(settings.database_url)
    try:
        found = _database_row(settings, database.engine)
        if found.state != "ok":
            return [*_machine_rows(settings), found]
        with database.new_session(reading=True) as session:
            return _check_changed(session, settings, found)
    finally:
        database.engine.dispose()


def check_running(session: Session, settings: Settings) -> list[CheckRow]:
    """The same rows of a service that runs, with the administrator's changes among the settings."""
    revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    return [
        *_machine_rows(settings, session),
        _schema_row(str(revision)),
        ledger_row(settings, session),
        *staff_rows(session, settings),
        *running_rows(session, settings),
    ]


def _check_changed(
    session: Session, settings: Settings, database_row: CheckRow
) -> list[CheckRow]:
    """The rows of a service that may stand still, with the administrator's changes where they can be worked with."""
    problems: list[CheckRow] = []
    try:
        settings = merge_details(settings, values_in_force(session, settings))
    except InvalidDetails as problem:
        problems = problem_rows(str(problem))
    return [
        *_machine_rows(settings, session),
        *problems,
        database_row,
        ledger_row(settings, session),
        *staff_rows(session, settings),
        *running_rows(session, settings),
    ]


def _machine_rows(settings: Settings, session: Session | None = None) -> list[CheckRow]:
    return [
        *setting_rows(settings),
        *folder_rows(settings),
        key_row(settings, session),
    ]


def alarms_for_pages(
    session: Session, settings: Settings, *, administrator: bool = False
) -> list[str]:
    """What pages say in red, a sentence each: the rows that everybody on duty must know of.

    Rows that only whoever runs the service can do something about are told to the administrator, in one sentence.
    """
    rows = [
        *on_duty_rows(arrived_roles(session, settings)),
        *running_rows(session, settings),
    ]
    found = [row.alarm for row in rows if row.alarm and row.state != "ok"]
    silent = [row.name for row in rows if row.state != "ok" and not row.alarm]
    if administrator and silent:
        found.append(
            _(
                "Not ready to start: %(names)s. See “Ready to start?”.",
                names=", ".join(silent),
            )
        )
    return found


def _database_row(settings: Settings, engine: Engine) -> CheckRow:
    name = _("Database")
    try:
        found = database_revision(engine)
        if found is not None:
            refuse_other_mode(engine, settings.mode)
    except SQLAlchemyError as error:
        return CheckRow(
            name,
            "wrong",
            _("It does not answer: %(why)s", why=str(error).splitlines()[0]),
            _("See that it runs, and that FEEDBACK_DATABASE_URL names it."),
        )
    except UnsafeSettings as problem:
        return problem_rows(str(problem))[0]
    if found is None:
        return CheckRow(name, "missing", _("It has no tables yet."), _migrate_step())
    return _schema_row(found)


def _schema_row(found: str) -> CheckRow:
    if found != newest_revision():
        words = _("Migrations are pending.")
        return CheckRow(_("Database"), "wrong", words, _migrate_step())
    words = _("Up to date (%(revision)s).", revision=found)
    return CheckRow(_("Database"), "ok", words)


def _migrate_step() -> str:
    return str(_("Run: flask --app wsgi migrate"))
