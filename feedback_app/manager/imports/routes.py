"""The manager's pages of imports: choose a file, say what its columns hold, see what it would do, store it whole."""

from __future__ import annotations

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
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.imports.file_steps import FileStep, take_step, write_example
from feedback_app.imports.mapping import SheetKind
from feedback_app.imports.sheets import BadFile
from feedback_app.imports.whole_store import hold_imports, store_step
from feedback_app.imports.words import kind_title, stored_words
from feedback_app.manager.imports.verbs import KINDS, ImportDesk
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("imports", __name__, url_prefix="/manager/imports")


@room.get("")
@policy("manager")
def choose_file() -> str:
    """The form that takes a file, and what each kind of file holds; `kind` stands chosen, as of the file before."""
    return _choose_page(request.args.get("kind", ""), "")


@room.post("")
@policy("manager", upload=True)
def check_file() -> AnyResponse:
    """Ask for the columns that are not known, or show what the file would do; nothing is stored."""
    kind = KINDS.get(request.form.get("kind", ""))
    if kind is None:
        return make_response(_choose_page("", "", no_kind=True), 400)
    try:
        return _step_page(_take_step(_desk(), kind))
    except BadFile as bad:
        return make_response(_choose_page(kind.name, str(bad)), 400)


@room.post("/store")
@policy("manager", upload=True)
def store_file() -> AnyResponse:
    """Store all of it, once exactly this was seen."""
    kind = KINDS.get(request.form.get("kind", "")) or abort(400)
    desk = _desk()
    hold_imports(desk.session)
    try:
        step = _take_step(desk, kind)
    except BadFile as bad:
        return make_response(_choose_page(kind.name, str(bad)), 400)
    if not step.may_store or request.form.get("seen") != step.shown:
        return _step_page(step)
    store_step(
        desk.session,
        desk.keys.audit,
        step,
        partial(desk.store_entries, kind),
        by=desk.by,
    )
    flash(stored_words(step))
    answer = redirect(url_for("imports.choose_file"), 303)
    desk.session.commit()
    return answer


@room.get("/example/<import_kind>.csv")
@policy("manager", download=True)
def download_example(import_kind: str) -> AnyResponse:
    """An example with the headings that are known by name."""
    kind = KINDS.get(import_kind) or abort(404)
    answer = make_response(write_example(kind))
    answer.mimetype = "text/csv"
    name = f'attachment; filename="{kind.name}.csv"'
    answer.headers["Content-Disposition"] = name
    return answer


def _desk() -> ImportDesk:
    parts = context.instance()
    return ImportDesk(
        context.db_session(),
        parts.keys,
        parts.settings,
        parts.catalogue.monthly_survey().key,
        current_viewer().person_id,
    )


def _take_step(desk: ImportDesk, kind: SheetKind) -> FileStep:
    file = request.files.get("file")
    return take_step(
        desk.session,
        desk.keys,
        kind,
        partial(desk.check_sheet, kind),
        content=file.read() if file and file.filename else None,
        form=request.form,
        person_id=desk.by,
    )


def _step_page(step: FileStep) -> AnyResponse:
    page = render_template(
        "manager/imports/check.html", step=step, title=kind_title(step.kind.name)
    )
    wrong = step.checked is None or step.checked.problems
    return make_response(page, 400 if wrong else 200)


def _choose_page(chosen: str, problem: str, *, no_kind: bool = False) -> str:
    return render_template(
        "manager/imports/choose.html",
        kinds=[(kind, kind_title(name)) for name, kind in KINDS.items()],
        chosen=chosen,
        problem=problem,
        kind_problem=_("Choose what is in the file.") if no_kind else "",
    )
