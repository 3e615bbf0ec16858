"""The chapters about what children answered: published numbers alone, as they were chosen once (decision 0035)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import flask_babel

from feedback_app.month import Month
from feedback_app.reports.charts import Point, interval_chart, line_chart
from feedback_app.reports.content.figure_book import FigureBook, ShareCells
from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.document import Block, Chapter, Chart, Paragraph
from feedback_app.reports.figures.exact_tests import Movement, movement_of
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures.questions import AskedQuestion
from feedback_app.reports.figures.shares import Share, fewest_answers, wilson_interval
from feedback_app.reports.figures_in_words import (
    band_name,
    compared_name,
    movement_in_words,
    period_name,
    target_goal,
)
from feedback_app.reports.publishing import both_accounts as accounts
from feedback_app.reports.publishing.by_mode import Pair
from feedback_app.reports.publishing.published import (
    FEWEST_FOR_OPTIONS,
    FEWEST_OF_A_BAND,
    PrintedNumber,
    Published,
    PublishedTable,
)
from feedback_app.reports.tables import Column, Table, TableRow
from feedback_app.survey.model import MODES, Measure

_: Callable[..., str] = flask_babel.gettext
FOUR = ("know_iro", "talked_before", "said", "told_after")
"""The measures on the first page: know their IRO, spoken with before, had their say, told what was decided."""
WHY_NOT, NEXT_TIME = "why_not", "help_next"
MOST_REASONS = 5
MONTHS_IN_QUARTER = 3


@dataclass(frozen=True, slots=True)
class TakenMeasure:
    """One measure as it stands in a published year. `band`: "" where ages are counted together."""

    question: AskedQuestion
    measure: Measure
    band: str
    pair: Pair

    @property
    def name(self) -> str:
        """Its title, with the age where ages are not counted together."""
        if not self.band:
            return self.measure.title
        return _(
            "%(measure)s, age %(band)s",
            measure=self.measure.title,
            band=band_name(self.band),
        )


def not_over_yet(title: str) -> Chapter:
    """What stands instead of answers while the month runs."""
    words = _(
        "The month is not over, or its numbers are still being chosen. Answers are handed over once they are."
    )
    return Chapter(title, (Paragraph(words, "note"),))  # fmt: skip


def four_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """The four figures with their verdicts, and a line of those that left."""
    title = _("Four figures")
    published = gathered.published
    if published is None:
        return not_over_yet(title)
    rows: list[TableRow] = []
    charts: list[Block] = []
    for measure_id in FOUR:
        for taken in _taken(published, measure_id):
            cells = _share_of(book, published, taken)
            goal = _goal(taken.measure)
            rows.append(
                TableRow(
                    (
                        taken.name,
                        cells.percent,
                        cells.count,
                        cells.base,
                        cells.low,
                        cells.high,
                        goal,
                        cells.verdict,
                    ),
                    tone=cells.verdict_tone,
                )
            )
            charts += _charts(gathered, book, taken, cells)
    columns = (
        Column(_("Twelve months to %(month)s", month=published.year_end.name), width=40),
        Column(_("Share"), "percent", 9),
        Column(_("Children"), "number", 12),
        Column(_("Of"), "number", 12),
        Column(_("From"), "percent", 9),
        Column(_("To"), "percent", 9),
        Column(_("Target"), width=12),
        Column(_("Verdict"), width=22),
    )  # fmt: skip
    blocks: list[Block] = [Table("", columns, tuple(rows)), *charts]
    missing = [measure for measure in FOUR if not list(_taken(published, measure))]
    if missing:
        words = _(
            "What ages were asked differently is shown by age, from %(number)s children of an age in twelve months on.",
            number=FEWEST_OF_A_BAND,
        )
        blocks.append(Paragraph(words, "note"))
    blocks.append(Paragraph(_verdict_rule(), "rule"))
    line = _("A line has a point for the twelve months to the end of each quarter whose report was handed over. Other "
             "months have none: a point that never left would give small numbers away.")  # fmt: skip
    blocks.append(Paragraph(line, "note"))
    return Chapter(title, tuple(blocks))


def account_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """What officers noted beside what children say of the same review."""
    title = _("IRO says, child says")
    published = gathered.published
    if published is None:
        return not_over_yet(title)
    months = published.year_end.year_to_here
    rows = []
    for name in accounts.COMPARED:
        found = gathered.accounts[name]
        if found.compared.value == 0:
            continue
        words = _ACCOUNTS[name]()
        cells = [
            book.add_count(months, words, option, number) if number else ""
            for option, number in (
                (_("Children agree"), found.agree),
                (_("In part"), found.partly),
                (_("Differ"), found.differ),
                (_("Compared"), found.compared),
            )
        ]
        rows.append(TableRow((words, *cells)))
    columns = (
        Column(_("Twelve months to %(month)s", month=published.year_end.name), width=60),
        Column(_("Children agree"), "number", 12),
        Column(_("In part"), "number", 12),
        Column(_("Differ"), "number", 12),
        Column(_("Compared"), "number", 12),
    )  # fmt: skip
    note = _("All children of the service together, never by IRO. Who was not sure is not compared. A difference says "
             "that two accounts differ, not which one is right.")  # fmt: skip
    blocks = (Table("", columns, tuple(rows)), Paragraph(note, "rule"))
    return Chapter(title, blocks)


def reason_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """Of children who were not there: the reasons most of them gave, and what would help."""
    title = _("Why not, and what would help")
    published = gathered.published
    if published is None:
        return not_over_yet(title)
    blocks: list[Block] = []
    for question in published.questions:
        if question.id in (WHY_NOT, NEXT_TIME):
            table = _reason_table(published, question, book)
            if table:
                blocks.append(table)
    if not blocks:
        words = _(
            "Single answers are shown from %(number)s children in twelve months on: under that most would be hidden.",
            number=FEWEST_FOR_OPTIONS,
        )
        return Chapter(title, (Paragraph(words, "note"),))
    note = _("One month is too thin for single answers. These are the answers of the twelve months to %(month)s of "
             "children who say they were not at their review; a child could give several.",
             month=published.year_end.name)  # fmt: skip
    return Chapter(title, (*blocks, Paragraph(note, "note")))


def measure_blocks(
    published: Published, book: FigureBook, wanted: Callable[[AskedQuestion], bool]
) -> list[Block]:
    """The measures of the questions that are wanted, of the month and of twelve months; [] where there are none."""
    table = _measure_table(published, book, wanted)
    if not table.rows:
        return []
    periods = _(
        "Month: %(month)s. 12 months: %(year)s.",
        month=published.month.name,
        year=period_name(Period.of_kind("year", published.year_end)),
    )
    return [table, Paragraph(periods, "note")]


def _measure_table(
    published: Published, book: FigureBook, wanted: Callable[[AskedQuestion], bool]
) -> Table:
    columns = (
        Column(_("Measure"), width=50),
        Column(_("Plan row"), width=10),
        Column(_("Period"), width=21),
        Column(_("Children"), "number", 12),
        Column(_("Of"), "number", 12),
        Column(_("Share"), "percent", 9),
        Column(_("From"), "percent", 9),
        Column(_("To"), "percent", 9),
        Column(_("Target"), width=19),
        Column(_("Verdict"), width=21),
    )
    year = published.year_end.year_to_here
    tables: list[tuple[Sequence[Month], PublishedTable, str]] = [
        ((published.month,), published.whole, ""),
        (year, published.year, ""),
        *((year, table, band) for band, table in published.bands.items()),
    ]
    rows = []
    for question in published.questions:
        if not wanted(question):
            continue
        for measure in question.measures:
            for months, table, band in tables:
                if bool(band) != measure.by_band_only:
                    continue
                pair = table.measure_cells(question, measure)
                if pair is None or pair[1].value == 0:
                    continue
                taken = TakenMeasure(question, measure, band, pair)
                cells = _put_share(book, months, taken)
                rows.append(
                    TableRow(
                        (
                            taken.name,
                            measure.row,
                            _("12 months") if len(months) > 1 else _("Month"),
                            cells.count,
                            cells.base,
                            cells.percent,
                            cells.low,
                            cells.high,
                            _goal(measure),
                            cells.verdict if len(months) > 1 else "",
                        ),
                        tone=cells.verdict_tone if len(months) > 1 else "",
                    )
                )
    return Table("", columns, tuple(rows))


def band_table(published: Published, book: FigureBook) -> Table:
    """Every measure of each age that is shown: twelve months."""
    columns = (
        Column(_("Measure"), width=44),
        Column(_("Age"), width=10),
        Column(_("Children"), "number", 12),
        Column(_("Of"), "number", 12),
        Column(_("Share"), "percent", 9),
        Column(_("From"), "percent", 9),
        Column(_("To"), "percent", 9),
    )
    months = published.year_end.year_to_here
    rows = []
    for question in published.questions:
        for measure in question.measures:
            for band, table in published.bands.items():
                pair = table.measure_cells(question, measure)
                if pair is None or pair[1].value == 0:
                    continue
                cells = _put_share(
                    book, months, TakenMeasure(question, measure, band, pair)
                )
                rows.append(
                    TableRow(
                        (
                            measure.title,
                            band_name(band),
                            cells.count,
                            cells.base,
                            cells.percent,
                            cells.low,
                            cells.high,
                        )
                    )
                )
    return Table("", columns, tuple(rows))


def answer_table(published: Published, book: FigureBook) -> Table:
    """Each question of the twelve months with its base, then its options."""
    columns = (
        Column(_("Question"), width=48),
        Column(_("Answer"), width=44),
        Column(_("Children"), "number", 14),
        Column(_("Share"), "percent", 9),
    )
    months, table = published.year_end.year_to_here, published.year
    heard = book.add_count(months, _("Children heard"), "", table.heard_cell())
    rows = [TableRow((_("Children heard"), "", heard, ""), bold=True)]
    for question in published.questions:
        base = table.base_cell(question.id)
        if base is None:
            continue
        answered = _("Children who answered")
        cell = book.add_count(months, question.text, answered, base)
        rows.append(TableRow((question.text, answered, cell, ""), bold=True))
        for option, words in question.options.items():
            count = table.option_cell(question.id, option)
            if count is not None:
                cells = book.add_share(
                    months, question.text, words, (count, base), with_interval=False
                )
                rows.append(TableRow(("", words, cells.count, cells.percent)))
    return Table("", columns, tuple(rows))


def month_answer_table(published: Published, book: FigureBook) -> Table:
    """How many answered each question in the month itself."""
    months = (published.month,)
    rows = [
        TableRow(
            (
                _("Children heard"),
                book.add_count(
                    months, _("Children heard"), "", published.whole.heard_cell()
                ),
            ),
            bold=True,
        )
    ]
    for question in published.questions:
        base = published.whole.base_cell(question.id)
        if base is not None:
            cell = book.add_count(
                months, question.text, _("Children who answered"), base
            )
            rows.append(TableRow((question.text, cell)))
    columns = (
        Column(_("Question"), width=80),
        Column(_("Children who answered"), "number", 18),
    )
    return Table("", columns, tuple(rows))


def mode_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """What works in person, remote and blended (plan row 11b)."""
    title = _("By how the review was held")
    published = gathered.published
    if published is None:
        return not_over_yet(title)
    months = published.year_end.year_to_here
    rows = []
    for measure in gathered.mode_measures:
        for mode in MODES:
            pair = gathered.modes[measure.id, mode]
            if pair[1].value == 0:
                continue
            words = compared_name("mode", mode)
            cells = book.add_share(months, measure.title, words, pair)
            rows.append(
                TableRow(
                    (
                        measure.title,
                        words,
                        cells.count,
                        cells.base,
                        cells.percent,
                        cells.low,
                        cells.high,
                    )
                )
            )
    columns = (
        Column(_("Twelve months to %(month)s", month=published.year_end.name), width=40),
        Column(_("How it was held"), width=16),
        Column(_("Children"), "number", 12),
        Column(_("Of"), "number", 12),
        Column(_("Share"), "percent", 9),
        Column(_("From"), "percent", 9),
        Column(_("To"), "percent", 9),
    )  # fmt: skip
    note = _("Where the intervals overlap, chance may have made the difference.")
    return Chapter(title, (Table("", columns, tuple(rows)), Paragraph(note, "rule")))


def band_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """The measures by age."""
    title = _("By age")
    published = gathered.published
    if published is None:
        return not_over_yet(title)
    if not published.bands:
        words = _(
            "Ages are shown from %(number)s children of one age in twelve months on.",
            number=FEWEST_OF_A_BAND,
        )
        return Chapter(title, (Paragraph(words, "note"),))
    note = _(
        "Twelve months to %(month)s. Ages were not always asked in the same words.",
        month=published.year_end.name,
    )
    return Chapter(
        title, (band_table(published, book), Paragraph(note, "note"))
    )  # fmt: skip


def spotlight_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """The questions that take turns."""
    title = _("Spotlight questions")
    published = gathered.published
    if published is None:
        return not_over_yet(title)
    blocks = measure_blocks(published, book, lambda question: question.spotlight)
    return Chapter(
        title, tuple(blocks) or (Paragraph(_("Nobody was asked one."), "note"),)
    )


def moved_measures(gathered: Gathered) -> list[tuple[Measure, Movement]] | None:
    """Which measures the last month moved by more than chance, as far as printed numbers say; None: nothing to compare.

    Compared with the newest twelve months that were printed and do not hold the month itself.
    """
    published = gathered.published
    before = [year for year in gathered.years if year.year_end < gathered.last]
    if published is None or not before:
        return None
    usual = before[-1].year
    moved: list[tuple[Measure, Movement]] = []
    compared = False
    for question in published.questions:
        for measure in question.measures:
            now, then = (
                _printed_share(table.measure_cells(question, measure), measure)
                for table in (published.whole, usual)
            )
            if now is None or then is None:
                continue
            movement = movement_of(now, then)
            compared = compared or movement != "few"
            if movement in ("up", "down"):
                moved.append((measure, movement))
    return moved if compared else None


def nothing_compared(gathered: Gathered) -> str:
    """Why nothing can be said of a movement."""
    if any(year.year_end < gathered.last for year in gathered.years):
        return _("There are too few answers yet to say whether a figure moved.")
    return _("No earlier twelve months were handed over to compare with.")


def nothing_moved(gathered: Gathered) -> str:
    """That all is as it was; of a longer period the last month is looked at."""
    if len(gathered.boards) == 1:
        return _("No figure moved beyond chance.")
    return _(
        "In %(month)s no figure moved beyond chance.", month=gathered.last.short_name
    )


def movement_words(measure: Measure, movement: Movement) -> str:
    """ "Know who their IRO is (up, more than chance)"."""
    words = movement_in_words(movement)
    return f"{measure.title} ({words[0].lower()}{words[1:]})"


def _printed_share(pair: Pair | None, measure: Measure) -> Share | None:
    if pair is None or pair[0].value is None or pair[1].value is None:
        return None
    return Share(pair[0].value, pair[1].value, measure.target, measure.above)


def _taken(published: Published, measure_id: str) -> Iterable[TakenMeasure]:
    """The measure of all ages together, or of each age that is shown."""
    for question in published.questions:
        for measure in question.measures:
            if measure.id != measure_id:
                continue
            tables = (
                published.bands.items()
                if measure.by_band_only
                else (("", published.year),)
            )
            for band, table in tables:
                pair = table.measure_cells(question, measure)
                if pair is not None and pair[1].value != 0:
                    yield TakenMeasure(question, measure, band, pair)


def _share_of(
    book: FigureBook, published: Published, taken: TakenMeasure
) -> ShareCells:
    return _put_share(book, published.year_end.year_to_here, taken)


def _put_share(
    book: FigureBook, months: Sequence[Month], taken: TakenMeasure
) -> ShareCells:
    measure = taken.measure
    return book.add_share(
        months,
        measure.title,
        "",
        taken.pair,
        band=taken.band,
        target=measure.target,
        above=measure.above,
    )


def _goal(measure: Measure) -> str:
    if measure.target is None:
        return ""
    return target_goal(Share(0, 0, measure.target), at_least=measure.above)


def _charts(
    gathered: Gathered, book: FigureBook, taken: TakenMeasure, cells: ShareCells
) -> Iterable[Chart]:
    """A line over the quarters' ends that left; where there is one point alone, where it stands."""
    if cells.share is None:
        return
    name = f"{taken.measure.id}{taken.band and '-' + taken.band}"
    rows, points = _line(gathered, book, taken)
    columns = (
        Column(_("Twelve months to"), width=22),
        Column(_("Share"), "percent", 9),
        Column(_("Children"), "number", 12),
        Column(_("Of"), "number", 12),
    )
    table = Table("", columns, tuple(rows))
    goal = _goal(taken.measure)
    said = _(
        "%(measure)s: %(percent)s%%, %(count)s of %(base)s children",
        measure=taken.name,
        percent=cells.share.whole_percent,
        count=cells.share.count,
        base=cells.share.base,
    )
    alt = _("%(said)s; target %(goal)s", said=said, goal=goal) if goal else said
    if sum(point.part is not None for point in points) > 1:
        svg = line_chart(
            f"line-{name}", taken.name, points, target=taken.measure.target, words=alt
        )
    else:
        svg = interval_chart(
            f"interval-{name}",
            taken.name,
            cells.share.count / cells.share.base,
            wilson_interval(cells.share.count, cells.share.base),
            target=taken.measure.target,
            words=alt,
        )
    yield Chart(name, svg, alt, table)


