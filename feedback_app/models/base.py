"""Shared by all tables: naming of constraints, the UTC instant type, random ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult, DateTime, Delete, MetaData, String, Update
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """A timezone-aware datetime, stored in UTC on both databases (SQLite stores it without a zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Any
    ) -> datetime | None:
        """Convert to UTC; raise ValueError for a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, dialect: Any
    ) -> datetime | None:
        """Return the stored value as an aware UTC datetime."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


Id = String(32)


def new_id() -> str:
    """Return 128 random bits as 32 hex characters.

    Made before INSERT, because a sealed value is bound to the id of its row.
    """
    return secrets.token_hex(16)


def id_column() -> Any:
    """Return the primary key column of most tables."""
    return mapped_column(Id, primary_key=True, default=new_id)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Return the SQL of a CHECK that allows only these values in a text column."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def rows_changed(session: Session, statement: Update | Delete) -> int:
    """Execute the statement and return how many rows it changed.

    Lets one atomic UPDATE decide a race: 0 means that somebody else was first.
    """
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement.execution_options(synchronize_session=False)
    )
    return result.rowcount
