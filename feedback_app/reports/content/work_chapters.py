"""The chapters about work: who was heard and asked, who stands behind the figures, what was done, what is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import flask_babel

from feedback_app.labels import label
from feedback_app.models.response import CHANNELS
from feedback_app.month import Month
from feedback_app.reports.charts import Bar, bar_chart
from feedback_app.reports.content.figure_book import FigureBook
from feedback_app.reports.content.gather import Gathered, ReportedAction
from feedback_app.reports.content.language_tables import language_table
from feedback_app.reports.content.response_rates import way_table
from feedback_app.reports.document import Block, Chapter, Chart, Paragraph, Quote
from feedback_app.reports.figures import concern_counts as counted
from feedback_app.reports.figures.asked import AskedCounts
from feedback_app.reports.figures.behind_figures import HEARD
from feedback_app.reports.figures.board import Board, IroRow
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures.reviews_held import ReviewCounts
from feedback_app.reports.figures.targets import MISSED, HeardCounts, MonthMark
from feedback_app.reports.figures_in_words import (
    band_name,
    channel_name,
    iro_name,
    month_state,
    period_name,
)
from feedback_app.reports.publishing.in_turn import (
    CountedKinds,
    publish_alone,
    publish_calendar,
)
from feedback_app.reports.publishing.published import PrintedNumber
from feedback_app.reports.tables import CellValue, Column, Table, TableRow, Tone
from feedback_app.rulebook.counted_codes import name_codes

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
DECISIONS = 3
MONTHS_SHOWN = 12
ALL = "all"


@dataclass(frozen=True, slots=True)
class IroPeriod:
    """One IRO's months of the period together. `row`: as the last of these months has it."""

    name: str
    row: IroRow
    heard: HeardCounts
    asked: AskedCounts
    met: int
    with_target: int


def add_heard(gathered: Gathered) -> HeardCounts:
    """Children heard in the period."""
    return sum((board.total_heard for board in gathered.boards), HeardCounts())


def heard_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """A row for each IRO, then the totals and what they are measured against. Counts of work."""
    blocks: list[Block] = [
        _heard_table(gathered, book),
        _heard_chart(gathered, book),
        _target_table(gathered, book),
    ]
    rule = _(
        "These are counts of work: they are shown as they are, and say nothing about what children answered. Green, "
        "with a tick: met. Amber, with a line: at least %(percent)s%% of the target. Red, with a cross: less. No IRO "
        "has a colour for what children answered.",
        percent=gathered.rules.amber_percent,
    )
    return Chapter(_("Heard"), (*blocks, Paragraph(rule, "rule")))


def behind_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """Channel, of a month how they were chosen, language, easy read; small numbers hidden."""
    is_month = gathered.kind == "month"
    tables = (
        _channel_table(gathered, book),
        *([way_table(gathered, book)] if is_month else []),
        language_table(gathered, book),
        _look_table(gathered, book),
    )
    note = _("“Fewer than 5” is 1 to 4 children. “Not shown” hides a number from which a smaller one could be worked "
             "out. Answers given with help, or to an IRO, tend to sound happier.")  # fmt: skip
    return Chapter(
        _("Who is behind the figures"),
        (*(table for table in tables if table.rows), Paragraph(note, "note")),
    )


def quote_chapter(gathered: Gathered) -> Chapter:
    """Up to four quotes, checked by a person."""
    if not gathered.quotes:
        none = _("No quote was chosen for this report.")
        return Chapter(_("In their words"), (Paragraph(none, "note"),))
    quotes: list[Block] = [
        Quote(one.words, _("Age %(band)s", band=band_name(one.band)))
        for one in gathered.quotes
    ]
    note = _("A person read each quote before it was chosen. Words in square brackets were covered by hand. Please do "
             "not guess who wrote them.")  # fmt: skip
    return Chapter(_("In their words"), (*quotes, Paragraph(note, "note")))


def action_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """What children said and what is done about it."""
    blocks: list[Block] = [_action_counts(gathered, book)]
    if gathered.actions:
        blocks.append(_action_table(gathered, book))
    if gathered.median_days is not None:
        days = round(gathered.median_days)
        words = ngettext(
            "From the day a child said it to the day children were told: %(num)s day in the middle (median).",
            "From the day a child said it to the day children were told: %(num)s days in the middle (median).",
            days,
        )
        book.add_count(
            gathered.period.months,
            _("You said, we did"),
            _("Median days to told"),
            days,
        )
        blocks.append(Paragraph(words))
    return Chapter(_("You said, we did"), tuple(blocks))


