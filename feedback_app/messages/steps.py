"""The steps of a concern that nobody has seen (promise 56): who is told, after how long, and in which words.

A new step is a row here, its kind in `models/running.py` with a migration, and where its time is to be set a setting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from feedback_app.config import Settings

DUTY = "duty"
"""The recipient that is the duty address and no person."""


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a concern. `kind` is stored with it.

    `told`: the role that is told, then whoever is told where nobody holds it. `after`: how much working time after the
    concern was raised; None: when work ends. `label` names it in a list of what was sent, `title` in one of what is to
    come.
    """

    kind: str
    told: tuple[str, ...]
    after: Callable[[Settings], timedelta] | None
    subject: str
    body: str
    label: Any
    title: Any


STEPS = (
    Step(
        "concern",
        ("lead", "deputy", "manager", DUTY),
        lambda _settings: timedelta(0),
        "A concern is waiting",
        "A child's answers raised a concern. Nobody has looked at it yet. Please open it now and write a note.",
        _l("to the lead"),
        _l("The lead is told"),
    ),
    Step(
        "concern_reminder",
        ("lead", "deputy", "manager", DUTY),
        lambda settings: timedelta(minutes=settings.remind_minutes),
        "Still waiting: a concern nobody has seen",
        "A concern was raised a while ago and nobody has looked at it. Please open it now and write a note.",
        _l("reminder to the lead"),
        _l("The lead is reminded"),
    ),
    Step(
        "concern_deputy",
        ("deputy", "manager", DUTY),
        lambda settings: timedelta(hours=settings.deputy_hours),
        "For the deputy: a concern nobody has seen",
        "The safeguarding lead has not opened a concern. It is yours now. Please open it and write a note.",
        _l("to the deputy"),
        _l("The deputy is told"),
    ),
    Step(
        "concern_manager",
        ("manager", "deputy", DUTY),
        lambda settings: timedelta(hours=settings.manager_hours),
        "For the manager: a concern nobody has seen",
        "Neither the safeguarding lead nor the deputy has opened a concern."
        " Make sure that somebody other than whom it is about opens it now.",
        _l("to the manager"),
        _l("The manager is told"),
    ),
    Step(
        "concern_duty",
        (DUTY,),
        None,
        "For the duty team: a concern nobody has seen",
        "A child's answers raised a concern, and nobody at the review service has looked at it. The service is"
        " closed: do not count on anybody there reading it before it opens. Ring, now:",
        _l("to the duty team"),
        _l("The duty team is told, because nobody is at work"),
    ),
)
COMPLAINT_KINDS = ("complaint", "complaint_given", "complaint_due", "complaint_late")
"""Messages about a complaint: it is here; it is given to another owner; its time is nearly over; it is over."""
CONCERN_KINDS = tuple(step.kind for step in STEPS)
LATER_STEPS = STEPS[1:]
"""The steps after the first, which is written with the concern itself."""


def label_of_kind(kind: str) -> str:
    """The label of the step that a stored message is."""
    return str(next(step.label for step in STEPS if step.kind == kind))
