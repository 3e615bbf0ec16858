"""What differs between a report and the version that was handed over before it, in its printed figures. Pure.

Both versions have left, so that naming a printed number twice tells nobody more than they have.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import flask_babel

from feedback_app.reports.document import ReportDocument
from feedback_app.reports.formats.tidy import COLUMNS, write_tidy

_: Callable[..., str] = flask_babel.gettext
MOST_NAMED = 5
PLACE = ("period", "survey", "band", "question", "option")
"""The columns that say which number a row holds; the others are the number."""

Rows = dict[tuple[str, ...], dict[str, str]]


def read_tidy(content: bytes) -> Rows:
    """The rows of tidy data by what they are about."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return {tuple(line[column] for column in PLACE): line for line in lines}


def count_changed(before: bytes, document: ReportDocument) -> int:
    """How many figures differ from those of the earlier version's tidy data, come or gone ones too."""
    return len(_changed(read_tidy(before), read_tidy(write_tidy(document))))


def changes_since(before: bytes, document: ReportDocument, version: int) -> list[str]:
    """Sentences for the appendix: how many figures differ from that version, and the first few by name."""
    was, now = read_tidy(before), read_tidy(write_tidy(document))
    changed = _changed(was, now)
    if not changed:
        return [_("No figure differs from version %(version)s.", version=version)]
    said = [
        flask_babel.ngettext(
            "%(num)s figure differs from version %(version)s.",
            "%(num)s figures differ from version %(version)s.",
            len(changed),
            version=version,
        )
    ]
    for place in changed[:MOST_NAMED]:
        name = ", ".join(
            part for part in (place[3], place[4], place[2], place[0]) if part
        )
        said.append(
            _(
                "%(name)s: %(before)s, now %(after)s.",
                name=name,
                before=_number(was.get(place)),
                after=_number(now.get(place)),
            )
        )
    if len(changed) > MOST_NAMED:
        said.append(_("The others are in the tidy data of both versions."))
    return said


def _changed(was: Rows, now: Rows) -> list[tuple[str, ...]]:
    """Places whose number differs, counts of children heard first as the report has them first."""
    places = [*now, *(place for place in was if place not in now)]
    return [
        place for place in places if _values(was.get(place)) != _values(now.get(place))
    ]


def _values(row: dict[str, str] | None) -> tuple[str, ...]:
    if row is None:
        return ()
    return tuple(row[column] for column in COLUMNS if column not in PLACE)


def _number(row: dict[str, str] | None) -> str:
    """A count with its base as it was printed, or the word that stood in its place."""
    if row is None:
        return _("not in it")
    if row["why_hidden"] and not row["count"]:
        return row["why_hidden"]
    if row["base"]:
        return _("%(count)s of %(base)s", count=row["count"], base=row["base"])
    return row["count"]
