"""The administrator's pages: people and their roles. No feedback is reached from here (promise 24)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, SelectMultipleField, StringField, widgets
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from feedback_app import audit, clock
from feedback_app.admin.people import verbs as people
from feedback_app.models.person import Person, StaffToken
from feedback_app.people import staff_links as staff_tokens
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("admin", __name__, url_prefix="/admin")

ROLE_WORDS = {
    "iro": _l("IRO"),
    "manager": _l("IRO manager"),
    "lead": _l("Safeguarding lead"),
    "deputy": _l("Deputy of the safeguarding lead"),
    "administrator": _l("Administrator: people and roles, reads no feedback"),
}
SHORT_WORDS = ROLE_WORDS | {"deputy": _l("Deputy lead"), "administrator": _l("Administrator")}


class RolesForm(FlaskForm):  # type: ignore[misc]
    """What a person may be here as."""

    roles = SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(role, words) for role, words in ROLE_WORDS.items()],
        validators=[InputRequired(_l("Choose at least one role."))],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )


class InviteForm(RolesForm):
    """A new member of staff."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Type the person’s name.")), Length(max=120, message=_l("At most 120 characters."))],
    )
    email = EmailField(
        _l("E-mail"),
        [
            InputRequired(_l("Type the person’s e-mail.")),
            Length(max=254, message=_l("At most 254 characters.")),
            Regexp(
                r"\s*[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+\s*$",
                message=_l("Type a whole e-mail, such as name@council.example."),
            ),
        ],
    )


@room.get("/")
@policy("administrator")
def list_people() -> str:
    """Everyone who works here."""
    found = people.people_rows(context.db_session(), context.settings())
    return render_template("admin/people/list_people.html", rows=found, role_words=SHORT_WORDS, links=_links_of_demo())


@room.get("/invite")
@policy("administrator")
def invite_person() -> str:
    """The form for a new member of staff."""
    return render_template("admin/people/invite_person.html", form=InviteForm())


@room.post("/invite")
@policy("administrator", step_up=True)
def invite_now() -> AnyResponse:
    """Add them, and send them their link."""
    form = InviteForm()
    if not form.validate():
        return make_response(render_template("admin/people/invite_person.html", form=form), 400)
    parts, db = context.instance(), context.db_session()
    try:
        added = people.invite_person(
            db,
            parts.keys,
            parts.settings,
            name=form.name.data,
            email=form.email.data,
            roles=form.roles.data,
            by=current_viewer().person_id,
        )
    except people.ChangeRefused as refused:
        form.email.errors = [_why(refused)]
        return make_response(render_template("admin/people/invite_person.html", form=form), 400)
    flash(_("A link is on its way to %(name)s.", name=added.name))
    db.commit()
    return redirect(url_for("admin.list_people"), 303)


@room.get("/people/<person_id>")
@policy("administrator")
def show_person(person_id: str) -> str:
    """One person, and what can be changed."""
    return _page(_person(person_id))


@room.post("/people/<person_id>/roles")
@policy("administrator", step_up=True)
def change_roles(person_id: str) -> AnyResponse:
    """Change the roles."""
    form, found = RolesForm(), _person(person_id)
    if not form.validate():
        return make_response(_page(found, roles_form=form), 400)
    wanted = form.roles.data
    return _do(found, lambda db, ring, by: people.set_roles(db, ring, found, wanted, by=by))


@room.post("/people/<person_id>/off")
@policy("administrator", step_up=True)
def switch_off(person_id: str) -> AnyResponse:
    """Switch the account off."""
    found = _person(person_id)
    return _do(found, lambda db, ring, by: people.switch_off(db, ring, found, by=by))


@room.post("/people/<person_id>/on")
@policy("administrator", step_up=True)
def switch_on(person_id: str) -> AnyResponse:
    """Switch it on again."""
    found = _person(person_id)
    return _do(found, lambda db, ring, by: people.switch_on(db, ring, found, by=by))


@room.post("/people/<person_id>/left")
@policy("administrator", step_up=True)
def mark_as_left(person_id: str) -> AnyResponse:
    """The person has left the service."""
    found = _person(person_id)
    return _do(found, lambda db, ring, by: people.mark_as_left(db, ring, found, by=by))


