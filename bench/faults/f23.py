"""F23: secrets go through the whole product, and none is found where it must not be (promises 2, 8, 33, 39, 46).

A child answers, a second send is set aside, an officer asks and writes down, the lead reads, notes, opens an envelope,
finds a link and hands out what is held for it, the manager exports, mail goes out, a backup is made. Then every byte of
the database, its write-ahead log, the backup, the logs and the mails is searched for each secret, in the ways in which
bytes are commonly written.

.venv/bin/python -m bench.faults.f23
"""

from __future__ import annotations

import base64
import contextlib
import re
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import requests
from sqlalchemy import select

from bench.faults.places import worlds
from bench.support import live
from bench.support.mail import Post, post_office
from bench.support.world import PASSWORD, World
from feedback_app import clock, worker
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry
from feedback_app.operations.backup import make_backup

WORDS = "quincemarmalade tastes of sentinels"
NOTE = "damsonpreserve rang the carer"
REFERENCE = "CASE-MEDLARJELLY-77"
AGENT = "sloegin-sentinel-phone"
QUERY = "rowanberry-sentinel-query"
ADDRESS = "203.0.113.77"
WRONG_PASSWORD = "bilberry wrong sentinel"
STRANGER = "cloudberry.sentinel@nowhere.invalid"
STAFF_NAME = "Crabapple Sentinel"
BACKUPS = "backups"
"""Invented words that stand nowhere else, one a kind of secret; the folder of the backups."""


@dataclass
class Secrets:
    """Every secret by what it is; `allowed`: the places in which it may be found, by the beginning of their names."""

    by_name: dict[str, str] = field(default_factory=dict)
    allowed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, name: str, secret: str, *allowed: str) -> None:
        """One more."""
        self.by_name[name] = secret
        self.allowed[name] = allowed

    def hits(self, places: Mapping[str, bytes]) -> list[str]:
        """Where a secret is that may not be there: "the child's words in database: test.db"."""
        return [
            f"{name} in {place}"
            for name, secret in self.by_name.items()
            for place, held in places.items()
            if not place.startswith(self.allowed[name])
            and any(one in held for one in spellings(secret))
        ]


def spellings(secret: str) -> set[bytes]:
    """The secret as bytes: plain, in capitals and small letters, UTF-16, hex, base64 at each offset, in an address."""
    found = {secret, secret.lower(), secret.upper(), secret.title()}
    found |= {urllib.parse.quote(secret), urllib.parse.quote_plus(secret)}
    raw = {one.encode() for one in found} | {
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
    }
    hexed = secret.encode().hex()
    raw |= {hexed.encode(), hexed.upper().encode()}
    for offset in range(3):
        packed = base64.b64encode(b"\0" * offset + secret.encode())
        # What stands at the edges depends on the neighbours: the middle is what can be found.
        raw.add(packed[4:-4])
    return {one for one in raw if len(one) >= 6}


@dataclass
class Visitor:
    """Somebody with a browser, whose every request carries what must not be kept."""

    site: str
    web: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """The agent, the address that the proxy names, and a referrer with a query."""
        heads = {
            "User-Agent": AGENT,
            "X-Forwarded-For": ADDRESS,
            "Referer": f"{self.site}/help?q={QUERY}",
            "Sec-Fetch-Site": "same-origin",
        }
        self.web.headers.update(heads)

    def get(self, path: str, *, status: int = 200) -> str:
        """A page, with a query of one's own."""
        answer = self.web.get(self.site + path, params={"q": QUERY}, timeout=20)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    def send(self, path: str, fields: list[tuple[str, str]], *, status: int) -> str:
        """A form as a phone sends it."""
        answer = self.web.post(
            f"{self.site}{path}?q={QUERY}",
            data=fields,
            timeout=20,
            allow_redirects=False,
        )
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    def submit(
        self, page: str, fields: Mapping[str, str], *, to: str = "", status: int = 303
    ) -> str:
        """Open a page, take its guard, send its form."""
        guard = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page))
        assert guard, f"{page} has no guard"
        return self.send(
            to or page, [("csrf_token", guard[1]), *fields.items()], status=status
        )

    def sign_in(
        self, email: str, password: str = PASSWORD, *, status: int = 303
    ) -> Visitor:
        """With a password."""
        self.submit("/sign-in", {"email": email, "password": password}, status=status)
        return self


