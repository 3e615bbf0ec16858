"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import click

from feedback_app.app import create_app
from feedback_app.web.health import refuse_pending

app = create_app()
if click.get_current_context(silent=True) is None:
    # A server starts here, not a command: `flask migrate` itself must run while migrations are pending.
    refuse_pending(app)
