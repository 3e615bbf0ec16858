"""The invented service's actions of the year: what children said, and what is done about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from sqlalchemy import select

from feedback_app import clock
from feedback_app.manager.actions.verbs import (
    Written,
    add_action,
    change_action,
    publish_action,
)
from feedback_app.models.action import Action
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.responses import spotlight
from feedback_app.web.context import Instance

FILE = Path(__file__).parent / "actions.yaml"


@dataclass(frozen=True, slots=True)
class InventedAction:
    """One action: how many months ago it was written, how far it is now, and band -> (what was said, what is done)."""

    months_ago: int
    theme: str
    promise: str
    owner: str
    state: str
    said_by: int
    shown: bool
    words: dict[str, tuple[str, str]]


def read_invented_actions() -> list[InventedAction]:
    """Read the actions of actions.yaml: those that children read, and one that is not published yet."""
    return [
        InventedAction(
            **row
            | {
                "words": {
                    band: (text["said"], text["done"])
                    for band, text in row["words"].items()
                }
            }
        )
        for row in yaml.safe_load(FILE.read_text("utf-8"))
    ]


def add_actions_of_the_year(
    parts: Instance, staff: dict[str, Person], months: tuple[Month, ...]
) -> None:
    """Write the actions in the months in which they were promised, show them, and bring them to where they are now.

    Two months had a spotlight question that the manager chose: one that is over, and the next one.
    """
    survey, manager = parts.catalogue.monthly_survey(), staff["manager"].id
    for month, question in ((months[-3], "promises_kept"), (months[-1].next, "proud")):
        with (
            clock.set_clock(_noon(month.previous.first)),
            parts.database.short_write() as session,
        ):
            spotlight.choose_question(
                session, parts.keys.audit, survey, month, question, person_id=manager
            )
    for action in read_invented_actions():
        _add_action(
            parts,
            action,
            staff[action.owner].id,
            manager,
            months[-1].add_months(-action.months_ago),
        )


def _add_action(
    parts: Instance, invented: InventedAction, owner_id: str, manager: str, month: Month
) -> None:
    ring, begun = parts.keys.audit, _noon(month.first)
    written = Written(
        theme=invented.theme,
        promise=invented.promise,
        owner_id=owner_id,
        due_on=month.add_months(5).last,
        state="promised" if invented.state == "promised" else "doing",
        said_by=invented.said_by,
        words=invented.words,
    )
    with clock.set_clock(begun), parts.database.short_write() as session:
        action_id = add_action(session, ring, written, person_id=manager).id
    if not invented.shown:
        return
    with (
        clock.set_clock(begun + timedelta(days=2)),
        parts.database.short_write() as session,
    ):
        kept = session.scalars(select(Action).where(Action.id == action_id)).one()
        if invented.state != written.state:
            change_action(
                session,
                ring,
                kept,
                replace(written, state=invented.state),
                version=1,
                person_id=manager,
            )
        publish_action(session, ring, kept, version=kept.version, person_id=manager)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.LONDON)
