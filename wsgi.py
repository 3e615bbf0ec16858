"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

from feedback_app.app import create_app

app = create_app()
