"""The administrator's pages about people and their roles. No feedback is reached from here (promise 24)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.admin.people import verbs
from feedback_app.admin.people.forms import InviteForm, RolesForm
from feedback_app.admin.people.rows import (
    count_open_cases,
    last_access_review,
    people_rows,
    row_of,
)
from feedback_app.models.person import Person, StaffToken
from feedback_app.people.staff_links import staff_link_of
from feedback_app.privacy.keys import KeyRing
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("admin", __name__, url_prefix="/admin")


@room.get("/")
@policy("administrator")
def list_people() -> str:
    """Show everyone who works here or has worked here."""
    rows = people_rows(context.db_session(), context.settings())
    return render_template(
        "admin/people/list_people.html", rows=rows, links=_links_of_demo()
    )


@room.get("/invite")
@policy("administrator")
def invite_person() -> str:
    """Show the form for a new member of staff."""
    return _invite_page(InviteForm())


@room.post("/invite")
@policy("administrator", step_up=True)
def invite_now() -> AnyResponse:
    """Add the person, and send them their link."""
    form = InviteForm()
    if not form.validate():
        return make_response(_invite_page(form), 400)
    parts, db = context.instance(), context.db_session()
    try:
        added = verbs.invite_person(
            db,
            parts.keys,
            parts.settings,
            name=form.name.data,
            email=form.email.data,
            roles=form.roles.data,
            by=current_viewer().person_id,
        )
    except verbs.ChangeRefused as refused:
        form.email.errors = [_refusal_message(refused)]
        return make_response(_invite_page(form), 400)
    flash(_("A link is on its way to %(name)s.", name=added.name))
    answer = redirect(url_for("admin.list_people"), 303)
    db.commit()
    return answer


@room.get("/people/<person_id>")
@policy("administrator")
def show_person(person_id: str) -> str:
    """Show one person, and what can be changed."""
    return _person_page(_find_person(person_id))


@room.post("/people/<person_id>/roles")
@policy("administrator", step_up=True)
def change_roles(person_id: str) -> AnyResponse:
    """Change the roles."""
    form, person = RolesForm(), _find_person(person_id)
    if not form.validate():
        return make_response(_person_page(person, roles_form=form), 400)
    return _change(person, partial(verbs.set_roles, roles=form.roles.data))


@room.post("/people/<person_id>/off")
@policy("administrator", step_up=True)
def switch_off(person_id: str) -> AnyResponse:
    """Switch the account off."""
    return _change(_find_person(person_id), verbs.switch_off)


@room.post("/people/<person_id>/on")
@policy("administrator", step_up=True)
def switch_on(person_id: str) -> AnyResponse:
    """Switch the account on again."""
    return _change(_find_person(person_id), verbs.switch_on)


@room.post("/people/<person_id>/left")
@policy("administrator", step_up=True)
def mark_as_left(person_id: str) -> AnyResponse:
    """Note that the person has left the service."""
    return _change(_find_person(person_id), verbs.mark_as_left)


@room.post("/people/<person_id>/unlink")
@policy("administrator", step_up=True)
def unlink_council_account(person_id: str) -> AnyResponse:
    """Unlink the council account."""
    return _change(_find_person(person_id), verbs.unlink_identity)


@room.post("/people/<person_id>/second-step-off")
@policy("administrator", step_up=True)
def second_step_off(person_id: str) -> AnyResponse:
    """Remove all second factors, for who lost what they show at the second step."""
    return _change(_find_person(person_id), verbs.remove_factors)


@room.post("/people/<person_id>/invite")
@policy("administrator", step_up=True)
def invite_again(person_id: str) -> AnyResponse:
    """Send the invitation once more."""
    parts = context.instance()

    def send_link(db: Session, _ring: KeyRing, person: Person, *, by: str) -> None:
        """The change, in the shape that `_change` calls."""
        verbs.send_invitation(db, parts.keys, parts.settings, person, by=by)

    return _change(_find_person(person_id), send_link)


@room.get("/access-review")
@policy("administrator")
def access_review() -> str:
    """Show everyone with their roles and days unused, to be reviewed regularly."""
    db, settings = context.db_session(), context.settings()
    return render_template(
        "admin/people/access_review.html",
        rows=people_rows(db, settings),
        last=last_access_review(db),
        unused_days=settings.unused_days,
    )


@room.post("/access-review")
@policy("administrator", step_up=True)
def access_reviewed() -> AnyResponse:
    """Note in the audit trail that the list was reviewed."""
    db = context.db_session()
    audit.write_entry(
        db,
        context.keys().audit,
        "access_reviewed",
        person_id=current_viewer().person_id,
    )
    flash(_("Saved: you have reviewed this list."))
    answer = redirect(url_for("admin.access_review"), 303)
    db.commit()
    return answer


def _change(person: Person, change: Callable[..., None]) -> AnyResponse:
    """Make one change to a person, or say on their page why it must not happen."""
    db = context.db_session()
    try:
        change(db, context.keys().audit, person, by=current_viewer().person_id)
    except verbs.ChangeRefused as refused:
        concerns, requests = count_open_cases(db, person.id)
        problem = _refusal_message(refused, concerns, requests)
        return make_response(_person_page(person, problem=problem), 409)
    flash(_("Saved. %(name)s was told by mail.", name=person.name))
    answer = redirect(url_for("admin.show_person", person_id=person.id), 303)
    db.commit()
    return answer


def _refusal_message(
    refused: verbs.ChangeRefused, concerns: int = 0, requests: int = 0
) -> str:
    messages: dict[str, str] = {
        "taken": _("This e-mail has an account already."),
        "has_password": _(
            "This person has chosen a password already. They can ask for a new one at sign-in."
        ),
        "off": _("This account is switched off. Switch it on first."),
        "last": _(
            "This is the only administrator who can sign in. Make another person administrator first."
        ),
        "unlinked": _("No council account is linked."),
        "self": _(
            "Change your own second step on your own page, or ask another administrator to remove it."
        ),
        "no_factor": _("This person has no second step yet."),
        "owns": _(
            "This person still owns %(concerns)s open concerns and %(requests)s open contact requests. "
            "The safeguarding lead must give them to somebody else first.",
            concerns=concerns,
            requests=requests,
        ),
    }
    return messages[str(refused)]


def _find_person(person_id: str) -> Person:
    return context.db_session().get(Person, person_id) or abort(404)


def _invite_page(form: InviteForm) -> str:
    return render_template("admin/people/invite_person.html", form=form)


def _person_page(
    person: Person, *, problem: str = "", roles_form: RolesForm | None = None
) -> str:
    db, settings = context.db_session(), context.settings()
    return render_template(
        "admin/people/show_person.html",
        row=row_of(db, person, settings),
        problem=problem,
        roles_form=roles_form or RolesForm(formdata=None, roles=sorted(person.roles)),
        unused_days=settings.unused_days,
    )


def _links_of_demo() -> dict[str, str]:
    """Return unused invitation links, by person; only in the demo, which sends no mail."""
    parts = context.instance()
    if parts.settings.mode != "demo":
        return {}
    waiting = select(StaffToken).where(
        StaffToken.used_at.is_(None),
        StaffToken.ends_at > clock.now(),
        StaffToken.kind == "invite",
    )
    links = {}
    for row in context.db_session().scalars(waiting):
        links[row.person_id] = staff_link_of(parts.keys, parts.settings, row)
    return links
