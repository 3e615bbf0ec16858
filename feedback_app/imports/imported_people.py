"""People of a list: name, e-mail, roles. Whoever has an account stays as they are; everybody else is invited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import labels
from feedback_app.imports.check import (
    Checked,
    RowProblem,
    RowReader,
    State,
    by_row,
    first_examples,
    read_rows,
)
from feedback_app.imports.mapping import SheetField, SheetKind
from feedback_app.imports.sheets import CouncilSheet
from feedback_app.models.person import Person
from feedback_app.people.listed import (
    MOST_AT_ONCE,
    name_problem,
    no_such_role,
    read_email,
    read_roles,
)

KIND = SheetKind(
    "people",
    (
        SheetField(
            "name",
            _l("Name"),
            ("name", "full name", "names"),
            _l("As colleagues see it."),
            needed=True,
        ),
        SheetField(
            "email",
            _l("E-mail"),
            ("e-mail", "email", "e-mail address", "email address", "mail"),
            _l("Of the council. The link to join goes there."),
            needed=True,
        ),
        SheetField(
            "roles",
            _l("Roles"),
            ("roles", "role", "role(s)"),
            _l("By their names, several with “and” between them."),
            needed=True,
        ),
    ),
    example={
        "name": "Officer Amber",
        "email": "officer.amber@council.example",
        "roles": "IRO",
    },
)


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One person who is to be invited, or has an account."""

    name: str
    email: str
    roles: tuple[str, ...]


def check_people(
    session: Session, sheet: CouncilSheet, columns: Mapping[str, int]
) -> Checked[PersonEntry]:
    """Every problem of every row, and who would be invited: at most as many as by a pasted list."""
    seen: dict[str, tuple[int, PersonEntry]] = {}
    found: list[PersonEntry] = []
    problems: list[RowProblem] = []
    for reader in read_rows(KIND, sheet, columns):
        entry = _read_person(reader, seen)
        problems += reader.problems
        if entry is not None and not reader.problems:
            found.append(entry)
    known = _accounts_among(session, [one.email for one in found])
    states: list[tuple[State, PersonEntry]] = [
        ("same" if one.email in known else "new", one) for one in found
    ]
    invited = sum(state == "new" for state, _one in states)
    if invited > MOST_AT_ONCE:
        words = _(
            "That is %(n)s people. Invite at most %(most)s at once.",
            n=invited,
            most=MOST_AT_ONCE,
        )
        heading = sheet.headings[columns["email"]]
        problems.append(RowProblem(sheet.rows[MOST_AT_ONCE].number, heading, words))
    return Checked(
        tuple(states),
        by_row(problems),
        first_examples(found, _in_words),
    )


def store_people(
    entries: Sequence[tuple[State, PersonEntry]],
    invite: Callable[[PersonEntry], object],
) -> None:
    """Invite whoever has no account. `invite`: the administrator's own verb, which adds one and sends the link."""
    for state, entry in entries:
        if state == "new":
            invite(entry)


def _read_person(
    reader: RowReader, seen: dict[str, tuple[int, PersonEntry]]
) -> PersonEntry | None:
    """The person of a row; None where it is a line that stands before, word for word."""
    name = reader.needed_cell("name", _l("Write the person’s name."))
    if wrong := name_problem(name):
        reader.blame_field("name", wrong)
    typed = reader.needed_cell("email", _l("Write the person’s e-mail."))
    email, wrong = read_email(typed) if typed else ("", "")
    if wrong:
        reader.blame_field("email", wrong)
    cell = reader.needed_cell("roles", _l("Write at least one role."))
    roles = read_roles(cell)
    if cell and not roles:
        reader.blame_field("roles", no_such_role(cell))
    entry = PersonEntry(name, email, roles)
    row, before = seen.setdefault(email, (reader.row.number, entry))
    if email and row != reader.row.number:
        if before == entry:
            return None
        reader.blame_field(
            "email",
            _(
                "Row %(row)s has the same e-mail, with another name or other roles. Keep one of them.",
                row=row,
            ),
        )
    return entry


def _accounts_among(session: Session, emails: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for at in range(0, len(emails), 500):
        query = select(Person.email).where(Person.email.in_(emails[at : at + 500]))
        known.update(session.scalars(query))
    return known


def _in_words(entry: PersonEntry) -> list[tuple[str, str]]:
    roles = ", ".join(labels.label("role_title", role) for role in entry.roles)
    return [
        (str(_("Name")), entry.name),
        (str(_("E-mail")), entry.email),
        (str(_("Roles")), roles),
    ]
