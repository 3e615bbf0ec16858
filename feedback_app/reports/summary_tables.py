"""The month's summary as tables: the whole report, and the short one for formats that hold a single sheet."""

from __future__ import annotations

from flask_babel import gettext as _

from feedback_app.month import Month
from feedback_app.reports.figures.board import Board, IroRow
from feedback_app.reports.figures.reviews_held import ReviewCounts, ReviewMonth
from feedback_app.reports.figures.shares import taking_from
from feedback_app.reports.figures_in_words import (
    asked_parts,
    counted_codes_in_words,
    iro_name,
    month_state,
    printed_number,
    service_state,
    way_name,
)
from feedback_app.reports.publishing.answer_tables import (
    answer_table,
    channel_table,
    measure_table,
    no_answers_table,
)
from feedback_app.reports.publishing.asked_table import publish_chosen, publish_not_safe
from feedback_app.reports.summary import Summary
from feedback_app.reports.tables import (
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)
from feedback_app.rulebook.counted_codes import name_codes


def month_report(summary: Summary) -> TableReport:
    """The whole summary: board, answers, comments, notes."""
    with taking_from(summary.fewest):
        return _month_report(summary)


def _month_report(summary: Summary) -> TableReport:
    published = summary.published_numbers
    board = _board_tables(summary)
    answers = [no_answers_table()]
    if published:
        board += [channel_table(published), chosen_table(summary.board)]
        answers = [answer_table(published), measure_table(published)]
    return _report(
        summary,
        ReportSection(_("Board"), tuple(board)),
        ReportSection(_("Answers"), tuple(answers)),
        ReportSection(_("Comments"), (comment_table(summary),)),
        ReportSection(_("Notes"), (note_table(summary),)),
    )


def board_report(summary: Summary) -> TableReport:
    """The board with its facts and notes, no answers."""
    notes = note_table(summary).without_header()
    tables = (*_board_tables(summary), notes)
    return _report(summary, ReportSection(_("Board"), tables))


def _board_tables(summary: Summary) -> list[Table]:
    board = summary.board
    tables = [board_table(board), facts_table(board)]
    if summary.reviews:
        tables.append(review_table(board, summary.reviews))
    return tables


def review_table(board: Board, reviews: ReviewMonth) -> Table:
    """Reviews held in the month for each IRO, beside whom they asked: counts of work, from the case system."""
    took_part, did_not, outside = (
        name_codes(codes)
        for codes in (
            board.codes.took_part,
            board.codes.did_not,
            board.codes.outside_codes,
        )
    )
    columns = (
        Column(_("IRO"), width=34),
        Column(_("Reviews held"), "number"),
        Column(_("Took part (%(codes)s)", codes=took_part), "number"),
        Column(_("Did not take part (%(codes)s)", codes=did_not), "number"),
        Column(_("Outside the target (%(codes)s)", codes=outside), "number"),
        Column(_("Code not noted"), "number"),
        Column(_("Due, not held"), "number"),
        Column(_("Asked"), "number"),
    )
    rows = [
        TableRow((iro_name(row), *_review_cells(counts), row.asked.all_asked))
        for row in board.rows
        if (counts := reviews.counts_of(row.iro_id)) or row.asked
    ]
    total = (
        _("All"),
        *_review_cells(reviews.whole_service),
        board.total_asked.all_asked,
    )
    return Table("", columns, (*rows, TableRow(total, bold=True)))


def _review_cells(counts: ReviewCounts) -> tuple[int, ...]:
    return (
        counts.all_held,
        counts.took_part,
        counts.did_not,
        counts.outside,
        counts.uncoded,
        counts.not_held,
    )


def board_table(board: Board) -> Table:
    """A row for each IRO, then the totals."""
    columns = (
        Column(_("IRO"), width=34),
        Column(_("Took part"), "number"),
        Column(_("Did not take part"), "number"),
        Column(_("Outside the target"), "number"),
        Column(_("Asked"), "number"),
        Column(_("Said no"), "number"),
        Column(_("Target: took part"), "number"),
        Column(_("Target: did not"), "number"),
        Column(_("This month"), width=44),
        Column(_("Months met"), "number"),
        Column(_("Months met or missed"), "number"),
    )
    rows = [_iro_row(row, board.month) for row in board.rows]
    return Table("", columns, (*rows, _total_row(board)))


def facts_table(board: Board) -> Table:
    """The month in a few figures, each with what it is measured against."""
    facts: tuple[tuple[str, int | str], ...] = (
        (_("Children heard"), board.total_heard.counted_children),
        (_("Target for the service"), board.service_target),
        (_("How the service stands"), service_state(board)),
        (_("Sum of the IROs’ own targets"), board.iro_targets),
        (_("IROs with both"), board.with_both),
        (_("IROs with a target"), board.with_target),
        (_("All who were asked"), board.total_asked.all_asked),
        *asked_parts(board.total_asked),
        (
            _("Not safe to ask"),
            printed_number(publish_not_safe(board.total_asked.not_safe)),
        ),
    )
    columns = (Column("", width=34), Column("", "number"))
    return Table("", columns, tuple(TableRow(fact) for fact in facts))


