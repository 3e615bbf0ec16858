"""What is shown when something fails: a clear message, what to do next, help numbers, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from feedback_app.web.access import find_policy, signed_in_person
from feedback_app.web.app_part import AppPart
from feedback_app.web.context import SAFE_METHODS, close_session
from feedback_app.web.second_factor import typed_fields

DRAW_NOTICE: AppPart[Callable[[str], str]] = AppPart("draw_notice")
"""Draws a child's page with the fixed text of that id; the children's room lends it."""
STAFF_SECTIONS: AppPart[frozenset[str]] = AppPart("staff_sections")


def init_app(app: Flask) -> None:
    """Register the handlers, and refuse requests that hold a NUL byte."""
    app.register_error_handler(HTTPException, refuse_request)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(SQLAlchemyError, database_fails)
    app.register_error_handler(Exception, server_error)
    app.before_request(refuse_nul)


def find_staff_sections(app: Flask) -> None:
    """Remember the first parts of staff addresses: those with any policy but public. Called when all rooms are open."""
    staff_rules = []
    for rule in app.url_map.iter_rules():
        named = find_policy(app, rule.endpoint)
        if named is not None and not named.is_public:
            staff_rules.append(rule.rule)
    STAFF_SECTIONS.set(app, frozenset(_first_part(rule) for rule in staff_rules))


def refuse_nul() -> None:
    """Refuse a request that holds a NUL byte: no keyboard types it and PostgreSQL takes none.

    A child's send is left alone: it is read by itself, and its words are kept without the NUL (promise 27).
    """
    if request.endpoint == "child.receive_answers":
        return
    typed = [request.path, *(value for _name, value in request.args.items(multi=True))]
    if request.method not in SAFE_METHODS:
        typed += [value for _name, value in request.form.items(multi=True)]
    if any("\0" in value for value in typed):
        abort(400)


def refuse_request(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Show a 4xx or 5xx: to staff in their layout, to everyone else on a page that could be a child's."""
    code = error.code or 500
    if code < 400:
        return error
    if not _is_for_staff():
        return child_page(code), code
    if code == 401:
        close_session()
        return kept_form(
            _("Please sign in again"),
            _("Your session has ended. Nothing you typed is lost."),
        ), 401
    titles = {
        404: _("Page not found"),
        413: _("Too much to send at once"),
        429: _("Too many tries"),
    }
    messages = {
        404: _(
            "The address may be wrong, or your roles may not include this page. Go back and choose again."
        ),
        413: _("Shorten what you typed and send it again."),
        429: _("Wait ten minutes, then try again."),
    }
    title = titles.get(code, _("Something went wrong"))
    message = messages.get(code, _("Go back and try again."))
    return render_template("staff/error.html", title=title, message=message), code


def form_too_old(_error: CSRFError) -> tuple[str, int]:
    """A form whose CSRF token is missing or of an older session: shown again to be sent, with all that was typed."""
    message = _("The page was open for a long time. Nothing you typed is lost.")
    return kept_form(_("Please send this again"), message), 400


def kept_form(title: str, message: str) -> str:
    """Draw a page that holds the typed fields, hidden, until the person has signed in and sends them again."""
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
    code = 503 if away else 500
    return child_page(code), code


def server_error(error: Exception) -> tuple[str, int]:
    """An exception that nothing else handles: 500. Tests see the exception itself."""
    if current_app.testing:
        raise error
    current_app.logger.error("an unforeseen error", exc_info=error)
    return child_page(500), 500


def child_page(code: int) -> str:
    """The error page in a child's words, with help numbers (promise 60)."""
    text_id = {404: "not_found", 413: "too_big", 429: "busy", 503: "down"}.get(
        code, "error"
    )
    draw_notice = DRAW_NOTICE.get()
    return draw_notice(text_id)


def _is_for_staff() -> bool:
    """Whether the address is one of a staff section, known or not: a wrong address there gets the staff layout."""
    return _first_part(request.path) in STAFF_SECTIONS.get()


def _first_part(path: str) -> str:
    """The part between the first and second slash: "manager" of "/manager/months"."""
    return path.lstrip("/").partition("/")[0]
