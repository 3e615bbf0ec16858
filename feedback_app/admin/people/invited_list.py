"""Inviting the people of a pasted list: who has an account already, and everybody else in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.admin.people.pasted_people import (
    ListedPerson,
    PeopleList,
    read_people,
)
from feedback_app.admin.people.verbs import invite_person
from feedback_app.config import Settings
from feedback_app.models.person import Person
from feedback_app.models.scope import READ_ALL
from feedback_app.people.listed import MOST_AT_ONCE
from feedback_app.privacy.keys import Keys


@dataclass(frozen=True, slots=True)
class UnderstoodPeople:
    """The list beside the accounts that there are. `shown` tells the next press that exactly this was seen.

    `to_invite`: who gets a link; `known`: who has an account, and stays as they are; `is_own`: the administrator who
    pasted it stands in it.
    """

    listed: PeopleList
    to_invite: tuple[ListedPerson, ...]
    known: tuple[ListedPerson, ...]
    is_own: bool
    problem: str
    shown: str

    @property
    def has_readers(self) -> bool:
        """Whether anybody who is to be invited will read what children write."""
        return any(READ_ALL & set(one.roles) for one in self.to_invite)


def understand_people(session: Session, pasted: str, *, by: str) -> UnderstoodPeople:
    """Read the list for that administrator. Whoever has an account is left out: roles are changed on their own page."""
    listed = read_people(pasted)
    accounts = _accounts_of(session, (one.email for one in listed.people))
    to_invite = tuple(one for one in listed.people if one.email not in accounts)
    known = tuple(one for one in listed.people if one.email in accounts)
    state = (listed, to_invite)
    return UnderstoodPeople(
        listed=listed,
        to_invite=to_invite,
        known=known,
        is_own=by in accounts.values(),
        problem=_problem_of(listed, to_invite),
        shown=hashlib.sha256(repr(state).encode()).hexdigest()[:32],
    )


def invite_people(
    session: Session,
    keys: Keys,
    settings: Settings,
    people: Iterable[ListedPerson],
    *,
    by: str,
) -> int:
    """Add each and send their link, as when they are invited one by one; return how many. Raises ChangeRefused."""
    done = 0
    for one in people:
        invite_person(
            session,
            keys,
            settings,
            name=one.name,
            email=one.email,
            roles=one.roles,
            by=by,
        )
        done += 1
    return done


def _accounts_of(session: Session, emails: Iterable[str]) -> dict[str, str]:
    """The ids of those who have an account, by their e-mail."""
    query = select(Person.email, Person.id).where(Person.email.in_(list(emails)))
    return {row.email: row.id for row in session.execute(query)}


def _problem_of(listed: PeopleList, to_invite: tuple[ListedPerson, ...]) -> str:
    if len(to_invite) > MOST_AT_ONCE:
        return str(
            _(
                "That is %(n)s people. Invite at most %(most)s at once.",
                n=len(to_invite),
                most=MOST_AT_ONCE,
            )
        )
    if listed.problems:
        return str(_("Nobody is invited until each line is right."))
    if not to_invite:
        return str(_("There is nobody in the list to invite."))
    return ""
