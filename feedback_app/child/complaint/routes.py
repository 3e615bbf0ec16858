"""`/privacy/complaint`: the form, what is sent from it, and the number that the sender may keep.

The pages stand in the children's room, behind whose forms no session stands. A complaint is tied to no invitation: the
cookie of a child's link, which a browser may send along, is not looked at.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from flask import abort, make_response, redirect, request, url_for
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.child.complaint.typed_complaint import (
    TypedComplaint,
    problems_in_words,
    read_complaint,
)
from feedback_app.child.drawn_pages import draw_fixed_page, draw_notice, words_of_notice
from feedback_app.child.routes import room
from feedback_app.complaints.receiving import store_complaint
from feedback_app.survey.model import EASY, LOOK_OF_BAND
from feedback_app.web import context, limits, own_pages, request_bodies
from feedback_app.web.access import policy
from feedback_app.web.child_languages import child_languages, preferred_language

__all__ = ["room"]
PATH = "/privacy/complaint"
NUMBER = re.compile(r"[0-9]{4}-[0-9]{4}")
BAND_OF_LOOK = {"young": "4-7", "middle": "8-11", "older": "12-17", EASY: "8-11"}


@room.get(PATH)
@policy("public")
def complaint_form() -> str:
    """The form, in the words of the age whose page led here."""
    return _form_page({})


@room.post(PATH)
@policy("public")
def send_complaint() -> AnyResponse:
    """Keep it, sealed, before a word of thanks; every refusal carries what was typed (promises 49, 51)."""
    if own_pages.comes_from_elsewhere():
        return make_response(
            draw_notice("error", template="error", **_words_of_page()), 400
        )
    most = context.settings().complaint_sends
    tried = limits.count_attempt("complaint", most, limits.caller_digest())
    request_bodies.allow_showing_back()
    form = request.form.to_dict(flat=False)
    is_too_big = request_bodies.is_too_big(form)
    if tried.over:
        if is_too_big:
            return draw_fixed_page("busy", template="error", status=429)
        return _refused("busy", form, 429)
    if is_too_big:
        return _refused("too_big", form, 413)
    typed = read_complaint(request.form)
    if not typed.is_in_order:
        return make_response(_form_page(request.form, typed), 400)
    try:
        number = _keep(typed)
    except (OperationalError, PoolTimeout) as error:
        context.log_error("a complaint could not be stored", error)
        return _refused("down", form, 503)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the sender keeps what they wrote
        context.log_error("a complaint failed", error)
        return _refused("down", form, 500)
    limits.watch_all_misses("complaint")
    words = _words_of_page()
    there = url_for(
        "child.complaint_sent",
        complaint_number=number,
        look=words["look"],
        language=words["language"],
    )
    return redirect(there, 303)


@room.get(f"{PATH}/sent/<complaint_number>")
@policy("public")
def complaint_sent(complaint_number: str) -> str:
    """Thank you, and the number: a page of its own, so that the browser keeps no copy of what was sent."""
    if not NUMBER.fullmatch(complaint_number):
        abort(404)
    return draw_notice(
        "complaint_sent",
        template="complaint_sent",
        number=complaint_number,
        **_words_of_page(),
    )


def _keep(typed: TypedComplaint) -> str:
    """Store it; where the same press came twice at once, it has the number that the other got."""
    try:
        return _store(typed)
    except IntegrityError:
        context.close_session()
        return _store(typed)


def _store(typed: TypedComplaint) -> str:
    db = context.db_session()
    number = store_complaint(db, context.keys(), typed.sent, at=clock.now())
    db.commit()
    return number


def _form_page(filled: Mapping[str, str], typed: TypedComplaint | None = None) -> str:
    words = _words_of_page()
    own = words_of_notice("complaint", **words).text
    too_long = words_of_notice("too_long", **words).text
    return draw_notice(
        "complaint",
        template="complaint",
        filled=filled,
        form_key=filled.get("form_key") or secrets.token_urlsafe(12),
        problems=problems_in_words(typed, own, too_long) if typed else {},
        action=_address(words),
        **words,
    )


def _words_of_page() -> dict[str, str]:
    """Band, look and language as the page that led here had them; else for 8-11, in the browser's language."""
    look = request.args.get("look", "")
    if look not in BAND_OF_LOOK:
        look = LOOK_OF_BAND["8-11"]
    wanted = request.args.get("language", "")
    language = (
        child_languages().offered_or_english(wanted) if wanted else preferred_language()
    )
    return {"band": BAND_OF_LOOK[look], "look": look, "language": language}


def _refused(text_id: str, form: dict[str, list[str]], status: int) -> AnyResponse:
    words = _words_of_page()
    page = draw_notice(
        text_id,
        template="refused",
        form=form,
        mark="",
        action=_address(words),
        **words,
    )
    return make_response(page, status)


def _address(words: Mapping[str, str]) -> str:
    """Where the form is sent: the page that answers has the same words."""
    return url_for(
        "child.send_complaint", look=words["look"], language=words["language"]
    )
