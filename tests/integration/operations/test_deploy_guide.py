"""docs/deploy.md, walked word for word on a machine of its own: from nothing to the first child who is thanked, then a
restart and an upgrade while children come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from feedback_app.config import ROOT
from feedback_app.web.headers import HSTS
from tests.support.fresh_machine import SPACES
from tests.support.guide import read_commands

GUIDE = ROOT / "docs" / "deploy.md"
LONGEST_SECONDS = 240
"""On a machine with nothing else to do, where it takes two minutes; in proportion more where others wait for it too."""
SET_UP = 30
"""Commands from nothing to a backup that was tried, at most: whoever sets it up has one morning."""
PAGES, FORMS = 8, 13
"""What people then open and send until the first child is thanked: three who come by the link of their mail."""
WELL = {"database", "schema", "disk", "worker", "outbox"}


def walk_the_guide(folder: Path) -> dict[str, Any]:
    """Run the walk in mount, network and process spaces of its own; its report. `folder` takes its log."""
    if os.geteuid() != 0:
        pytest.fail("the guide is walked as root, on a machine of its own: use sudo")
    log = folder / "walk.log"
    with Path("/proc/self/ns/net").open() as network, log.open("w") as out:
        walk = subprocess.Popen(
            [
                *SPACES,
                *(sys.executable, "-m", "tests.support.guide_walk"),
                str(network.fileno()),
            ],
            cwd=ROOT,
            pass_fds=(network.fileno(),),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    longest = LONGEST_SECONDS * max(1.0, waiting)
    try:
        code = walk.wait(longest)
    except subprocess.TimeoutExpired:
        walk.kill()
        walk.wait()
        pytest.fail(f"not done after {longest:.0f} s:\n{log.read_text()[-6000:]}")
    assert code == 0, log.read_text()[-6000:]
    found: dict[str, Any] = json.loads(log.read_text().splitlines()[-1])
    return found


@pytest.mark.full
@pytest.mark.alone
def test_p34_p40_p44_p45_p47_p48_p49_the_guide_leads_to_the_first_answer_and_over_an_upgrade(
    tmp_path: Path,
) -> None:
    found = walk_the_guide(tmp_path)
    print(json.dumps(found, indent=1))  # what the figures are taken from

    upkeep = found["commands"].pop("Restart"), found["commands"].pop("Upgrade")
    assert upkeep == (1, 4)
    assert sum(found["commands"].values()) <= SET_UP
    assert len(found["taken_as_done"]) == 1
    assert (found["pages"], found["forms"]) == (PAGES, FORMS)

    assert found["ready"] == found["ready_after_upgrade"] == dict.fromkeys(WELL, "ok")
    assert found["statuses"]["http"] == [301, "https://review.example.org/r/x"]
    assert found["statuses"]["away"] == [502, True, True]
    code, said = found["statuses"]["service check"]
    assert code == 1
    assert "Not ready: 0 wrong, 3 missing." in said
    rows = [line for line in said.splitlines() if line.startswith(("missing", "wrong"))]
    missing = {row.split(":")[0] for row in rows}
    assert missing == {
        "missing Deputy safeguarding lead",
        "missing IRO manager",
        "missing Telephone numbers",
    }, said
    code, said = found["statuses"]["feedback as nobody"]
    assert code == 1
    assert "run it as root" in said
    assert found["hsts"] == {"the service": [HSTS], "nginx": [HSTS]}
    assert found["backups"] == 1

    assert found["modes"] == {
        "/etc/feedback/settings": "600",
        "/etc/feedback/keys": "700",
        "/etc/feedback/keys/text": "600",
        "/var/backups/feedback": "700",
    }
    writable = {path for path, may in found["writable"].items() if may}
    assert writable == {"/var/lib/feedback", "/tmp"}
    assert found["process"].pop("Uid") != "0"
    assert found["process"] == {
        "CapBnd": "0" * 16,
        "CapEff": "0" * 16,
        "NoNewPrivs": "1",
        "Umask": "0077",
    }
    for name, allowed in found["memory_allowed"].items():
        most = int(allowed[:-1]) * {"M": 1, "G": 1024}[allowed[-1]]
        assert found["memory_megabytes"][name] < most / 2, name

    assert found["refused"] == []
    assert found["requests"] == 2 * found["thanked"] > 200
    assert found["stored"] == found["thanked"] + 1
    assert found["revision"] == "9999"
    for name in ("feedback-web", "feedback-worker", "feedback-proxy-page"):
        assert found["starts"][f"{name}.service"] == 3, "start, restart, upgrade"

    assert not Path("/srv/feedback").exists(), "the machine is as it was"
    assert "feedback:" not in Path("/etc/passwd").read_text()


def test_the_guides_commands_are_read_as_they_stand() -> None:
    commands = read_commands(GUIDE)
    settings = commands["3. Settings"][0].splitlines()
    assert settings[0].endswith("<<'END'")
    assert settings[-1] == "END"
    assert all(line.endswith('"') for line in settings[1:-1])
    assert commands["Restart and upgrade"][0].startswith("systemctl restart")
    assert "```sh" not in GUIDE.read_text().split("## Around it")[1], (
        "what is not walked is no block"
    )