def walk(world: World, site: str, secrets: Secrets) -> None:
    """Everybody does what they do."""
    officer = world.person(STAFF_NAME, "iro")
    lead, manager, deputy = (
        world.lead(),
        world.manager(),
        world.person("Deputy Dogwood", "deputy"),
    )
    secrets.add("the child's words", WORDS)
    secrets.add("the reference", REFERENCE)
    secrets.add("a note of a case", NOTE)
    secrets.add("a wrong password", WRONG_PASSWORD)
    secrets.add("a right password", PASSWORD)
    secrets.add("a stranger's e-mail", STRANGER)
    secrets.add("the agent", AGENT)
    secrets.add("the address", ADDRESS)
    secrets.add("a query", QUERY)
    secrets.add("a name of staff", STAFF_NAME, "database")
    secrets.add("an e-mail of staff", officer.email, "database")
    _child(world, site, secrets)
    _officer(world, site, officer.email, secrets)
    Visitor(site).sign_in(STRANGER, WRONG_PASSWORD, status=400)
    Visitor(site).sign_in(officer.email, WRONG_PASSWORD, status=400)
    _lead(world, Visitor(site).sign_in(lead.email), secrets)
    _manager(Visitor(site).sign_in(manager.email))
    Visitor(site).sign_in(deputy.email).get("/safeguarding/messages")


def _child(world: World, site: str, secrets: Secrets) -> None:
    invitation = world.invitation(world.people[STAFF_NAME], reference=REFERENCE)
    token, words = world.token(invitation), world.words(invitation)
    secrets.add("a link", token)
    secrets.add("four words", words)
    child = Visitor(site)
    child.get(f"/r/{token}")
    child.send("/", [("words", words)], status=303)
    form = [
        (name, value)
        for name, values in world.form(invitation).items()
        for value in values
    ]
    told = [
        *form,
        ("q-better", WORDS),
        ("talk_to", "not_safe"),
        ("talk_how_text", WORDS),
        ("iro_sees", "yes"),
    ]
    child.send("/r", [*form, ("q-better", WORDS * 200)], status=400)
    child.send("/r", [*form, ("q-better", WORDS * 8000)], status=413)
    child.send("/r", told, status=200)
    child.send("/r", [*told, ("q-best", WORDS)], status=200)
    child.get(f"/r/{token}")  # by its own cookie: already sent
    Visitor(site).get(f"/r/{token}", status=404)
    child.send(
        "/r", [("link", token[::-1]), ("page", "x"), ("q-better", WORDS)], status=404
    )


def _officer(world: World, site: str, email: str, secrets: Secrets) -> None:
    officer = Visitor(site).sign_in(email)
    chosen = {
        "pn_code": "PN1",
        "mode": "in_person",
        "band": "8-11",
        "how_chosen": "random",
        "reference": REFERENCE,
    }
    again = {"again": "y", "again_for": REFERENCE}
    officer.submit("/iro/ask", chosen | {"next": "verbal"}, status=409)
    officer.submit("/iro/ask", chosen | again | {"next": "verbal"})
    invitation = world.invitation(world.people[STAFF_NAME], reference=REFERENCE)
    officer.get(f"/iro/links/{invitation.id}")
    officer.submit(
        f"/iro/verbal/{invitation.id}", {"q-better": WORDS, "day": ""}, status=400
    )
    officer.get("/iro/shared")
    page = officer.submit("/me/calendar", {}, status=200)
    made = re.search(r"/calendar/([\w-]+)\.ics", page)
    assert made, "no address on the page"
    secrets.add("a calendar's address", made[1])
    assert "BEGIN:VCALENDAR" in Visitor(site).get(made[0])
    Visitor(site).get(f"/calendar/{made[1][::-1]}.ics", status=404)
    officer.send("/iro/ask", [("reference", REFERENCE)], status=400)


