"""Who was asked and what became of it, by how they were chosen and by how the link reached them.

Rows of a few children are hidden like other small numbers. The totals are counts of work, and known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import flask_babel

from feedback_app.month import Month
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.content.figure_book import FigureBook
from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.document import Chapter, Paragraph
from feedback_app.reports.figures.asked import HANDED, LINK_WAYS, AskedCounts
from feedback_app.reports.figures_in_words import way_name
from feedback_app.reports.publishing.in_turn import CountedKinds, publish_calendar
from feedback_app.reports.publishing.published import PrintedNumber
from feedback_app.reports.tables import Column, Table, TableRow

_: Callable[..., str] = flask_babel.gettext
ASKED, ANSWERED, OTHER = "asked", "answered", "other"
WITHOUT = ("said no", "no answer", "waiting")
"""What can become of a child who was asked, beside an answer."""
Rows = Mapping[Month, Mapping[str, AskedCounts]]


def way_table(gathered: Gathered, book: FigureBook) -> Table:
    """Whom the service asked in a month, by how they were chosen, and how many of them answered."""
    found, group = _by_way(gathered), _way_group()
    months = gathered.period.months
    numbers = publish_rates(found, months, in_months=(ASKED, ANSWERED))
    rows = []
    for way in _names(found):
        if numbers[way].value == 0:
            continue
        words = way_name(way)
        cells = (
            book.add_count(months, group, words, numbers[way]),
            book.add_count(
                months,
                group,
                _("%(way)s: answered", way=words),
                numbers[f"{way} {ANSWERED}"],
            ),
        )
        rows.append(TableRow((words, *cells)))
    columns = (
        Column("", width=40),
        Column(_("Asked"), "number", 14),
        Column(_("Answered"), "number", 14),
    )
    return Table(group, columns, tuple(rows))


def rate_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """The response of a longer period: by how the link reached the child, and by how the child was chosen."""
    by_link = gathered.behind.links
    links = {
        HANDED: _("Handed over, said aloud or on paper"),
        "sms": _("Sent by text message"),
        "email": _("Sent by e-mail"),
    }
    by_way, months = _by_way(gathered), gathered.period.months
    ways = {way: way_name(way) for way in _names(by_way)}
    tables = (
        _rate_table(
            gathered,
            book,
            _("How the link reached them, of those asked"),
            {way: links[way] for way in LINK_WAYS},
            publish_rates(by_link, months, in_months=()),
        ),
        _rate_table(
            gathered,
            book,
            _way_group(),
            ways,
            publish_rates(by_way, months, in_months=(ASKED, ANSWERED)),
        ),
    )
    note = _("Counted by the month in which a child was asked. No answer: the link ended, or nobody could be reached. "
             "By which channel somebody answers is known of answers alone, so the rate is by how the link reached the "
             "child. There is no rate under 10 children asked.")  # fmt: skip
    return Chapter(
        _("Response rate"),
        (
            _total_table(gathered, book),
            *(table for table in tables if len(table.rows) > 1),
            Paragraph(note, "rule"),
        ),
    )


def _total_table(gathered: Gathered, book: FigureBook) -> Table:
    """All who were asked: counts of work, shown as they are."""
    asked = gathered.total_asked
    silent = asked.unanswered + asked.not_reached
    found = (asked.answered, asked.all_asked, asked.said_no, silent, asked.waiting)
    answered, every, *others = (
        PrintedNumber(number, CellMark.SHOWN) for number in found
    )
    row = _rate_row(
        gathered, book, _("Response rate"), _("All"), (answered, every), others
    )
    return Table("", _rate_columns(), (row,))


def _rate_row(
    gathered: Gathered,
    book: FigureBook,
    group: str,
    words: str,
    pair: tuple[PrintedNumber, PrintedNumber],
    others: Sequence[PrintedNumber],
) -> TableRow:
    """`pair`: answered and asked. Where all of them answered, nobody is left of whom to hide anything."""
    months = gathered.period.months
    option = _("%(way)s: answered", way=words)
    share = book.add_share(months, group, option, pair, with_interval=False)
    if pair[0].value is not None and pair[0].value == pair[1].value:
        others = [PrintedNumber(0, CellMark.SHOWN)] * len(others)
    cells = [
        book.add_count(months, group, f"{words}: {titled}", number)
        for number, titled in zip(others, _without_titles(), strict=True)
    ]
    return TableRow((words, share.base, share.count, *cells, share.percent))


def _rate_columns() -> tuple[Column, ...]:
    titles = (_("Asked"), _("Answered"), *_without_titles())
    return (
        Column("", width=40),
        *(Column(title, "number", 12) for title in titles),
        Column(_("Rate"), "percent", 9),
    )


def _rate_table(
    gathered: Gathered,
    book: FigureBook,
    group: str,
    names: Mapping[str, str],
    numbers: Mapping[str, PrintedNumber],
) -> Table:
    rows = []
    for name, words in names.items():
        if name in numbers and numbers[name].value != 0:
            pair = numbers[f"{name} {ANSWERED}"], numbers[name]
            others = [numbers[f"{name} {of}"] for of in WITHOUT]
            rows.append(_rate_row(gathered, book, group, words, pair, others))
    return Table(group, _rate_columns(), tuple(rows))


def _without_titles() -> tuple[str, str, str]:
    return _("Said no"), _("No answer"), _("May still answer")


def _way_group() -> str:
    return _("How they were chosen, of those asked")


def _by_way(gathered: Gathered) -> Rows:
    return {month: one.by_way for month, one in gathered.behind.asked.items()}


def _names(found: Rows) -> list[str]:
    return list(dict.fromkeys(name for rows in found.values() for name in rows))


def publish_rates(
    found: Rows, months: Sequence[Month], *, in_months: Sequence[str]
) -> dict[str, PrintedNumber]:
    """The numbers of these months as they may leave: "drawn", "drawn answered", "drawn said no".

    `found`: from January of the last month's year on. `in_months`: which parts a month's report prints as well.
    """
    names = _names(found)
    parts = (ANSWERED, *WITHOUT)
    sums: list[tuple[str, Sequence[str]]] = [(ASKED, names)]
    sums += [(part, [f"{name} {part}" for name in names]) for part in parts]
    for name in names:
        sums.append((name, [f"{name} {ANSWERED}", f"{name} {OTHER}"]))
        sums.append((f"{name} {OTHER}", [f"{name} {part}" for part in WITHOUT]))
    printed_in_months = {
        name if part == ASKED else f"{name} {part}"
        for name in names
        for part in in_months
    }
    every = {*names, *(f"{name} {part}" for name in names for part in parts)}
    kinds = CountedKinds(
        sums=sums,
        known=(ASKED, *parts),
        guarded=[f"{name} {OTHER}" for name in names],
        long_only=every - printed_in_months,
    )
    counts = {month: _counts(rows, names) for month, rows in found.items()}
    return publish_calendar(counts, months, kinds)


def _counts(rows: Mapping[str, AskedCounts], names: Sequence[str]) -> dict[str, int]:
    own: dict[str, int] = dict.fromkeys((ASKED, ANSWERED, *WITHOUT), 0)
    for name in names:
        found = rows.get(name, AskedCounts())
        said_no, silent, waiting = WITHOUT
        each = {
            ANSWERED: found.answered,
            said_no: found.said_no,
            silent: found.unanswered + found.not_reached,
            waiting: found.waiting,
        }
        own[name] = found.all_asked
        own[f"{name} {OTHER}"] = found.all_asked - found.answered
        for part, number in each.items():
            own[f"{name} {part}"] = number
            own[part] += number
        own[ASKED] += found.all_asked
    return own
