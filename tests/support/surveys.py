"""Survey files that a test changes, and the service details that fill their texts."""

from __future__ import annotations

import shutil
from pathlib import Path

from feedback_app.config import ROOT
from feedback_app.survey.files.released import RELEASED

NUMBERS = {
    "emergency": "999",
    "childline": "0800 1111",
    "help_at_hand": "0800 528 0731",
    "advocacy": "0808 157 0000",
    "duty": "01632 960001",
    "duty_night": "01632 960 003",
    "adult_helpline": "116 123",
    "service_phone": "01632 960000",
    "survey_name": "How Are You",
    "leave_page": "a weather page",
    "envelope_days": "28",
    "answer_years": "2",
    "complaints": "01632 960 106",
    "ico": "0303 123 1113",
    "complaint_years": "2",
    "talk_days": "5",
}


def edit(surveys: Path, file: str, old: str, new: str) -> None:
    path = surveys / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def copy_surveys(folder: Path) -> Path:
    """The shipped surveys in a folder where they may be changed: none is released there."""
    copy = Path(shutil.copytree(ROOT / "surveys", folder / "surveys"))
    (copy / RELEASED).unlink()
    return copy
