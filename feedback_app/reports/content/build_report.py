"""A report as one document: its chapters in order, and every number of it as a tidy figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import flask_babel

from feedback_app.reports.content import answer_chapters as answers
from feedback_app.reports.content import method
from feedback_app.reports.content import work_chapters as work
from feedback_app.reports.content.figure_book import FigureBook, months_key
from feedback_app.reports.content.first_minute import minute_chapter
from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.content.glossary import glossary_table
from feedback_app.reports.content.language_tables import text_chapter
from feedback_app.reports.content.longer import (
    annual_chapters,
    held_chapter,
    standing_chapter,
)
from feedback_app.reports.content.question_chapter import question_chapter
from feedback_app.reports.content.response_rates import rate_chapter
from feedback_app.reports.document import Block, Chapter, Paragraph, ReportDocument
from feedback_app.reports.figures.shares import taking_from
from feedback_app.reports.figures_in_words import period_name

_: Callable[..., str] = flask_babel.gettext


def build_report(
    gathered: Gathered,
    own_words: Mapping[str, str] | None = None,
    *,
    version: int = 0,
    digest: str = "",
    changes: Sequence[str] = (),
) -> ReportDocument:
    """Build the document. `own_words`: key of a sentence -> the manager's own, which stand in its place.

    `version`, `digest`: of what is handed over; 0 and "" for a draft. `changes`: what differs from the version before,
    a sentence each.
    """
    book = FigureBook(gathered.survey.title)
    with taking_from(gathered.rules.fewest_answers):
        chapters = _all_chapters(gathered, book, tuple(changes), version)
    own = own_words or {}
    name = period_name(gathered.period)
    return ReportDocument(
        kind=gathered.kind,
        title=_(
            "What children told us: %(survey)s, %(period)s",
            survey=gathered.survey.title,
            period=name,
        ),
        service_name=gathered.service_name,
        period=months_key(gathered.period.months),
        period_name=name,
        version=version,
        made_on=gathered.made_on,
        frozen_at=gathered.ready.chosen_at if gathered.ready else None,
        digest=digest,
        chapters=tuple(_with_own_words(chapter, own) for chapter in chapters),
        figures=book.figures,
    )


def editable_sentences(gathered: Gathered) -> tuple[Paragraph, ...]:
    """Every sentence that the manager may put in their own words, as generated; "" where there is none yet."""
    with taking_from(gathered.rules.fewest_answers):
        chapters = _all_chapters(gathered, FigureBook(gathered.survey.title), (), 0)
    return tuple(
        block
        for chapter in chapters
        for block in chapter.blocks
        if isinstance(block, Paragraph) and block.key
    )


def _all_chapters(
    gathered: Gathered, book: FigureBook, changes: tuple[str, ...], version: int
) -> list[Chapter]:
    make = annual_chapters if gathered.kind == "year" else _short_chapters
    return [*make(gathered, book), *_appendix(gathered, book, changes, version)]


def _short_chapters(gathered: Gathered, book: FigureBook) -> list[Chapter]:
    """A month in two pages; of a longer period also what three months are enough for."""
    first = [
        minute_chapter(gathered, book),
        work.heard_chapter(gathered, book),
        work.behind_chapter(gathered, book),
        answers.four_chapter(gathered, book),
        answers.account_chapter(gathered, book),
        answers.reason_chapter(gathered, book),
    ]
    longer = []
    if gathered.kind != "month":
        longer = [
            rate_chapter(gathered, book),
            answers.band_chapter(gathered, book),
            answers.mode_chapter(gathered, book),
            work.theme_chapter(gathered, book),
            answers.spotlight_chapter(gathered, book),
            work.cohort_chapter(gathered, book),
            text_chapter(gathered, book),
        ]
    last = [
        work.quote_chapter(gathered),
        work.action_chapter(gathered, book),
        work.safety_chapter(gathered, book),
    ]
    if gathered.kind != "month":
        last += [
            held_chapter(gathered, book),
            question_chapter(gathered),
            standing_chapter(gathered),
        ]
    return [*first, *longer, *last, work.decision_chapter()]


def _appendix(
    gathered: Gathered, book: FigureBook, changes: tuple[str, ...], version: int
) -> list[Chapter]:
    published = gathered.published
    parts: list[tuple[str, Sequence[Block]]] = []
    if published is not None:
        parts = [
            (
                _("All measures"),
                answers.measure_blocks(published, book, lambda _question: True),
            ),
            (
                _("Answers of %(month)s", month=published.month.name),
                [answers.month_answer_table(published, book)],
            ),
            (
                _("Answers of the twelve months to %(month)s", month=published.year_end.name),
                [answers.answer_table(published, book)],
            ),
        ]  # fmt: skip
    if any(gathered.reviews):
        parts.append((_("Reviews held"), [work.review_table(gathered, book)]))
    parts += [
        (_("Method"), method.method_paragraphs(gathered)),
        (_("What is hidden"), method.suppression_paragraphs()),
        (_("Targets and plan rows"), [method.target_table(gathered)]),
        (
            _("What changed since the version before"),
            method.change_paragraphs(changes, version),
        ),
        (_("Words of this report"), [glossary_table(gathered.glossary)]),
        (_("The data, column by column"), [method.dictionary_table()]),
    ]
    return [
        Chapter(title, tuple(blocks), is_appendix=True, page_before=number == 0)
        for number, (title, blocks) in enumerate(parts)
    ]


def _with_own_words(chapter: Chapter, own: Mapping[str, str]) -> Chapter:
    """The manager's sentences in their places; a place that stays empty is left out."""
    blocks: list[Block] = []
    for block in chapter.blocks:
        if isinstance(block, Paragraph) and own.get(block.key, "").strip():
            blocks.append(replace(block, text=own[block.key].strip(), origin="own"))
        elif not isinstance(block, Paragraph) or block.text:
            blocks.append(block)
    return replace(chapter, blocks=tuple(blocks))
