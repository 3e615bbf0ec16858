"""Lint the scripts of `static/` as a browser gets them, and hold their lines to 120 letters: part of `make check`.

The parts of the child's script share one scope (`feedback_app/web/assets.py`), so they are judged joined: only there is
a name that nobody made, or that nobody uses, told from one that stands in another part.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from feedback_app.config import ROOT
from feedback_app.web.assets import JOINED, join_parts

STATIC = ROOT / "static"
LONGEST_LINE = 120
BESIDE = {"read_aloud.js", "turn.js", "keyed_in.js"}
"""Scripts that share the scope of the child's, beside which they are fetched."""


def long_lines() -> list[str]:
    """'file:line' of each line of a script that is longer than 120 letters."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(STATIC.rglob("*.js"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


def main() -> int:
    """0 when nothing is wrong; what is wrong is printed."""
    long = long_lines()
    print(
        "".join(f"{place}: more than {LONGEST_LINE} letters\n" for place in long),
        end="",
    )
    scripts = {path.name for path in STATIC.glob("*.js")} | {
        name for name in JOINED if name.endswith(".js")
    }
    beside = [name for name in sorted(scripts) if name in BESIDE]
    with tempfile.TemporaryDirectory() as folder:
        for name in scripts - BESIDE:
            written = join_parts(STATIC, name)
            if name == "child.js":
                more = b"".join(join_parts(STATIC, each) for each in beside)
                written += more.replace(b'"use strict";\n', b"")
            (Path(folder) / name).write_bytes(written)
        # The length of a file is a matter of its parts.
        oxlint = [
            str(Path(sys.executable).with_name("oxlint")),
            "--config",
            str(ROOT / ".oxlintrc.json"),
            "--quiet",
        ]
        joined = subprocess.run([*oxlint, "--allow", "max-lines", folder], check=False)
        parts = subprocess.run(
            [*oxlint, "--allow", "no-undef", "--allow", "no-unused-vars", str(STATIC)],
            check=False,
        )
    return int(bool(long)) | joined.returncode | parts.returncode


if __name__ == "__main__":
    sys.exit(main())
