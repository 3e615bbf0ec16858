"""Pick for me: a list is pasted, the app draws one child, and the officer goes on to ask them."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.invitations.pick_for_me import DrawnChild, TooFewToDraw, draw_child
from feedback_app.iro.picking.forms import DrawForm
from feedback_app.iro.picking.views import missing_part
from feedback_app.models.base import new_id
from feedback_app.models.draw import PARTS
from feedback_app.month import Month
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("iro_picking", __name__, url_prefix="/iro")


@room.get("/pick")
@policy("iro")
def pick_for_me() -> str:
    """The form that takes the list; the half that is still missing this month is chosen already."""
    form = DrawForm()
    form.draw.data = new_id()
    wanted = request.args.get("part", "").replace("-", "_")
    form.part.data = wanted if wanted in PARTS else _missing_part()
    return _page(form)


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
            envelope_days=parts.settings.envelope_days,
        )
    except TooFewToDraw as problem:
        form.references.errors = [_too_few(problem.left_out)]
        return make_response(_page(form), 400)
    page = _drawn_page(form, drawn)
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


def _page(form: DrawForm) -> str:
    return render_template("iro/picking/pick.html", form=form)


def _drawn_page(form: DrawForm, drawn: DrawnChild) -> str:
    return render_template(
        "iro/picking/drawn.html", drawn=drawn, form=form, again_name=new_id()
    )
