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
from werkzeug.routing import Rule

from feedback_app.config import ROOT
from feedback_app.survey.catalogue import Catalogue, load_catalogue

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


class KeptRule(Rule):
    """A rule whose writer of addresses is compiled once a run: a good half of what an application costs to make."""

    _kept: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """What is written follows from these alone; the converters are looked up in the rule it is bound to."""
        key: tuple[Any, ...] = (append_unknown, tuple(self._trace), repr(self.defaults))
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


Flask.url_rule_class = KeptRule
