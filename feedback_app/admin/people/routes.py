"""The administrator's pages about people and their roles. No feedback is reached from here (promise 24)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.admin.people import verbs
from feedback_app.admin.people.forms import InviteForm, PeopleListForm, RolesForm
from feedback_app.admin.people.invited_list import (
    UnderstoodPeople,
    invite_people,
    understand_people,
)
from feedback_app.admin.people.rows import (
    count_open_cases,
    last_access_review,
    people_rows,
    row_of,
)
from feedback_app.invitations.hand_over import OPENED_BY, open_links_of
from feedback_app.models.person import Person, StaffToken
from feedback_app.people.staff_links import staff_link_of
from feedback_app.privacy.keys import Keys
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


@room.get("/invite-list")
@policy("administrator")
def invite_list() -> str:
    """Show the form that takes a list of people."""
    return _list_page(PeopleListForm())


@room.post("/invite-list")
@policy("administrator", step_up=True)
def invite_list_now() -> AnyResponse:
    """Show what was understood of the list; when that was seen, invite everybody in it, all or none."""
    form = PeopleListForm()
    if not form.validate():
        return make_response(_list_page(form), 400)
    parts, db, me = context.instance(), context.db_session(), current_viewer().person_id
    found = understand_people(db, form.people.data, by=me)
    if found.problem or form.seen.data != found.shown:
        form.people.errors = [found.problem] if found.problem else []
        return _understood_page(form, found, 400 if found.problem else 200)
    try:
        invited = invite_people(db, parts.keys, parts.settings, found.to_invite, by=me)
    except verbs.ChangeRefused:  # somebody else invited one of them a moment ago
        db.rollback()
        found = understand_people(db, form.people.data, by=me)
        return _understood_page(form, found, 409)
    flash(
        ngettext(
            "A link is on its way to %(num)s person.",
            "Links are on their way to %(num)s people.",
            invited,
        )
    )
    answer = redirect(url_for("admin.list_people"), 303)
    db.commit()
    return answer


def _understood_page(
    form: PeopleListForm, found: UnderstoodPeople, status: int
) -> AnyResponse:
    page = render_template("admin/people/check_list.html", form=form, found=found)
    return make_response(page, status)


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
    lost = person.roles - set(form.roles.data)
    asked = _ask_who_takes_links(
        person, "admin.change_roles", lost, kept_roles=form.roles.data
    )
    if asked and person.id != current_viewer().person_id:
        return asked
    change = partial(
        verbs.set_roles, roles=form.roles.data, links_to=_chosen_for_links()
    )
    return _change(person, change)


@room.post("/people/<person_id>/off")
@policy("administrator", step_up=True)
def switch_off(person_id: str) -> AnyResponse:
    """Switch the account off; asked first who takes the links that wait."""
    person = _find_person(person_id)
    asked = _ask_who_takes_links(person, "admin.switch_off", OPENED_BY)
    if asked:
        return asked
    return _change(person, partial(verbs.switch_off, links_to=_chosen_for_links()))


@room.post("/people/<person_id>/on")
@policy("administrator", step_up=True)
def switch_on(person_id: str) -> AnyResponse:
    """Switch the account on again."""
    return _change(_find_person(person_id), verbs.switch_on)


@room.get("/people/<person_id>/left")
@policy("administrator")
def ask_if_left(person_id: str) -> str:
    """Ask first, and who takes the links that wait."""
    person = _find_person(person_id)
    if person.left_at:
        abort(404)
    return _leaving_page(person)


@room.post("/people/<person_id>/left")
@policy("administrator", step_up=True)
def mark_as_left(person_id: str) -> AnyResponse:
    """Note that the person has left the service; their links go to another, or end."""
    person, links_to = _find_person(person_id), _chosen_for_links()
    if open_links_of(context.db_session(), person.id) and not links_to:
        return make_response(_leaving_page(person, asked=True), 400)
    return _change(person, partial(verbs.mark_as_left, links_to=links_to))


@room.post("/people/<person_id>/left/back")
@policy("administrator", step_up=True)
def take_leaving_back(person_id: str) -> AnyResponse:
    """The person has not left after all."""
    return _change(_find_person(person_id), verbs.take_leaving_back)


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

    def send_link(db: Session, keys: Keys, person: Person, *, by: str) -> None:
        """The change, in the shape that `_change` calls."""
        verbs.send_invitation(db, keys, parts.settings, person, by=by)

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
        change(db, context.keys(), person, by=current_viewer().person_id)
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
        "own_roles": _(
            "Nobody changes their own roles. Ask another administrator to do it."
        ),
        "links": _(
            "This person still has links without an answer. Choose who takes them, or end them."
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


def _leaving_page(person: Person, *, asked: bool = False) -> str:
    return render_template(
        "admin/people/leaving.html",
        person=person,
        links=len(open_links_of(context.db_session(), person.id)),
        choices=_takers_of_links(person, OPENED_BY),
        asked=asked,
    )


def _ask_who_takes_links(
    person: Person,
    endpoint: str,
    roles: Collection[str],
    kept_roles: Collection[str] = (),
) -> AnyResponse | None:
    """The question who takes the links that these roles open; None where none waits or somebody is chosen.

    `endpoint`: the change that is asked for; `kept_roles`: what was chosen on the page before.
    """
    links = len(open_links_of(context.db_session(), person.id, roles))
    if not links or _chosen_for_links():
        return None
    asked = "links_to" in request.form
    page = render_template(
        "admin/people/who_takes_links.html",
        person=person,
        endpoint=endpoint,
        links=links,
        choices=_takers_of_links(person, roles),
        kept_roles=kept_roles,
        asked=asked,
    )
    return make_response(page, 400 if asked else 200)


def _takers_of_links(person: Person, roles: Collection[str]) -> list[tuple[str, str]]:
    able = verbs.people_to_take_links(context.db_session(), person, roles)
    return [
        ("", _("Choose")),
        *((one.id, one.name) for one in able),
        (verbs.END_LINKS, _("Nobody: end these links")),
    ]


def _chosen_for_links() -> str:
    """Who was chosen to take the links, or that they end; "" where nothing was."""
    return request.form.get("links_to", "")


def _find_person(person_id: str) -> Person:
    return context.db_session().get(Person, person_id) or abort(404)


def _invite_page(form: InviteForm) -> str:
    return render_template("admin/people/invite_person.html", form=form)


def _list_page(form: PeopleListForm) -> str:
    return render_template("admin/people/invite_list.html", form=form)


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
