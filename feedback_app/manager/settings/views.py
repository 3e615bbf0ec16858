"""What the page of settings shows: the value now, what is to come, and the history of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import flask_babel
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.manager.settings.changeable import GROUPS, Changeable
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.setting_change import SettingChange
from feedback_app.month import Month
from feedback_app.records.preview import RulePreview, preview_rule
from feedback_app.records.rules import RuleName, retention_rules
from feedback_app.rulebook.at_once import SWITCHED_OFF, earlier_terms, terms_in_force
from feedback_app.rulebook.counted_codes import CountedCodes, name_codes
from feedback_app.rulebook.month_rules import NO_TARGET
from feedback_app.rulebook.setting_changes import ChangeBook, read_changes
from feedback_app.survey.model import Survey

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

RULES_OF_TERM: Mapping[str, tuple[RuleName, ...]] = {
    "envelope_days": ("envelopes", "draws", "review_references"),
    "answer_years": ("answers", "reviews", "invitations", "numbers", "reports"),
    "complaint_years": ("complaints",),
    "report_years": ("reports",),
}
"""A term -> the rules of retention (records/rules.py) that it decides."""
SPOTLIGHT_LINES = 12


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One change in words. `since`: from when it holds, where that is a month."""

    value: str
    since: str
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as it stands. `to_come`: changes that are entered and do not hold yet, in words."""

    setting: Changeable
    now: str | None
    now_in_words: str
    to_come: tuple[str, ...]
    may_change: bool
    changed_last: SettingChange | None


def setting_row(
    book: ChangeBook, setting: Changeable, roles: frozenset[str]
) -> SettingRow:
    """How a setting stands for whoever has these roles."""
    rows, present = book.rows_of(setting.key), Month.containing(clock.today())
    now = value_at(book, setting, present)
    later = sorted(
        {row.month for row in rows if row.month and row.month > str(present)}
    )
    to_come = []
    for name in later if setting.by_month else ():
        month = Month.parse(name)
        value = in_words(setting, value_at(book, setting, month))
        to_come.append(_("from %(month)s: %(value)s", month=month.name, value=value))
    return SettingRow(
        setting,
        now,
        in_words(setting, now),
        tuple(to_come),
        bool(roles & frozenset(setting.changed_by)),
        rows[-1] if rows else None,
    )


def value_at(book: ChangeBook, setting: Changeable, month: Month) -> str | None:
    """What holds in that month, as it is kept; what takes hold at once holds now."""
    if setting.by_month:
        return book.value_in(setting.key, month, setting.usual)
    return book.value_now(setting.key, setting.usual)


def grouped_rows(
    rows: Sequence[SettingRow],
) -> list[tuple[str, dict[str, list[SettingRow]]]]:
    """The rows of each group of the page, in its order: part ("" for none) -> its rows."""
    found = []
    for group in GROUPS:
        parts: dict[str, list[SettingRow]] = {}
        for row in rows:
            if row.setting.group == group:
                parts.setdefault(row.setting.part, []).append(row)
        found.append((group, parts))
    return found


def in_words(setting: Changeable, value: str | None) -> str:
    """A value as a page says it."""
    if value is None:
        return _("taken out")
    if setting.kind == "codes":
        codes = CountedCodes.from_text(value)
        return _(
            "took part: %(took)s; did not: %(missed)s; outside: %(outside)s",
            took=name_codes(codes.took_part),
            missed=name_codes(codes.did_not),
            outside=name_codes(codes.outside_codes),
        )
    if setting.kind == "language":
        return _("switched off") if value == SWITCHED_OFF else _("offered")
    if setting.kind == "word":
        return value
    if value == NO_TARGET:
        return _("no target")
    return _number_in_words(setting, int(value))


def _number_in_words(setting: Changeable, number: int) -> str:
    words: dict[str, Callable[[], str]] = {
        "percent": lambda: _("%(num)s%%", num=number),
        "children": lambda: ngettext("%(num)s child", "%(num)s children", number),
        "days": lambda: ngettext("%(num)s day", "%(num)s days", number),
        "working_days": lambda: ngettext(
            "%(num)s working day", "%(num)s working days", number
        ),
        "minutes": lambda: ngettext("%(num)s minute", "%(num)s minutes", number),
        "hours": lambda: ngettext(
            "%(num)s working hour", "%(num)s working hours", number
        ),
        "years": lambda: ngettext("%(num)s year", "%(num)s years", number),
    }
    return words[setting.unit]()


def history_lines(
    session: Session, book: ChangeBook, setting: Changeable
) -> list[ChangedLine]:
    """All that was changed of it, the latest first."""
    rows = book.rows_of(setting.key)
    names = _names_of(session, [row.set_by_id for row in rows])
    return [
        ChangedLine(
            in_words(setting, _kept_value(setting, row)),
            Month.parse(row.month).name if row.month else "",
            row.set_at,
            names.get(row.set_by_id, ""),
            row.reason,
        )
        for row in reversed(rows)
    ]


def _kept_value(setting: Changeable, row: SettingChange) -> str | None:
    return setting.usual if row.value is None else row.value


def spotlight_history(
    session: Session, survey: Survey
) -> list[tuple[str, datetime, str]]:
    """The last choices of a month's spotlight, from the audit trail: what, when, by whom; the latest first."""
    texts = {
        question.id: question.text
        for questions in survey.spotlight.values()
        for question in questions
    }
    rows = session.execute(
        select(AuditEntry.about, AuditEntry.at, AuditEntry.person_id)
        .where(
            AuditEntry.what == "spotlight_chosen",
            AuditEntry.about.startswith(f"{survey.key} "),
        )
        .order_by(AuditEntry.number.desc())
        .limit(SPOTLIGHT_LINES)
    ).all()
    names = _names_of(session, [row.person_id for row in rows if row.person_id])
    found = []
    for about, at, person_id in rows:
        month, _space, question = about.removeprefix(f"{survey.key} ").partition(" ")
        words = texts.get(question, _("in turn"))
        what = _("%(month)s: %(question)s", month=Month.parse(month).name, question=words)  # fmt: skip
        found.append((what, at, names.get(person_id or "", "")))
    return found


def _names_of(session: Session, ids: Sequence[str]) -> dict[str, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def due_by_term(
    session: Session, settings: Settings, term: str, number: int
) -> list[tuple[RulePreview, RulePreview]]:
    """What would be due tonight with that term, beside what is due without it: each rule that the term decides."""
    book, now = read_changes(session), clock.now()
    in_force, earlier = terms_in_force(session, settings)
    held = {one.name: one for one in retention_rules(in_force, earlier)}
    wanted = SettingChange(
        key=term,
        value=str(number),
        before=str(getattr(in_force, term)),
        set_at=now,
    )
    after = {
        one.name: one
        for one in retention_rules(
            in_force.model_copy(update={term: number}),
            earlier_terms(book.with_row(wanted)),
        )
    }
    return [
        (preview_rule(session, held[name], now), preview_rule(session, after[name], now))
        for name in RULES_OF_TERM[term]
    ]  # fmt: skip
