"""The report in one minute: at most 60 words, made from the figures, each sentence open to the manager's own words."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from feedback_app.reports.content.answer_chapters import (
    moved_measures,
    movement_words,
    nothing_compared,
    nothing_moved,
)
from feedback_app.reports.content.figure_book import FigureBook
from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.content.work_chapters import (
    add_heard,
    boards_total,
)
from feedback_app.reports.document import Chapter, Paragraph
from feedback_app.rulebook.counted_codes import name_codes

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
MOST_WORDS = 60


def minute_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """Who was heard, how many IROs heard one of each, who was asked, what moved."""
    heard, asked, pairs = (
        _heard_sentence(gathered, book),
        _asked_sentence(gathered, book),
        _pairs_sentence(gathered),
    )
    before = [heard, pairs, asked]
    room = MOST_WORDS - sum(count_words(sentence) for sentence in before)
    moved = _moved_sentence(gathered, room)
    keys = ("minute.heard", "minute.pairs", "minute.asked", "minute.moved")
    sentences = zip((*before, moved), keys, strict=True)
    return Chapter(
        _("In one minute"),
        tuple(Paragraph(words, "generated", key) for words, key in sentences if words),
    )


def count_words(text: str) -> int:
    """How many words a reader reads."""
    return len(text.split())


def _heard_sentence(gathered: Gathered, book: FigureBook) -> str:
    heard = add_heard(gathered)
    question = _("In one minute")
    months = gathered.period.months
    book.add_count(months, question, _("Children heard"), heard.all_children)
    words = ngettext(
        "%(num)s child was heard (%(took_part)s who took part in their review, %(did_not)s who did not).",
        "%(num)s children were heard (%(took_part)s who took part in their review, %(did_not)s who did not).",
        heard.counted_children,
        took_part=heard.took_part,
        did_not=heard.did_not,
    )
    if not heard.outside:
        return words
    return ngettext(
        "%(words)s %(num)s more was outside the target (%(codes)s).",
        "%(words)s %(num)s more were outside the target (%(codes)s).",
        heard.outside,
        words=words,
        codes=name_codes(gathered.rules.counted_codes.outside_codes),
    )


def _pairs_sentence(gathered: Gathered) -> str:
    both, wanted = boards_total(gathered.boards)
    if len(gathered.boards) > 1:
        return _(
            "IROs heard one of each in %(both)s of %(all)s months.",
            both=both,
            all=wanted,
        )
    return _("%(both)s of %(all)s IROs heard one of each.", both=both, all=wanted)


def _asked_sentence(gathered: Gathered, book: FigureBook) -> str:
    asked = gathered.total_asked
    silent = asked.unanswered + asked.not_reached
    question, months = _("In one minute"), gathered.period.months
    for option, number in (
        (_("Asked"), asked.all_asked),
        (_("Said no"), asked.said_no),
        (_("Did not answer"), silent),
        (_("Waiting for an answer"), asked.waiting),
    ):
        book.add_count(months, question, option, number)
    words = _(
        "We asked %(asked)s; %(said_no)s said no, %(silent)s did not answer.",
        asked=asked.all_asked,
        said_no=asked.said_no,
        silent=silent,
    )
    if not asked.waiting:
        return words
    return ngettext(
        "%(words)s %(num)s may still answer.",
        "%(words)s %(num)s may still answer.",
        asked.waiting,
        words=words,
    )


def _moved_sentence(gathered: Gathered, room: int) -> str:
    """What moved, in so many words at most; of many figures only how many they are."""
    if gathered.published is None:
        return _("What children answered is handed over once the month is over.")
    moved = moved_measures(gathered)
    if moved is None:
        return nothing_compared(gathered)
    if not moved:
        return nothing_moved(gathered)
    named = "; ".join(movement_words(*one) for one in moved)
    words = _("No figure moved beyond chance, except: %(named)s.", named=named)
    if len(gathered.boards) > 1:
        words = _(
            "In %(month)s no figure moved beyond chance, except: %(named)s.",
            month=gathered.last.short_name,
            named=named,
        )
    if count_words(words) <= room:
        return words
    return ngettext(
        "%(num)s figure moved beyond chance.",
        "%(num)s figures moved beyond chance.",
        len(moved),
    )
