"""What a quarter and a year have beside a month: six standing questions, and the annual report's chapters in order.

What the service's case system holds and this one does not is a box that says so, open to the manager's own words.
"""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from feedback_app.reports.content import answer_chapters as answers
from feedback_app.reports.content import work_chapters as work
from feedback_app.reports.content.figure_book import FigureBook
from feedback_app.reports.content.first_minute import minute_chapter
from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.content.language_tables import text_chapter
from feedback_app.reports.content.question_chapter import question_chapter
from feedback_app.reports.content.response_rates import rate_chapter
from feedback_app.reports.document import Block, Chapter, Paragraph
from feedback_app.reports.figures import concern_counts as counted
from feedback_app.reports.figures_in_words import period_name, printed_number
from feedback_app.reports.tables import Column, Table, TableRow

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
ADVOCATE = "advocate"
"""The measure of who knows how to get an advocate."""


def standing_chapter(gathered: Gathered) -> Chapter:
    """The six things that members ask each time, each with two sentences of the figures; the manager completes them."""
    asked_and_said = (
        (_("Why did it move?"), _why_moved(gathered)),
        (_("Who did not take part, and why?"), _who_did_not(gathered)),
        (_("What did children want instead?"), _what_instead(gathered)),
        (_("Which words do we use?"), _our_words()),
        (_("Is advocacy reaching them?"), _about_advocates(gathered)),
        (_("What changed because of it?"), _what_changed(gathered)),
    )
    blocks: list[Block] = []
    for number, (question, said) in enumerate(asked_and_said, 1):
        blocks.append(Paragraph(question, "note"))
        blocks.append(Paragraph(said, "generated", f"standing.{number}"))
    return Chapter(_("Six standing questions"), tuple(blocks))


def _why_moved(gathered: Gathered) -> str:
    moved = answers.moved_measures(gathered)
    if moved is None:
        first = answers.nothing_compared(gathered)
        second = _("So nothing is said to have moved.")
    elif not moved:
        first = answers.nothing_moved(gathered)
        second = _("Smaller differences are what chance alone makes.")
    else:
        first = "; ".join(answers.movement_words(*one) for one in moved) + "."
        second = _("The figures say that it moved and not why.")
    return f"{first} {second}"


def _who_did_not(gathered: Gathered) -> str:
    asked = gathered.total_asked
    numbers = _(
        "Of %(asked)s children asked, said no: %(said_no)s, did not answer: %(silent)s, not reached: %(unreached)s.",
        asked=asked.all_asked,
        said_no=asked.said_no,
        silent=asked.unanswered,
        unreached=asked.not_reached,
    )  # fmt: skip
    return f"{numbers} {_most_named(gathered, answers.WHY_NOT)}"


def _what_instead(gathered: Gathered) -> str:
    doing = sum(action.state in ("promised", "doing") for action in gathered.actions)
    open_now = ngettext(
        "%(num)s thing that children asked for is being worked on.",
        "%(num)s things that children asked for are being worked on.",
        doing,
    )
    return f"{_most_named(gathered, answers.NEXT_TIME)} {open_now}"


def _our_words() -> str:
    first = _(
        "Those of the children: “I was there”, “I had my say”, “somebody told me what was decided”."
    )
    second = _("Their survey says “family time” where staff say contact.")
    return f"{first} {second}"  # fmt: skip


def _what_changed(gathered: Gathered) -> str:
    done = sum(action.state == "done" for action in gathered.actions)
    told = sum(action.is_told for action in gathered.actions)
    return _(
        "Of %(all)s actions %(done)s are done. Children can read what became of %(told)s.",
        all=len(gathered.actions),
        done=done,
        told=told,
    )


def _most_named(gathered: Gathered, question_id: str) -> str:
    """The two answers that most children gave, with their numbers."""
    published = gathered.published
    most = answers.top_answers(published, question_id)[:2] if published else []
    if published is None or not most:
        return _("Too few children answered in twelve months to say.")
    return _(
        "Named most in the twelve months to %(month)s: %(answers)s.",
        month=published.year_end.name,
        answers="; ".join(f"{words} ({count.value})" for words, count in most),
    )


def _about_advocates(gathered: Gathered) -> str:
    asked_for = _(
        "In %(period)s children who asked for an advocate: %(number)s.",
        period=period_name(gathered.period),
        number=printed_number(work.printed_requests(gathered)[counted.ADVOCATE]),
    )
    return f"{_know_advocates(gathered)} {asked_for}"


