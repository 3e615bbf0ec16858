"""The demo's year counted a second time, by SQL that shares no line with the product's; intervals by scipy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from scipy import stats

from bench.support import quick
from feedback_app import demo
from feedback_app.app import create_app
from feedback_app.config import read_settings
from feedback_app.demo import state
from feedback_app.month import Month
from feedback_app.reports.figures.measures import measure_survey
from feedback_app.reports.figures.periods import Period, Slice
from feedback_app.reports.figures.shares import wilson_interval
from feedback_app.reports.figures.survey_answers import count_survey
from feedback_app.survey.model import Survey
from feedback_app.web.context import Instance, instance

pytestmark = pytest.mark.full

LAST = Month(2026, 10)
NEWEST = """
WITH newest AS (
  SELECT * FROM (
    SELECT r.*, row_number() OVER (PARTITION BY coalesce(invitation_id, id) ORDER BY version DESC) AS place
    FROM response r WHERE survey = :survey
  ) WHERE place = 1 AND month BETWEEN :first AND :last
)
"""
OF_PART = {
    "": "1",
    "band": "band = '12-17'",
    "mode": "mode = 'remote'",
    "channel": "channel = 'verbal'",
    "branch": "id IN (SELECT response_id FROM answer_option WHERE question = 'at_meeting' AND option = 'no')",
}
PARTS = {
    "": Slice(),
    "band": Slice(band="12-17"),
    "mode": Slice(mode="remote"),
    "channel": Slice(channel="verbal"),
    "branch": Slice(branch="not_there"),
}


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Instance, sqlite3.Connection]]:
    """The demo's database, and a connection of one's own to it."""
    from bench.support.world import NOON
    from feedback_app import clock

    folder = tmp_path_factory.mktemp("counted")
    url = f"sqlite:///{folder / 'demo.db'}"
    quick.migrated(url)
    kept = state.FILE
    state.FILE = folder / "demo.json"
    settings = read_settings(
        {"FEEDBACK_MODE": "demo"},
        database_url=url,
        keys_dir=folder / "keys",
        log_level="WARNING",
    )
    with clock.set_clock(NOON, everywhere=True):
        app = create_app(settings)
        demo.fill_demo(app)
        state.FILE = kept
        own = sqlite3.connect(folder / "demo.db")
        yield instance(app), own
        own.close()
        instance(app).database.engine.dispose()


def numbers(
    own: sqlite3.Connection, sql: str, period: Period, survey: str, **more: Any
) -> int:
    given = {"survey": survey, "first": str(period.first), "last": str(period.last)}
    return int(own.execute(NEWEST + sql, given | more).fetchone()[0])


def versions(parts: Instance, key: str) -> list[Survey]:
    return [survey for survey in parts.catalogue.surveys if survey.key == key]


@pytest.mark.parametrize("key", ["rate-my-review", "safeguarding", "u-matter"])
@pytest.mark.parametrize("part", PARTS)
def test_every_count_of_every_survey_is_the_same(
    filled: tuple[Instance, sqlite3.Connection], key: str, part: str
) -> None:
    parts, own = filled
    compared, wrong = 0, []
    for kind, last in (("month", LAST.previous), ("quarter", LAST), ("year", LAST)):
        period = Period.of_kind(kind, last)
        with parts.database.new_session(reading=True) as session:
            found = count_survey(session, versions(parts, key), period, PARTS[part])
        for number, column in enumerate(found.columns):
            months = period if column.kind == "period" else period.year_to_end
            heard = numbers(
                own, f"SELECT count(*) FROM newest WHERE {OF_PART[part]}", months, key
            )
            compared += 1
            if found.heard[number] != heard:
                wrong.append((kind, "heard", found.heard[number], heard))
            for counted in found.questions:
                band = f"AND band = '{counted.band}'" if counted.band else ""
                base = numbers(
                    own,
                    f"SELECT count(*) FROM newest n WHERE {OF_PART[part]} {band} AND EXISTS (SELECT 1 FROM answer a"
                    " WHERE a.response_id = n.id AND a.question = :question AND a.state = 'given')",
                    months, key, question=counted.asked.id,
                )  # fmt: skip
                compared += 1
                if counted.bases[number] != base:
                    wrong.append((kind, counted.anchor, counted.bases[number], base))
                labels = {
                    counted.asked.option_label(option, counted.band): option
                    for option in counted.asked.options
                }
                for label, shares in counted.options:
                    chosen = numbers(
                        own,
                        f"SELECT count(DISTINCT n.id) FROM newest n, answer_option o WHERE {OF_PART[part]} {band}"
                        " AND o.response_id = n.id AND o.question = :question AND o.option = :option",
                        months, key, question=counted.asked.id, option=labels[label],
                    )  # fmt: skip
                    compared += 1
                    if shares[number].count != chosen:
                        wrong.append((kind, counted.anchor, label, chosen))
    assert wrong == []
    if part == "":
        assert compared > 200


@pytest.mark.parametrize("key", ["rate-my-review", "safeguarding", "u-matter"])
def test_every_measure_and_interval_is_the_same(
    filled: tuple[Instance, sqlite3.Connection], key: str
) -> None:
    parts, own = filled
    with parts.database.new_session(reading=True) as session:
        found = measure_survey(session, versions(parts, key), LAST)
    assert found.rows
    for row in found.rows:
        measure = row.measure
        spans = (
            (row.month, Period(LAST, LAST)),
            (row.year, Period.of_kind("year", LAST)),
            (row.before, Period.of_kind("year", LAST.previous)),
        )
        for share, period in spans:
            base = count = 0
            for band, counting in measure.counts.items():
                if row.band not in (None, band):
                    continue
                of_whom = f"band = '{band}'" + (" AND over5" if measure.over5_only else "")  # fmt: skip
                picked = (
                    f"SELECT count(DISTINCT n.id) FROM newest n, answer_option o WHERE {of_whom}"
                    " AND o.response_id = n.id AND o.question = :question AND o.option IN ({})"
                )
                given = numbers(
                    own,
                    f"SELECT count(*) FROM newest n, answer a WHERE {of_whom} AND a.response_id = n.id"
                    " AND a.question = :question AND a.state = 'given'",
                    period, key, question=measure.question,
                )  # fmt: skip
                out = measure.leave_out.get(band, ())
                base += given - (
                    numbers(own, picked.format(_listed(out)), period, key, question=measure.question)
                    if out
                    else 0
                )  # fmt: skip
                count += numbers(
                    own, picked.format(_listed(counting)), period, key, question=measure.question
                )  # fmt: skip
            assert (share.count, share.base) == (count, base), (measure.id, row.band)
            if base:
                expected = stats.binomtest(count, base).proportion_ci(method="wilson")
                assert wilson_interval(count, base) == pytest.approx(
                    (expected.low, expected.high), abs=1e-9
                )


def _listed(options: Any) -> str:
    return ", ".join(f"'{option}'" for option in options)
