"""A database belongs to a demo or to a real service, knows which, and is not opened by the other.

A demo on a real database marks messages as sent that nobody gets; production on a demo's would tell staff of invented
children.
"""

from __future__ import annotations

from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import UnsafeSettings
from feedback_app.models.person import Person
from feedback_app.models.running import ServiceFlag

MODES = ("production", "demo")


def mode_of(session: Session) -> str | None:
    """Whose the database is; None where nobody has said."""
    for mode in MODES:
        if session.get(ServiceFlag, _flag(mode)) is not None:
            return mode
    return None


def claim_database(engine: Engine, mode: str) -> None:
    """Write down whose the database is, the first time that it is migrated; a demo claims none that has people in it.

    Raises UnsafeSettings where it belongs to the other.
    """
    if mode not in MODES:
        return
    with Session(engine) as session, session.begin():
        _refuse_other(mode_of(session), mode)
        people = session.scalar(select(func.count()).select_from(Person)) or 0
        if mode_of(session) is None and (mode == "production" or not people):
            session.add(ServiceFlag(name=_flag(mode), set_at=clock.now()))


def refuse_other_mode(engine: Engine, mode: str) -> None:
    """Raises UnsafeSettings where the database belongs to the other mode.

    A database that is away, or has no tables yet, says nothing. No connection stays open: gunicorn forks after this.
    """
    try:
        if not inspect(engine).has_table(ServiceFlag.__tablename__):
            return
        with Session(engine) as session:
            found = mode_of(session)
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    _refuse_other(found, mode)


def _refuse_other(found: str | None, mode: str) -> None:
    if found is not None and found != mode:
        raise UnsafeSettings(
            f"FEEDBACK_DATABASE_URL: this database belongs to {_words(found)}, and FEEDBACK_MODE says {mode}. Name"
            " another database, or correct the mode."
        )


def _words(mode: str) -> str:
    return "a demo" if mode == "demo" else "a real service"


def _flag(mode: str) -> str:
    return f"mode {mode}"
