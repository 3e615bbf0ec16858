"""What one child's send passes in the product: functions and files, counted: `python -m bench.send_path`.

Counted are named functions of `feedback_app`, once each, from the view of POST /r to its answer. Left out: `web/` (what
every request passes: limits, headers, logs), `app.py` and `database/` (the engine), comprehensions and lambdas.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

from bench import children
from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.operations.migrations import migrate_to_head

APP = ROOT / "feedback_app"
LEFT_OUT = ("web/", "database/", "app.py")
MOST_FUNCTIONS = 48
MOST_FILES = 16


def passed_by_a_send(folder: Path) -> set[tuple[str, str]]:
    """(file below `feedback_app/`, function) of each function that a send of a whole Rate my Review passes."""
    url = f"sqlite:///{folder / 'path.db'}"
    migrate_to_head(url)
    world = World.make(url, folder)
    warm, counted = (
        _whole_form(world, reference) for reference in ("CASE-1", "CASE-2")
    )
    client = world.app.test_client()
    assert client.post("/r", data=warm).status_code == 200, (
        "what is made once, on the first send, is not counted"
    )
    seen: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(f"{APP}/"):
            seen.add((file[len(f"{APP}/") :], frame.f_code.co_qualname))

    sys.setprofile(note)
    try:
        answer = client.post("/r", data=counted)
    finally:
        sys.setprofile(None)
    assert answer.status_code == 200
    world.close()
    return {
        (file, name)
        for file, name in seen
        if not file.startswith(LEFT_OUT) and not name.endswith(">")
    }


def _whole_form(world: World, reference: str) -> dict[str, list[str]]:
    """What a child sends who answers every question."""
    form = world.form(world.invitation(reference=reference))
    return form | {name: [value] for name, value in children.answers(world)}


def main() -> None:
    """Print the functions by file, and the two counts."""
    with tempfile.TemporaryDirectory() as folder:
        found = passed_by_a_send(Path(folder))
    for file in sorted({file for file, _ in found}):
        print(
            f"{file}: {', '.join(sorted(name for other, name in found if other == file))}"
        )
    files = len({file for file, _ in found})
    print(
        f"functions {len(found)} of at most {MOST_FUNCTIONS}, files {files} of at most {MOST_FILES}"
    )


if __name__ == "__main__":
    main()