def _lead(world: World, lead: Visitor, secrets: Secrets) -> None:
    with world.session() as session:
        entries = session.scalars(select(QueueEntry.id)).all()
        concern = session.scalars(
            select(Concern.id).where(Concern.source == "child")
        ).one()
    for entry in entries:
        assert WORDS in lead.get(f"/safeguarding/texts/{entry}")
        lead.submit(
            f"/safeguarding/texts/{entry}",
            {"outcome": "concern"},
            to=f"/safeguarding/texts/{entry}/read",
        )
    case = f"/safeguarding/concerns/{concern}"
    lead.submit(case, {"note": NOTE}, to=f"{case}/seen")
    assert REFERENCE in lead.submit(
        case, {"reason": "to find the child"}, to=f"{case}/envelope", status=200
    )
    search = {
        "by": "link",
        "what": secrets.by_name["a link"],
        "reason": "the child asked to see it",
    }
    lead.submit("/safeguarding/links/", search)
    with world.session() as session:
        held = session.scalars(
            select(Response.invitation_id).where(Response.channel == "self")
        ).one()
    found = f"/safeguarding/links/{held}"
    record = lead.submit(
        found,
        {"reason": "the child asked to see it"},
        to=f"{found}/what-we-hold",
        status=200,
    )
    assert WORDS in record
    assert REFERENCE in record
    lead.submit(
        "/safeguarding/links/",
        search | {"by": "reference", "what": REFERENCE},
        status=200,
    )
    page = lead.submit("/me/second-factor", {}, to="/me/second-factor/app", status=200)
    seed = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert seed, "no seed on the page"
    plain = seed[1].replace(" ", "")
    secrets.add("an app's seed", plain)
    setup = re.search(r'name="setup" value="([^"]+)"', page)
    guard = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert setup
    assert guard
    code = pyotp.TOTP(plain).at(clock.now())
    fields = [("csrf_token", guard[1]), ("setup", setup[1]), ("code", code)]
    codes = lead.send("/me/second-factor/app", fields, status=200)
    for number, one in enumerate(
        re.findall(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", codes)[:2]
    ):
        secrets.add(f"recovery code {number + 1}", one)


def _manager(manager: Visitor) -> None:
    month = f"{clock.today():%Y-%m}"
    listed = manager.get(f"/manager/{month}/comments")
    opened = re.search(rf'href="(/manager/{month}/comments/[0-9a-f]+)"', listed)
    assert opened
    assert WORDS in manager.get(opened[1])
    for kind in ("csv", "xlsx"):
        manager.web.get(
            f"{manager.site}/manager/{month}/summary.{kind}", timeout=20
        ).raise_for_status()


def places(world: World, folder: Path, post: Post) -> dict[str, bytes]:
    """Every byte that was kept or sent, by where it is: "database: …", "backup: …", "log: …", "mail: …"."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.parent.name != "keys":
            kind = (
                "log"
                if path.suffix == ".log"
                else "backup"
                if path.parent.name == BACKUPS
                else "database"
            )
            found[f"{kind}: {path.relative_to(folder)}"] = path.read_bytes()
    for number, (_to, mail) in enumerate(post.arrived):
        found[f"mail: {number} {mail['Subject']}"] = mail.as_bytes().replace(
            str(mail["To"]).encode(), b""
        )
    server = re.search(r"host=([^&]+)", world.parts.settings.database_url)
    if server:
        for path in Path(server[1]).rglob("*"):
            if path.is_file():
                kind = "log" if path.name == "log" else "database"
                found[f"{kind}: {path.relative_to(server[1])}"] = path.read_bytes()
    return found


@dataclass(frozen=True)
class Found:
    """What the search came to."""

    secrets: int
    places: int
    backups: int
    mails: int
    hits: tuple[str, ...]

    def __str__(self) -> str:
        """One line, and one for each hit."""
        kept = f"places {self.places}, backups {self.backups}, mails {self.mails}"
        head = f"secrets {self.secrets}, {kept}, hits {len(self.hits)}"
        return "\n".join((head, *self.hits))


def run(world: World, folder: Path) -> Found:
    """The whole walk on the world's database; `folder` holds the database, its keys and the logs."""
    secrets = Secrets()
    with post_office() as post:
        kept = world.parts.settings
        settings = {
            "mode": "test",
            "second_factor": "may_skip",
            "proxy_hops": 1,
            **post.settings(),
        }
        settings |= {"database_url": kept.database_url, "keys_dir": kept.keys_dir}
        with live.gunicorn(settings, folder) as site:
            walk(world, site.url, secrets)
        _mails_and_backup(world, folder, post)
        found = places(world, folder, post)
        assert post.arrived, "no mail went out"
        mails = len(post.arrived)
    backups = sum(place.startswith("backup") for place in found)
    return Found(
        len(secrets.by_name), len(found), backups, mails, tuple(secrets.hits(found))
    )


def _mails_and_backup(world: World, folder: Path, post: Post) -> None:
    """One round of the worker, which ranks, addresses and carries; and a backup."""
    kept = world.parts.settings
    posting = World.make(
        kept.database_url, folder, **post.settings(), duty_email="duty@council.invalid"
    )
    with posting.app.app_context():
        worker.run_round(posting.parts)
    make_backup(posting.parts.database, posting.parts.keys, folder / BACKUPS, days=35)
    posting.close()


@contextlib.contextmanager
def rooms() -> Iterator[dict[str, tuple[World, Path]]]:
    """A world on each database and the folder in which its files are."""
    with worlds() as found:
        yield {
            name: (world, world.parts.settings.keys_dir.parent)
            for name, world in found.items()
        }


def main() -> int:
    """Both databases; 1 when a secret is found."""
    bad = False
    with rooms() as found:
        for name, (world, folder) in found.items():
            outcome = run(world, folder)
            print(f"{name}: {outcome}")
            bad = bad or bool(outcome.hits)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
