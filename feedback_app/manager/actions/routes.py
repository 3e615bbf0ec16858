""" "You said, we did" as the manager keeps it: the table of actions, the form of one, and showing it to children."""

from __future__ import annotations

from dataclasses import replace

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
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.manager.actions import verbs as actions
from feedback_app.manager.actions.forms import ActionForm
from feedback_app.models.action import ACTION_BANDS, WORDS_LIMIT, Action
from feedback_app.models.person import Person
from feedback_app.privacy.suppress import FEWEST_SHOWN
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures import comments
from feedback_app.reports.figures.said_to_told import days_to_told, median_days_to_told
from feedback_app.said_and_done import MOST_TOLD, ShownAction, words_of
from feedback_app.survey.reading_grade import GRADE, reading_advice
from feedback_app.survey_page.actions_page import draw_actions
from feedback_app.typed_text import clean_line
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("said", __name__, url_prefix="/manager/said-and-done")


@room.get("/")
@policy("manager")
def list_actions() -> str:
    """All actions, and the themes from which one can be begun."""
    db = context.db_session()
    rows = actions.list_actions(db)
    return render_template(
        "manager/actions/actions.html",
        rows=rows,
        themes=_themes(),
        days=days_to_told,
        median=median_days_to_told((action for action, _owner in rows), clock.today()),
        say=wording,
        most=MOST_TOLD,
        today=clock.today(),
    )


@room.get("/new")
@policy("manager")
def new_action() -> str:
    """The form of a new action; `?theme=` begins it from a theme, with how many children said so."""
    form = ActionForm()
    name = clean_line(request.args.get("theme"))
    begun = next((one for one in _themes() if one.name == name), None)
    form.fill_choices(_people(None), None, begun)
    return _page(form, None)


@room.post("/new")
@policy("manager")
def add_action() -> AnyResponse:
    """Keep a new action; no child reads it yet."""
    form = ActionForm()
    form.fill_choices(_people(None), None)
    if not form.validate():
        return make_response(_page(form, None), 400)
    db, written = context.db_session(), form.typed_action()
    begun = next((one for one in _themes() if one.id == form.begun_from.data), None)
    if begun is not None:
        written = replace(written, theme_id=begun.id, said_on=begun.said_on)
    made = actions.add_action(
        db,
        context.keys().audit,
        written,
        person_id=current_viewer().person_id,
    )
    flash(_("Saved. No child reads it until you show it."))
    db.commit()
    return redirect(url_for("said.show_action", action_id=made.id), 303)


@room.get("/<action_id>")
@policy("manager")
def show_action(action_id: str) -> str:
    """One action as it stands, with what may be hard to read in it."""
    found, form = _action(action_id), ActionForm()
    form.fill_choices(_people(found), found)
    return _page(form, found)


@room.post("/<action_id>")
@policy("manager")
def change_action(action_id: str) -> AnyResponse:
    """Keep what was typed; a refusal shows all of it again."""
    found, form = _action(action_id), ActionForm()
    form.fill_choices(_people(found), found)
    if not form.validate():
        return make_response(_page(form, found), 400)
    db = context.db_session()
    typed = (form.version.data or "")[:9]
    version = int(typed) if typed.isdecimal() else 0
    try:
        ring, who = context.keys().audit, current_viewer().person_id
        actions.change_action(
            db, ring, found, form.typed_action(), version=version, person_id=who
        )
    except actions.ChangedMeanwhile:
        form.say_changed(found.version)
        return make_response(_page(form, found), 409)
    except actions.NotReady:
        form.say_lacks(form.typed_action().missing_parts())
        return make_response(_page(form, found), 400)
    flash(
        _("Saved. Children read it as it stands now.")
        if found.is_shown
        else _("Saved.")
    )
    db.commit()
    return redirect(url_for("said.show_action", action_id=found.id), 303)


@room.get("/<action_id>/preview")
@policy("manager")
def preview_action(action_id: str) -> str:
    """The action as children see it, in the words of the band that is asked for."""
    found, band = _action(action_id), words_of(request.args.get("words", ""))
    said, done = actions.written_action(found).words.get(band, ("", ""))
    return draw_actions(
        "told",
        (ShownAction(found.state, said, done),),
        band=band,
        template="said_and_done",
    )


@room.post("/<action_id>/publish")
@policy("manager")
def publish_action(action_id: str) -> AnyResponse:
    """Show it to children."""
    found, db = _action(action_id), context.db_session()
    version = request.form.get("version", "")
    try:
        actions.publish_action(
            db,
            context.keys().audit,
            found,
            version=int(version) if version.isdecimal() else 0,
            person_id=current_viewer().person_id,
        )
    except actions.NotReady:
        flash(
            _(
                "No child reads it yet: %(least)s children or more must have said it, and it needs the words for every"
                " age.",
                least=actions.fewest_said(db),
            )
        )
    except actions.ChangedMeanwhile:
        flash(
            _(
                "Somebody changed this since you opened it. Look at it again, then show it."
            )
        )
    else:
        flash(_("Children read it from now on."))
        db.commit()
    return redirect(url_for("said.show_action", action_id=action_id), 303)


@room.post("/<action_id>/take-back")
@policy("manager")
def take_back(action_id: str) -> AnyResponse:
    """Show it to children no longer."""
    found, db = _action(action_id), context.db_session()
    if actions.take_back(
        db, context.keys().audit, found, person_id=current_viewer().person_id
    ):
        flash(_("It is taken back: no child reads it any more."))
        db.commit()
    else:
        flash(_("No child reads it now."))
    return redirect(url_for("said.show_action", action_id=action_id), 303)


def _page(form: ActionForm, found: Action | None) -> str:
    hard = [
        (band, which, advice)
        for band in ACTION_BANDS
        for which, field in (
            ("said", form.said_field(band)),
            ("done", form.done_field(band)),
        )
        if (advice := reading_advice(field.data or "", band)) is not None
    ]
    least = FEWEST_SHOWN
    if found is None or not found.is_shown:
        least = actions.fewest_said(context.db_session())
    lacks = actions.written_action(found).missing_parts(least) if found else []
    return render_template(
        "manager/actions/action.html",
        form=form,
        action=found,
        hard=hard,
        lacks=lacks,
        bands=ACTION_BANDS,
        grades=GRADE,
        limit=WORDS_LIMIT,
        least=least,
        say=wording,
        today=clock.today(),
    )


def _themes() -> tuple[comments.KeptTheme, ...]:
    surveys = [survey.key for survey in context.catalogue().newest_surveys()]
    return comments.count_themes(
        context.db_session(),
        surveys,
        person_id=current_viewer().person_id,
        roles=current_viewer().roles,
    )


def _action(action_id: str) -> Action:
    found = context.db_session().get(Action, action_id)
    if found is None:
        abort(404)
    return found


def _people(found: Action | None) -> list[tuple[str, str]]:
    """Who can see to it: everyone at work, and whoever does now."""
    at_work = (
        Person.active
        if found is None
        else Person.active | (Person.id == found.owner_id)
    )
    rows = context.db_session().execute(
        select(Person.id, Person.name).where(at_work).order_by(Person.name, Person.id)
    )
    return [(person_id, name) for person_id, name in rows]
