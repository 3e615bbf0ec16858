"""The verbs of "You said, we did": write an action, change it, show it to children, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.action import ACTION_BANDS, Action, ActionWords
from feedback_app.models.base import rows_changed
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.privacy.keys import KeyRing
from feedback_app.privacy.suppress import FEWEST_SHOWN
from feedback_app.rulebook.month_rules import read_rules


class ChangedMeanwhile(Exception):
    """Somebody else changed the action since it was opened."""


class NotReady(ValueError):
    """It cannot be shown: too few children said it, or words are missing."""


@dataclass(frozen=True, slots=True)
class Written:
    """An action as it was typed. `words`: band -> what children said, what is done about it.

    `theme_id`, `said_on`: of one begun from a theme, that theme and the first day on which a child said so.
    """

    theme: str
    promise: str
    owner_id: str
    due_on: date
    state: str
    said_by: int
    words: Mapping[str, tuple[str, str]]
    theme_id: str | None = None
    said_on: date | None = None

    def missing_parts(self, least: int = FEWEST_SHOWN) -> list[str]:
        """What it still needs before children may read it: "said_by", and the bands without both texts.

        `least`: how many children must have said it.
        """
        few = ["said_by"] if self.said_by < least else []
        return few + [
            band for band in ACTION_BANDS if not all(self.words.get(band, ("", "")))
        ]


def written_action(action: Action) -> Written:
    """The action as it stands."""
    return Written(
        theme=action.theme,
        promise=action.promise,
        owner_id=action.owner_id,
        due_on=action.due_on,
        state=action.state,
        said_by=action.said_by,
        words={row.band: (row.said, row.done) for row in action.words},
    )


def list_actions(session: Session) -> list[tuple[Action, str]]:
    """Every action with its owner's name: what is open first, by its day; then what is over, the newest first."""
    rows = [
        (action, name)
        for action, name in session.execute(select(Action, Person.name).join(Person))
    ]
    still = sorted(
        (row for row in rows if row[0].state in ("promised", "doing")),
        key=lambda row: row[0].due_on,
    )
    over = sorted(
        (row for row in rows if row not in still),
        key=lambda row: row[0].changed_at,
        reverse=True,
    )
    return still + over


def add_action(
    session: Session, ring: KeyRing, written: Written, *, person_id: str
) -> Action:
    """A new action, shown to nobody yet."""
    now = clock.now()
    action = Action(
        created_at=now, version=1, theme_id=written.theme_id, said_on=written.said_on
    )
    _put(action, written)
    session.add(action)
    session.flush()
    audit.write_entry(
        session, ring, "action_written", person_id=person_id, about=action.id
    )
    return action


def change_action(
    session: Session,
    ring: KeyRing,
    action: Action,
    written: Written,
    *,
    version: int,
    person_id: str,
) -> None:
    """Put what was typed in the place of what stood, for children too where it is shown.

    Raises ChangedMeanwhile when it is no longer the version that was opened, NotReady when it is shown and would lack
    something.
    """
    if action.is_shown and written.missing_parts():
        raise NotReady(written.missing_parts())
    _claim(session, action, version)
    _put(action, written)
    session.flush()
    audit.write_entry(
        session, ring, "action_written", person_id=person_id, about=action.id
    )


def fewest_said(session: Session) -> int:
    """How many children must have said something before children are newly shown it: a setting, never under 5."""
    return read_rules(session, Month.containing(clock.today())).fewest_said


def publish_action(
    session: Session, ring: KeyRing, action: Action, *, version: int, person_id: str
) -> None:
    """Show it to children from now on. Raises ChangedMeanwhile, NotReady."""
    lacks = written_action(action).missing_parts(fewest_said(session))
    if lacks:
        raise NotReady(lacks)
    _claim(session, action, version)
    action.published_at, action.withdrawn_at = clock.now(), None
    session.flush()
    audit.write_entry(
        session, ring, "action_published", person_id=person_id, about=action.id
    )


def take_back(
    session: Session, ring: KeyRing, action: Action, *, person_id: str
) -> bool:
    """Show it to no child from now on, whoever changed it meanwhile; False when no child is shown it."""
    now = clock.now()
    statement = (
        update(Action)
        .where(
            Action.id == action.id,
            Action.published_at.is_not(None),
            Action.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, changed_at=now, version=Action.version + 1)
    )
    if not rows_changed(session, statement):
        return False
    audit.write_entry(
        session, ring, "action_withdrawn", person_id=person_id, about=action.id
    )
    return True


def _claim(session: Session, action: Action, version: int) -> None:
    """Count one more change, if it is still that version: of two who change it at once, one is told."""
    statement = (
        update(Action)
        .where(Action.id == action.id, Action.version == version)
        .values(version=version + 1, changed_at=clock.now())
    )
    if not rows_changed(session, statement):
        raise ChangedMeanwhile(action.id)
    session.refresh(action, ["version", "changed_at"])


def _put(action: Action, written: Written) -> None:
    if written.state != "done":
        action.done_on = None
    elif action.state != "done" or action.done_on is None:
        action.done_on = clock.today()
    action.theme, action.promise, action.owner_id = (
        written.theme,
        written.promise,
        written.owner_id,
    )
    action.due_on, action.state, action.said_by = (
        written.due_on,
        written.state,
        written.said_by,
    )
    action.changed_at = clock.now()
    rows = {row.band: row for row in action.words}
    for band in ACTION_BANDS:
        said, done = written.words.get(band, ("", ""))
        row = rows.get(band)
        if row is None:
            action.words.append(ActionWords(band=band, said=said, done=done))
        else:
            row.said, row.done = said, done
