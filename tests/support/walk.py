"""One walk of every address by everybody, recorded, from which the tests of access, headers, scope and reading take.

`python -m tests.support.walk` prints the queries that went past the scope, and where they are asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bench.support import quick
from bench.support.client import CheckedClient
from bench.support.world import NOON, World
from feedback_app import clock, worker
from feedback_app.models.person import ROLES, Person
from feedback_app.web.access import find_policy
from tests.support.addresses import address, one_of_each
from tests.support.queries import Ear, listening
from tests.support.tables import SURVEY_DATA, Contents, contents

METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "POST")
READING = ("GET", "HEAD")
TYPED = {
    "note": "x",
    "reason": "to find the child",
    "outcome": "nothing",
    "about": "",
    "way": "link",
}
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of the walk and what became of it.

    `rule` is None where the address has no such method. `written` are the statements beside SELECT; `past` names who
    asked for feedback past the scope, and `scoped` says how many queries went through it, on a page that is open to
    this role alone.
    """

    address: str
    method: str
    who: str
    rule: Rule | None
    open_to_all: bool
    allowed: bool
    answer: TestResponse
    written: tuple[str, ...]
    past: frozenset[str]
    scoped: int

    def __str__(self) -> str:
        return f"{self.method} {self.address} as {self.who}, {self.answer.status_code}"


@dataclass
class Recorded:
    """A whole walk. `before` and `after` are the survey data before it began, and when all reading was done."""

    visits: list[Visit] = field(default_factory=list)
    before: Contents = field(default_factory=dict)
    after: Contents = field(default_factory=dict)


def open_https_world(database_url: str, folder: Path) -> World:
    """A world behind https, as in production; nobody must wait for having asked too often."""
    return World.make(
        database_url, folder, public_url="https://localhost", link_misses=10_000
    )


def browser_of(world: World, person: Person | None = None) -> CheckedClient:
    """A browser on https, signed in where a person is named."""
    client = world.client() if person is None else world.sign_in(person)
    client.http.environ_base |= {
        "wsgi.url_scheme": "https",
        "HTTP_REFERER": "https://localhost/",
    }
    return client


class Walker:
    """Everybody's browsers before one world, with something to see behind each address."""

    def __init__(self, world: World, *, turns: bool) -> None:
        self.world = world
        self.turns = turns
        people = {
            role: world.iro()
            if role == "iro"
            else world.person(f"Person of {role}", role)
            for role in ROLES
        }
        self.ids = one_of_each(world)
        of_manager = world.invitation(people["manager"], survey="u-matter")
        self.ids["group_link_id"] = of_manager.id
        add_more_to_see(world)
        self.clients = {NOBODY: browser_of(world)}
        self.clients |= {
            role: browser_of(world, person) for role, person in people.items()
        }
        self.guards = {who: client.guard() for who, client in self.clients.items()}
        self.turn = itertools.cycle(self.clients)
        self.written: list[str] = []

    def walk(self) -> Recorded:
        """Read everything as everybody, then try the other methods, and last send what each role may send."""
        engine = self.world.parts.database.engine
        event.listen(engine, "before_cursor_execute", self._note_written)
        recorded = Recorded(before=contents(engine, SURVEY_DATA))
        with listening(self.world) as ear:
            recorded.visits += [
                self._visit(ear, *request)
                for request in self._requests()
                if request[1] in READING
            ]
            recorded.after = contents(engine, SURVEY_DATA)
            others = [
                request for request in self._requests() if request[1] not in READING
            ]
            recorded.visits += [
                self._visit(ear, *request)
                for request in sorted(others, key=self._order)
            ]
        event.remove(engine, "before_cursor_execute", self._note_written)
        return recorded

    def _requests(self) -> Iterator[tuple[str, str, str, Rule | None]]:
        """Every address by every method: who asks is everybody, or one after the other where much is alike."""
        rules = {
            (rule.rule, method): rule
            for rule in self.world.app.url_map.iter_rules()
            for method in rule.methods or ()
        }
        addresses = dict.fromkeys(
            rule.rule for rule in self.world.app.url_map.iter_rules()
        )
        for method, place in itertools.product(METHODS, addresses):
            rule = rules.get((place, method))
            if rule and rule.endpoint == "accounts.sign_out" and method == "POST":
                continue
            alike = (
                method not in ("GET", "POST")
                or rule is None
                or (method == "POST" and self._is_public(rule))
            )
            for who in [next(self.turn)] if alike and self.turns else self.clients:
                yield place, method, who, rule

    def _is_public(self, rule: Rule) -> bool:
        found = find_policy(self.world.app, rule.endpoint)
        return found is not None and found.is_public

    def _may(self, rule: Rule | None, who: str) -> bool:
        found = find_policy(self.world.app, rule.endpoint) if rule else None
        return found is not None and who in found.roles

    def _order(self, request: tuple[str, str, str, Rule | None]) -> tuple[int, ...]:
        """Whatever is refused first; what changes the people themselves, and may end their sessions, last."""
        place, method, who, rule = request
        sends = method == "POST" and self._may(rule, who)
        ends_sessions = "person_id" in place or place.endswith("/hand-over")
        return (sends, sends and ends_sessions)

    def _visit(
        self, ear: Ear, place: str, method: str, who: str, rule: Rule | None
    ) -> Visit:
        allowed = self._may(rule, who)
        judged = allowed and method in ("GET", "POST")
        data = TYPED | {"csrf_token": self.guards[who]} if method == "POST" else None
        ear.begin(judged=judged)
        self.written.clear()
        answer = self.clients[who].http.open(
            address(place, self.ids), method=method, data=data
        )
        public = rule is not None and self._is_public(rule)
        written, past = tuple(self.written), frozenset(ear.past)
        return Visit(
            place, method, who, rule, public, allowed, answer, written, past, ear.heard
        )

    def _note_written(
        self, _c: object, _cursor: object, statement: str, *_more: Any
    ) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            self.written.append(statement)


def add_more_to_see(world: World) -> None:
    """A send that was set aside, an answer said aloud, and messages on their way."""
    twice = world.invitation(reference="CASE-2")
    for words in ("the first", "and another"):
        world.receive(world.form(twice, {}, {"better": words}))
    world.response(
        channel="verbal", texts={"better": "said aloud"}, wishes={"who": "advocate"}
    )
    worker.run_database_steps(world.parts)


if __name__ == "__main__":
    import tempfile

    with (
        clock.set_clock(NOON, everywhere=True),
        tempfile.TemporaryDirectory() as folder,
    ):
        url = f"sqlite:///{folder}/x.db"
        quick.migrated(url)
        recorded = Walker(open_https_world(url, Path(folder)), turns=True).walk()
        print(
            "\n".join(sorted({who for visit in recorded.visits for who in visit.past}))
        )
