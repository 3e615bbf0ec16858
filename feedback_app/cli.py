"""The list of commands of `flask --app wsgi`; their bodies are in commands/."""

from __future__ import annotations

from flask import Flask

from feedback_app.commands import (
    audit_trail,
    backups,
    keys,
    migrate,
    people,
    retention,
    service,
    surveys,
    translations,
)
from feedback_app.commands.plain_errors import speak_plainly

COMMANDS = (
    migrate.upgrade_database,
    people.people,
    surveys.surveys,
    translations.translations,
    keys.keys,
    keys.reseal_all,
    backups.create_backup,
    backups.restore_from_backup,
    backups.settle_restored,
    retention.run_retention,
    audit_trail.verify_audit,
    service.run_worker,
    service.write_proxy_page,
    service.fill_demo,
    service.add_demo_reports,
)


def init_app(app: Flask) -> None:
    """Add every command to the application."""
    for command in COMMANDS:
        app.cli.add_command(speak_plainly(command))
