"""Word forms: a survey on paper, for a link that waits or blank."""

from __future__ import annotations

from flask import Flask

from feedback_app.word_forms import routes


def init_app(app: Flask) -> None:
    """Register the pages, which the pages of officers and managers lead to."""
    app.register_blueprint(routes.room)
