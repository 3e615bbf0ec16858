"""Targets of IROs from a month on, or for one month alone, by the rules of the manager's page of the team.

Those rules are the page's own (manager/team/verbs.py): it hands in which months a target may be of, which reported
months a change would touch, and the verb that enters one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from feedback_app.imports.check import (
    Checked,
    RowProblem,
    RowReader,
    State,
    by_row,
    first_examples,
    read_rows,
    shorten_cell,
)
from feedback_app.imports.mapping import SheetField, SheetKind
from feedback_app.imports.officers import Officers
from feedback_app.imports.sheets import CouncilSheet
from feedback_app.models.work import IN_WORDS_LIMIT, MOST_OF_AN_IRO, WorkChange
from feedback_app.month import Month, read_month
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.figures.working_months import AtWork, WorkBook, WorkPlan
from feedback_app.typed_text import REASON_LIMIT

KIND = SheetKind(
    "targets",
    (
        SheetField(
            "iro",
            _l("IRO"),
            (
                "iro",
                "iro e-mail",
                "iro email",
                "iro name",
                "officer",
                "e-mail",
                "email",
                "name",
            ),
            _l("E-mail, or the name as it stands on Team."),
            needed=True,
        ),
        SheetField(
            "month",
            _l("From which month"),
            ("month", "from month", "from", "from which month"),
            _l("Such as December 2026, or 2026-12."),
            needed=True,
        ),
        SheetField(
            "took_part",
            _l("Children who took part"),
            ("took part", "children who took part"),
            _l("A whole number."),
            needed=True,
        ),
        SheetField(
            "did_not",
            _l("Children who did not take part"),
            ("did not take part", "did not", "children who did not take part"),
            _l("A whole number."),
            needed=True,
        ),
        SheetField(
            "only_month",
            _l("Only this month"),
            ("only this month", "only month"),
            _l("yes for that month alone; empty for that month and all after it."),
        ),
        SheetField(
            "in_words",
            _l("Part time, in words"),
            ("in words", "part time", "part time in words"),
            _l("Such as: three days a week."),
        ),
        SheetField(
            "reason",
            _l("Why"),
            ("why", "reason"),
            _l("Needed where it changes a month whose report was due already."),
        ),
    ),
    example={
        "iro": "officer.amber@council.example",
        "month": "December 2026",
        "took_part": "1",
        "did_not": "1",
        "only_month": "",
        "in_words": "",
        "reason": "",
    },
)
_YES = ("yes", "y", "x", "true", "1")
_NO = ("", "no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """One row that holds."""

    person_id: str
    month: Month
    target: Target
    only_month: bool
    in_words: str
    reason: str
    iro_name: str = ""

    def as_change(self) -> WorkChange:
        """The row as it would be entered; it is in no session."""
        return WorkChange(
            kind="target",
            person_id=self.person_id,
            month=str(self.month),
            only_month=self.only_month,
            took_part=self.target.took_part,
            did_not=self.target.did_not,
            in_words=self.in_words,
        )


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What the page of the team knows. `iros`: what is known of each IRO; `book`: all that was entered.

    `changed_months`: the reported months in which two plans ask for something else.
    """

    iros: Mapping[str, AtWork]
    book: WorkBook
    earliest: Month
    latest: Month
    changed_months: Callable[[WorkPlan, WorkPlan], Sequence[Month]]


def check_targets(
    session: Session,
    sheet: CouncilSheet,
    columns: Mapping[str, int],
    rules: TargetRules,
) -> Checked[TargetEntry]:
    """Every problem of every row, and what each row that holds would do, one after the other."""
    officers, seen = Officers(session), dict[tuple[str, Month, bool], int]()
    book = rules.book
    entries: list[tuple[State, TargetEntry]] = []
    problems: list[RowProblem] = []
    for reader in read_rows(KIND, sheet, columns):
        entry = _read_target(reader, officers, rules, seen)
        if entry is not None and not reader.problems:
            state = _state_of(book, entry)
            after = book if state == "same" else book.with_row(entry.as_change())
            _ask_why(reader, entry, rules, book, after)
            book = after
            if not reader.problems:
                entries.append((state, entry))
        problems += reader.problems
    return Checked(
        tuple(entries),
        by_row(problems),
        first_examples([one for _state, one in entries], _in_words),
    )