def _line(
    gathered: Gathered, book: FigureBook, taken: TakenMeasure
) -> tuple[list[TableRow], list[Point]]:
    rows, points = [], []
    by_end = {year.year_end: year for year in gathered.years}
    end, last = min(by_end), max(by_end)
    while end <= last:
        cells = None
        if year := by_end.get(end):
            table = year.bands.get(taken.band) if taken.band else year.year
            pair = table.measure_cells(taken.question, taken.measure) if table else None
            if pair:
                earlier = TakenMeasure(taken.question, taken.measure, taken.band, pair)
                cells = _put_share(book, end.year_to_here, earlier)
                rows.append(
                    TableRow((end.name, cells.percent, cells.count, cells.base))
                )
        part = cells.percent if cells else ""
        points.append(Point(end.short_name[:3], part if isinstance(part, float) else None))  # fmt: skip
        end = end.add_months(MONTHS_IN_QUARTER)
    return rows, points


def top_answers(
    published: Published, question_id: str
) -> list[tuple[str, PrintedNumber]]:
    """What most children chose in the twelve months, of the answers whose numbers are shown; the most first."""
    table = published.year
    found = [
        (question.options[option], count)
        for question in published.questions
        if question.id == question_id
        for option in question.options
        if (count := table.option_cell(question.id, option)) is not None and count.value
    ]
    return sorted(found, key=lambda one: -(one[1].value or 0))[:MOST_REASONS]


