"""What all tables share: names of constraints, UTC instants, random ids."""

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
    """The tables of the product."""

    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC on both databases (SQLite keeps it without a zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive instant; hand SQLite the UTC wall clock."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(32)


def new_id() -> str:
    """128 random bits in 32 hex characters, made before INSERT so that a sealed value can be bound to its row."""
    return secrets.token_hex(16)


def id_column() -> Any:
    """The primary key of most tables."""
    return mapped_column(Id, primary_key=True, default=new_id)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The SQL of a CHECK that bars every other value of a text column."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def rows_changed(session: Session, statement: Update | Delete) -> int:
    """How many rows a statement changed, so that one statement decides what was still so."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        statement.execution_options(synchronize_session=False)
    )
    return result.rowcount
