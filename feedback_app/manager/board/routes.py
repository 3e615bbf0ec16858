"""The manager's pages: a month's board, and its summary to hand over."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.complaints.reminders import count_pressing
from feedback_app.manager.board.views import (
    first_month,
    month_to_report,
    report_due,
)
from feedback_app.manager.waiting.views import waiting_matters
from feedback_app.models import scope
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.board import month_board
from feedback_app.reports.figures.done_before import count_done_before
from feedback_app.reports.figures.misdirected import count_misdirected
from feedback_app.reports.figures.reviews_held import count_reviews
from feedback_app.reports.formats.csv import write_csv
from feedback_app.reports.formats.xlsx import write_xlsx
from feedback_app.reports.publishing.stored import (
    ReadyNumbers,
    ask_for_numbers,
    find_numbers,
    note_left,
)
from feedback_app.reports.summary import Summary, gather_month
from feedback_app.reports.summary_tables import board_report, month_report
from feedback_app.rulebook.counted_codes import name_codes
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("manager", __name__, url_prefix="/manager")
FORMATS = {
    "csv": (board_report, write_csv, "text/csv"),
    "xlsx": (
        month_report,
        write_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
"""Format -> which report it holds, its writer, its media type."""
WITH_ANSWERS = frozenset({"xlsx"})
"""The formats that hold what children answered, and not counts of work alone."""


@room.get("/")
@policy("manager")
def latest_month() -> AnyResponse:
    """The latest month with answers."""
    return redirect(
        url_for(
            "manager.show_board", month=first_month(context.db_session(), _survey())
        ),
        303,
    )


@room.get("/<month>")
@policy("manager")
def show_board(month: str) -> str:
    """The board: who is short, what is due, what is to be read."""
    found = month_board(
        context.db_session(), _survey(), _month(month), context.settings()
    )
    db = context.db_session()
    astray = count_misdirected(db, _survey(), found.month)
    mine = scope.complaints_for(current_viewer().person_id)
    return render_template(
        "manager/board/board.html",
        board=found,
        month=found.month,
        due=report_due(found),
        not_begun=found.today < found.month.first,
        say=wording,
        name_codes=name_codes,
        astray=astray,
        before=count_done_before(db, _survey(), found.month),
        reviews=count_reviews(db, found.month),
        complaints=count_pressing(db, mine, clock.today()),
        waiting=waiting_matters(db, current_viewer().person_id),
        to_report=month_to_report(db, found.month),
    )


@room.get("/<month>/summary.<kind>")
@policy("manager", step_up=True, download=True)
def month_summary(month: str, kind: str) -> AnyResponse:
    """The month's summary as a file; that it left is noted first."""
    wanted = _month(month)
    if kind not in FORMATS:
        abort(404)
    ready = _ready_numbers(wanted, kind)
    if not _may_leave(wanted, kind, ready):
        flash(
            _(
                "The figures of %(month)s are being made ready. It takes about a minute: then download them again.",
                month=wanted.name,
            )
        )
        return redirect(url_for("manager.show_board", month=wanted), 303)
    report_for, write, mimetype = FORMATS[kind]
    answer = Response(write(report_for(_summary(wanted, ready))), mimetype=mimetype)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{_survey()}-{wanted}.{kind}"'
    )
    return answer


def _ready_numbers(month: Month, kind: str) -> ReadyNumbers | None:
    """The numbers of answers that may leave with the file; None where it holds none, or the month runs."""
    if kind not in WITH_ANSWERS or clock.today() <= month.last:
        return None
    surveys = context.catalogue().monthly_versions()
    return find_numbers(context.db_session(), surveys, month)


def _may_leave(month: Month, kind: str, ready: ReadyNumbers | None) -> bool:
    """Note that the file leaves. False, and the worker is asked, where the month's numbers are still to be chosen."""
    needs_numbers = kind in WITH_ANSWERS and clock.today() > month.last
    person_id = current_viewer().person_id
    with context.instance().database.short_write() as aside:
        if needs_numbers and not (ready and note_left(aside, ready.id, person_id)):
            ask_for_numbers(aside, month)
            return False
        audit.write_entry(
            aside,
            context.keys().audit,
            "exported",
            person_id=person_id,
            about=f"{month} {kind}",
        )
    return True


def _survey() -> str:
    return context.catalogue().monthly_survey().key


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)


def _summary(month: Month, ready: ReadyNumbers | None) -> Summary:
    parts = context.instance()
    return gather_month(
        context.db_session(),
        parts.keys.text,
        parts.settings,
        parts.catalogue.monthly_versions(),
        month,
        ready=ready,
        person_id=current_viewer().person_id,
        roles=current_viewer().roles,
    )