def chosen_table(board: Board) -> Table:
    """How the children were chosen who were asked in the month."""
    rows = [
        TableRow((way_name(way), printed_number(number)))
        for way, number in publish_chosen(board.chosen).items()
    ]
    columns = (Column(_("How they were chosen"), width=34), Column("", "number"))
    return Table("", columns, tuple(rows))


def comment_table(summary: Summary) -> Table:
    """Question, age band and words of each comment that has been read; those chosen as quotes first."""
    rows = [
        TableRow(
            (
                one.question,
                one.band,
                one.words,
                _("yes") if one.is_quote else "",
            )
        )
        for one in summary.comments
    ]
    if not rows:
        nothing = _("No comment of this month has been read yet, or there is none.")
        rows = [TableRow(("", "", nothing, ""))]
    columns = (
        Column(_("Question"), width=34),
        Column(_("Age"), width=12),
        Column(_("Words"), width=90),
        Column(_("Quote"), width=8),
    )
    return Table("", columns, tuple(rows))


def note_table(summary: Summary) -> Table:
    """The notes, one a row."""
    rows = [TableRow((note,)) for note in method_notes(summary)]
    return Table("", (Column(_("How to read this"), width=120),), tuple(rows))


def _iro_row(row: IroRow, month: Month) -> TableRow:
    heard, target = row.heard, row.target
    counts = (heard.took_part, heard.did_not, heard.outside)
    asked = (row.asked.all_asked, row.asked.said_no)
    targets = (target.took_part, target.did_not)
    return TableRow(
        (
            iro_name(row),
            *counts,
            *asked,
            *targets,
            month_state(row, month),
            row.met_in_year,
            row.months_in_year,
        )
    )


def _total_row(board: Board) -> TableRow:
    heard = board.total_heard
    took_part = sum(row.target.took_part for row in board.rows)
    did_not = sum(row.target.did_not for row in board.rows)
    met = _(
        "%(both)s of %(all)s IROs have both",
        both=board.with_both,
        all=board.with_target,
    )
    counts = (heard.took_part, heard.did_not, heard.outside)
    asked = (board.total_asked.all_asked, board.total_asked.said_no)
    cells = (_("All"), *counts, *asked, took_part, did_not, met, "", "")
    return TableRow(cells, bold=True)


def _report(summary: Summary, *sections: ReportSection) -> TableReport:
    return TableReport(
        f"{summary.service_name}: {summary.month.name}", summary.service_name, sections
    )


def method_notes(summary: Summary) -> list[str]:
    """How to read the summary: what counts, and what was left out to protect children."""
    return [
        _("%(service)s: summary for %(month)s.", service=summary.service_name, month=summary.month.name),
        _("Created on %(day)s from the survey “%(title)s”, version %(version)s. Answers that come in later for this "
          "month make a new summary.",
          day=f"{summary.created_on:%d/%m/%Y}", title=summary.survey.title, version=summary.survey.version),
        counted_codes_in_words(summary.board.usual_target, summary.board.codes),
        _("An answer belongs to the month in which it was received, by London’s calendar. What was said aloud or "
          "written on paper belongs to the day on which the child gave it."),
        _("Counts for each IRO are counts of work. They say nothing about what children answered."),
        _("Asked is counted by the month in which a child was asked, so it can differ from the children heard. Not "
          "reached counts as asked: somebody tried. Not safe to ask is no refusal, and counts as nobody asked. Drawn "
          "by the app: the app chose by lot from the IRO’s list."),
        _("Each share stands beside its base: the children who answered that question. There is no percentage under "
          "a base of %(few)s. The range is the 95%% interval (Wilson): the share of all children may lie anywhere in "
          "it.",
          few=summary.fewest),
        _("“Fewer than 5” is 1 to 4 children. “Not shown” hides a number from which a smaller one could be worked out, "
          "or a table of fewer than 10 children. 0 is shown. A month is thin: so it has each question’s base and "
          "measures, and the twelve months to the last full quarter have all answers, from 100 children on. An age is "
          "shown over twelve months, from 50 children on."),
        _("Channels: on their own (the child’s or another’s phone), with help, aloud (an IRO wrote down what the child "
          "said), on paper. Answers given with help, or to an IRO, tend to sound happier: read them apart."),
        _("Comments stand by question, those chosen as quotes first, else in no order, with the child’s age band only. "
          "Words in square brackets were covered by hand. Only those that have been read are listed. Not listed, "
          "because they are still to be read or a concern was found: %(n)s. Please do not guess who wrote them.",
          n=summary.not_listed),
    ]  # fmt: skip
