"""All comments of a period on one page; one of them alone; and what is done with each: read, theme, quote, covered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypedDict
from urllib.parse import urlencode

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

from feedback_app import audit, clock
from feedback_app.labels import covered_labels
from feedback_app.manager.comments.forms import quote_problem
from feedback_app.manager.comments.views import (
    YEAR,
    PageFilter,
    ShownComment,
    covered_parts,
    group_comments,
    next_unread,
    question_text,
)
from feedback_app.models.running import AuditEntry
from feedback_app.models.text import READ_OUTCOMES, QueueEntry
from feedback_app.month import Month
from feedback_app.privacy.covered import read_spans, text_pieces
from feedback_app.reading import kept_comments
from feedback_app.reading.marks import mark_read
from feedback_app.reading.marks_in_words import say_mark_taken
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.comments import (
    Comment,
    count_children_by_iro,
    count_comments,
    count_themes,
    find_comment,
    list_comments,
    select_comments,
    unseal_comments,
    unseal_words,
)
from feedback_app.responses.comment_marks import (
    covered_places,
    month_quotes,
    quotes_among,
    themes_of,
)
from feedback_app.survey.model import BANDS
from feedback_app.typed_text import clean_line
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import theme_problem

room = Blueprint("comments", __name__, url_prefix="/manager")

PAGE = 100
"""Comments on one page."""
MOST_SEARCHED = 2000
"""Comments that one search opens, the newest."""
NOTED_FOR = timedelta(days=1)
"""A text not marked as read is noted as opened once in this time by one person, however often it is shown."""
BACK = re.compile(r"/manager/[A-Za-z0-9_/?=&.%+-]*")


@room.get("/comments/")
@policy("manager")
def all_comments() -> str:
    """The words of a period under their questions; the address says what narrows them, never a word looked for."""
    return _list_page(_filter(request.args))


@room.get("/<month>/comments")
@policy("manager")
def month_comments(month: str) -> str:
    """The same for one month."""
    return _list_page(_filter({**request.args.to_dict(), "period": month}))


@room.post("/comments/search")
@policy("manager")
def search_comments() -> str:
    """Comments with these words in them, opened in memory for this answer alone. The words stand in no address."""
    narrowed = _filter(request.form)
    looked_for = clean_line(request.form.get("find"))[:200]
    if not looked_for:
        return _list_page(narrowed)
    wanted = narrowed.wanted_comments(_surveys())
    rows = select_comments(
        context.db_session(), wanted, **_me(), start=0, limit=MOST_SEARCHED, newest=True
    )
    opened = unseal_comments(context.db_session(), context.keys().text, rows)
    found = [
        row
        for row in rows
        if looked_for.casefold() in opened.get(row.entry_id, "").casefold()
    ]
    every = count_comments(context.db_session(), wanted, **_me())
    shown = sorted(found[:PAGE], key=lambda row: (row.read, row.question))
    return _draw_list(
        narrowed,
        shown,
        searched=(looked_for, len(rows), every, len(found)),
        every=len(found),
    )


@room.get("/<month>/comments/<entry_id>")
@policy("manager")
def show_comment(month: str, entry_id: str) -> str:
    """One text, opened: who opened it is noted before a word is shown."""
    return _comment_page(_text(month, entry_id))


@room.get("/<month>/comments/<entry_id>/state")
@policy("manager")
def comment_state(month: str, entry_id: str) -> str:
    """What was done with one comment and what can be, without its words: what a script puts in the place of the old."""
    return _state_page(_text(month, entry_id))


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
    following = next_unread(_texts(found), found.entry_id)
    db = context.db_session()
    mark_read(
        db,
        context.keys().audit,
        _entry(found),
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
    if "back" in request.form:
        answer = _led_back(found)
    elif found.read:
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
        _entry(found),
        reader="manager",
        person_id=current_viewer().person_id,
    )
    flash(said)
    db.commit()
    return _led_back(found)


@room.post("/<month>/comments/<entry_id>/theme")
@policy("manager")
def comment_theme(month: str, entry_id: str) -> AnyResponse:
    """Put the comment under one more theme, or take it from one (`remove`: the name of that)."""
    found, db = _text(month, entry_id), context.db_session()
    ring, me = context.keys().audit, current_viewer().person_id
    removed, name = request.form.get("remove"), clean_line(request.form.get("theme"))
    if removed is not None:
        kept_comments.leave_theme(
            db, ring, _entry(found), name=clean_line(removed), person_id=me
        )
    elif problem := theme_problem(name):
        return make_response(_state_page(found, problem=problem, typed=name), 400)
    else:
        kept_comments.add_to_theme(db, ring, _entry(found), name=name, person_id=me)
    db.commit()
    return _led_back(found)


@room.post("/<month>/comments/<entry_id>/quote")
@policy("manager")
def comment_quote(month: str, entry_id: str) -> AnyResponse:
    """Choose the comment as a quote of its month; `ticked` says that its IRO could not know the child by it."""
    found, db = _text(month, entry_id), context.db_session()
    entry = _entry(found)
    try:
        kept_comments.choose_quote(
            db,
            context.keys().audit,
            entry,
            kept_comments.response_of_entry(db, entry),
            person_id=current_viewer().person_id,
            ticked=bool(request.form.get("ticked")),
        )
    except kept_comments.QuoteRefused as refused:
        page = _state_page(found, quote_problem=quote_problem(refused.why))
        return make_response(page, 400)
    db.commit()
    return _led_back(found)


@room.post("/<month>/comments/<entry_id>/no-quote")
@policy("manager")
def comment_no_quote(month: str, entry_id: str) -> AnyResponse:
    """It is no quote any more."""
    found, db = _text(month, entry_id), context.db_session()
    kept_comments.take_quote_back(
        db,
        context.keys().audit,
        _entry(found),
        person_id=current_viewer().person_id,
    )
    db.commit()
    return _led_back(found)


@room.get("/<month>/comments/<entry_id>/cover")
@policy("manager")
def cover_words(month: str, entry_id: str) -> str:
    """The words one by one, each to be marked or not; what may name somebody is only suggested."""
    return _cover_page(_text(month, entry_id))


@room.post("/<month>/comments/<entry_id>/cover")
@policy("manager")
def cover_words_now(month: str, entry_id: str) -> AnyResponse:
    """Keep which words are covered; the text itself stays as it is."""
    found, db = _text(month, entry_id), context.db_session()
    length = len(unseal_words(db, context.keys().text, found.text_id))
    try:
        kept_comments.cover_places(
            db,
            context.keys().audit,
            _entry(found),
            read_spans(request.form.getlist("place"), length),
            person_id=current_viewer().person_id,
        )
    except kept_comments.TooManySpans:
        page = _cover_page(found, problem=_too_many())
        return make_response(page, 400)
    except ValueError:
        return make_response(_cover_page(found, problem=_too_many()), 400)
    flash(_("Saved. The words that a child wrote stay sealed as they are."))
    db.commit()
    return redirect(_address(found), 303)


def _too_many() -> str:
    return str(
        _("Too many words are marked to keep. Mark fewer, or leave this comment out.")
    )


def _list_page(narrowed: PageFilter) -> str:
    wanted = narrowed.wanted_comments(_surveys())
    db = context.db_session()
    every = count_comments(db, wanted, **_me())
    typed = request.args.get("page", "1")[:4]
    page = max(int(typed), 1) if typed.isdecimal() else 1
    rows = select_comments(db, wanted, **_me(), start=(page - 1) * PAGE, limit=PAGE)
    return _draw_list(narrowed, rows, every=every, page=page)


def _draw_list(
    narrowed: PageFilter,
    rows: Sequence[Comment],
    *,
    every: int,
    page: int = 1,
    searched: tuple[str, int, int, int] | None = None,
) -> str:
    _note_shown(rows, narrowed.period)
    db = context.db_session()
    words = unseal_comments(db, context.keys().text, rows)
    unread = replace(narrowed.wanted_comments(_surveys()), read="no")
    names = _theme_names()
    query = urlencode(narrowed.as_query())
    back = f"{url_for('comments.all_comments')}?{query}"
    choices = _choices(narrowed, names)
    return render_template(
        "manager/comments/comments.html",
        groups=group_comments(_shown(rows, words)),
        narrowed=narrowed,
        month=narrowed.last_month,
        left=0 if searched else count_comments(db, unread, **_me()),
        every=every,
        page=page,
        pages=-(-every // PAGE),
        searched=searched,
        back=back if BACK.fullmatch(back) else url_for("comments.all_comments"),
        choices=choices,
        chosen=_chosen_words(narrowed, choices),
        most=MOST_SEARCHED,
        theme_names=names,
        me=current_viewer().person_id,
        quotes=len(month_quotes(db, str(narrowed.last_month))),
        most_quotes=kept_comments.MOST_QUOTES,
        few_children=_few_children(rows),
        say=wording,
    )


def _shown(rows: Sequence[Comment], words: dict[str, str]) -> list[ShownComment]:
    db, ids = context.db_session(), [row.text_id for row in rows]
    themes, covered = themes_of(db, ids), covered_places(db, ids)
    quotes = quotes_among(db, ids)
    return [
        ShownComment(
            row,
            question_text(context.catalogue(), row),
            covered_parts(
                words.get(row.entry_id, _cannot_be_opened()),
                covered.get(row.text_id, ()) if row.entry_id in words else (),
            ),
            themes.get(row.text_id, ()),
            row.text_id in quotes,
        )
        for row in rows
    ]


def _cannot_be_opened() -> str:
    return str(
        _(
            "This cannot be opened now: its key is missing. Tell whoever runs the service."
        )
    )


def _choices(
    narrowed: PageFilter, names: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: pairs of value and words."""
    now = Month.containing(clock.today())
    months = [now.add_months(-back) for back in range(24)]
    if narrowed.last_month not in months:
        months.append(narrowed.last_month)
    periods = [(str(month), month.name) for month in months]
    periods += [
        (f"{YEAR}{month}", _("Twelve months to %(month)s", month=month.name))
        for month in dict.fromkeys((narrowed.last_month, now))
    ]
    surveys = context.catalogue().newest_surveys()
    return {
        "period": periods,
        "read": [
            ("", _("Read or not")),
            ("no", _("Still to be read")),
            ("yes", _("Read")),
        ],
        "survey": [("", _("Every survey")), *((one.key, one.title) for one in surveys)],
        "band": [
            ("", _("Every age")),
            *((band, wording.band_name(band)) for band in BANDS),
        ],
        "part": [
            ("", _("Took part or not")),
            ("took_part", _("Took part")),
            ("did_not", _("Did not take part")),
        ],
        "channel": [
            ("", _("However it came")),
            *(
                (one, wording.typed_by(one))
                for one in ("self", "helped", "verbal", "paper")
            ),
        ],
        "theme": [
            ("", _("Every theme, and none")),
            *((name, name) for name in names),
        ],
    }


