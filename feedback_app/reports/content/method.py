"""How a report came to be: who was asked, what was hidden, which plan rows it serves, what its data mean."""

from __future__ import annotations

from collections.abc import Callable

import flask_babel

from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.document import Paragraph
from feedback_app.reports.figures.shares import Share, fewest_answers
from feedback_app.reports.figures_in_words import (
    counted_codes_in_words,
    period_name,
    target_goal,
)
from feedback_app.reports.publishing.published import (
    FEWEST_FOR_OPTIONS,
    FEWEST_HEARD,
    FEWEST_OF_A_BAND,
)
from feedback_app.reports.tables import (
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)
from feedback_app.rulebook.counted_codes import name_codes

_: Callable[..., str] = flask_babel.gettext


def method_paragraphs(gathered: Gathered) -> list[Paragraph]:
    """Who was asked and how the figures are taken."""
    words = [
        _("%(service)s, %(period)s. Created on %(day)s from the survey “%(title)s”, version %(version)s. Answers that "
          "come in later for this time make a new version.",
          service=gathered.service_name, period=period_name(gathered.period), day=f"{gathered.made_on:%d/%m/%Y}",
          title=gathered.survey.title, version=gathered.survey.version),
        counted_codes_in_words(
            gathered.boards[-1].usual_target, gathered.boards[-1].codes
        ),
        *_other_codes(gathered),
        _("An answer belongs to the month in which it was received, by London’s calendar. What was said aloud or "
          "written on paper belongs to the day on which the child gave it."),
        _("Asked is counted by the month in which a child was asked, so it can differ from the children heard. Not "
          "reached counts as asked: somebody tried. Not safe to ask is no refusal, and counts as nobody asked. Drawn "
          "by the app: the app chose by lot from the IRO’s list."),
        _("Each share stands beside its base: the children who answered that question. There is no percentage under "
          "a base of %(few)s. The range is the 95%% interval (Wilson): the share of all children may lie anywhere in "
          "it.",
          few=fewest_answers()),
        _("A figure moved beyond chance only where the month’s count is improbable (under 5%, exact binomial test, "
          "both sides) given the twelve months before it, also when it is weighed from how many answers these are. "
          "Both are taken from printed numbers alone."),
    ]  # fmt: skip
    return [Paragraph(text, "rule") for text in words]


def _other_codes(gathered: Gathered) -> list[str]:
    """Which codes counted in earlier months of the period, where they were others."""
    last = gathered.boards[-1].codes
    return [
        _("In %(month)s %(took)s counted as took part, %(not)s as did not.",
          month=board.month.name, took=name_codes(board.codes.took_part),
          **{"not": name_codes(board.codes.did_not)})
        for board in gathered.boards
        if board.codes != last
    ]  # fmt: skip


def suppression_paragraphs() -> list[Paragraph]:
    """What is hidden, and why."""
    words = [
        _("“Fewer than 5” is 1 to 4 children. “Not shown” hides a number from which a smaller one could be worked out, "
          "from this report and all that were handed over before, or a table of fewer than %(few)s children. 0 is "
          "shown.",
          few=FEWEST_HEARD),
        _("One month is thin: it has each question’s base and measures. The twelve months to the last full quarter "
          "have all answers, from %(options)s children on. An age is shown over twelve months, from %(band)s children "
          "on.",
          options=FEWEST_FOR_OPTIONS, band=FEWEST_OF_A_BAND),
        _("Counts of children heard and asked are counts of work: they are the same whatever a child answered, and are "
          "not hidden."),
    ]  # fmt: skip
    return [Paragraph(text, "rule") for text in words]


def target_table(gathered: Gathered) -> Table:
    """Each row of the plan that the report serves, as the survey lists its measures, with its target."""
    rows = []
    for measure in gathered.survey.measures:
        goal = ""
        if measure.target is not None:
            goal = target_goal(Share(0, 0, measure.target), at_least=measure.above)
        rows.append(TableRow((measure.row, measure.title, goal)))
    columns = (
        Column(_("Plan row"), width=10),
        Column(_("Measure"), width=70),
        Column(_("Target"), width=14),
    )
    return Table("", columns, tuple(rows))


def change_paragraphs(changes: tuple[str, ...], version: int) -> list[Paragraph]:
    """What differs from the version before."""
    if not changes:
        words = _("This is the first version.") if version == 1 else _("Nothing.")
        return [
            Paragraph(
                words if version else _("A draft: it has no version yet."), "note"
            )
        ]
    return [Paragraph(text, "note") for text in changes]  # fmt: skip


def dictionary_rows() -> tuple[tuple[str, str], ...]:
    """Each column of the tidy data, and what it holds."""
    return (
        ("period", _("The months counted: 2026-10 a month, 2026-Q3 a quarter, 2026 a calendar year, otherwise the "
                     "first and the last day with two dashes between.")),
        ("survey", _("The survey’s title.")),
        ("band", _("The age of the children counted, as 8-11; empty: all ages together.")),
        ("question", _("The question or the measure as the report names it; for counts of work, what is counted.")),
        ("option", _("The answer, or what of the question is counted; empty: the measure itself.")),
        ("count", _("How many children; empty where it is hidden.")),
        ("base", _("Of how many children: those who answered the question; empty where there is none, or where it "
                   "is hidden.")),
        ("share", _("Count of base, from 0 to 1, as printed; empty where too few answered for a percentage.")),
        ("low", _("The lower end of the 95% interval (Wilson), from 0 to 1, as printed.")),
        ("high", _("Its upper end.")),
        ("why_hidden", _("Why a number is not there: fewer than 5, not shown, not enough answers yet; empty: nothing "
                         "is hidden.")),
    )  # fmt: skip


def data_dictionary() -> TableReport:
    """The same as a file of its own, for whoever works with the tidy data."""
    title = _("The data, column by column")
    return TableReport(title, "", (ReportSection(title, (dictionary_table(),)),))


def dictionary_table() -> Table:
    """The same as a table."""
    columns = (Column(_("Column"), width=14), Column(_("What it holds"), width=90))
    return Table("", columns, tuple(TableRow(row) for row in dictionary_rows()))
