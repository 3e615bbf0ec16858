"""A list of people as it is pasted: a line each with name, e-mail and roles, as a table or a mail program gives them.

Nothing is made of it here: what was understood is shown first, and what was not is named by its line.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from feedback_app.models.person import ROLES
from feedback_app.people.listed import (
    name_problem,
    no_such_role,
    read_email,
    read_roles,
)
from feedback_app.typed_text import clean_line, clean_text, is_visible

SEPARATORS = ("\t", ";", ",")
"""What the cells of a line may stand between; the first of them that occurs in the line is taken."""
HEADINGS = frozenset(
    (
        "name", "names", "full name", "e-mail", "email", "e-mail address", "email address", "mail", "address", "role",
        "roles", "role(s)",
    )
)  # fmt: skip
_LINE_END = re.compile(r"\r\n|\r|\n")
_IN_BRACKETS = re.compile(r"^(.*)<([^<>]*@[^<>]*)>\s*$")


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One line that was understood."""

    line: int
    name: str
    email: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One line that was not, or that contradicts another: what is wrong, in words."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class PeopleList:
    """The list as it is understood. `doubles`: the lines on which one and the same person stands."""

    heading: str
    people: tuple[ListedPerson, ...]
    doubles: tuple[tuple[ListedPerson, tuple[int, ...]], ...]
    problems: tuple[LineProblem, ...]


def read_people(pasted: str | None) -> PeopleList:
    """Read the list; empty lines are nothing, and a first line of headings is left out and shown."""
    heading, first = "", True
    people: list[ListedPerson] = []
    problems: list[LineProblem] = []
    for number, raw in enumerate(_LINE_END.split(pasted or ""), 1):
        cells = _split_cells(raw)
        if not cells:
            continue
        if first and _is_heading(cells):
            heading = ", ".join(cells)
        else:
            found = _read_line(number, cells)
            if isinstance(found, ListedPerson):
                people.append(found)
            else:
                problems.append(found)
        first = False
    once, doubles, contradictions = _merge_doubles(people)
    problems += contradictions
    return PeopleList(
        heading,
        tuple(once),
        tuple(doubles),
        tuple(sorted(problems, key=lambda one: one.line)),
    )


def _split_cells(raw: str) -> list[str]:
    """The cells of a line; what stands in quotation marks is one cell, as spreadsheets write it."""
    separator = next((one for one in SEPARATORS if one in raw), SEPARATORS[0])
    line = clean_text(raw) if separator == "\t" else clean_line(raw)
    cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    cleaned = [clean_line(cell) for cell in cells]
    return [cell for cell in cleaned if is_visible(cell)]


def _is_heading(cells: Iterable[str]) -> bool:
    return all(cell.casefold() in HEADINGS for cell in cells)


def _read_line(number: int, cells: Sequence[str]) -> ListedPerson | LineProblem:
    """The person of one line, or the first thing that is wrong with it."""

    def problem(words: str) -> LineProblem:
        return LineProblem(number, words)

    names, addresses, roles = _sort_cells(cells)
    if not addresses:
        return problem(_("There is no e-mail on it."))
    if len(addresses) > 1:
        return problem(_("There are two e-mails on it. Write one person a line."))
    email, wrong = read_email(addresses[0])
    if wrong:
        return problem(wrong)
    if not names:
        return problem(_("There is no name on it."))
    if len(names) > 1:
        return problem(no_such_role(names[1]))
    if wrong := name_problem(names[0]):
        return problem(wrong)
    if not roles:
        return problem(_("There is no role on it."))
    return ListedPerson(number, names[0], email, roles)


def _sort_cells(
    cells: Sequence[str],
) -> tuple[list[str], list[str], tuple[str, ...]]:
    """Tell names, addresses and roles apart, in whatever order they stand."""
    names, addresses, roles = [], [], set[str]()
    for cell in cells:
        inside = _IN_BRACKETS.match(cell)
        if inside:
            addresses.append(inside[2])
            if is_visible(inside[1]):
                names.append(clean_line(inside[1]).strip("\"'"))
        elif "@" in cell:
            addresses.append(cell)
        elif found := read_roles(cell):
            roles.update(found)
        else:
            names.append(cell)
    return names, addresses, tuple(role for role in ROLES if role in roles)


def _merge_doubles(
    people: Iterable[ListedPerson],
) -> tuple[
    list[ListedPerson],
    list[tuple[ListedPerson, tuple[int, ...]]],
    list[LineProblem],
]:
    """One person a line: the same line again is a double; the same e-mail with other words is a problem."""
    by_email: dict[str, list[ListedPerson]] = defaultdict(list)
    for person in people:
        by_email[person.email].append(person)
    once, doubles, problems = [], [], []
    for same in by_email.values():
        first, others = same[0], same[1:]
        once.append(first)
        unlike = [
            one for one in others if (one.name, one.roles) != (first.name, first.roles)
        ]
        problems += [
            LineProblem(
                one.line,
                _(
                    "%(email)s stands on line %(line)s too, with another name or other roles.",
                    email=one.email,
                    line=first.line,
                ),
            )
            for one in unlike
        ]
        if others and not unlike:
            doubles.append((first, tuple(one.line for one in same)))
    return once, doubles, problems
