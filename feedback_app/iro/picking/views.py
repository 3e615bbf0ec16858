"""Which half of an officer's month is still missing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.month import Month
from feedback_app.reports.figures.board import month_board


def missing_part(
    session: Session, settings: Settings, survey: str, iro_id: str, month: Month
) -> str | None:
    """The half that is missing, as models/draw.PARTS names it; None where neither or both are."""
    board = month_board(session, survey, month, settings)
    row = next((row for row in board.rows if row.iro_id == iro_id), None)
    missing = row.still_missing if row else None
    if missing is None or bool(missing.took_part) == bool(missing.did_not):
        return None
    return "took_part" if missing.took_part else "did_not"
