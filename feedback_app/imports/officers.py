"""Which IRO a cell means: by e-mail, or by the name of the account, letter for letter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.imports.check import shorten_cell
from feedback_app.models.person import Person
from feedback_app.people.persons import account_name
from feedback_app.typed_text import clean_line


@dataclass(frozen=True, slots=True)
class Officer:
    """An IRO who works here."""

    person_id: str
    name: str


class Officers:
    """Everybody with an account, to look cells up in."""

    def __init__(self, session: Session) -> None:
        """Reads them once for a whole file."""
        self._by_email: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._found: dict[str, tuple[Officer | None, str]] = {}
        for person in session.scalars(select(Person)):
            self._by_email[person.email] = person
            self._by_name[clean_line(person.name).casefold()].append(person)

    def find_officer(self, cell: str) -> tuple[Officer | None, str]:
        """The IRO, and what is wrong where there is none."""
        if cell not in self._found:
            self._found[cell] = self._look_up(cell)
        return self._found[cell]

    def _look_up(self, cell: str) -> tuple[Officer | None, str]:
        if "@" in cell:
            found = self._by_email.get(account_name(cell))
            people = [found] if found else []
        else:
            people = self._by_name.get(clean_line(cell).casefold(), [])
        if not people:
            return None, _(
                "Nobody here is called “%(cell)s”. Write the IRO’s e-mail, or the name as it stands on Team.",
                cell=shorten_cell(cell),
            )
        working = [one for one in people if _is_working(one)]
        if len(working) > 1:
            return None, _(
                "%(count)s IROs are called “%(cell)s”. Write the e-mail.",
                count=len(working),
                cell=shorten_cell(cell),
            )
        if working:
            return Officer(working[0].id, working[0].name), ""
        if any(one.left_at or not one.active for one in people):
            return None, _(
                "%(name)s has left, or their account is switched off. Name the IRO who has the child now.",
                name=people[0].name,
            )
        return None, _("%(name)s is not an IRO here.", name=people[0].name)


def _is_working(person: Person) -> bool:
    return person.active and person.left_at is None and "iro" in person.roles
