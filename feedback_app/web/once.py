"""A form of staff that is pressed twice is done once, and the second press leads to what the first made.

Every form carries a random name of its own. What is done with it is written beside that name in the transaction that
does it; the name is unique, so of two presses at the same moment one is done, whatever the form is about. A press that
comes later finds the name and is led on. Sent again with another content it is another form.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, flash, g, redirect, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.models.running import PressedForm
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.web.access import signed_in_person
from feedback_app.web.context import (
    SAFE_METHODS,
    before_commit,
    close_session,
    instance,
    keys,
)
from feedback_app.web.kept_forms import FORM_KEY
from feedback_app.web.navigation import landing_page

KEPT = timedelta(hours=1)
"""How long a press is known: longer than any line is slow, shorter than a page stays open by mistake."""
WAIT_SECONDS = 2.0
"""How long a second press waits for the first to say where it leads."""
PAGE = ""
"""What stands for an answer that was a page: it is not kept, because it may hold a child's reference."""
CHILDS_LINK = "/r/"
"""How an address begins that opens a child's questions: nothing stored may (promise 2), so it is not kept either."""


def init_app(app: Flask) -> None:
    """Lead second presses on, and give templates the hidden fields of a form. Call it after the check of access."""
    app.before_request(lead_on)
    app.after_request(note_where_it_led)
    app.jinja_env.globals["form_guard"] = form_guard


def form_guard() -> Markup:
    """The hidden fields of every staff form: the guard against foreign pages, and the form's own random name."""
    fields = {"csrf_token": generate_csrf(), FORM_KEY: secrets.token_urlsafe(12)}
    return Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in fields.items()
    )


def lead_on() -> AnyResponse | None:
    """Answer a form that was done already; else have it noted with what it does."""
    viewer = signed_in_person()
    if request.method in SAFE_METHODS or viewer is None or FORM_KEY not in request.form:
        return None
    fields = sorted(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token"
    )
    content = f"{viewer.person_id} {request.path} {fields}"
    g.pressed_form = keyed_digest(keys().digest.newest_key, "form", content)
    answer = _answer_of_first()
    if answer is None:
        before_commit(_note_press)
    return answer


def do_once(view: Callable[[], object]) -> object:
    """Call the view of a form. When it loses a race, what the winner wrote is there now: look again, once.

    The winner was the same form, which leads on; or another that made what has to be unique, as two readers mark one
    text. A form that is refused may have been so because the same form, a moment earlier, did what it asks: then it
    is led on too. Anything but a form of staff is called as it is.
    """
    try:
        answer = view()
    except IntegrityError:
        if request.method in SAFE_METHODS or signed_in_person() is None:
            raise
        close_session()
        session.pop("_flashes", None)
        return _answer_of_first() or view()
    except Exception:
        led_on = _answer_of_first_meanwhile()
        if led_on is None:
            raise
        return led_on
    return _answer_of_first_meanwhile() or answer


def note_where_it_led(response: AnyResponse) -> AnyResponse:
    """Remember the address that a form's answer leads to; of a page only that there was one."""
    if g.get("press_is_noted"):
        place = urlsplit(response.location or "")
        here = ("", "", place.path, place.query, place.fragment)
        is_kept = response.location and not place.path.startswith(CHILDS_LINK)
        led_to = urlunsplit(here) if is_kept else PAGE
        close_session()
        with instance().database.short_write() as db:
            mine = update(PressedForm).where(PressedForm.id == g.pressed_form)
            db.execute(mine.values(led_to=led_to[:400]))
    return response


def forget_presses(db: Session) -> None:
    """Delete what is older than an hour; the worker calls it."""
    db.execute(delete(PressedForm).where(PressedForm.at < clock.now() - KEPT))


def _note_press(db: Session) -> None:
    """Before the first commit of the request: take the form's name, or lose the race for it."""
    viewer = signed_in_person()
    if g.get("press_is_noted") or viewer is None:
        return
    db.add(PressedForm(id=g.pressed_form, person_id=viewer.person_id, at=clock.now()))
    db.flush()
    g.press_is_noted = True


def _answer_of_first_meanwhile() -> AnyResponse | None:
    """Where the first press led, for a press that wrote nothing itself; None when there was none."""
    if "pressed_form" not in g or g.get("press_is_noted"):
        return None
    return _answer_of_first()


def _answer_of_first() -> AnyResponse | None:
    """Where the first press of this form led; None when there was none."""
    g.press_is_noted = False
    until = time.monotonic() + WAIT_SECONDS
    while "pressed_form" in g:
        with instance().database.new_session(reading=True) as db:
            found = db.execute(
                select(PressedForm.led_to).where(PressedForm.id == g.pressed_form)
            ).one_or_none()
        if found is None:
            return None
        if found.led_to is not None or time.monotonic() > until:
            return redirect(found.led_to or _page_before(), 303)
        close_session()  # the first press must come to its end (SQLite: one writer)
        time.sleep(0.05)
    return None


def _page_before() -> str:
    """The page on which the form stood, with a word that it was done."""
    flash(_("That was sent twice, and done once."))
    viewer = signed_in_person()
    here = urlsplit(request.referrer or "").path
    return here or (landing_page(viewer) if viewer else "/")