def store_targets(
    entries: Sequence[tuple[State, TargetEntry]],
    rules: TargetRules,
    enter: Callable[[WorkBook, AtWork, TargetEntry], WorkChange],
) -> None:
    """Enter each with what was entered before it. `enter`: the verb of the page of the team."""
    book = rules.book
    for state, entry in entries:
        if state != "same":
            row = enter(book, rules.iros[entry.person_id], entry)
            book = book.with_row(row)


def _read_target(
    reader: RowReader,
    officers: Officers,
    rules: TargetRules,
    seen: dict[tuple[str, Month, bool], int],
) -> TargetEntry | None:
    cell = reader.needed_cell("iro", _l("Write the IRO’s e-mail."))
    officer, problem = officers.find_officer(cell) if cell else (None, "")
    if problem:
        reader.blame_field("iro", problem)
    month = _read_target_month(reader, rules)
    took_part = reader.whole_number("took_part", MOST_OF_AN_IRO)
    did_not = reader.whole_number("did_not", MOST_OF_AN_IRO)
    only_month = _read_only_month(reader)
    in_words, reason = reader.cell_of("in_words"), reader.cell_of("reason")
    for key, words, most in (
        ("in_words", in_words, IN_WORDS_LIMIT),
        ("reason", reason, REASON_LIMIT),
    ):
        if len(words) > most:
            reader.blame_field(key, _("Shorten it to %(most)s characters.", most=most))
    if officer is None or month is None or took_part is None or did_not is None:
        return None
    if officer.person_id not in rules.iros:
        reader.blame_field("iro", _("%(name)s is not an IRO here.", name=officer.name))
        return None
    place = (officer.person_id, month, only_month)
    if place in seen:
        reader.blame_field(
            "month",
            _(
                "Row %(row)s has a target of the same IRO and month. Keep one of them.",
                row=seen[place],
            ),
        )
    seen.setdefault(place, reader.row.number)
    target = Target(took_part, did_not)
    return TargetEntry(
        officer.person_id, month, target, only_month, in_words, reason, officer.name
    )


def _read_target_month(reader: RowReader, rules: TargetRules) -> Month | None:
    cell = reader.needed_cell("month", _l("Write the month, such as December 2026."))
    if not cell:
        return None
    try:
        # A spreadsheet makes the first day of the month of "December 2026".
        month = read_month(cell.removesuffix("-01") if cell.count("-") == 2 else cell)
    except ValueError:
        reader.blame_field(
            "month",
            _(
                "“%(cell)s” is no month. Write it such as December 2026.",
                cell=shorten_cell(cell),
            ),
        )
        return None
    if not rules.earliest <= month <= rules.latest:
        reader.blame_field(
            "month",
            _(
                "Write a month from %(first)s to %(last)s.",
                first=rules.earliest.name,
                last=rules.latest.name,
            ),
        )
        return None
    return month


def _read_only_month(reader: RowReader) -> bool:
    cell = reader.cell_of("only_month").casefold()
    if cell not in (*_YES, *_NO):
        reader.blame_field("only_month", _("Write yes, or leave it empty."))
    return cell in _YES


def _ask_why(
    reader: RowReader,
    entry: TargetEntry,
    rules: TargetRules,
    before: WorkBook,
    after: WorkBook,
) -> None:
    known = rules.iros[entry.person_id]
    changed = rules.changed_months(before.plan_of(known), after.plan_of(known))
    if changed and not entry.reason:
        reader.blame_field(
            "reason",
            _(
                "This changes %(month)s, whose report was due already. Say why.",
                month=changed[0].name,
            ),
        )


def _state_of(book: WorkBook, entry: TargetEntry) -> State:
    """By what was entered last for the same IRO, month and length."""
    rows = [
        row
        for row in book.rows_of(entry.person_id)
        if row.kind == "target"
        and row.month == str(entry.month)
        and bool(row.only_month) == entry.only_month
    ]
    if not rows:
        return "new"
    last = rows[-1]
    stands = (last.took_part, last.did_not, last.in_words or "")
    wanted = (entry.target.took_part, entry.target.did_not, entry.in_words)
    return "same" if stands == wanted else "changed"


def _in_words(entry: TargetEntry) -> list[tuple[str, str]]:
    return [
        (str(_("IRO")), entry.iro_name),
        (
            str(_("Month")),
            _("%(month)s alone", month=entry.month.name)
            if entry.only_month
            else _("from %(month)s on", month=entry.month.name),
        ),
        (str(_("Took part")), str(entry.target.took_part)),
        (str(_("Did not take part")), str(entry.target.did_not)),
        (str(_("Part time")), entry.in_words),
    ]