def safety_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """Concerns and wishes to talk, as counts."""
    months = gathered.period.months
    concerns = publish_calendar(
        _of_years(gathered, gathered.concerns),
        months,
        CountedKinds(
            sums=[
                (
                    counted.CONCERNS,
                    [counted.BY_CHILD, counted.BY_RANKING, counted.OTHERWISE],
                ),
                (counted.CONCERNS, [counted.IN_TIME, counted.LATE]),
            ],
            guarded=(counted.OTHERWISE, counted.LATE),
        ),
    )
    requests = printed_requests(gathered)
    settings = gathered.settings
    listed = (
        (_("Concerns raised"), concerns, counted.CONCERNS),
        (_("raised by the child"), concerns, counted.BY_CHILD),
        (_("raised by ranking words"), concerns, counted.BY_RANKING),
        (
            _("first looked at within %(hours)s working hours", hours=settings.deputy_hours),
            concerns,
            counted.IN_TIME,
        ),
        (_("Wishes to talk with somebody"), requests, counted.REQUESTS),
        (
            _("met within %(days)s days", days=settings.talk_days),
            requests,
            counted.MET,
        ),
        (_("asked for an advocate"), requests, counted.ADVOCATE),
    )  # fmt: skip
    question = _("Safety and requests")
    rows = [
        TableRow((words, book.add_count(months, question, words, numbers[name])))
        for words, numbers, name in listed
    ]
    columns = (Column("", width=44), Column(_("Number"), "number", 16))
    return Chapter(question, (Table("", columns, tuple(rows)),))


def printed_requests(gathered: Gathered) -> Mapping[str, PrintedNumber]:
    """Wishes to talk, as they may leave."""
    return publish_calendar(
        _of_years(gathered, gathered.requests),
        gathered.period.months,
        CountedKinds(
            sums=[
                (counted.REQUESTS, [counted.MET, counted.NOT_MET]),
                (counted.REQUESTS, [counted.ADVOCATE, counted.ANOTHER]),
            ],
            guarded=(counted.NOT_MET, counted.ANOTHER),
        ),
    )


def decision_chapter() -> Chapter:
    """What the service asks for: the manager's own entries alone."""
    none = _("Nothing is put forward.")
    paragraphs = [
        Paragraph(none if number == 1 else "", "note", f"decision.{number}")
        for number in range(1, DECISIONS + 1)
    ]
    return Chapter(_("For decision"), tuple(paragraphs))


def _of_years(
    gathered: Gathered, by_month: Mapping[Month, Mapping[str, int]]
) -> dict[Month, Mapping[str, int]]:
    """Every month that counts, also one without any."""
    first = Month(gathered.period.first.year, 1)
    return {
        month: by_month.get(month, {})
        for month in Period(first, gathered.period.last).months
    }


def _iro_periods(gathered: Gathered) -> list[IroPeriod]:
    rows: dict[str | None, list[IroRow]] = {}
    for board in gathered.boards:
        for row in board.rows:
            rows.setdefault(row.iro_id, []).append(row)
    names: Counter[str] = Counter()
    found = []
    for own in sorted(
        rows.values(), key=lambda own: (own[-1].name is None, iro_name(own[-1]))
    ):
        name = iro_name(own[-1])
        names[name] += 1
        if names[name] > 1:
            name = f"{name} ({names[name]})"
        found.append(
            IroPeriod(
                name,
                own[-1],
                sum((row.heard for row in own), HeardCounts()),
                sum((row.asked for row in own), AskedCounts()),
                sum(row.month_mark == "met" for row in own),
                sum(row.month_mark != "away" for row in own),
            )
        )
    return found


