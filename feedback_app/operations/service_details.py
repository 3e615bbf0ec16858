"""Settings that an administrator can edit while the service runs: names, telephone numbers, addresses, opening hours.

They are rows of the table `setting` and override the environment. So do the times, terms and languages that the page
of settings changes, each change a row of its own (`rulebook/at_once.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta

from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.config import Settings, name_problem, unsafe_settings
from feedback_app.models.running import Setting
from feedback_app.privacy.keys import KeyRing
from feedback_app.rulebook.at_once import changed_values
from feedback_app.rulebook.setting_changes import read_changes

CHANGEABLE_DETAILS = (
    "service_name",
    "survey_name",
    "service_phone",
    "duty_day",
    "duty_night",
    "duty_opens",
    "duty_closes",
    "duty_email",
    "lead_phone",
    "deputy_phone",
    "audit_email",
    "complaints_phone",
    "advocacy",
    "childline",
    "help_at_hand",
    "always_heard",
    "nyas",
    "adult_helpline",
    "ico",
    "numbers_checked_on",
)
TELEPHONES = (
    "service_phone",
    "duty_day",
    "duty_night",
    "lead_phone",
    "deputy_phone",
    "advocacy",
    "childline",
    "help_at_hand",
    "always_heard",
    "nyas",
    "adult_helpline",
    "complaints_phone",
    "ico",
)
CHECK_EVERY = timedelta(days=365)
"""How long telephone numbers are taken to be right after somebody called them."""
NOT_IN_AUDIT = ("duty_email", "audit_email")
"""Addresses of people: the audit trail says that they changed, not from what to what."""


class InvalidDetails(ValueError):
    """The service could not run with these values; the message says why."""


def changed_details(session: Session) -> dict[str, str]:
    """Return the values that the administrator changed, by name."""
    rows = session.execute(
        select(Setting.name, Setting.value).where(Setting.name.in_(CHANGEABLE_DETAILS))
    ).all()
    return {row.name: row.value for row in rows}


def values_in_force(session: Session, base: Settings) -> dict[str, str]:
    """Return all that pages made of the environment's settings, by name: details, times, terms, languages."""
    return changed_details(session) | changed_values(read_changes(session), base)


def merge_details(base: Settings, values: Mapping[str, str]) -> Settings:
    """Return the settings of the environment with these values in their place.

    Raises InvalidDetails if production would not start with them, or a value is not a date or time.
    """
    try:
        found = Settings.model_validate(base.model_dump() | dict(values))
    except ValidationError as error:
        raise InvalidDetails(
            "; ".join(name_problem(one) for one in error.errors())
        ) from error
    if problems := unsafe_settings(found):
        raise InvalidDetails("; ".join(problems))
    return found


def format_value(value: object) -> str:
    """Return a setting as text, as in the form and the table."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def numbers_are_due(settings: Settings) -> bool:
    """Whether somebody must call the telephone numbers: nobody ever did, or not for a year."""
    called_on = settings.numbers_checked_on
    return called_on is None or clock.today() - called_on > CHECK_EVERY


def change_details(
    session: Session,
    ring: KeyRing,
    base: Settings,
    now_used: Settings,
    wanted: Mapping[str, str],
    *,
    by: str,
) -> list[str]:
    """Store the values that differ from those in use, each with an audit entry; return their names.

    A value equal to the environment's is deleted here, so that the environment decides it again. A telephone number
    that changes was called by nobody yet, so the day of the last call goes. Raises InvalidDetails.
    """
    if any(
        name in wanted and wanted[name] != format_value(getattr(now_used, name))
        for name in TELEPHONES
    ):
        wanted = {"numbers_checked_on": ""} | dict(wanted)
    names = [
        name
        for name in CHANGEABLE_DETAILS
        if name in wanted and wanted[name] != format_value(getattr(now_used, name))
    ]
    merge_details(
        base, values_in_force(session, base) | {name: wanted[name] for name in names}
    )
    for name in names:
        session.execute(delete(Setting).where(Setting.name == name))
        if wanted[name] != format_value(getattr(base, name)):
            session.add(
                Setting(
                    name=name,
                    value=wanted[name],
                    changed_at=clock.now(),
                    changed_by_id=by,
                )
            )
        before = format_value(getattr(now_used, name))
        change = "" if name in NOT_IN_AUDIT else f"{before} > {wanted[name]}"
        audit.write_entry(
            session,
            ring,
            "setting_changed",
            person_id=by,
            about=name,
            reason=change[:400],
        )
    return names
