"""What is shown when something fails: a clear message, what to do next, help numbers, and nothing typed is lost.

Whatever fails, a form's words come back on the page (promise 51), also where drawing that page fails as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.web import request_bodies
from feedback_app.web.access import find_policy, signed_in_person
from feedback_app.web.app_part import AppPart
from feedback_app.web.context import SAFE_METHODS, close_session
from feedback_app.web.kept_forms import (
    SECRET_FIELDS,
    draw_kept_form,
    nothing_lost,
    typed_fields,
)
from feedback_app.web.own_pages import CHILD, FormFromElsewhere

DRAW_NOTICE: AppPart[Callable[..., str]] = AppPart("draw_notice")
"""Draws a child's page with the fixed text of that id (`template`, and what that takes); the children's room lends it.
"""
SIGN_IN_FORMS: AppPart[Mapping[str, Callable[[str], AnyResponse]]] = AppPart(
    "sign_in_forms"
)
"""Draws the form of each endpoint that people sign in by, with what they typed and a message; the accounts' room lends
them. Whoever is there is not signed in yet, and need not be told to be."""
CHILD_SENDS = {
    "child.receive_answers": "/r",
    "child.send_complaint": "/privacy/complaint",
}
"""Forms of the children's room that are read by themselves, whatever they hold; and where each is sent again."""
NO_PAGE_THERE = frozenset({400, 404, 405, 406, 410, 414})
"""Codes that a child meets by an address alone: nothing failed on our side, and trying again does not help."""
STAFF_SECTIONS: AppPart[frozenset[str]] = AppPart("staff_sections")


def init_app(app: Flask) -> None:
    """Register the handlers, and refuse requests that hold a NUL byte."""
    app.register_error_handler(HTTPException, refuse_request)
    app.register_error_handler(CSRFError, form_too_old)
    app.register_error_handler(FormFromElsewhere, form_from_elsewhere)
    app.register_error_handler(SQLAlchemyError, database_fails)
    for fault in (Exception, InternalServerError):
        app.register_error_handler(fault, server_error)
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
    if request.endpoint in CHILD_SENDS:
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
        message = _("Your session has ended. Nothing you typed is lost.")
        return _kept_form(_("Please sign in again"), message), 401
    named = find_policy(current_app, request.endpoint)
    if code == 413 and named is not None and named.upload:
        title = _("The file is too large")
        message = _(
            "It may have 5 MB. Keep only the rows and columns that are needed, go back and choose it again."
        )
        return render_template("staff/error.html", title=title, message=message), 413
    if code == 413 and signed_in_person() is not None:
        request_bodies.allow_showing_back()
        message = _("Shorten what you typed and send it again. Nothing is lost.")
        return _kept_form(_("Too much to send at once"), message), 413
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


def form_too_old(_error: CSRFError) -> AnyResponse | tuple[str, int]:
    """A form whose CSRF token is missing or of an older session: shown again to be sent, with all that was typed."""
    draw_again = SIGN_IN_FORMS.get().get(request.endpoint or "")
    if draw_again is not None:
        return draw_again(_what_to_do_about_guard())
    message = _("The page was open for a long time. Nothing you typed is lost.")
    return _kept_form(_("Please send this again"), message), 400


def _what_to_do_about_guard() -> str:
    """Why a form of signing in was not taken: a browser without cookies is told so, and does not go in a circle."""
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return str(
            _(
                "This page was open for a long time. Nothing was sent yet: do it once more."
            )
        )
    return str(
        _(
            "Your browser sent no cookie, and nobody can sign in without one. Fill this in once more. If you read this "
            "again, your browser keeps no cookies: allow them for this site in its settings, or use another browser."
        )
    )


def form_from_elsewhere(_error: FormFromElsewhere) -> tuple[str, int]:
    """A form that no page of ours sent: none of what it holds is shown, so that nobody can be led to send it on."""
    title = _("Nothing was done")
    message = _(
        "What was sent did not come from a page of this service. Open the page here, and do it there."
    )
    return render_template("staff/error.html", title=title, message=message), 400


def _kept_form(title: str, message: str) -> str:
    return draw_kept_form(
        title,
        message,
        action=request.path,
        fields=typed_fields(),
        signed_in=signed_in_person() is not None,
    )


def database_fails(error: SQLAlchemyError) -> tuple[str, int]:
    """The database is away or full: 503, try again; any other database error is a fault of ours."""
    away = isinstance(error, OperationalError | PoolTimeout)
    if current_app.testing and not away:
        raise error
    return _page_of_failure(error, 503 if away else 500)


def server_error(error: Exception) -> tuple[str, int]:
    """An exception that nothing else handles: 500. Tests see the exception itself."""
    if current_app.testing:
        raise error
    return _page_of_failure(error, 500)


def _page_of_failure(error: Exception, code: int) -> tuple[str, int]:
    """A page for something that failed; of a form, with all its words on it."""
    try:
        current_app.logger.error("something failed", exc_info=error)
        page = child_page(code) if request.method in SAFE_METHODS else _words_page(code)
    except Exception as second:
        current_app.logger.error("its page could not be drawn", exc_info=second)
        page = bare_page()
    return page, code


def _words_page(code: int) -> str:
    close_session()
    again = CHILD_SENDS.get(request.endpoint or "")
    if again is not None:
        form = request.form.to_dict(flat=False)
        draw = DRAW_NOTICE.get()
        return draw("down", template="refused", form=form, mark="", action=again)
    if request.blueprint == CHILD:
        return child_page(code)
    message = _(
        "It may not have been saved: look first, then send it again. If it fails again, tell your administrator."
    )
    return _kept_form(_("Something went wrong"), f"{nothing_lost()} {message}")


def bare_page() -> str:
    """The last resort: no template, no session and no file of texts; nothing that failed before can fail it."""
    ours = (*SECRET_FIELDS, "link", "page", "plain")
    words = [
        f"<pre dir=auto>{escape(value)}</pre>"
        for name, value in request.form.items(multi=True)
        if name not in ours and value
    ]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width'>"
        "<title>This did not work</title>"
        "<main id=main data-page=refused><h1>This did not work</h1>"
        "<p>Something is wrong on our side. Go back and try again, or copy your words from here.</p>"
        "<p>In danger now? Call <a href='tel:999'>999</a>."
        " Childline is free: <a href='tel:08001111'>0800 1111</a>.</p>"
        f"{''.join(words)}</main></html>"
    )


def child_page(code: int) -> str:
    """The error page in a child's words, with help numbers (promise 60) and a way on."""
    others = {413: "too_big", 429: "busy", 503: "down"}
    text_id = "not_found" if code in NO_PAGE_THERE else others.get(code, "error")
    draw_notice = DRAW_NOTICE.get()
    return draw_notice(text_id, template="error")


def _is_for_staff() -> bool:
    """Whether the address is one of a staff section, known or not: a wrong address there gets the staff layout."""
    return _first_part(request.path) in STAFF_SECTIONS.get()


def _first_part(path: str) -> str:
    """The part between the first and second slash: "manager" of "/manager/months"."""
    return path.lstrip("/").partition("/")[0]
