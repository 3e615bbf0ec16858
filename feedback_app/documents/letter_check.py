"""Whether the council's own letter templates can be used: asked when the service is checked, not by a letter."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from feedback_app.documents.letter_templates import (
    BANDS,
    HELP_FIELDS,
    KINDS,
    KNOWN_FIELDS,
    MUST_NAME,
    REPORT_TEMPLATE,
    BadTemplate,
    named_fields,
    open_template,
)
from feedback_app.documents.letters import TRIAL, TRIAL_LINK, fill_letter


def template_problems(own_folder: Path | None) -> list[str]:
    """What is wrong with the templates that are in use, a sentence each that names the file; [] where nothing is."""
    if own_folder is None:
        return []
    if not own_folder.is_dir():
        return [
            f"FEEDBACK_LETTERS_DIR: there is no folder {own_folder}; make it, or leave the setting empty."
        ]
    found = []
    usual = [f"{kind}-{band}.docx" for kind in KINDS for band in BANDS]
    for path in sorted(own_folder.glob("*.docx")):
        if path.name.startswith("~$"):  # Word is open on it
            continue
        if path.name == REPORT_TEMPLATE:
            continue
        if path.name not in usual:
            near = get_close_matches(path.name, usual, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            found.append(f"{path.name}: no letter has that name.{hint}")
            continue
        kind = next(kind for kind in KINDS if path.name.startswith(kind))
        try:
            found += _problems_of(kind, path)
        except BadTemplate as problem:
            found.append(str(problem))
    return found


def _problems_of(kind: str, path: Path) -> list[str]:
    fields = named_fields(open_template(path), path)
    found = []
    for name in sorted(fields - KNOWN_FIELDS):
        near = get_close_matches(name, sorted(KNOWN_FIELDS), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        found.append(f"{path.name}: there is no field {name}.{hint}")
    missing = [name for name in MUST_NAME[kind] if name not in fields]
    if missing:
        found.append(f"{path.name}: it does not name {', '.join(missing)}.")
    if kind == "after-review" and not fields.intersection(HELP_FIELDS):
        found.append(
            f"{path.name}: it names no advocate; use {' or '.join(HELP_FIELDS[:2])}."
        )
    if not found:
        found += _trial_problems(path)
    return found


def _trial_problems(path: Path) -> list[str]:
    """Fill it in with invented words, with a link and without: only that shows whether Word could open it."""
    for link in (TRIAL_LINK, None):
        try:
            fill_letter(path, TRIAL, link)
        except BadTemplate as problem:
            return [str(problem)]
    return []
