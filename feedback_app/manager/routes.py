"""The manager's pages: a month's board, answers and comments, and its summary to hand over."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.manager import pages
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.month import Month
from feedback_app.reading.marks import mark_read
from feedback_app.reports import wording
from feedback_app.reports.figures import comments as texts
from feedback_app.reports.figures.answers import count_answers
from feedback_app.reports.figures.board import month_board
from feedback_app.reports.figures.misdirected import of_all_iros
from feedback_app.reports.formats.csv import month_csv
from feedback_app.reports.formats.xlsx import month_xlsx
from feedback_app.reports.month import Summary, gather_month
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("manager", __name__, url_prefix="/manager")
KINDS = {
    "csv": (month_csv, "text/csv"),
    "xlsx": (month_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@room.get("/")
@policy("manager")
def latest_month() -> AnyResponse:
    """The latest month with answers."""
    return redirect(url_for("manager.show_board", month=pages.first_month(context.db_session())), 303)


@room.get("/<month>")
@policy("manager")
def show_board(month: str) -> str:
    """The board: who is short, what is due, what is to be read."""
    found = month_board(context.db_session(), _month(month), context.settings())
    astray = of_all_iros(context.db_session(), found.month)
    return render_template(
        "manager/board.html", board=found, month=found.month, due=pages.report_due(found), say=wording, astray=astray
    )


@room.get("/<month>/answers")
@policy("manager")
def month_answers(month: str) -> str:
    """True counts with their base."""
    found = count_answers(context.db_session(), _month(month), pages.survey_versions(context.catalogue()))
    return render_template("manager/answers.html", answers=found, month=found.month, say=wording)


@room.get("/<month>/comments")
@policy("manager")
def month_comments(month: str) -> str:
    """Which texts there are, unread ones first; no words yet."""
    wanted = _month(month)
    listed = [(one, pages.question_text(context.catalogue(), one)) for one in _texts(wanted)]
    return render_template("manager/comments.html", comments=listed, month=wanted, say=wording)


@room.get("/<month>/comments/<entry_id>")
@policy("manager")
def show_comment(month: str, entry_id: str) -> str:
    """One text, opened: who opened it is noted before a word is shown."""
    found = _text(month, entry_id)
    keys = context.keys()
    with context.instance().database.short_write() as aside:
        audit.write_entry(aside, keys.audit, "text_opened", person_id=current_viewer().person_id, about=found.entry_id)
    return render_template(
        "manager/comment.html",
        comment=found,
        month=found.month,
        question=pages.question_text(context.catalogue(), found),
        words=texts.unseal_words(context.db_session(), keys.text, found.text_id),
        following=pages.next_unread(_texts(found.month), found.entry_id),
        say=wording,
    )


@room.post("/<month>/comments/<entry_id>/read")
@policy("manager")
def comment_read(month: str, entry_id: str) -> AnyResponse:
    """Marked: nothing to do, a theme, or a concern, which is raised at once; on to the next one."""
    found = _text(month, entry_id)
    following = pages.next_unread(_texts(found.month), found.entry_id)
    outcome = request.form.get("outcome", "nothing_to_do")
    if outcome not in READ_OUTCOMES:
        abort(400)
    db = context.db_session()
    entry = db.get_one(QueueEntry, found.entry_id)
    mark_read(db, context.keys().audit, entry, reader="manager", outcome=outcome, person_id=current_viewer().person_id)
    if outcome == "concern":
        flash(_("A concern is raised: the safeguarding lead is told now. If the child may be in danger, ring as well."))
    if following:
        answer = redirect(url_for("manager.show_comment", month=month, entry_id=following.entry_id), 303)
    else:
        flash(_("All comments of %(month)s have been read.", month=found.month.name))
        answer = redirect(url_for("manager.month_comments", month=month), 303)
    db.commit()
    return answer


@room.get("/<month>/summary.<kind>")
@policy("manager", step_up=True)
def month_summary(month: str, kind: str) -> Response:
    """The month's summary as a file; that it left is noted first."""
    wanted = _month(month)
    if kind not in KINDS:
        abort(404)
    with context.instance().database.short_write() as aside:
        audit.write_entry(
            aside, context.keys().audit, "exported", person_id=current_viewer().person_id, about=f"{wanted} {kind}"
        )
    write, mimetype = KINDS[kind]
    answer = Response(write(_summary(wanted)), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="rate-my-review-{wanted}.{kind}"'
    return answer


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)


def _texts(month: Month) -> tuple[texts.Comment, ...]:
    return texts.list_comments(
        context.db_session(), month, person_id=current_viewer().person_id, roles=current_viewer().roles
    )


def _text(month: str, entry_id: str) -> texts.Comment:
    found = texts.find_comment(
        context.db_session(), entry_id, person_id=current_viewer().person_id, roles=current_viewer().roles
    )
    if found is None or found.month != _month(month):
        abort(404)
    return found


def _summary(month: Month) -> Summary:
    parts = context.instance()
    return gather_month(
        context.db_session(),
        parts.keys.text,
        parts.settings,
        pages.survey_versions(parts.catalogue),
        month,
        person_id=current_viewer().person_id,
        roles=current_viewer().roles,
    )
