"""The application, put together: a list, in order."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback_app import (
    accounts,
    admin,
    child,
    cli,
    iro,
    labels,
    manager,
    paper,
    previews,
    safeguarding,
    word_forms,
)
from feedback_app.config import ROOT, Settings, read_settings
from feedback_app.database.sessions import Database
from feedback_app.extensions import csrf
from feedback_app.privacy.keys import load_keys, make_keys
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.files.load import load_catalogue
from feedback_app.web import (
    access,
    assets,
    child_languages,
    clips,
    context,
    errors,
    gettext,
    headers,
    health,
    keyring,
    logs,
    navigation,
    on_device,
    once,
    own_pages,
    request_bodies,
    request_time,
    service_details,
    session_check,
    well_known,
)

ROOMS = (
    child,
    accounts,
    iro,
    safeguarding,
    manager,
    paper,
    admin,
    previews,
    word_forms,
)
"""The rooms with pages, in the order of their entries in the menu."""


class App(Flask):
    """Flask, but a form pressed twice is done once, and a failure of tidying up takes back no page."""

    def dispatch_request(self) -> Any:
        """Call the view; a form of staff that loses a race looks again (web/once.py)."""
        return once.do_once(super().dispatch_request)

    def do_teardown_appcontext(self, *given: Any, **named: Any) -> None:
        """Tidy up; a failure is logged, and in tests raised."""
        try:
            super().do_teardown_appcontext(*given, **named)
        except Exception as error:
            if self.testing:
                raise
            self.logger.error("a request was not tidied up", exc_info=error)


def create_app(
    settings: Settings | None = None, *, catalogue: Catalogue | None = None
) -> Flask:
    """Return an application bound to its database, keys and surveys (`catalogue`, where they were read already).

    Raises UnsafeSettings, BadKeys or SurveyProblems when it must not start; each says what to do.
    """
    settings = settings or read_settings()
    if settings.mode != "production":
        make_keys(settings.keys_dir)
    keys = load_keys(settings.keys_dir)
    database = Database()
    database.open(settings.database_url)
    parts = context.Instance(
        settings, keys, catalogue or load_catalogue(ROOT / "surveys"), database
    )

    app = App(__name__, static_folder=None)
    context.INSTANCE.set(app, parts)
    _configure(app, parts)
    _add_request_hooks(app)
    assets.init_app(app, ROOT / "static")
    clips.init_app(app)
    errors.init_app(app)
    navigation.init_app(app)
    on_device.init_app(app)
    health.init_app(app)
    well_known.init_app(app)
    for room in ROOMS:
        room.init_app(app)
    errors.find_staff_sections(app)
    cli.init_app(app)
    return app


def _configure(app: Flask, parts: context.Instance) -> None:
    """Set Flask's own configuration, and trust as many proxies as stand in front."""
    settings = parts.settings
    app.jinja_env.globals.update(label=labels.label, label_choices=labels.label_choices)
    app.jinja_env.filters["sentence"] = labels.as_sentence
    app.jinja_env.undefined = (
        StrictUndefined  # a missing name is an error, not an empty cell
    )
    app.config.update(
        DEBUG=settings.debug,
        TESTING=settings.mode == "test",
        SECRET_KEY=parts.keys.session.newest_key,
        SESSION_COOKIE_NAME="__Host-form" if settings.secure_cookies else "form",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _add_request_hooks(app: Flask) -> None:
    """Add what runs before and after every request. The order counts: first in runs first before, and last after."""
    request_bodies.init_app(app)
    request_time.init_app(app)
    logs.init_app(app)
    keyring.init_app(app)
    service_details.init_app(app)
    gettext.init_app(app)
    child_languages.init_app(app)
    own_pages.init_app(app)
    app.before_request(access.check_access)
    csrf.init_app(app)
    once.init_app(app)
    app.after_request(headers.add_headers)
    app.after_request(session_check.withhold_answer)
    app.teardown_appcontext(context.close_session)
