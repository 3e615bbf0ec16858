"""The administrator's pages of a file with people: choose it, see who would be invited, invite them, all or none."""

from __future__ import annotations

from collections.abc import Mapping

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.admin.people.verbs import ChangeRefused, invite_person
from feedback_app.imports.check import Checked
from feedback_app.imports.file_steps import FileStep, take_step, write_example
from feedback_app.imports.imported_people import (
    KIND,
    PersonEntry,
    check_people,
    store_people,
)
from feedback_app.imports.sheets import BadFile, CouncilSheet
from feedback_app.imports.whole_store import hold_imports, store_step
from feedback_app.imports.words import kind_title
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("people_file", __name__, url_prefix="/admin/people/file")


@room.get("")
@policy("administrator")
def choose_file() -> str:
    """The form that takes a file with people."""
    return _choose_page("")


@room.post("")
@policy("administrator", upload=True)
def check_file() -> AnyResponse:
    """Ask for the columns that are not known, or show who would be invited; nobody is invited yet."""
    try:
        return _step_page(_take_step())
    except BadFile as bad:
        return make_response(_choose_page(str(bad)), 400)


@room.post("/store")
@policy("administrator", step_up=True, upload=True)
def invite_all() -> AnyResponse:
    """Invite everybody in the file, once exactly this was seen."""
    parts, db, me = context.instance(), context.db_session(), current_viewer().person_id
    hold_imports(db)
    try:
        step = _take_step()
    except BadFile as bad:
        return make_response(_choose_page(str(bad)), 400)
    if not step.may_store or request.form.get("seen") != step.shown:
        return _step_page(step)

    def invite(one: PersonEntry) -> object:
        return invite_person(
            db,
            parts.keys,
            parts.settings,
            name=one.name,
            email=one.email,
            roles=one.roles,
            by=me,
        )

    def store(checked: Checked[PersonEntry]) -> None:
        store_people(checked.entries, invite)

    try:
        store_step(db, parts.keys.audit, step, store, by=me)
    except ChangeRefused:  # somebody invited one of them a moment ago
        db.rollback()
        return _step_page(_take_step())
    invited = step.checked.count_of("new") if step.checked else 0
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


@room.get("/example.csv")
@policy("administrator", download=True)
def download_example() -> AnyResponse:
    """An example with the headings that are known by name."""
    answer = make_response(write_example(KIND))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
    return answer


def _take_step() -> FileStep:
    db, file = context.db_session(), request.files.get("file")

    def check(sheet: CouncilSheet, columns: Mapping[str, int]) -> Checked[PersonEntry]:
        return check_people(db, sheet, columns)

    return take_step(
        db,
        context.keys(),
        KIND,
        check,
        content=file.read() if file and file.filename else None,
        form=request.form,
        person_id=current_viewer().person_id,
    )


def _step_page(step: FileStep) -> AnyResponse:
    page = render_template(
        "admin/people_file/check.html", step=step, title=kind_title("people")
    )
    wrong = step.checked is None or step.checked.problems
    return make_response(page, 400 if wrong else 200)


def _choose_page(problem: str) -> str:
    return render_template("admin/people_file/choose.html", kind=KIND, problem=problem)
