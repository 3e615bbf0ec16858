"""`make sbom`: what the product is made of, as CycloneDX 1.5, read from requirements.lock alone.

The same lock gives the same file: no time, no serial number, no network.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9.-]*)(?:\[[^]]*])?==(?P<version>[^ ;\\]+)", re.MULTILINE
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(lock: str, name: str, version: str) -> dict[str, Any]:
    """The bill of materials of one lock file."""
    starts = list(ENTRY.finditer(lock))
    ends = [one.start() for one in starts[1:]] + [len(lock)]
    components = [
        _component(one["name"], one["version"], HASH.findall(lock, one.start(), end))
        for one, end in zip(starts, ends, strict=True)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": name, "version": version}
        },
        "components": components,
    }


def _component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    """One library; each of its files' hashes, as the lock allows them."""
    address = f"pkg:pypi/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "hashes": [{"alg": "SHA-256", "content": one} for one in sorted(hashes)],
    }


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = bill(
        (ROOT / "requirements.lock").read_text(), project["name"], project["version"]
    )
    target = ROOT / "var" / "sbom.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n")
    print(f"{len(found['components'])} libraries: {target}")


if __name__ == "__main__":
    main()
