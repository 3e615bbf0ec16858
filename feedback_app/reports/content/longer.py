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
from feedback_app.reports.document import Block, Chapter, Paragraph

_: Callable[..., str] = flask_babel.gettext
ADVOCATE = "advocate"
"""The measure of who knows how to get an advocate."""


def standing_chapter(gathered: Gathered) -> Chapter:
    """The six things that members ask each time, with what the figures say; the manager completes them."""
    done = sum(action.state == "done" for action in gathered.actions)
    told = sum(action.is_told for action in gathered.actions)
    asked_and_said = (
        (_("Why did it move?"), _why_moved(gathered)),
        (_("Who did not take part, and why?"), _who_did_not(gathered)),
        (_("What did children want instead?"), _most_named(gathered, answers.NEXT_TIME)),
        (
            _("Which words do we use?"),
            _("Those of the children: “I was there”, “I had my say”, “somebody told me what was decided”."),
        ),
        (_("Is advocacy reaching them?"), _about_advocates(gathered)),
        (
            _("What changed because of it?"),
            _("Actions done: %(done)s. Children can read: %(told)s.", done=done, told=told),
        ),
    )  # fmt: skip
    blocks: list[Block] = []
    for number, (question, said) in enumerate(asked_and_said, 1):
        blocks.append(Paragraph(question, "note"))
        blocks.append(Paragraph(said, "generated", f"standing.{number}"))
    return Chapter(_("Six standing questions"), tuple(blocks))


def _why_moved(gathered: Gathered) -> str:
    moved = answers.moved_measures(gathered)
    if moved is None:
        return answers.nothing_compared(gathered)
    if not moved:
        return answers.nothing_moved(gathered)
    return "; ".join(answers.movement_words(*one) for one in moved) + "."


def _who_did_not(gathered: Gathered) -> str:
    asked = work.add_asked(gathered)
    numbers = _(
        "Said no: %(said_no)s. Did not answer: %(silent)s. Not reached: %(unreached)s.",
        said_no=asked.said_no,
        silent=asked.unanswered,
        unreached=asked.not_reached,
    )
    return f"{numbers} {_most_named(gathered, answers.WHY_NOT)}"


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
        Chapter(_("Reviews on time"), _gap("on_time")),
        replace_title(heard, _("Participation: codes beside children’s own account")),
        behind,
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
        Chapter(_("Last year’s priorities, next year’s"), _gap("priorities")),
        work.decision_chapter(),
    ]


def replace_title(chapter: Chapter, title: str) -> Chapter:
    """The same chapter under another title."""
    return Chapter(title, chapter.blocks, chapter.is_appendix, chapter.page_before)


def _gap(key: str) -> tuple[Paragraph, ...]:
    return (Paragraph(_("From your case system."), "note", f"gap.{key}"),)
