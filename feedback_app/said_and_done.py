"""What children are told of "You said, we did": the actions that the manager shows them, in one band's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.models.action import ACTION_BANDS, Action, ActionWords

MOST_TOLD = 12
SHOWN_STATES = ("done", "doing", "promised", "cannot")
"""In which order children read them: what came of what they said, what will come, and refusals last."""
USUAL_BAND = "8-11"
"""Where nobody is known, the words are those for 8-11 (rule L5)."""

Edition = tuple[int, str]
"""Differs whenever what is shown may differ: the number of changes ever made, and the instant of the last."""


@dataclass(frozen=True, slots=True)
class ShownAction:
    """One action as a child reads it. `state`: promised, doing, done or cannot."""

    state: str
    said: str
    done: str


_EDITION = select(
    func.coalesce(func.sum(Action.version), 0), func.max(Action.changed_at)
)


def actions_edition(session: Session) -> Edition:
    """One small question, the same for whoever asks: a page that was drawn for it can be shown again (promise 6)."""
    changes, last = session.connection().execute(_EDITION).one()
    return int(changes), str(last or "")


def shown_actions(session: Session, band: str) -> tuple[ShownAction, ...]:
    """What is shown now in that band's words: the newest twelve, what was done first and what cannot be done last."""
    rows: Any = session.execute(
        select(Action.state, ActionWords.said, ActionWords.done)
        .join(ActionWords, ActionWords.action_id == Action.id)
        .where(
            Action.published_at.is_not(None),
            Action.withdrawn_at.is_(None),
            ActionWords.band == words_of(band),
        )
        .order_by(Action.published_at.desc(), Action.id)
        .limit(MOST_TOLD)
    )
    newest_first = [ShownAction(*row) for row in rows]
    return tuple(sorted(newest_first, key=lambda one: SHOWN_STATES.index(one.state)))


def words_of(band: str) -> str:
    """In whose words a band reads it: 16-25 those for 12-17, anything unknown those for 8-11."""
    if band == "16-25":
        return "12-17"
    return band if band in ACTION_BANDS else USUAL_BAND