def _chosen_words(
    narrowed: PageFilter, choices: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    """The period, and what else narrows the page."""
    query = narrowed.as_query()
    return ", ".join(
        words
        for name, offered in choices.items()
        for value, words in offered
        if value and value == query.get(name)
    )


def _theme_names() -> list[str]:
    """Names in use, of texts that this person may read, so that none tells them of another."""
    themes = count_themes(context.db_session(), _surveys(), **_me())
    return sorted((one.name for one in themes), key=str.casefold)


def _few_children(rows: Sequence[Comment]) -> Callable[[Comment], bool]:
    """Says of each of these whether so few children of its IRO answered that the IRO may know which of them it was."""
    heard = count_children_by_iro(context.db_session(), rows, **_me())

    def is_one_of_few(row: Comment) -> bool:
        few = kept_comments.FEW_CHILDREN
        return heard.get((row.iro_id, row.month), 0) < few

    return is_one_of_few


def _comment_page(found: Comment, *, problem: str = "") -> str:
    """The page of one text. Nothing is being written when it is called: SQLite has one writer."""
    _note("text_opened", found.entry_id)
    db = context.db_session()
    words = unseal_words(db, context.keys().text, found.text_id)
    [shown] = _shown([found], {found.entry_id: words})
    return render_template(
        "manager/comments/comment.html",
        one=shown,
        comment=found,
        month=found.month,
        question=shown.question,
        following=next_unread(_texts(found), found.entry_id),
        themes=_theme_names(),
        me=current_viewer().person_id,
        say=wording,
        problem=problem,
        typed=request.form.get("theme", "") if problem else "",
        few_children=_few_children([found]),
        back=_address(found),
    )


def _state_page(
    found: Comment, *, problem: str = "", typed: str = "", quote_problem: str = ""
) -> str:
    [shown] = _shown([found], {})
    return render_template(
        "manager/comments/state.html",
        one=shown,
        month=found.month,
        theme_names=_theme_names(),
        problem=problem,
        typed=typed,
        quote_problem=quote_problem,
        me=current_viewer().person_id,
        few_children=_few_children([found]),
        back=_back() or _address(found),
        say=wording,
    )


def _cover_page(found: Comment, *, problem: str = "") -> str:
    _note("text_opened", found.entry_id)
    db = context.db_session()
    covered = covered_places(db, [found.text_id]).get(found.text_id, [])
    words = unseal_words(db, context.keys().text, found.text_id)
    return render_template(
        "manager/comments/cover.html",
        comment=found,
        month=found.month,
        question=question_text(context.catalogue(), found),
        pieces=text_pieces(words, covered),
        instead=covered_labels(),
        problem=problem,
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


def _note_shown(rows: Sequence[Comment], period: str) -> None:
    """Note before a word is shown: each text not read yet as opened, those that were read as one look at a period."""
    me = current_viewer().person_id
    noted = select(AuditEntry.about).where(
        AuditEntry.what == "text_opened",
        AuditEntry.person_id == me,
        AuditEntry.at >= clock.now() - NOTED_FOR,
        AuditEntry.about.in_([row.entry_id for row in rows if not row.read]),
    )
    known = set(context.db_session().scalars(noted))
    fresh = [row.entry_id for row in rows if not row.read and row.entry_id not in known]
    has_read = any(row.read for row in rows)
    if not fresh and not has_read:
        return
    context.db_session().rollback()
    ring = context.keys().audit
    with context.instance().database.short_write() as aside:
        audit.write_entries(aside, ring, "text_opened", person_id=me, about=fresh)
        if has_read:
            audit.write_entry(aside, ring, "comments_shown", person_id=me, about=period)


def _led_back(found: Comment) -> AnyResponse:
    """To where the form stood: for a script the state of the comment, else the list at its place, else its own page."""
    if request.form.get("part"):
        place = url_for(
            "comments.comment_state", month=found.month, entry_id=found.entry_id
        )
    else:
        back = _back()
        place = f"{back}#c-{found.entry_id}" if back else _address(found)
    return redirect(place, 303)


def _back() -> str:
    back = request.form.get("back", "")
    return back if BACK.fullmatch(back) and len(back) <= 300 else ""


def _address(comment: Comment) -> str:
    return url_for(
        "comments.show_comment", month=comment.month, entry_id=comment.entry_id
    )


def _entry(found: Comment) -> QueueEntry:
    return context.db_session().get_one(QueueEntry, found.entry_id)


def _texts(found: Comment) -> tuple[Comment, ...]:
    return list_comments(context.db_session(), found.survey, found.month, **_me())


def _text(month: str, entry_id: str) -> Comment:
    found = find_comment(context.db_session(), _surveys(), entry_id, **_me())
    if found is None or str(found.month) != month:
        abort(404)
    return found


class _ReaderScope(TypedDict):
    """Whose scope every query of this page has."""

    person_id: str
    roles: Collection[str]


def _me() -> _ReaderScope:
    viewer = current_viewer()
    return {"person_id": viewer.person_id, "roles": viewer.roles}


def _surveys() -> list[str]:
    return [survey.key for survey in context.catalogue().newest_surveys()]


def _filter(query: Mapping[str, str], month: Month | None = None) -> PageFilter:
    """What the address or the form says; this month where it names no period."""
    try:
        return PageFilter.of_query(query, month or Month.containing(clock.today()))
    except ValueError:
        abort(404)
