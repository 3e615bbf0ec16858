"""The comments of a month: which there are, what was said in those that were read, one opened, one marked."""

from __future__ import annotations

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

from feedback_app import audit
from feedback_app.manager.comments.views import (
    ReadFilter,
    filter_choices,
    next_unread,
    question_text,
    read_comments,
)
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.month import Month
from feedback_app.reading.marks import mark_read
from feedback_app.reading.marks_in_words import say_mark_taken
from feedback_app.reading.themes import used_themes
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.comments import (
    Comment,
    find_comment,
    list_comments,
    unseal_comments,
    unseal_words,
)
from feedback_app.typed_text import clean_line
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import theme_problem

room = Blueprint("comments", __name__, url_prefix="/manager")


@room.get("/<month>/comments")
@policy("manager")
def month_comments(month: str) -> str:
    """Which texts there are: of those to be read no words yet, and the words of those that were read, narrowed by
    `?question=`, `?band=`, `?theme=` and `?find=`.
    """
    wanted = _month(month)
    texts = _texts(wanted)
    narrowed = ReadFilter.of_query(request.args)
    read = [one for one in texts if one.read]
    if read:
        _note("comments_shown", str(wanted))
    words = unseal_comments(context.db_session(), context.keys().text, read)
    return render_template(
        "manager/comments/comments.html",
        unread=[
            (one, question_text(context.catalogue(), one))
            for one in texts
            if not one.read
        ],
        read=read_comments(context.catalogue(), read, words, narrowed),
        choices=filter_choices(context.catalogue(), read),
        narrowed=narrowed,
        month=wanted,
        say=wording,
    )


@room.get("/<month>/comments/<entry_id>")
@policy("manager")
def show_comment(month: str, entry_id: str) -> str:
    """One text, opened: who opened it is noted before a word is shown."""
    return _comment_page(_text(month, entry_id))


@room.post("/<month>/comments/<entry_id>/read")
@policy("manager")
def comment_read(month: str, entry_id: str) -> AnyResponse:
    """Marked in one press and on to the next; kept under a theme; or a concern, which is raised at once. Also once
    more, on second thought.
    """
    found = _text(month, entry_id)
    outcome = request.form.get("outcome", "nothing_to_do")
    if outcome not in READ_OUTCOMES:
        abort(400)
    theme = clean_line(request.form.get("theme"))
    if outcome == "theme" and (problem := theme_problem(theme)):
        return make_response(_comment_page(found, problem=problem), 400)
    following = next_unread(_texts(found.month), found.entry_id)
    db = context.db_session()
    mark_read(
        db,
        context.keys().audit,
        db.get_one(QueueEntry, found.entry_id),
        reader="manager",
        outcome=outcome,
        person_id=current_viewer().person_id,
        theme=theme,
    )
    if outcome == "concern":
        flash(
            _(
                "A concern is raised: the safeguarding lead is told now. If the child may be in danger, ring as well."
            )
        )
    if outcome == "theme":
        flash(_("Saved under the theme “%(name)s”.", name=theme))
    if found.read:
        answer = redirect(_address(found), 303)
    elif following:
        answer = redirect(_address(following), 303)
    else:
        flash(_("All comments of %(month)s have been read.", month=found.month.name))
        answer = redirect(url_for("comments.month_comments", month=month), 303)
    db.commit()
    return answer


@room.post("/<month>/comments/<entry_id>/unread")
@policy("manager")
def comment_unread(month: str, entry_id: str) -> AnyResponse:
    """The manager who marked it as read has not read it after all: it stays out of the summary until it is read."""
    found, db = _text(month, entry_id), context.db_session()
    said = say_mark_taken(
        db,
        context.keys().audit,
        db.get_one(QueueEntry, found.entry_id),
        reader="manager",
        person_id=current_viewer().person_id,
    )
    flash(said)
    db.commit()
    return redirect(_address(found), 303)


def _comment_page(found: Comment, *, problem: str = "") -> str:
    """The page of one text. Nothing is being written when it is called: SQLite has one writer."""
    _note("text_opened", found.entry_id)
    db, me = context.db_session(), current_viewer().person_id
    return render_template(
        "manager/comments/comment.html",
        comment=found,
        month=found.month,
        question=question_text(context.catalogue(), found),
        words=unseal_words(db, context.keys().text, found.text_id),
        following=next_unread(_texts(found.month), found.entry_id),
        themes=used_themes(db, me),
        me=me,
        say=wording,
        problem=problem,
        typed=request.form.get("theme", "") if problem else "",
    )


def _note(what: audit.AuditEvent, about: str) -> None:
    """Note on the audit trail, in a transaction of its own, that words are shown; what was begun is taken back."""
    context.db_session().rollback()
    with context.instance().database.short_write() as aside:
        audit.write_entry(
            aside,
            context.keys().audit,
            what,
            person_id=current_viewer().person_id,
            about=about,
        )


def _address(comment: Comment) -> str:
    return url_for(
        "comments.show_comment", month=comment.month, entry_id=comment.entry_id
    )


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
