"""When the nightly deletion must wait for a person: the clock has jumped, or too much would go at once.

A machine whose clock ran 800 days ahead for one night deleted four fifths of what was kept, and nothing comes back when
the clock does. So a jump stops every deletion until somebody has looked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.models.running import AuditEntry, Heartbeat, ServiceFlag
from feedback_app.records import due
from feedback_app.records.rules import Rule

LONGEST_PAUSE = timedelta(days=2)
"""Between two signs of life. A service that stood still for longer looks like a clock that jumped."""
MOST_SHARE = 0.2
"""Of all children's answers that may go in one night."""
ALWAYS_FEW = 50
"""So many may go whatever the share: a small service is small."""
CLOCK_JUMPED, TOO_MUCH = "clock jumped", "much to delete"
"""The service flags that stop the nightly deletion; `flask retention --yes` takes them away."""


class RetentionStopped(Exception):
    """Nothing was deleted; the message says why and what to do."""


def note_jump(session: Session, now: datetime) -> bool:
    """Set the flag where the newest sign of life is too long ago; before this round leaves one of its own."""
    newest = [
        session.scalar(
            select(func.max(Heartbeat.at)).where(Heartbeat.part == "worker")
        ),
        session.scalar(
            select(AuditEntry.at).order_by(AuditEntry.number.desc()).limit(1)
        ),
    ]
    seen = [at for at in newest if at is not None]
    if not seen or now - max(seen) <= LONGEST_PAUSE:
        return False
    if session.get(ServiceFlag, CLOCK_JUMPED) is None:
        session.add(ServiceFlag(name=CLOCK_JUMPED, set_at=now))
        session.flush()
    return True


def check_answers(session: Session, rule: Rule, now: datetime) -> None:
    """Raises RetentionStopped where more than a fifth of all answers would go now, and sets its flag."""
    wanted = session.scalar(
        select(func.count()).select_from(due.old_answers(rule, now).subquery())
    )
    kept = session.scalar(select(func.count(func.distinct(Response.invitation_id))))
    if (wanted or 0) > max(ALWAYS_FEW, MOST_SHARE * (kept or 0)):
        session.merge(ServiceFlag(name=TOO_MUCH, set_at=now))
        raise RetentionStopped(
            f"{wanted} of {kept} children's answers would be deleted at once. Look at 'flask retention --dry-run'"
            " and at the clock; if it is right, run 'flask retention --yes'."
        )


def check_clock(session: Session, now: datetime) -> None:
    """Raises RetentionStopped while the flag of a jump stands, or a link was made later than now."""
    made = session.scalar(select(func.max(Invitation.issued_at)))
    if session.get(ServiceFlag, CLOCK_JUMPED) is not None or (
        made is not None and made > now + LONGEST_PAUSE
    ):
        raise RetentionStopped(
            "The clock has jumped, or the service stood still for more than two days. Look at the clock; if it is"
            " right, run 'flask retention --yes'."
        )


def clear_stops(session: Session) -> None:
    """A person has looked: the next deletion goes on."""
    for name in (CLOCK_JUMPED, TOO_MUCH):
        flag = session.get(ServiceFlag, name)
        if flag is not None:
            session.delete(flag)


def is_stopped(session: Session) -> bool:
    """Whether the nightly deletion waits for a person."""
    names = (CLOCK_JUMPED, TOO_MUCH)
    return (
        session.scalar(
            select(ServiceFlag.name).where(ServiceFlag.name.in_(names)).limit(1)
        )
        is not None
    )