def _heard_table(gathered: Gathered, book: FigureBook) -> Table:
    periods = _iro_periods(gathered)
    heard, asked = add_heard(gathered), gathered.total_asked
    is_month = len(gathered.boards) == 1
    months = gathered.period.months
    not_safe = _not_safe(gathered)
    columns = [
        Column(_("IRO"), width=26),
        Column(_("Took part"), "number", 11),
        Column(_("Did not"), "number", 11),
        Column(_("Asked"), "number", 11),
        Column(_("Said no"), "number", 11),
        Column(_("Not safe to ask"), "number", 13),
        Column(_("Months met of 12"), "number", 13)
        if is_month
        else Column(_("Months met"), "number", 13),
        Column(_("This month"), width=40)
        if is_month
        else Column(_("Months with a target"), "number", 13),
    ]
    with_outside = bool(heard.outside)
    if with_outside:
        columns.insert(3, Column(_("Under four"), "number", 11))

    def cells(
        name: str, iro: str, children: HeardCounts, invited: AskedCounts
    ) -> list[CellValue]:
        question = _("Heard: %(iro)s", iro=name)
        own: list[tuple[str, int]] = [
            (_("Took part"), children.took_part),
            (_("Did not"), children.did_not),
        ]
        if with_outside:
            own.append((_("Under four"), children.outside))
        own += [(_("Asked"), invited.all_asked), (_("Said no"), invited.said_no)]
        counts = [
            book.add_count(months, question, option, number) for option, number in own
        ]
        hidden = not_safe.get(iro) or publish_alone(0)
        counts.append(book.add_count(months, question, _("Not safe to ask"), hidden))
        return counts

    rows = []
    for one in periods:
        own = cells(one.name, one.row.iro_id or "", one.heard, one.asked)
        question = _("Heard: %(iro)s", iro=one.name)
        if is_month:
            met = book.add_count(
                months, question, _("Months met of 12"), one.row.met_in_year
            )
            rows.append(
                TableRow(
                    (one.name, *own, met, month_state(one.row, gathered.last)),
                    tone=_month_tone(one.row.month_mark),
                )
            )
            continue
        met = book.add_count(months, question, _("Months met"), one.met)
        wanted = book.add_count(
            months, question, _("Months with a target"), one.with_target
        )
        rows.append(TableRow((one.name, *own, met, wanted)))
    total = cells(_("All"), ALL, heard, asked)
    rows.append(TableRow((_("All"), *total, "", ""), bold=True))
    return Table("", tuple(columns), tuple(rows))


def _not_safe(gathered: Gathered) -> Mapping[str, PrintedNumber]:
    by_month = {}
    iros: dict[str, None] = {}
    for month, found in gathered.behind.asked.items():
        own = {iro or "": counts.not_safe for iro, counts in found.by_iro.items()}
        iros |= dict.fromkeys(iro for iro, number in own.items() if number)
        by_month[month] = {**own, ALL: sum(own.values())}
    counts = {
        month: {name: own.get(name, 0) for name in (*iros, ALL)}
        for month, own in by_month.items()
    }
    kinds = CountedKinds(sums=[(ALL, list(iros))])
    return publish_calendar(counts, gathered.period.months, kinds)


def _target_table(gathered: Gathered, book: FigureBook) -> Table:
    boards, months = gathered.boards, gathered.period.months
    heard = add_heard(gathered).counted_children
    target = sum(board.service_target for board in boards)
    facts = (
        (_("Sum of the IROs’ own targets"), sum(board.iro_targets for board in boards)),
        (
            _("IROs at work")
            if len(boards) == 1
            else _("Months of IROs at work, added up"),
            sum(board.with_target for board in boards),
        ),
        (
            _("IROs with one of each")
            if len(boards) == 1
            else _("Months in which an IRO heard one of each, added up"),
            sum(board.with_both for board in boards),
        ),
    )
    rows = [
        TableRow((words, book.add_count(months, _("Heard"), words, number)))
        for words, number in facts
    ]
    words, tone = _service_state(heard, target, gathered.rules.amber_percent)
    rows.append(TableRow((_("How the service stands"), words), tone=tone))
    return Table("", (Column("", width=44), Column("", "number", 16)), tuple(rows))


def review_table(gathered: Gathered, book: FigureBook) -> Table:
    """Reviews held, for each IRO, as the case system listed them."""
    months, codes = gathered.period.months, gathered.rules.counted_codes
    kinds: tuple[tuple[str, Callable[[ReviewCounts], int]], ...] = (
        (_("Reviews held"), lambda counts: counts.all_held),
        (
            _("Took part (%(codes)s)", codes=name_codes(codes.took_part)),
            lambda counts: counts.took_part,
        ),
        (
            _("Did not take part (%(codes)s)", codes=name_codes(codes.did_not)),
            lambda counts: counts.did_not,
        ),
        (_("Code not noted"), lambda counts: counts.uncoded),
        (_("Due, not held"), lambda counts: counts.not_held),
    )
    each = [
        (
            one.name,
            sum(
                (month.counts_of(one.row.iro_id) for month in gathered.reviews),
                ReviewCounts(),
            ),
        )
        for one in _iro_periods(gathered)
    ]
    whole = sum((month.whole_service for month in gathered.reviews), ReviewCounts())
    rows = []
    for name, counts in [
        *((name, own) for name, own in each if own),
        (_("All"), whole),
    ]:
        question = _("Heard: reviews of %(iro)s", iro=name)
        cells = [
            book.add_count(months, question, words, number(counts))
            for words, number in kinds
        ]
        rows.append(TableRow((name, *cells), bold=name == _("All")))
    columns = (
        Column(_("IRO"), width=26),
        *(Column(words, "number", 14) for words, _number in kinds),
    )
    return Table(_("Reviews, from the case system"), columns, tuple(rows))


