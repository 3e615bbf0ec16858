"""Every query of a staff page for feedback went through `models/scope.py`, or is on a short list (promise 21).

A statement is scoped when it carries the mark of `scope.py`, or asks by ids alone that a scoped statement of the same
request found.

`python -m tests.integration.web.test_every_query_is_scoped` prints what goes past, and where it is asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bench.support import quick
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.config import ROOT
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import ROLES, Person
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.scope import MARK, concerns_for
from feedback_app.web.access import policy_of
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each

LIST = ROOT / "tests" / "rules" / "unscoped.txt"
FEEDBACK = (
    "response",
    "answer",
    "answer_option",
    "sealed_text",
    "set_aside",
    "concern",
    "contact_request",
    "case_note",
)
READS = re.compile(rf"\b(?:FROM|JOIN)\s+(?:{'|'.join(FEEDBACK)})\b")
ID = re.compile(r"[0-9a-f]{32}")
BY_ID = re.compile(r"\b(?:id|row_id|response_id|invitation_id|concern_id|request_id|set_aside_id)(?: = | IN \()[?%]")
NOTHING = "WHERE 1!=1"
TYPED = {"note": "x", "reason": "to find the child", "outcome": "nothing", "about": "", "way": "link"}


@dataclass
class Ear:
    """Listens to one request after another; `past` is who asked past the scope, `heard` how many were scoped."""

    people: frozenset[str]
    known: set[str] = field(default_factory=set)
    past: set[str] = field(default_factory=set)
    heard: int = 0

    def statement(self, driver: Any, statement: str, values: Any) -> None:
        """Judge one statement; what a scoped one finds is known for the rest of the request."""
        if not statement.lstrip().startswith(("SELECT", "WITH")) or not (READS.search(statement) or MARK in statement):
            return
        if MARK not in statement and not self._by_known_ids(statement, values):
            self.past.add(asked_in())
            return
        self.heard += 1
        for row in driver.execute(statement, values).fetchall():
            self.known |= {one for one in row if isinstance(one, str) and ID.fullmatch(one)} - self.people

    def _by_known_ids(self, statement: str, values: Any) -> bool:
        ids = {one for one in values if isinstance(one, str) and ID.fullmatch(one)}
        if not ids:
            return NOTHING in statement  # by a list of ids that is empty
        return ids <= self.known and BY_ID.search(statement) is not None


def asked_in() -> str:
    """The innermost function of the product that is asking now: `reports/figures/board.py month_board`."""
    frame: Any = sys._getframe()
    while frame is not None:
        _, found, path = frame.f_code.co_filename.rpartition("/feedback_app/")
        if found:
            return f"{path} {frame.f_code.co_name}"
        frame = frame.f_back
    return "elsewhere"


@contextmanager
def listening(world: World) -> Iterator[Ear]:
    """Hear every statement that the application sends."""
    with world.session() as session:
        ear = Ear(frozenset(session.scalars(select(Person.id))))
    engine = world.parts.database.engine

    def hear(_c: Any, cursor: Any, statement: str, values: Any, _x: Any, _many: bool) -> None:
        ear.statement(cursor.connection, statement, values)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield ear
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def listed() -> dict[str, str]:
    """The committed list: who asks past the scope, and why that is right."""
    lines = [line for line in LIST.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {who.strip(): why.strip() for who, _, why in (line.partition("|") for line in lines)}


def more_to_see(world: World) -> None:
    """A send that was set aside, an answer said aloud, and messages on their way."""
    twice = world.invitation(reference="CASE-2")
    for words in ("the first", "and another"):
        world.receive(world.form(twice, {}, {"better": words}))
    world.response(channel="verbal", texts={"better": "said aloud"})
    with world.parts.database.short_write() as session:
        worker.run_database_steps(session, world.parts)


def walk(world: World, methods: tuple[str, ...] = ("GET", "POST")) -> Ear:
    """Every staff route by every role, with something to see behind it and something typed."""
    people = {role: world.iro() if role == "iro" else world.person(f"Person of {role}", role) for role in ROLES}
    ids = one_of_each(world)
    more_to_see(world)
    clients = {role: world.sign_in(person) for role, person in people.items()}
    with listening(world) as ear:
        for method in methods:
            for rule in world.app.url_map.iter_rules():
                allowed = policy_of(world.app, rule.endpoint) or frozenset()
                if method not in (rule.methods or ()) or rule.endpoint == "accounts.sign_out":
                    continue
                for role in sorted(allowed & set(ROLES)):
                    ear.known.clear()
                    data = TYPED | {"csrf_token": clients[role].guard()} if method == "POST" else None
                    clients[role].http.open(address(rule.rule, ids), method=method, data=data)
    return ear


def test_p21_every_query_for_feedback_is_scoped_or_on_the_list_with_its_reason(lite: World) -> None:
    ear = walk(lite)
    assert ear.heard > 20
    assert sorted(ear.past) == sorted(listed())
    assert all(listed().values())


def test_p21_the_listener_finds_a_query_that_goes_past(lite: World) -> None:
    ids = one_of_each(lite)
    with listening(lite) as ear, lite.session() as session:
        session.scalars(concerns_for(lite.lead().id)).all()
        session.scalars(select(Response).where(Response.id == session.get_one(Concern, ids["concern_id"]).response_id))
        assert not ear.past  # the ids came from a scoped statement
        session.get(ContactRequest, ids["request_id"])
        assert ear.past == {"elsewhere"}
        ear.past.clear()
        session.scalars(select(Response).where(Response.iro_id == lite.iro().id)).all()
        assert ear.past == {"elsewhere"}


ANOTHERS = ("invitation_id", "entry_id", "concern_id", "request_id")


@pytest.mark.parametrize("who", ["another IRO", "a lead it is about", "a manager it is about", "an administrator"])
def test_p21_p59_an_id_that_is_not_for_them_reads_as_one_that_never_was(lite: World, who: str) -> None:
    ids = one_of_each(lite)
    role = {"a lead it is about": "lead", "a manager it is about": "manager", "an administrator": "administrator"}
    reader = lite.person("Reader Rowan", role.get(who, "iro"))
    client = lite.sign_in(reader)
    if who.endswith("about"):
        concern_about(lite, reader)
    tried = 0
    for rule in lite.app.url_map.iter_rules():
        keyable = rule.endpoint.startswith("paper.") and who.startswith("a manager")  # paper: by anyone but that IRO
        if not rule.arguments & set(ANOTHERS) or keyable:
            continue
        never = ids | dict.fromkeys(ANOTHERS, "0" * 32)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answers = []
            for found in (ids, never):
                data = TYPED | {"csrf_token": client.guard()} if method == "POST" else None
                answers.append(client.http.open(address(rule.rule, found), method=method, data=data))
            assert [one.status_code for one in answers] == [404, 404], f"{method} {rule.rule} as {who}"
            first, second = (re.sub(r'name="csrf_token"[^>]*>', "", one.text) for one in answers)
            assert first == second
            tried += 1
    assert tried >= 20


def concern_about(world: World, reader: Person) -> None:
    """There is a concern about this person in each of the stories."""
    with clock.set_clock(NOON + timedelta(minutes=1), everywhere=True), world.parts.database.short_write() as session:
        for concern in session.scalars(select(Concern)):
            concern.about_id = reader.id
        told = set(session.scalars(select(Concern.invitation_id)))
        for one in session.scalars(select(Invitation.id).where(Invitation.id.not_in(told))):
            session.add(Concern(source="reader", raised_at=clock.now(), about_id=reader.id, invitation_id=one))


if __name__ == "__main__":
    import tempfile

    with clock.set_clock(NOON, everywhere=True), tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/x.db"
        quick.migrated(url)
        print("\n".join(sorted(walk(World.make(url, Path(folder))).past)))
