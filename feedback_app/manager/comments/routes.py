"""The comments of a month: which there are, one opened, one marked as read."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.manager.comments.views import next_unread, question_text
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.month import Month
from feedback_app.reading.marks import mark_read
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.comments import (
    Comment,
    find_comment,
    list_comments,
    unseal_words,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("comments", __name__, url_prefix="/manager")


@room.get("/<month>/comments")
@policy("manager")
def month_comments(month: str) -> str:
    """Which texts there are, unread ones first; no words yet."""
    wanted = _month(month)
    listed = [(one, question_text(context.catalogue(), one)) for one in _texts(wanted)]
    return render_template(
        "manager/comments/comments.html", comments=listed, month=wanted, say=wording
    )


@room.get("/<month>/comments/<entry_id>")
@policy("manager")
def show_comment(month: str, entry_id: str) -> str:
    """One text, opened: who opened it is noted before a word is shown."""
    found = _text(month, entry_id)
    keys = context.keys()
    with context.instance().database.short_write() as aside:
        audit.write_entry(
            aside,
            keys.audit,
            "text_opened",
            person_id=current_viewer().person_id,
            about=found.entry_id,
        )
    return render_template(
        "manager/comments/comment.html",
        comment=found,
        month=found.month,
        question=question_text(context.catalogue(), found),
        words=unseal_words(context.db_session(), keys.text, found.text_id),
        following=next_unread(_texts(found.month), found.entry_id),
        say=wording,
    )


@room.post("/<month>/comments/<entry_id>/read")
@policy("manager")
def comment_read(month: str, entry_id: str) -> AnyResponse:
    """Marked: nothing to do, a theme, or a concern, which is raised at once; on to the next one."""
    found = _text(month, entry_id)
    following = next_unread(_texts(found.month), found.entry_id)
    outcome = request.form.get("outcome", "nothing_to_do")
    if outcome not in READ_OUTCOMES:
        abort(400)
    db = context.db_session()
    entry = db.get_one(QueueEntry, found.entry_id)
    mark_read(
        db,
        context.keys().audit,
        entry,
        reader="manager",
        outcome=outcome,
        person_id=current_viewer().person_id,
    )
    if outcome == "concern":
        flash(
            _(
                "A concern is raised: the safeguarding lead is told now. If the child may be in danger, ring as well."
            )
        )
    if following:
        answer = redirect(
            url_for("comments.show_comment", month=month, entry_id=following.entry_id),
            303,
        )
    else:
        flash(_("All comments of %(month)s have been read.", month=found.month.name))
        answer = redirect(url_for("comments.month_comments", month=month), 303)
    db.commit()
    return answer


def _texts(month: Month) -> tuple[Comment, ...]:
    return list_comments(
        context.db_session(),
        _survey(),
        month,
        person_id=current_viewer().person_id,
        roles=current_viewer().roles,
    )


def _text(month: str, entry_id: str) -> Comment:
    found = find_comment(
        context.db_session(),
        _survey(),
        entry_id,
        person_id=current_viewer().person_id,
        roles=current_viewer().roles,
    )
    if found is None or found.month != _month(month):
        abort(404)
    return found


def _survey() -> str:
    return context.catalogue().monthly_survey().key


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)
