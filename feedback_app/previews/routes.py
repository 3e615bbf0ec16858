"""A preview of any survey, age, look, language, meeting and spotlight question, for everybody who works here."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.month import Month
from feedback_app.previews.forms import PreviewForm
from feedback_app.previews.views import build_preview, build_preview_thanks
from feedback_app.web import context
from feedback_app.web.access import policy
from feedback_app.web.child_languages import child_languages
from feedback_app.web.headers import compress_page

room = Blueprint("previews", __name__, url_prefix="/preview")
room.after_request(compress_page)

EVERYBODY = ("iro", "manager", "lead", "deputy", "administrator")
"""A survey's words are no secret: whoever is asked about them can look."""


@room.get("")
@policy(*EVERYBODY)
def choose_preview() -> str:
    """The form that chooses the page."""
    return render_template("previews/choose.html", form=_form())


@room.get("/page")
@policy(*EVERYBODY)
def show_preview() -> AnyResponse:
    """The very page that such a child gets, with a mark on top."""
    form = _form()
    if not (form.validate() and form.check_together()):
        return make_response(render_template("previews/choose.html", form=form), 400)
    month = Month.containing(clock.today())
    page = build_preview(context.db_session(), form, month)
    return make_response(
        render_template(
            "previews/page.html",
            page=page,
            asked=form.as_address(),
            filled={},
            problems={},
            mark="",
            token="",
            stamp="",
        )
    )


@room.post("/sent")
@policy(*EVERYBODY)
def end_preview() -> AnyResponse:
    """What Send leads to: that nothing was sent, and what a child reads instead. What came is not looked at."""
    form = _form()
    if not (form.validate() and form.check_together()):
        return make_response(render_template("previews/choose.html", form=form), 400)
    return make_response(
        render_template(
            "previews/sent.html",
            page=build_preview_thanks(form, clock.today()),
            asked=form.as_address(),
        )
    )


def _form() -> PreviewForm:
    asked = request.args.to_dict()
    return PreviewForm(asked, context.catalogue(), child_languages())
