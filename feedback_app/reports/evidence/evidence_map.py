"""Which rows of the plan and chapters of a report are evidence for which area of inspection: a file to replace."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

MAP_NAME = "evidence.toml"
OUR_MAP = Path(__file__).with_name(MAP_NAME)


class BadEvidenceMap(Exception):
    """The map cannot be used; the message names the file and says what to do."""


@dataclass(frozen=True, slots=True)
class EvidenceArea:
    """One area, with the plan's rows and the report's chapters that speak of it."""

    name: str
    rows: frozenset[str]
    chapters: frozenset[str]


def evidence_areas(own_folder: Path | None) -> tuple[EvidenceArea, ...]:
    """The areas of the council's own map where there is one, else of ours. Raises BadEvidenceMap."""
    path = OUR_MAP
    if own_folder is not None and (own_folder / MAP_NAME).is_file():
        path = own_folder / MAP_NAME
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            EvidenceArea(
                str(area["name"]),
                frozenset(map(str, area.get("rows", ()))),
                frozenset(map(str, area.get("chapters", ()))),
            )
            for area in content["area"]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as wrong:
        raise BadEvidenceMap(
            f"{MAP_NAME}: it cannot be read ({wrong}). Write it as ours is written (docs/reports.md)."
        ) from wrong
