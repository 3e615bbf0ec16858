"""The manager's pages: a month's board, and the comments that have been read as a file of their own."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    url_for,
)
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
from feedback_app.reports.figures.counted import count_unread
from feedback_app.reports.figures.done_before import count_done_before
from feedback_app.reports.figures.misdirected import count_misdirected
from feedback_app.reports.figures.reviews_held import count_reviews
from feedback_app.reports.formats.csv import write_csv
from feedback_app.reports.formats.xlsx import write_xlsx
from feedback_app.reports.read_comments import comment_report, gather_comments
from feedback_app.rulebook.counted_codes import name_codes, read_codes
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("manager", __name__, url_prefix="/manager")
FORMATS = {
    "csv": (write_csv, "text/csv"),
    "xlsx": (
        write_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
"""Format -> its writer, its media type."""


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
        reviews=count_reviews(db, [found.month], read_codes(db))[found.month],
        unread=count_unread(db, _survey(), found.month),
        complaints=count_pressing(db, mine, clock.today()),
        waiting=waiting_matters(db, current_viewer().person_id),
        to_report=month_to_report(db, found.month),
    )


@room.get("/<month>/summary.<kind>")
@policy("manager", step_up=True, download=True)
def download_comments(month: str, kind: str) -> AnyResponse:
    """The month's comments that have been read, as a file of the manager's own; that it left is noted first."""
    wanted = _month(month)
    if kind not in FORMATS:
        abort(404)
    parts, person_id = context.instance(), current_viewer().person_id
    with parts.database.short_write() as aside:
        audit.write_entry(
            aside,
            context.keys().audit,
            "exported",
            person_id=person_id,
            about=f"{wanted} {kind}",
        )
    found = gather_comments(
        context.db_session(),
        parts.keys.text,
        parts.settings,
        parts.catalogue.monthly_versions(),
        wanted,
        person_id=person_id,
        roles=current_viewer().roles,
    )
    write, mimetype = FORMATS[kind]
    answer = Response(write(comment_report(found)), mimetype=mimetype)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{_survey()}-comments-{wanted}.{kind}"'
    )
    return answer


def _survey() -> str:
    return context.catalogue().monthly_survey().key


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)