def _heard_chart(gathered: Gathered, book: FigureBook) -> Chart:
    """Both kinds of children and all of them, beside the service's target."""
    heard, months = add_heard(gathered), gathered.period.months
    target = sum(board.service_target for board in gathered.boards)
    question = _("Heard: %(iro)s", iro=_("All"))
    counts = (
        (question, _("Took part"), heard.took_part),
        (question, _("Did not"), heard.did_not),
        (_("Heard"), _("Children heard"), heard.counted_children),
        (_("Heard"), _("Service target"), target),
    )
    rows = [
        TableRow((words, book.add_count(months, of, words, number)))
        for of, words, number in counts
    ]
    most = max(1, *(number for _of, _words, number in counts))
    bars = [
        Bar(words, number / most, str(number), pale=words == _("Service target"))
        for _of, words, number in counts
    ]
    alt = ngettext(
        "%(num)s child heard, target %(target)s",
        "%(num)s children heard, target %(target)s",
        heard.counted_children,
        target=target,
    )
    svg = bar_chart("heard", _("Children heard"), bars)
    return Chart("heard", svg, alt, _small_table("", rows))


def _service_state(heard: int, target: int, amber: int) -> tuple[str, Tone]:
    """The word with its colour: a fact, no interval. `amber`: from how many per cent of the target on it is amber."""
    if heard >= target:
        return _("Met"), "met"
    if 100 * heard >= amber * target:
        return _("At least %(percent)s%% of the target", percent=amber), "unsure"
    return _("Less than %(percent)s%% of the target", percent=amber), "short"


def _month_tone(mark: MonthMark) -> Tone:
    if mark == "met":
        return "met"
    return "short" if mark in MISSED else ""


def _channel_table(gathered: Gathered, book: FigureBook) -> Table:
    """As the published numbers have it: of a month, else of twelve months."""
    group, published = _("How they answered"), gathered.published
    if published is None:
        return _small_table(group, [])
    is_month = gathered.kind == "month"
    table = published.whole if is_month else published.year
    months = (published.month,) if is_month else published.year_end.year_to_here
    if not is_month:
        name = period_name(Period(months[0], months[-1]))
        group = _("How they answered, %(period)s", period=name)
    rows = []
    for channel in CHANNELS:
        number = table.channel_cell(channel)
        if channel != "import" or number.value != 0:
            words = channel_name(channel)
            cell = book.add_count(months, group, words, number)
            rows.append(TableRow((words, cell)))
    return _small_table(group, rows)


def _look_table(gathered: Gathered, book: FigureBook) -> Table:
    counts = _of_years(gathered, gathered.behind.looks)
    words = {"easy": _("Easy read"), "other": _("Usual words")}
    return _group_table(gathered, book, counts, _("Words they read"), words)


def _group_table(
    gathered: Gathered,
    book: FigureBook,
    counts: Mapping[Month, Mapping[str, int]],
    group: str,
    names: Mapping[str, str],
) -> Table:
    kinds = CountedKinds(sums=[(HEARD, list(names))], known=(HEARD,))
    months = gathered.period.months
    numbers = publish_calendar(counts, months, kinds)
    rows = [
        TableRow((words, book.add_count(months, group, words, numbers[name])))
        for name, words in names.items()
        if numbers[name].value != 0
    ]
    return _small_table(group, rows)


def _small_table(title: str, rows: Sequence[TableRow]) -> Table:
    columns = (Column("", width=40), Column(_("Children"), "number", 14))
    return Table(title, columns, tuple(rows))


def _action_counts(gathered: Gathered, book: FigureBook) -> Table:
    actions, months = gathered.actions, gathered.period.months
    facts = (
        (_("Open"), _number_in(actions, ("promised", "doing"))),
        (_("Done"), _number_in(actions, ("done",))),
        (_("Cannot be done"), _number_in(actions, ("cannot",))),
        (_("Overdue"), sum(action.is_overdue for action in actions)),
        (_("Children can read it"), sum(action.is_told for action in actions)),
    )
    question = _("You said, we did")
    rows = [
        TableRow((words, book.add_count(months, question, words, number)))
        for words, number in facts
    ]
    return Table("", (Column("", width=44), Column("", "number", 16)), tuple(rows))


