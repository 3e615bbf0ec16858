"""A typed place in `app.extensions` for a part that lives as long as the application (docs/decisions/0014)."""

from __future__ import annotations

from typing import Generic, TypeVar

from flask import Flask, current_app

Value = TypeVar("Value")


class AppPart(Generic[Value]):
    """Where one room keeps one part of each application: declared once, set when the room opens, read with its type."""

    def __init__(self, name: str) -> None:
        """`name` is the part's key in `app.extensions`, used by nobody else."""
        self._name = f"feedback.{name}"

    def set(self, app: Flask, value: Value) -> None:
        """Keep the value in that application, in the place of an earlier one."""
        app.extensions[self._name] = value

    def get(self, app: Flask | None = None) -> Value:
        """Return the value that was set in that application, or in the current one. Raises KeyError before `set`."""
        value: Value = (app or current_app).extensions[self._name]
        return value
