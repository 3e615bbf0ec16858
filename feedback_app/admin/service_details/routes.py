"""The administrator's page of the service's names, telephone numbers, addresses and opening hours."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.admin.service_details.forms import SECTIONS, DetailsForm
from feedback_app.operations.service_details import (
    CHANGEABLE_DETAILS,
    InvalidDetails,
    change_details,
    numbers_are_due,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.service_details import refresh_details, settings_of_start

room = Blueprint("service_details", __name__, url_prefix="/admin")


@room.get("/numbers")
@policy("administrator")
def show_details() -> str:
    """Show the details in use."""
    settings = context.settings()
    details = {name: getattr(settings, name) for name in CHANGEABLE_DETAILS}
    return _details_page(DetailsForm(formdata=None, data=details))


@room.post("/numbers")
@policy("administrator", step_up=True)
def save_details() -> AnyResponse:
    """Save what was changed; every page shows it within a quarter of a minute."""
    form = DetailsForm()
    if not form.validate():
        return make_response(_details_page(form), 400)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    in_use = refresh_details(app, at_once=True).settings
    db = context.db_session()
    try:
        changed = change_details(
            db,
            context.keys().audit,
            settings_of_start(app),
            in_use,
            form.typed_values(),
            by=current_viewer().person_id,
        )
    except InvalidDetails as problem:
        form.form_errors.append(str(problem))
        return make_response(_details_page(form), 400)
    flash(
        _("Saved. All pages show the new details.")
        if changed
        else _("Nothing was changed.")
    )
    answer = redirect(url_for("service_details.show_details"), 303)
    db.commit()
    refresh_details(app, at_once=True)
    return answer


def _details_page(form: DetailsForm) -> str:
    settings = context.settings()
    return render_template(
        "admin/service_details/show_details.html",
        form=form,
        sections=SECTIONS,
        security_contact=context.settings().security_contact,
        checked_on=settings.numbers_checked_on,
        overdue=numbers_are_due(settings),
    )
