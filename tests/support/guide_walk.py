"""docs/deploy.md, word for word, on a machine of one's own; what came of it, as JSON, is the last line that it prints.

SPACES .venv/bin/python -m tests.support.guide_walk NETWORK

NETWORK is a descriptor of a network space with a way out, for the installer: the machine's own has loopback alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import requests

from bench.support.mail import Post
from feedback_app.operations.migrations import newest_revision
from tests.support import fresh_machine as machine
from tests.support.first_answer import (
    Visitor,
    Walk,
    accept,
    answer,
    invite,
    make_link,
)
from tests.support.guide import read_commands
from tests.support.service_manager import Manager, UnitFailed
from tests.support.steady_children import Children
from tests.support.unit_files import read_unit

CHECKOUT = Path(__file__).resolve().parents[2]
SITE = f"https://{machine.HOST}"
CERTIFICATE = "/root/fullchain.pem"
UPGRADE = "Restart and upgrade"
NEED_NETWORK = "make "
INSTALLED = ("git", "make", "curl", "python3", "nginx", "psql")
CHILDREN_A_SECOND = 10
"""Each of them asks twice: 20 requests a second."""
LINKS = 1500
FOLDERS = (
    "/srv/feedback",
    "/etc/feedback",
    "/etc/feedback/keys",
    "/var/backups/feedback",
    "/var/lib/feedback",
    "/tmp",
)
FURTHER = '''"""A further revision, for an upgrade."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitation", sa.Column("further", sa.Text()))


def downgrade() -> None:
    op.drop_column("invitation", "further")
