"""Pick for me: a list is pasted, the app draws one child, and the officer goes on to ask them."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.invitations.own_reviews import OwnReview, reviews_to_draw_from
from feedback_app.invitations.pick_for_me import DrawnChild, TooFewToDraw, draw_child
from feedback_app.iro.picking.forms import DrawForm, ReviewDrawForm
from feedback_app.iro.picking.views import missing_part
from feedback_app.models.base import new_id
from feedback_app.models.draw import PARTS
from feedback_app.month import Month
from feedback_app.rulebook.at_once import sure_envelope_days
from feedback_app.typed_text import reference_key
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("iro_picking", __name__, url_prefix="/iro")


@room.get("/pick")
@policy("iro")
def pick_for_me() -> str:
    """The form that takes the list; the half that is still missing this month is chosen already."""
    wanted = request.args.get("part", "").replace("-", "_")
    return _page(_new_form(wanted if wanted in PARTS else _missing_part()))


@room.post("/pick")
@policy("iro")
def draw_now() -> AnyResponse:
    """Draw, and show who was drawn. The answer is a page, because it holds a reference; sent twice it is one draw."""
    form = DrawForm()
    if not form.validate():
        return make_response(_page(form), 400)
    db, parts = context.db_session(), context.instance()
    try:
        drawn = draw_child(
            db,
            parts.keys,
            form.listed_references,
            form_name=form.draw.data or "",
            survey=parts.catalogue.monthly_survey().key,
            part=form.part.data,
            person_id=current_viewer().person_id,
            envelope_days=sure_envelope_days(db, parts.settings),
        )
    except TooFewToDraw as problem:
        form.references.errors = [_too_few(problem.left_out)]
        return make_response(_page(form), 400)
    page = _drawn_page(form, drawn)
    db.commit()
    return make_response(page)


@room.post("/pick/reviews")
@policy("iro")
def draw_from_reviews() -> AnyResponse:
    """Draw from the officer's own reviews of this month, in one half; the answer is a page, as above."""
    form = ReviewDrawForm()
    if form.part.data not in PARTS or not form.validate():
        abort(404)
    reviews = _reviews_of(form.part.data)
    db, parts = context.db_session(), context.instance()
    try:
        drawn = draw_child(
            db,
            parts.keys,
            [one.reference or "" for one in reviews.values()],
            form_name=form.draw.data or "",
            survey=parts.catalogue.monthly_survey().key,
            part=form.part.data,
            person_id=current_viewer().person_id,
            envelope_days=sure_envelope_days(db, parts.settings),
        )
    except TooFewToDraw as problem:
        page = _page(_new_form(form.part.data), _too_few(problem.left_out))
        return make_response(page, 400)
    review = reviews[reference_key(drawn.reference)]
    page = _drawn_page(form, drawn, review)
    db.commit()
    return make_response(page)


def _too_few(left_out: int) -> str:
    asked = ngettext(
        "%(num)s child is left out, because you asked them this month.",
        "%(num)s children are left out, because you asked them this month.",
        left_out,
    )
    too_few = _("There must be at least two children to draw from.")
    return f"{too_few} {asked}" if left_out else too_few


def _missing_part() -> str | None:
    return missing_part(
        context.db_session(),
        context.settings(),
        context.catalogue().monthly_survey().key,
        current_viewer().person_id,
        Month.containing(clock.today()),
    )


def _new_form(part: str | None) -> DrawForm:
    """The form for a list, still empty."""
    form = DrawForm(formdata=None)
    form.draw.data, form.part.data = new_id(), part
    return form


def _reviews_of(part: str) -> dict[str, OwnReview]:
    """The officer's own reviews of this month and that half that can be drawn from, by reference key."""
    month = Month.containing(clock.today())
    return reviews_to_draw_from(
        context.db_session(),
        context.keys(),
        current_viewer().person_id,
        part,
        month.first,
        clock.today(),
    )


def _page(form: DrawForm, review_problem: str = "") -> str:
    wanted = sorted(PARTS, key=lambda part: part != form.part.data)
    return render_template(
        "iro/picking/pick.html",
        form=form,
        reviews={part: number for part in wanted if (number := len(_reviews_of(part)))},
        review_problem=review_problem,
        review_draw=new_id(),
    )


def _drawn_page(
    form: DrawForm | ReviewDrawForm, drawn: DrawnChild, review: OwnReview | None = None
) -> str:
    return render_template(
        "iro/picking/drawn.html",
        drawn=drawn,
        form=form,
        again_name=new_id(),
        review=review,
    )
