"""F15: 40 children at once for a minute beside five members of staff and an export, on both databases.

Each child loads the page, looks at it for a second, and sends; then the next child comes. Staff open a page a second.
The run fails on an error or a lost send; whether the times are kept is printed, as machines are noisy.

.venv/bin/python -m bench.faults.f15
"""

from __future__ import annotations

import html
import http.client
import re
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from bench import children
from bench.faults import places
from bench.faults.phones import Phones, Send, prepared
from bench.faults.tally import Tally, tally_of
from bench.support.world import PASSWORD, World
from feedback_app import clock

SECONDS, CHILDREN, LOOK_SECONDS = 60.0, 40, 1.0
BUDGETS = {"page": 300, "send": 500}
GUARD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Crowd:
    """Those who are there at once, until the end (monotonic seconds). Times are in milliseconds."""

    phones: Phones
    end: float
    sends: list[Send]
    times: dict[str, list[float]] = field(
        default_factory=lambda: {"page": [], "send": [], "staff": [], "export": []}
    )
    errors: list[str] = field(default_factory=list)

    def child(self) -> None:
        """One child after the other on one phone."""
        while time.monotonic() < self.end and self.sends:
            send = self.sends.pop()
            token = dict(send.fields)["link"]
            try:
                began = time.monotonic()
                line = http.client.HTTPConnection(
                    "127.0.0.1", self.phones.port, timeout=30
                )
                line.request("GET", f"/r/{token}")
                page = line.getresponse().read().decode()
                line.close()
                self.times["page"].append((time.monotonic() - began) * 1000)
                stamp = children.STAMP.search(page)
                assert stamp, "no survey"
                time.sleep(LOOK_SECONDS)
                fields = [
                    (name, html.unescape(stamp[1]) if name == "page" else value)
                    for name, value in send.fields
                ]
                began = time.monotonic()
                refusal = self.phones.once(Send(send.invitation_id, fields))
                self.times["send"].append((time.monotonic() - began) * 1000)
                if refusal:
                    self.errors.append(f"a send: {refusal.status}")
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.errors.append(f"a child: {type(error).__name__}")

    def staff(
        self, email: str, paths: tuple[str, ...], kind: str, every: float
    ) -> None:
        """One member of staff, signed in, who opens these pages in turn."""
        base, place = f"http://127.0.0.1:{self.phones.port}", 0
        with requests.Session() as session:
            session.headers["Origin"] = base
            guard = GUARD.search(session.get(f"{base}/sign-in", timeout=30).text)
            form = {
                "email": email,
                "password": PASSWORD,
                "csrf_token": guard[1] if guard else "",
            }
            session.post(f"{base}/sign-in", data=form, timeout=30)
            while time.monotonic() < self.end:
                began = time.monotonic()
                answer = session.get(
                    base + paths[place % len(paths)], timeout=30, allow_redirects=False
                )
                self.times[kind].append((time.monotonic() - began) * 1000)
                if answer.status_code != 200:
                    self.errors.append(f"{kind}: {answer.status_code}")
                place += 1
                time.sleep(every)


def run(world: World, folder: Path, *, seconds: float = SECONDS) -> Tally:
    """One run on the world's database."""
    month = f"{clock.today():%Y-%m}"
    sends = prepared(world, int(CHILDREN * (seconds / LOOK_SECONDS + 1)))
    officer, other, manager, lead = (
        world.iro(),
        world.iro("Officer Elm"),
        world.manager(),
        world.lead(),
    )
    second = world.manager("Manager Myrtle")
    pages = (
        f"/manager/{month}",
        f"/manager/{month}/answers",
        f"/manager/{month}/comments",
    )
    with places.site(world, folder, workers=2) as site:
        crowd = Crowd(Phones(site.port), time.monotonic() + seconds, sends)
        work = [threading.Thread(target=crowd.child) for _child in range(CHILDREN)]
        for person, paths, kind, every in (
            (officer, ("/iro/month", "/iro/ask"), "staff", 1.0),
            (other, ("/iro/month", "/iro/shared"), "staff", 1.0),
            (manager, pages, "staff", 1.0),
            (lead, ("/safeguarding/",), "staff", 1.0),
            (
                second,
                (f"/manager/{month}/summary.xlsx", f"/manager/{month}/summary.csv"),
                "export",
                5.0,
            ),
        ):
            work.append(
                threading.Thread(
                    target=crowd.staff, args=(person.email, paths, kind, every)
                )
            )
        for one in work:
            one.start()
        for one in work:
            one.join()
    told = [_times(kind, times) for kind, times in crowd.times.items()]
    wrong = (
        [f"{len(crowd.errors)} errors, the first: {crowd.errors[0]}"]
        if crowd.errors
        else []
    )
    wrong += [
        f"nobody came: {kind}" for kind, times in crowd.times.items() if len(times) < 2
    ]
    return tally_of(world, crowd.phones).also(
        f"{len(crowd.errors)} errors", *told, wrong=wrong
    )


def _times(kind: str, times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else 0.0
    words = f"{kind} p95 {p95:.0f} ms of {len(times)}"
    if kind not in BUDGETS:
        return words
    return (
        f"{words} ({'met' if p95 < BUDGETS[kind] else 'MISSED'}: < {BUDGETS[kind]} ms)"
    )


if __name__ == "__main__":
    sys.exit(places.on_both(run))