'''


@dataclass
class Report:
    """What is asserted on: commands by heading, those taken as done, pages and forms, seconds, children and rows."""

    commands: dict[str, int] = field(default_factory=dict)
    taken_as_done: list[str] = field(default_factory=list)
    pages: int = 0
    forms: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    ready: dict[str, str] = field(default_factory=dict)
    ready_after_upgrade: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, object] = field(default_factory=dict)
    hsts: dict[str, list[str]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    requests: int = 0
    thanked: int = 0
    slowest: float = 0.0
    stored: int = 0
    starts: dict[str, int] = field(default_factory=dict)
    memory_megabytes: dict[str, float] = field(default_factory=dict)
    memory_allowed: dict[str, str] = field(default_factory=dict)
    revision: str = ""
    backups: int = 0
    writable: dict[str, bool] = field(default_factory=dict)
    process: dict[str, str] = field(default_factory=dict)


@dataclass
class GuideWalk:
    """One walk by the guide."""

    network: int
    manager: Manager
    post: Post
    report: Report = field(default_factory=Report)

    def set_up(self) -> None:
        """All steps up to the one that starts to speak of restarts."""
        for heading, commands in self._guide().items():
            if heading == UPGRADE:
                return
            for command in commands:
                self._run(heading, command)

    def first_answer(self) -> None:
        """From the first administrator to the first child who is thanked."""
        walk = Walk()

        def visitor() -> Visitor:
            return Visitor(SITE, CERTIFICATE, walk)

        administrator, officer, lead = visitor(), visitor(), visitor()
        accept(administrator, self.post, "ada@review.example.org")
        invite(administrator, "Olive Officer", "olive@review.example.org", "iro")
        invite(administrator, "Leo Lead", "leo@review.example.org", "lead")
        accept(officer, self.post, "olive@review.example.org")
        accept(lead, self.post, "leo@review.example.org")
        link = make_link(officer, "CASE-1")
        child = visitor()
        answer(child, link, "Ask me what time is good")
        lead.open("/safeguarding")
        self.report.pages, self.report.forms = walk.pages, walk.forms
        sent = child.last.raw.headers.getlist("Strict-Transport-Security")
        self.report.hsts["the service"] = sent

    def look(self) -> None:
        """Ask the site what the guide says of it, from this machine and from elsewhere."""
        report, browser = self.report, plain_browser()
        led = browser.get(
            f"http://{machine.HOST}/r/x", allow_redirects=False, timeout=10
        )
        report.statuses["http"] = [led.status_code, led.headers["Location"]]
        report.ready = browser.get(f"{SITE}/readyz", timeout=10).json()
        for path in ("/etc/feedback/settings", "/etc/feedback/keys/text"):
            report.modes[path] = f"{Path(path).stat().st_mode & 0o7777:o}"
        for path in ("/etc/feedback/keys", "/var/backups/feedback"):
            report.modes[path] = f"{Path(path).stat().st_mode & 0o7777:o}"
        report.backups = len(list(Path("/var/backups/feedback").glob("*.backup")))
        web = self.manager.services["feedback-web.service"].pid
        for path in FOLDERS:
            report.writable[path] = _may_write(web, path)
        report.process = _marks(web)
        checked = subprocess.run(
            ["feedback", "service", "check"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
        )
        report.statuses["service check"] = [checked.returncode, checked.stdout]
        nobody = subprocess.run(
            ["runuser", "-u", "nobody", "--", "feedback", "keys", "list"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        report.statuses["feedback as nobody"] = [nobody.returncode, nobody.stderr]

    def restart_and_upgrade(self) -> None:
        """By the guide, while children come; the first of its blocks restarts, the second upgrades."""
        commands = self._guide()[UPGRADE]
        self._further_revision()
        links = self._many_links(LINKS)
        children = Children(CERTIFICATE)

        def by_the_guide() -> None:
            time.sleep(2)
            for number, command in enumerate(commands):
                self._run("Restart" if number == 0 else "Upgrade", command)
                if number == 0:
                    time.sleep(2)
            time.sleep(2)

        began = time.monotonic()
        children.come(links, a_second=CHILDREN_A_SECOND, during=by_the_guide)
        self.report.seconds["children came"] = time.monotonic() - began
        self.report.requests, self.report.thanked = children.requests, children.thanked
        self.report.refused, self.report.slowest = children.refused, children.slowest
        self.report.stored = int(_psql("SELECT count(*) FROM response"))
        self.report.revision = _psql("SELECT version_num FROM alembic_version")
        ready = plain_browser().get(f"{SITE}/readyz", timeout=10)
        self.report.ready_after_upgrade = ready.json()
        self.report.starts = dict(self.manager.starts)
        for name, running in self.manager.services.items():
            if name.startswith("feedback-"):
                self.report.memory_megabytes[name] = _megabytes(running.pid)
                self.report.memory_allowed[name] = read_unit(
                    Path("/etc/systemd/system") / name
                ).one("Service", "MemoryMax")

    def away(self) -> None:
        """Stop the pages and their socket, as for a restore: nginx's own page tells whom to call."""
        machine.run(str(machine.PROGRAMS / "systemctl"), "stop", "feedback-web.socket")
        shown = plain_browser().get(f"{SITE}/", timeout=10)
        self.report.statuses["away"] = [
            shown.status_code,
            "We will be back soon" in shown.text,
            "01632 960 102" in shown.text,
        ]
        self.report.hsts["nginx"] = shown.raw.headers.getlist(
            "Strict-Transport-Security"
        )

    def _guide(self) -> dict[str, list[str]]:
        return read_commands(CHECKOUT / "docs" / "deploy.md")

    def _run(self, heading: str, command: str) -> None:
        """One command of the guide. Raises RuntimeError with what it said when it fails."""
        report = self.report
        report.commands[heading] = report.commands.get(heading, 0) + 1
        if command.startswith("apt-get install"):
            missing = [name for name in INSTALLED if shutil.which(name) is None]
            if missing:
                raise RuntimeError(f"not there: {missing}: run 'make system'")
            report.taken_as_done.append(command)
            return
        words: tuple[str, ...] = ("bash", "-c", command)
        if NEED_NETWORK in command:
            words = ("nsenter", f"--net=/proc/self/fd/{self.network}", *words)
        began = time.monotonic()
        machine.run(
            *words,
            cwd="/root",
            env=_environment(),
            start_new_session=True,
            pass_fds=(self.network,),
        )
        first = command.split("\n", maxsplit=1)[0]
        report.seconds[first] = round(time.monotonic() - began, 1)
        print(f"{report.seconds[first]:6} s  {first}", flush=True)

    def _many_links(self, number: int) -> list[str]:
        script = (CHECKOUT / "tests" / "support" / "many_links.py").read_text()
        said = machine.run(
            "bash",
            "-c",
            "set -a; . /etc/feedback/settings; cd /srv/feedback; exec runuser -u feedback --"
            f" .venv/bin/python - {number}",
            env=_environment(),
            input=script,
        )
        return re.findall(r"https://\S+/r/\S+", said)

    def _further_revision(self) -> None:
        """Publish a version with one migration more, for the upgrade to pull."""
        file = machine.ORIGIN / "migrations" / "versions" / "9999_further.py"
        file.write_text(FURTHER.format(head=newest_revision()))
        machine.commit_all("A further revision")


def plain_browser() -> requests.Session:
    """A browser of nobody's, which trusts the machine's certificate alone."""
    made = requests.Session()
    made.trust_env, made.verify = False, CERTIFICATE
    return made


def _environment() -> dict[str, str]:
    """What root's shell has, with `systemctl` first."""
    dropped = ("FEEDBACK_", "PYTHON", "VIRTUAL_ENV", "UV_", "XDG_", "MAKE", "MFLAGS")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(dropped)
    }
    path = f"{machine.PROGRAMS}:{machine.SYSTEM_PATH}"
    return kept | {"PATH": path, "HOME": "/root", "USER": "root", "LOGNAME": "root"}


def _psql(query: str) -> str:
    words = ("runuser", "-u", "postgres", "--", "psql", "-XAt", "-d", "feedback")
    return machine.run(*words, "-c", query, cwd="/").strip()


def _may_write(process: int, folder: str) -> bool:
    """Whether the service's user can make a file there, in what the process is left of the machine."""
    its = Path(f"/proc/{process}")
    inside = ("nsenter", f"--mount={its}/ns/mnt", f"--root={its}/root", "--")
    as_user = ("setpriv", "--reuid=feedback", "--regid=feedback", "--init-groups", "--")
    script = f"f=$(mktemp {folder}/XXXXXX) && rm $f"
    done = subprocess.run(
        [*inside, *as_user, "sh", "-c", script], capture_output=True, check=False
    )
    return done.returncode == 0


def _marks(process: int) -> dict[str, str]:
    """User, capabilities, new privileges and umask of a process, as the kernel has them."""
    status = Path(f"/proc/{process}/status").read_text()
    names = ("Uid", "CapBnd", "CapEff", "NoNewPrivs", "Umask")
    return {
        name: value
        for name, value in re.findall(r"(\w+):\s+(\S+)", status)
        if name in names
    }


def _megabytes(process: int) -> float:
    """What a process and its children hold in memory; what they share counts once."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    total = 0
    for one in [str(process), *children]:
        rolled = Path(f"/proc/{one}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rolled, re.MULTILINE)
        total += int(found[1]) if found else 0
    return round(total / 1024, 1)


def _timed(report: Report, name: str, deed: Callable[[], None]) -> None:
    began = time.monotonic()
    deed()
    report.seconds[name] = round(time.monotonic() - began, 1)
    print(f"{report.seconds[name]:6} s  {name}", flush=True)


def walk_the_guide(network: int) -> Report:
    """The whole of it. Raises RuntimeError, UnitFailed or AssertionError at the first thing that is not so."""
    manager, post = machine.take_over(CHECKOUT)
    walk = GuideWalk(network, manager, post)
    for name, deed in (
        ("set up", walk.set_up),
        ("first answer", walk.first_answer),
        ("look", walk.look),
        ("restart and upgrade", walk.restart_and_upgrade),
        ("away", walk.away),
    ):
        _timed(walk.report, name, deed)
    for name in list(manager.services):
        try:
            manager.stop(name)
        except UnitFailed as failed:
            raise RuntimeError(str(failed)) from failed
    return walk.report


if __name__ == "__main__":
    print(json.dumps(asdict(walk_the_guide(int(sys.argv[1])))))
