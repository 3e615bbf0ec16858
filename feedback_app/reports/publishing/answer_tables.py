"""The tables of answers and measures that leave with a month: published numbers alone, small ones hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from feedback_app.models.response import CHANNELS
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.shares import Share
from feedback_app.reports.figures_in_words import (
    band_name,
    channel_name,
    printed_number,
    share_state,
)
from feedback_app.reports.publishing.published import (
    PrintedNumber,
    Published,
    percent_to_print,
)
from feedback_app.reports.publishing.published import PublishedTable as PublishedColumn
from feedback_app.reports.tables import CellValue, Column, Table, TableRow
from feedback_app.survey.model import Measure

Named = tuple[str, PublishedColumn]
"""A published column under the name that the reader sees: the month, or an age in a quarter."""


def channel_table(published: Published) -> Table:
    """How many children answered by each channel, imports apart."""
    rows = []
    for channel in CHANNELS:
        if channel == "import":
            continue
        count = published.whole.channel_cell(channel)
        rows.append(TableRow((channel_name(channel), printed_number(count))))
    return Table(
        _("How the children answered"),
        (Column("", width=34), Column("", "number", 12)),
        tuple(rows),
    )


def no_answers_table() -> Table:
    """What stands instead of the answers while the month runs."""
    words = _("The month is not over. Answers are handed over once it is.")
    return Table("", (Column(_("Answers"), width=80),), (TableRow((words,)),))


def answer_table(published: Published) -> Table:
    """Each question with its base, then its options; a count and a share for the month, the year, and each age."""
    named = _named_columns(published)
    columns = [Column(_("Question"), width=44), Column(_("Answer"), width=44)]
    for name, _column in named:
        columns += [
            Column(name, "number", 15),
            Column(_("%(of)s: share", of=name), "percent", 15),
        ]
    heard = [column.heard_cell() for _name, column in named]
    rows = [TableRow((_("Children heard"), "", *_without_shares(heard)))]
    for question in published.questions:
        rows += _question_rows(question, [column for _name, column in named])
    return Table("", tuple(columns), tuple(rows))


def measure_table(published: Published) -> Table:
    """The shares that the plan asks for: count, base, percent, 95% interval, target."""
    columns = (
        Column(_("Measure"), width=44),
        Column(_("Whose answers"), width=44),
        Column(_("Plan row"), width=15),
        Column(_("Children"), "number", 15),
        Column(_("Of"), "number", 15),
        Column(_("Share"), "percent", 15),
        Column(_("From"), "percent", 15),
        Column(_("To"), "percent", 15),
        Column(_("Target"), "percent", 15),
        Column(_("State"), width=24),
    )
    rows: list[TableRow] = []
    for question in published.questions:
        for measure in question.measures:
            rows += _measure_rows(published, question, measure)
    return Table("", columns, tuple(rows))


def _named_columns(published: Published) -> list[Named]:
    return [
        _month_column(published),
        _year_column(published),
        *_band_columns(published),
    ]


def _month_column(published: Published) -> Named:
    return published.month.name, published.whole


def _year_column(published: Published) -> Named:
    name = _("Twelve months to %(month)s", month=published.year_end.name)
    return name, published.year


def _band_columns(published: Published) -> Iterator[Named]:
    for band, column in published.bands.items():
        yield (
            _(
                "Age %(band)s, twelve months to %(month)s",
                band=band_name(band),
                month=published.year_end.name,
            ),
            column,
        )


def _question_rows(
    question: AskedQuestion, columns: Sequence[PublishedColumn]
) -> list[TableRow]:
    bases = [column.base_cell(question.id) for column in columns]
    if all(base is None for base in bases):
        return []
    rows = [
        TableRow(
            (question.text, _("Children who answered"), *_without_shares(bases)),
            bold=True,
        )
    ]
    for option, label in question.options.items():
        counts = [column.option_cell(question.id, option) for column in columns]
        if all(count is None for count in counts):
            continue
        cells: list[CellValue] = []
        for count, base in zip(counts, bases, strict=True):
            cells += [printed_number(count), _share_cell(percent_to_print(count, base))]
        rows.append(TableRow(("", label, *cells)))
    return rows


def _without_shares(counts: Sequence[PrintedNumber | None]) -> list[CellValue]:
    """Each count with an empty cell beside it, where its share would stand."""
    cells: list[CellValue] = []
    for count in counts:
        cells += [printed_number(count), ""]
    return cells


def _measure_rows(
    published: Published, question: AskedQuestion, measure: Measure
) -> Iterator[TableRow]:
    """The month and the year of the whole service, or each age where the ages are not counted together."""
    named = (
        list(_band_columns(published))
        if measure.by_band_only
        else [_month_column(published), _year_column(published)]
    )
    for name, column in named:
        pair = column.measure_cells(question, measure)
        if pair is None or pair[1].value == 0:
            continue
        count, base = pair
        numbers = (printed_number(count), printed_number(base))
        yield TableRow(
            (
                measure.title,
                name,
                measure.row,
                *numbers,
                *_measure_share(measure, count, base),
            )
        )


def _measure_share(
    measure: Measure, count: PrintedNumber, base: PrintedNumber
) -> tuple[CellValue, ...]:
    """Share, interval from and to, target, state."""
    target: CellValue = "" if measure.target is None else measure.target
    if (
        count.value is None
        or base.value is None
        or percent_to_print(count, base) is None
    ):
        return _("not enough answers yet"), "", "", target, ""
    share = Share(count.value, base.value, measure.target, measure.above)
    low, high = share.percent_interval
    return (
        _share_cell(share.whole_percent),
        _share_cell(low),
        _share_cell(high),
        target,
        share_state(share),
    )


def _share_cell(percent: float | None) -> CellValue:
    return "" if percent is None else percent / 100
