"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import click

from feedback_app.app import create_app
from feedback_app.commands.plain_errors import plain_start
from feedback_app.operations.database_mode import refuse_other_mode
from feedback_app.operations.key_checks import refuse_misfits
from feedback_app.web.context import instance
from feedback_app.web.health import refuse_pending

with plain_start():
    app = create_app()
    parts = instance(app)
    refuse_other_mode(parts.database.engine, parts.settings.mode)
    if click.get_current_context(silent=True) is None:
        # A server starts here, not a command: `flask migrate` itself must run while migrations are pending.
        refuse_pending(app)
        refuse_misfits(parts.database.engine, parts.keys)
