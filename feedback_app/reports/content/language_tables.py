"""In which languages children answered and wrote; small numbers hidden, of both beside one another."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel
from babel import Locale, UnknownLocaleError

from feedback_app.month import Month
from feedback_app.reports.content.figure_book import FigureBook
from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.document import Block, Chapter, Paragraph
from feedback_app.reports.figures.behind_figures import HEARD
from feedback_app.reports.figures.other_languages import ENGLISH
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.publishing.in_turn import CountedKinds, publish_calendar
from feedback_app.reports.publishing.published import FEWEST_HEARD, PrintedNumber
from feedback_app.reports.tables import Column, Table, TableRow

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
WROTE, SILENT, NOT_OTHER = "wrote", "wrote nothing", "wrote in no other"


def language_table(gathered: Gathered, book: FigureBook) -> Table:
    """Children by the language in which they answered."""
    numbers, group = _publish(gathered), _("Language")
    rows = [
        TableRow(
            (words, book.add_count(gathered.period.months, group, words, numbers[name]))
        )
        for name, words in _languages(gathered).items()
        if numbers[name].value != 0
    ]
    return _children_table(group, rows)


def text_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """Who wrote in another language than English, how soon it was read, and what is not known of it."""
    numbers, group = _publish(gathered), _("Texts in other languages")
    months = gathered.period.months
    rows = [
        TableRow((words, book.add_count(months, group, words, number)))
        for name, words in _languages(gathered).items()
        if name != ENGLISH
        and (number := numbers[f"{name} {WROTE}"]).value != 0
        and numbers[name].value != 0
    ]
    total = numbers[WROTE]
    blocks: list[Block] = []
    if rows:
        every = _("All other languages")
        cell = book.add_count(months, group, every, total)
        rows.append(TableRow((every, cell), bold=True))
        blocks.append(_children_table(_("Children who wrote something"), rows))
    elif total.value == 0:
        blocks.append(Paragraph(_("No child wrote in another language."), "note"))
    days = gathered.other_texts.median_days
    if days is not None and (total.value or 0) >= FEWEST_HEARD:
        whole = round(days)
        option = _("Median days until read")
        book.add_count(months, group, option, whole)
        words = ngettext(
            "From arrival until a person had read it: %(num)s day in the middle (median).",
            "From arrival until a person had read it: %(num)s days in the middle (median).",
            whole,
        )
        blocks.append(Paragraph(words))
    elif rows:
        words = _(
            "How soon they were read is said from %(few)s children on.",
            few=FEWEST_HEARD,
        )
        blocks.append(Paragraph(words, "note"))
    missing = _("When a text was put into English is not noted in this service.")
    blocks.append(Paragraph(missing, "note", "gap.translation"))
    note = _("The language is that of the page on which a child wrote.")
    return Chapter(group, (*blocks, Paragraph(note, "rule")))


def language_name(code: str) -> str:
    """A language in English; its code where nobody knows it."""
    try:
        locale = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return code
    return locale.get_language_name("en") or code


def _languages(gathered: Gathered) -> dict[str, str]:
    """Code -> name of each language that occurred this year."""
    counts = gathered.behind.languages
    names = sorted({name for own in counts.values() for name in own} - {HEARD})
    return {name: language_name(name) for name in names}


def _publish(gathered: Gathered) -> dict[str, PrintedNumber]:
    """The same for a month and a longer period, so that what a month printed stands."""
    names = list(_languages(gathered))
    others = [name for name in names if name != ENGLISH]
    kinds = CountedKinds(
        sums=[
            (HEARD, names),
            (HEARD, [WROTE, NOT_OTHER]),
            (WROTE, [f"{name} {WROTE}" for name in others]),
            *((name, [f"{name} {WROTE}", f"{name} {SILENT}"]) for name in others),
        ],
        known=(HEARD,),
        guarded=[f"{name} {SILENT}" for name in others],
        rest=(NOT_OTHER,),
        long_only=[WROTE, *(f"{name} {WROTE}" for name in others)],
    )
    first = Month(gathered.period.first.year, 1)
    months = Period(first, gathered.period.last).months
    counts = {month: _counts(gathered, month, others) for month in months}
    return publish_calendar(counts, gathered.period.months, kinds)


def _counts(gathered: Gathered, month: Month, others: list[str]) -> dict[str, int]:
    own = dict(gathered.behind.languages.get(month, {}))
    wrote = gathered.other_texts.children.get(month, {})
    for name in others:
        own[f"{name} {WROTE}"] = wrote.get(name, 0)
        own[f"{name} {SILENT}"] = own.get(name, 0) - wrote.get(name, 0)
    own[WROTE] = sum(wrote.values())
    own[NOT_OTHER] = own.get(HEARD, 0) - own[WROTE]
    return own


def _children_table(title: str, rows: list[TableRow]) -> Table:
    columns = (Column("", width=40), Column(_("Children"), "number", 14))
    return Table(title, columns, tuple(rows))
