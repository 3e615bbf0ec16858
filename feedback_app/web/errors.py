"""What is shown when something fails: a clear message, what to do next, help numbers, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from feedback_app.web.access import signed_in_person, typed_fields
from feedback_app.web.context import SAFE, close_session

STAFF_PATHS = ("/iro", "/manager", "/safeguarding", "/admin", "/sign-in", "/me")


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, refuse_request)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(SQLAlchemyError, database_fails)
    app.register_error_handler(Exception, server_error)
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """No keyboard types NUL and PostgreSQL takes none: a request that holds one is refused before a view reads it.

    A child's send is not: it is read by itself, and its words are kept without (promise 27).
    """
    if request.endpoint == "child.receive_answers":
        return
    typed = [request.path, *(value for _name, value in request.args.items(multi=True))]
    if request.method not in SAFE:
        typed += [value for _name, value in request.form.items(multi=True)]
    if any("\0" in value for value in typed):
        abort(400)


def refuse_request(error: HTTPException) -> tuple[str, int] | HTTPException:
    """A 4xx or 5xx: staff see it in their layout, everyone else on a page that could be a child's."""
    code = error.code or 500
    if code < 400:
        return error
    if not _for_staff():
        return child_page(code), code
    if code == 401:
        close_session()
        return kept_form(_("Please sign in again"), _("Your session has ended. Nothing you typed is lost.")), 401
    titles = {
        404: _("This page is not here"),
        413: _("That was too much to send at once"),
        429: _("Too many tries"),
    }
    words = {
        404: _("The address may be wrong, or the page may not be yours to see. Go back and choose again."),
        413: _("Shorten what you typed and send it again."),
        429: _("Wait ten minutes, then try again."),
    }
    title = titles.get(code, _("This did not work"))
    return render_template(
        "staff/error.html", title=title, message=words.get(code, _("Go back and try once more."))
    ), code


def form_too_old(_error: CSRFError) -> tuple[str, int]:
    """A form whose guard is missing or of an older session: shown again to be sent again, with all that was typed."""
    return kept_form(_("Please send this once more"), _("The page was open for long. Nothing you typed is lost.")), 400


def kept_form(title: str, message: str) -> str:
    """A page that holds the typed fields out of sight until the person has signed in and sends them again."""
    return render_template(
        "staff/kept_form.html",
        title=title,
        message=message,
        fields=typed_fields(),
        action=request.path,
        signed_in=signed_in_person(),
    )


def database_fails(error: SQLAlchemyError) -> tuple[str, int]:
    """The database is away or full: 503, try again; any other database error is a fault of ours."""
    away = isinstance(error, OperationalError | PoolTimeout)
    if current_app.testing and not away:
        raise error
    current_app.logger.error("the database failed", exc_info=error)
    return (child_page(503), 503) if away else (child_page(500), 500)


def server_error(error: Exception) -> tuple[str, int]:
    """A fault of ours."""
    if current_app.testing:
        raise error
    current_app.logger.error("an unforeseen error", exc_info=error)
    return child_page(500), 500


def child_page(code: int) -> str:
    """The error page in a child's words, with help numbers (promise 60)."""
    text_id = {404: "not_found", 413: "too_big", 429: "busy", 503: "down"}.get(code, "error")
    notice: Callable[[str], str] = current_app.extensions["notice"]
    return notice(text_id)


def _for_staff() -> bool:
    return request.path.startswith(STAFF_PATHS)
