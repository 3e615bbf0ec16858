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


def standing_chapter(gathered: Gathered) -> Chapter:
    """The six things that members ask each time, with what the figures say; the manager completes them."""
    moved = answers.moved_measures(gathered)
    if moved is None:
        why = answers.nothing_compared(gathered)
    elif moved:
        why = "; ".join(answers.movement_words(*one) for one in moved) + "."
    else:
        why = answers.nothing_moved(gathered)
    asked = work.add_asked(gathered)
    who = _(
        "%(said_no)s children said no, %(silent)s did not answer, %(unreached)s were not reached.",
        said_no=asked.said_no,
        silent=asked.unanswered,
        unreached=asked.not_reached,
    )
    done = sum(action.state == "done" for action in gathered.actions)
    told = sum(action.is_told for action in gathered.actions)
    asked_and_said = (
        (_("Why did it move?"), why),
        (_("Who did not take part, and why?"), who),
        (
            _("What did children want instead?"),
            _("See “Why not, and what would help”."),
        ),
        (
            _("Which words do we use?"),
            _("Those that children chose: took part, was there, had my say."),
        ),
        (
            _("Is advocacy reaching them?"),
            _("See “All measures”: know how to get an advocate."),
        ),
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