def _know_advocates(gathered: Gathered) -> str:
    published = gathered.published
    for question in published.questions if published else ():
        for measure in question.measures:
            if measure.id != ADVOCATE or published is None:
                continue
            pair = published.year.measure_cells(question, measure)
            if pair and pair[0].value is not None and pair[1].value is not None:
                return _(
                    "%(measure)s: %(count)s of %(base)s children in the twelve months to %(month)s.",
                    measure=measure.title,
                    count=pair[0].value,
                    base=pair[1].value,
                    month=published.year_end.name,
                )
    return _("Too few children answered in twelve months to say.")


def held_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """Reviews held and in time, as the case system listed them; what was not imported is a box. Counts of work."""
    title, found = _("Reviews, from the case system"), gathered.review_times
    blocks: list[Block] = []
    if found:
        listed = [
            (_("Reviews held"), found.held),
            (_("held in timescale: by the day due"), found.on_time),
            (_("held after the day due"), found.late),
            (_("held, without a day due in the file"), found.no_due_day),
            (_("Due, not held"), found.not_held),
            (_("The IRO spoke with the child before"), found.spoke_before),
        ]
        if found.midway:
            listed.append((_("with a midway review before"), found.midway))
        if found.visited:
            listed.append((_("The IRO visited the child before"), found.visited))
        months = gathered.period.months
        rows = [
            TableRow((words, book.add_count(months, title, words, number)))
            for words, number in listed
        ]
        columns = (Column("", width=44), Column(_("Imported"), "number", 16))
        blocks.append(Table("", columns, tuple(rows)))
        note = _(
            "Imported from the case system, as its last file said; not counted by this service. Counts of work."
        )
        blocks.append(Paragraph(note, "rule"))
    else:
        none = _("No review of this time was imported from the case system.")
        blocks.append(Paragraph(none, "note", "gap.reviews"))
    for number, words, key in (
        (found.midway, _("Midway reviews: not in what was imported."), "gap.midway"),
        (
            found.visited,
            _("Visits before a review: not in what was imported."),
            "gap.visits",
        ),
    ):
        if not number:
            blocks.append(Paragraph(words, "note", key))
    return Chapter(title, tuple(blocks))


def annual_chapters(gathered: Gathered, book: FigureBook) -> list[Chapter]:
    """The annual report (handbook, paragraph 7.11): thirteen chapters, those that are not ours as boxes."""
    minute = minute_chapter(gathered, book)
    heard = work.heard_chapter(gathered, book)
    behind = work.behind_chapter(gathered, book)
    told = [
        answers.four_chapter(gathered, book),
        answers.reason_chapter(gathered, book),
        answers.band_chapter(gathered, book),
        answers.mode_chapter(gathered, book),
        work.theme_chapter(gathered, book),
        answers.spotlight_chapter(gathered, book),
        work.cohort_chapter(gathered, book),
        text_chapter(gathered, book),
        work.quote_chapter(gathered),
    ]
    purpose = Paragraph(
        _("Independent reviewing officers see that the child’s wishes and feelings are given due consideration "
          "(section 25B, Children Act 1989). This report is made for the year (IRO Handbook, paragraph 7.11)."),
        "rule",
    )  # fmt: skip
    return [
        minute,
        Chapter(_("Purpose and law"), (purpose, *_gap("purpose"))),
        Chapter(_("The team"), _gap("team")),
        Chapter(_("Children in numbers"), _gap("children")),
        Chapter(
            _("Reviews on time"),
            (*held_chapter(gathered, book).blocks, *_gap("on_time")),
        ),
        replace_title(heard, _("Participation: codes beside children’s own account")),
        behind,
        rate_chapter(gathered, book),
        answers.account_chapter(gathered, book),
        *told,
        replace_title(
            work.action_chapter(gathered, book), _("What changed because of it")
        ),
        Chapter(_("Dispute resolution"), _gap("disputes")),
        Chapter(_("Advocacy"), _gap("advocacy")),
        work.safety_chapter(gathered, book),
        Chapter(_("Quality assurance and audits"), _gap("audits")),
        Chapter(_("Resource risks"), _gap("risks")),
        question_chapter(gathered),
        Chapter(_("Last year’s priorities, next year’s"), _gap("priorities")),
        work.decision_chapter(),
    ]


def replace_title(chapter: Chapter, title: str) -> Chapter:
    """The same chapter under another title."""
    return Chapter(title, chapter.blocks, chapter.is_appendix, chapter.page_before)


def _gap(key: str) -> tuple[Paragraph, ...]:
    return (Paragraph(_("From your case system."), "note", f"gap.{key}"),)
