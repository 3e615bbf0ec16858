"""Settings on pages: all of them, and each with its form and its history. Who may change which stands in changeable.py.

A change of targets or codes holds from a month on that is not past; the others take hold at once, terms of retention
with the next night's run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import flask_babel
from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.manager.settings import views
from feedback_app.manager.settings.changeable import (
    Changeable,
    Kind,
    address_of,
    all_changeable,
)
from feedback_app.manager.settings.forms import (
    CodesForm,
    LanguageForm,
    MonthNumberForm,
    NewWordForm,
    NumberForm,
    TermForm,
    WordForm,
)
from feedback_app.manager.team.views import history_of
from feedback_app.month import Month
from feedback_app.reports.content.glossary import (
    MOST_OWN_TERMS,
    OWN_TERM,
    WORD_KEY,
    glossary_terms,
)
from feedback_app.reports.figures.working_months import read_work
from feedback_app.rulebook.counted_codes import CODES_KEY, CountedCodes
from feedback_app.rulebook.month_rules import NO_TARGET
from feedback_app.rulebook.setting_changes import (
    ChangeBook,
    NewValue,
    NothingChanged,
    keep_change,
    read_changes,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.child_languages import child_languages
from feedback_app.web.service_details import refresh_details, settings_of_start

_: Callable[..., str] = flask_babel.gettext

room = Blueprint("settings", __name__, url_prefix="/manager/settings")


@room.get("")
@policy("manager", "lead", "deputy", "administrator")
def list_settings() -> str:
    """Every setting with its value now, what it changes, from when, and who may change it."""
    db = context.db_session()
    book = read_changes(db)
    rows = [views.setting_row(book, one, current_viewer().roles) for one in _all(book)]
    work = read_work(db, context.settings())
    return render_template(
        "manager/settings/settings.html",
        groups=views.grouped_rows(rows),
        team=history_of(db, work, None),
        usual=work.usual_targets.in_month(Month.containing(clock.today())),
        spotlight=views.spotlight_history(db, context.catalogue().monthly_survey()),
        form=NewWordForm(formdata=None),
    )


@room.get("/<setting_key>")
@policy("manager", "lead", "deputy", "administrator")
def show_setting(setting_key: str) -> str:
    """One setting with its form, for whoever may change it, and its history."""
    book = read_changes(context.db_session())
    setting = _find(book, setting_key)
    return _page(book, setting, _new_form(book, setting, sent=False))


@room.post("/<number_key>/number")
@policy("manager")
def set_number(number_key: str) -> AnyResponse:
    """Set a target or a threshold from a month on."""
    book, setting, form = _sent_form(number_key, "number")
    if not form.validate():
        return _refused(book, setting, form)
    return _keep(book, setting, form, form.typed_value, Month.parse(form.month.data))


@room.post(f"/{CODES_KEY}/codes")
@policy("manager")
def set_codes() -> AnyResponse:
    """Set which participation codes count, from a month on."""
    book, setting, form = _sent_form(address_of(CODES_KEY), "codes")
    if not form.validate():
        return _refused(book, setting, form)
    value = form.chosen_codes.as_text()
    return _keep(book, setting, form, value, Month.parse(form.month.data))


@room.post("/<time_key>/time")
@policy("lead")
def set_time(time_key: str) -> AnyResponse:
    """Set a time within which something is read or somebody is told; it takes hold at once."""
    book, setting, form = _sent_form(time_key, "time")
    if not form.validate():
        return _refused(book, setting, form)
    problem = _times_problem(setting.key, int(form.typed_value))
    if problem:
        form.number.errors = [problem]
        return _refused(book, setting, form)
    return _keep(book, setting, form, form.typed_value)


@room.post("/<term_key>/term")
@policy("lead", "administrator", step_up=True)
def set_term(term_key: str) -> AnyResponse:
    """Set how long something is kept: first it is said what becomes due by it, then it is kept."""
    book, setting, form = _sent_form(term_key, "term")
    if not form.validate():
        return _refused(book, setting, form)
    number = int(form.typed_value)
    problem = _terms_problem(setting.key, number)
    if problem:
        form.number.errors = [problem]
        return _refused(book, setting, form)
    if not form.is_confirmed:
        db = context.db_session()
        due = views.due_by_term(db, context.settings(), setting.key, number)
        form.sure.data = str(number)
        return make_response(_page(book, setting, form, due=due))
    return _keep(book, setting, form, form.typed_value)


@room.post("/<language_key>/language")
@policy("administrator", "manager")
def switch_language(language_key: str) -> AnyResponse:
    """Switch a language of a survey off, or on again; for whoever opens it from now on."""
    book, setting, form = _sent_form(language_key, "language")
    if not form.validate():
        return _refused(book, setting, form)
    return _keep(book, setting, form, form.offered.data)


@room.post("/<word_key>/word")
@policy("manager")
def write_word(word_key: str) -> AnyResponse:
    """Write what a word of reports means, or go back to our own words."""
    book, setting, form = _sent_form(word_key, "word")
    if not form.validate():
        return _refused(book, setting, form)
    return _keep(book, setting, form, form.typed_value)


@room.get("/word")
@policy("manager")
def new_word() -> str:
    """The form of a word more."""
    return _new_word_page(NewWordForm())


@room.post("/word")
@policy("manager")
def add_word() -> AnyResponse:
    """Add a word to those that reports explain."""
    form = NewWordForm()
    if not form.validate():
        return make_response(_new_word_page(form), 400)
    book = _locked_book()
    key = f"{WORD_KEY}{OWN_TERM}{form.term.data}"
    same = next(
        (one for one in _all(book) if one.page_address == address_of(key)), None
    )
    terms = {one.term.casefold() for one in glossary_terms(book)}
    if form.term.data.casefold() in terms or (same and same.key != key):
        form.term.errors = [_("This word is explained already. Change its words.")]
    elif len(book.keys_with(f"{WORD_KEY}{OWN_TERM}")) >= MOST_OWN_TERMS:
        form.term.errors = [
            _("There are %(most)s words of your own already.", most=MOST_OWN_TERMS)
        ]
    if form.term.errors:
        return make_response(_new_word_page(form), 400)
    new = NewValue(key, form.words.data, None, reason=form.reason.data)
    _store(new)
    flash(_("Saved. Reports that are made from now on explain it."))
    return _done(url_for("settings.list_settings", _anchor="words"))


def _new_word_page(form: NewWordForm) -> str:
    return render_template("manager/settings/new_word.html", form=form)


def _all(book: ChangeBook) -> tuple[Changeable, ...]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return all_changeable(
        book, settings_of_start(app), context.catalogue(), child_languages()
    )


def _find(book: ChangeBook, address: str, kind: Kind | None = None) -> Changeable:
    return next(
        (
            one
            for one in _all(book)
            if one.page_address == address and kind in (None, one.kind)
        ),
        None,
    ) or abort(404)


def _locked_book() -> ChangeBook:
    """All that was changed, with nobody changing more until the commit: what held before is noted with each change."""
    db = context.db_session()
    audit.lock_trail(db)
    return read_changes(db)


def _sent_form(address: str, kind: Kind) -> tuple[ChangeBook, Changeable, Any]:
    """All that was changed, the setting that is to be changed now, and its form as it was sent."""
    book = _locked_book()
    setting = _find(book, address, kind)
    return book, setting, _new_form(book, setting)


def _refused(book: ChangeBook, setting: Changeable, form: FlaskForm) -> AnyResponse:
    """The page again, with what was typed and what is wrong with it."""
    return make_response(_page(book, setting, form), 400)


def _new_form(book: ChangeBook, setting: Changeable, *, sent: bool = True) -> Any:
    """The form of a setting as it stands now, with what was sent in its place on a POST."""
    month = Month.containing(clock.today()).next
    now = views.value_at(book, setting, month)
    data: Mapping[str, Any] = {} if sent else {"formdata": None}
    if setting.kind == "codes":
        return CodesForm.with_codes(CountedCodes.from_text(now or ""))
    if setting.kind == "language":
        return LanguageForm(offered=now, **data)
    if setting.kind == "word":
        return WordForm(setting, words=now, **data)
    if setting.kind == "number":
        is_none = now == NO_TARGET
        number = "" if is_none else now
        return MonthNumberForm(setting, number=number, without=is_none, **data)
    make = TermForm if setting.kind == "term" else NumberForm
    return make(setting, number=now, **data)


def _times_problem(name: str, number: int) -> str:
    """Who is told of a concern is told in turn: the deputy before the manager."""
    settings = context.settings()
    deputy = number if name == "deputy_hours" else settings.deputy_hours
    manager = number if name == "manager_hours" else settings.manager_hours
    if deputy >= manager:
        return _(
            "The deputy is told before the manager: after %(deputy)s hours and %(manager)s are no such times.",
            deputy=deputy,
            manager=manager,
        )
    return ""


def _terms_problem(name: str, number: int) -> str:
    """A report is kept for longer than the answers that it counts."""
    settings = context.settings()
    answers = number if name == "answer_years" else settings.answer_years
    reports = number if name == "report_years" else settings.report_years
    if name == "report_years" and reports <= answers:
        return _(
            "Reports are kept for at least a year longer than answers, which are kept for %(years)s years.",
            years=answers,
        )
    return ""


def _keep(
    book: ChangeBook,
    setting: Changeable,
    form: FlaskForm,
    value: str | None,
    month: Month | None = None,
) -> AnyResponse:
    """Keep the change, and lead back to its page."""
    at = month or Month.containing(clock.today())
    before = views.value_at(book, setting, at)
    if value == setting.usual and setting.kind == "word":
        value = None
    is_same = value == before or (value is None and before == setting.usual)
    if not is_same:
        _store(NewValue(setting.key, value, before, month, form.reason.data))
    flash(_said(setting, month) if not is_same else _("Nothing was changed."))
    return _done(url_for("settings.show_setting", setting_key=setting.page_address))


def _said(setting: Changeable, month: Month | None) -> str:
    if month is not None:
        return _("Saved. It holds from %(month)s on.", month=month.name)
    if setting.kind == "term":
        return _("Saved. It holds from tonight’s deletion on.")
    if setting.kind == "word":
        return _("Saved. Reports that are made from now on have it.")
    return _("Saved. It holds at once; all pages show it within a quarter of a minute.")


def _store(new: NewValue) -> None:
    db = context.db_session()
    try:
        keep_change(db, context.keys().audit, new, by=current_viewer().person_id)
    except NothingChanged:
        return


def _done(address: str) -> AnyResponse:
    """Commit, let this process know at once, and lead on to that page."""
    answer = redirect(address, 303)
    context.db_session().commit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    refresh_details(app, at_once=True)
    return answer


def _page(
    book: ChangeBook, setting: Changeable, form: FlaskForm, **more: object
) -> str:
    db = context.db_session()
    return render_template(
        "manager/settings/setting.html",
        row=views.setting_row(book, setting, current_viewer().roles),
        setting=setting,
        form=form,
        history=views.history_lines(db, book, setting),
        **more,
    )
