"""What every test needs and none is about, made once a run: a migrated SQLite file, the surveys, compiled templates and
addresses, a hash of the usual password that costs little to check. What is itself under test is made anew there.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

from feedback_app.config import ROOT
from feedback_app.database import sessions
from feedback_app.database.engines import make_engine
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.files.load import load_catalogue

SQLITE = "sqlite:///"


def migrated(url: str) -> None:
    """Give an SQLite database that is not there yet the newest schema: a copy of one that was migrated."""
    shutil.copyfile(_template(), url.removeprefix(SQLITE))


@functools.cache
def _template() -> Path:
    from feedback_app.operations.migrations import migrate_to_head

    path = Path(tempfile.mkdtemp(prefix="migrated-")) / "migrated.db"
    migrate_to_head(f"{SQLITE}{path}")
    return path


@functools.cache
def surveys() -> Catalogue:
    """The surveys as they are shipped."""
    return load_catalogue(ROOT / "surveys")


@functools.cache
def cheap_hash(password: str) -> str:
    """A hash that is checked as any other is, in a thousandth of the time."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


class Compiled(BytecodeCache):
    """Templates, compiled once for all applications of a run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of it."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Compiled()


class SharedDialect(SQLiteDialect_pysqlite):
    """SQLite as any of a run's engines speaks it: what was compiled for one of them is used by all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharedDialect)

    def __hash__(self) -> int:
        return hash(SharedDialect)


_statements: LRUCache[Any, Any] = LRUCache(2000)


waits_for_disk = True
"""Whether SQLite's commits in this process reach the disk, as in production. Tests need no disk to be right."""


def make_sharing_engine(url: str) -> Engine:
    """Make an engine; one of SQLite takes compiled statements from earlier ones: a tenth of a test's processor."""
    engine = make_engine(url)
    if type(engine.dialect) is SQLiteDialect_pysqlite:
        engine.dialect.__class__ = SharedDialect
        engine._compiled_cache = _statements
        if not waits_for_disk:
            event.listen(engine, "connect", _skip_disk)
    return engine


def _skip_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


sessions.make_engine = make_sharing_engine  # type: ignore[attr-defined]


class KeptRule(Rule):
    """A rule that is read, and whose writer of addresses is compiled, once a run: most of what an application costs to
    make."""

    _kept: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}
    _read: ClassVar[dict[str, tuple[list[RulePart], list[Any], dict[str, Any]]]] = {}

    def _parse_rule(self, rule: str) -> list[RulePart]:
        """What is read follows from the rule alone: our converters keep nothing of the map that they were made for."""
        if rule not in self._read:
            known = len(self._trace)
            parts = list(super()._parse_rule(rule))
            self._read[rule] = parts, self._trace[known:], dict(self._converters)
            return parts
        parts, trace, converters = self._read[rule]
        self._trace += trace
        self._converters |= converters
        self.arguments |= converters.keys()
        return parts

    def _compile_builder(
        self, append_unknown: bool = True
    ) -> Callable[..., tuple[str, str]]:
        """What is written follows from these alone; the converters are looked up in the rule it is bound to."""
        key: tuple[Any, ...] = (append_unknown, tuple(self._trace), repr(self.defaults))
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


Flask.url_rule_class = KeptRule