def _number_in(actions: Sequence[ReportedAction], states: tuple[str, ...]) -> int:
    return sum(action.state in states for action in actions)


def _action_table(gathered: Gathered, book: FigureBook) -> Table:
    columns = (
        Column(_("Children said"), width=34),
        Column(_("Said by"), "number", 12),
        Column(_("What we do"), width=40),
        Column(_("Who, by when"), width=24),
        Column(_("State"), width=16),
    )
    rows = []
    names: Counter[str] = Counter()
    for action in gathered.actions:
        names[action.theme] += 1
        times = names[action.theme]
        name = action.theme if times == 1 else f"{action.theme} ({times})"
        said_by = book.add_count(
            gathered.period.months,
            _("You said, we did: %(theme)s", theme=name),
            _("Said by"),
            publish_alone(action.said_by),
        )
        state = _STATES[action.state]()
        if action.is_overdue:
            state = _("%(state)s, overdue", state=state)
        if action.why_not:
            state = f"{state}: {action.why_not}"
        by_when = f"{action.owner}, {action.due_on:%d/%m/%Y}"
        rows.append(TableRow((action.theme, said_by, action.promise, by_when, state)))
    return Table("", columns, tuple(rows))


_STATES: Mapping[str, Callable[[], str]] = {
    "promised": lambda: _("Promised"),
    "doing": lambda: _("Being done"),
    "done": lambda: _("Done"),
    "cannot": lambda: _("It cannot be done"),
}


def theme_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """What children wrote about: each theme with its comments and one action."""
    months = gathered.period.months
    by_theme = {action.theme.casefold(): action for action in gathered.actions}
    rows, blocks = [], []
    for name, by_month in sorted(gathered.theme_comments.items()):
        counts = {
            month: {"comments": by_month.get(month, 0)}
            for month in _of_years(gathered, {})
        }
        kinds = CountedKinds(sums=())
        number = publish_calendar(counts, months, kinds)["comments"]
        if number.value == 0:
            continue
        cell = book.add_count(months, _("Themes"), name, number)
        action = by_theme.get(name.casefold())
        rows.append(TableRow((name, cell, action.promise if action else "")))
        if action is None:
            none = _("%(theme)s: no action is noted yet.", theme=name)
            blocks.append(Paragraph(none, "note", f"theme.{name}"))
    columns = (
        Column(_("Theme"), width=34),
        Column(_("Comments"), "number", 14),
        Column(_("What we do"), width=50),
    )
    if not rows:
        blocks.append(Paragraph(_("No comment stands under a theme yet."), "note"))
        return Chapter(_("What children wrote about"), tuple(blocks))
    return Chapter(
        _("What children wrote about"), (Table("", columns, tuple(rows)), *blocks)
    )


def cohort_chapter(gathered: Gathered, book: FigureBook) -> Chapter:
    """How many of all children answered the yearly surveys."""
    months = gathered.period.year_to_end.months
    rows = []
    for one in gathered.cohorts:
        whole = one.rows[0]
        title = one.survey.short_title
        answered = publish_alone(whole.answered)
        number = whole.cohort.number if whole.cohort else ""
        percent: CellValue = ""
        if answered.value is not None and whole.percent is not None:
            percent = whole.percent / 100
        kind = label("cohort_kind", one.kind)
        cell = book.add_count(
            months,
            title,
            kind,
            answered,
            survey=title,
            base=whole.cohort.number if whole.cohort else None,
            share=percent if isinstance(percent, float) else None,
        )
        rows.append(TableRow((title, kind, cell, number, percent, one.target)))
    columns = (
        Column(_("Survey"), width=24),
        Column(_("Of whom"), width=40),
        Column(_("Answered"), "number", 12),
        Column(_("All children"), "number", 12),
        Column(_("Share"), "percent", 10),
        Column(_("Target"), "percent", 10),
    )
    note = _("Twelve months to %(month)s. How many answered is a fact, and has no interval. What they answered is on "
             "the manager’s own pages; it is not shown here, because small numbers of these surveys have not been "
             "hidden beside one another.", month=gathered.last.name)  # fmt: skip
    return Chapter(
        _("How many of all children answered"),
        (Table("", columns, tuple(rows)), Paragraph(note, "note")),
    )


def boards_total(boards: Sequence[Board]) -> tuple[int, int]:
    """IROs' months with one of each, of those with a target."""
    return sum(board.with_both for board in boards), sum(
        board.with_target for board in boards
    )