def _reason_table(
    published: Published, question: AskedQuestion, book: FigureBook
) -> Table | None:
    """The answers that most children gave, and how many answered at all."""
    months, base = (
        published.year_end.year_to_here,
        published.year.base_cell(question.id),
    )
    most = top_answers(published, question.id)
    if base is None or not most:
        return None
    rows = []
    for words, count in most:
        cells = book.add_share(
            months, question.text, words, (count, base), with_interval=False
        )
        rows.append(TableRow((words, cells.count, cells.percent)))
    answered = _("Children who answered")
    cell = book.add_count(months, question.text, answered, base)
    rows.append(TableRow((answered, cell, ""), bold=True))
    columns = (
        Column(question.text, width=60),
        Column(_("Children"), "number", 14),
        Column(_("Share"), "percent", 9),
    )
    return Table("", columns, tuple(rows))


def _verdict_rule() -> str:
    return _("Met: the lower end of the 95%% interval is at or above the target. Not met: the upper end is below it. "
             "Otherwise not certain. Under %(few)s answers there is no per cent and no colour: not enough answers yet. "
             "From and To are the interval’s ends: the share of all children may lie anywhere between.",
             few=fewest_answers())  # fmt: skip


_ACCOUNTS: dict[str, Callable[[], str]] = {
    accounts.CAME: lambda: _(
        "Noted as taking part (PN1 to PN3): the child says they were there"
    ),
    accounts.STAYED_AWAY: lambda: _(
        "Noted as not there (PN5 to PN7): the child says they were not there"
    ),
    accounts.FOR_PN2: lambda: _(
        "There, another spoke for them (PN2): it was what I wanted to say"
    ),
    accounts.FOR_PN5: lambda: _(
        "Not there, told someone (PN5): it was what I wanted to say"
    ),
    accounts.FOR_PN6: lambda: _(
        "Not there, sent views (PN6): it was what I wanted to say"
    ),
    accounts.TOLD_BY_IRO: lambda: _(
        "The IRO told the meeting for them: it was what I wanted to say"
    ),
    accounts.TALK_NOTED: lambda: _(
        "Noted that the IRO spoke with them before: the child says so too"
    ),
}