@room.post("/people/<person_id>/unlink")
@policy("administrator", step_up=True)
def unlink_council_account(person_id: str) -> AnyResponse:
    """The council's own sign-in opens the account no more."""
    found = _person(person_id)
    return _do(found, lambda db, ring, by: people.unlink_identity(db, ring, found, by=by))


@room.post("/people/<person_id>/second-step-off")
@policy("administrator", step_up=True)
def second_step_off(person_id: str) -> AnyResponse:
    """For who lost what they show at the second step."""
    found = _person(person_id)
    return _do(found, lambda db, ring, by: people.remove_factors(db, ring, found, by=by))


@room.post("/people/<person_id>/invite")
@policy("administrator", step_up=True)
def invite_again(person_id: str) -> AnyResponse:
    """Send the invitation once more."""
    found, parts = _person(person_id), context.instance()
    return _do(found, lambda db, _ring, by: people.send_invitation(db, parts.keys, parts.settings, found, by=by))


@room.get("/access-review")
@policy("administrator")
def access_review() -> str:
    """Everyone with what they may do and how long they have not been here, to be gone through regularly."""
    db, settings = context.db_session(), context.settings()
    return render_template(
        "admin/people/access_review.html",
        rows=people.people_rows(db, settings),
        role_words=SHORT_WORDS,
        last=people.last_access_review(db),
        unused_days=settings.unused_days,
    )


@room.post("/access-review")
@policy("administrator", step_up=True)
def access_reviewed() -> AnyResponse:
    """Note that the list was gone through."""
    db = context.db_session()
    audit.write_entry(db, context.keys().audit, "access_reviewed", person_id=current_viewer().person_id)
    flash(_("Noted: you have gone through this list."))
    db.commit()
    return redirect(url_for("admin.access_review"), 303)


def _do(found: Person, change: Callable[..., None]) -> AnyResponse:
    db = context.db_session()
    try:
        change(db, context.keys().audit, current_viewer().person_id)
    except people.ChangeRefused as refused:
        concerns, requests = people.count_open_cases(db, found.id)
        return make_response(_page(found, problem=_why(refused, concerns, requests)), 409)
    flash(_("The change holds from now on. %(name)s was told by mail.", name=found.name))
    answer = redirect(url_for("admin.show_person", person_id=found.id), 303)
    db.commit()
    return answer


def _why(refused: people.ChangeRefused, concerns: int = 0, requests: int = 0) -> str:
    words: dict[str, str] = {
        "taken": _("This e-mail has an account already."),
        "has_password": _("This person has chosen a password already. They can ask for a new one at sign-in."),
        "off": _("This account is switched off. Switch it on first."),
        "last": _("This is the only administrator who can come in. Make another person administrator first."),
        "unlinked": _("No council account is linked."),
        "self": _("Your own second step you change on your own page, or another administrator takes it off."),
        "no_factor": _("This person has no second step yet."),
        "owns": _(
            "Open and in this person’s hands: %(concerns)s concerns, %(requests)s contact requests. "
            "The safeguarding lead must give them to somebody else first.",
            concerns=concerns,
            requests=requests,
        ),
    }
    return words[str(refused)]


def _person(person_id: str) -> Person:
    return context.db_session().get(Person, person_id) or abort(404)


def _page(found: Person, *, problem: str = "", roles_form: RolesForm | None = None) -> str:
    db, settings = context.db_session(), context.settings()
    return render_template(
        "admin/people/show_person.html",
        row=people.row_of(db, found, settings),
        role_words=SHORT_WORDS,
        problem=problem,
        roles_form=roles_form or RolesForm(formdata=None, roles=sorted(found.roles)),
        unused_days=settings.unused_days,
    )


def _links_of_demo() -> dict[str, str]:
    """Links that wait, by person: in the demo mail goes nowhere, so the administrator sees them there, only there."""
    parts = context.instance()
    if parts.settings.mode != "demo":
        return {}
    waiting = select(StaffToken).where(StaffToken.used_at.is_(None), StaffToken.ends_at > clock.now())
    return {
        row.person_id: staff_tokens.staff_link_of(parts.keys, parts.settings, row)
        for row in context.db_session().scalars(waiting.where(StaffToken.kind == "invite"))
    }
