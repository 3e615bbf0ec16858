"""Board, answers and measures with 10,000 responses in a month: with nothing else, and with 1,000,000 in all.

Run: `python -m bench.answers_at_scale`; takes some minutes and 3 GB of disk. PostgreSQL alone: rows are made by SQL,
every response with four answers, the rest of the million in the years before the twelve months that a page counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from bench.support import postgres
from bench.support.world import World
from feedback_app.month import Month
from feedback_app.reports.figures.board import month_board
from feedback_app.reports.figures.measures import measure_survey
from feedback_app.reports.figures.periods import Period, Slice
from feedback_app.reports.figures.survey_answers import count_survey

MONTH = Month(2026, 10)
IN_MONTH, IN_ALL = 10_000, 1_000_000
OLDER_MONTHS = 120
ROUNDS = 7
QUESTIONS = ("at_meeting", "said", "told_after", "know_iro")
WITHOUT_KEYS = (
    "ALTER TABLE answer_option DROP CONSTRAINT fk_answer_option_response_id_question",
    "ALTER TABLE answer_option DROP CONSTRAINT pk_answer_option",
    "ALTER TABLE answer DROP CONSTRAINT pk_answer",
)
WITH_KEYS = (
    "ALTER TABLE answer ADD CONSTRAINT pk_answer PRIMARY KEY (response_id, question)",
    "ALTER TABLE answer_option ADD CONSTRAINT pk_answer_option PRIMARY KEY (response_id, question, option)",
)
"""Keys are built once all rows are there, which takes minutes less."""
INVITATIONS = """
INSERT INTO invitation (id, survey, survey_version, band, over5, over16, over18, look, language, mode, pn_code,
  issuer_id, how_chosen, spoke_before, letter_sent, issue_number, link_key_id, issued_at, ends_at, outcome, iro_id)
SELECT md5('i' || n), 'rate-my-review', 1, (ARRAY['4-7','8-11','12-17'])[1 + n % 3], true, false, false, 'middle', 'en',
  (ARRAY['in_person','remote','blended'])[1 + n / 3 % 3], (ARRAY['PN1','PN6'])[1 + n % 2], :who, 'next_due', false,
  false, 1, 'k', now(), now(), 'answered', :who
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
"""
RESPONSES = """
INSERT INTO response (id, invitation_id, version, survey, survey_version, band, over5, over16, look, language, mode,
  pn_code, iro_id, channel, iro_may_see, day, month, content_digest)
SELECT md5('r' || n), md5('i' || n), 1, 'rate-my-review', 1, (ARRAY['4-7','8-11','12-17'])[1 + n % 3], true, false,
  'middle', 'en', (ARRAY['in_person','remote','blended'])[1 + n / 3 % 3], (ARRAY['PN1','PN6'])[1 + n % 2], :who,
  (ARRAY['self','verbal'])[1 + n / 9 % 2], 'no', d.day, to_char(d.day, 'YYYY-MM'), repeat('0', 64)
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
CROSS JOIN LATERAL (SELECT CASE WHEN CAST(:months AS int) = 0 THEN date '2026-10-10'
  ELSE (date '2024-09-10' - make_interval(months => n % greatest(CAST(:months AS int), 1)))::date END AS day) AS d
"""
ANSWERS = """
INSERT INTO answer (response_id, question, state)
SELECT md5('r' || n), q, 'given' FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n,
  unnest(CAST(:questions AS text[])) AS q
"""
OPTIONS = """
INSERT INTO answer_option (response_id, question, option)
SELECT md5('r' || n), q, (ARRAY['yes','no'])[1 + n % 2]
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n, unnest(CAST(:questions AS text[])) AS q
"""


def fill_database(world: World, first: int, last: int, months: int) -> None:
    """Write so many responses; `months`: over how many older months, 0 for all in MONTH."""
    given = {
        "first": first,
        "last": last,
        "months": months,
        "who": world.iro().id,
        "questions": list(QUESTIONS),
    }
    with world.parts.database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in WITHOUT_KEYS if months else ():
            connection.execute(text(statement))
        for statement in (INVITATIONS, RESPONSES, ANSWERS, OPTIONS):
            connection.execute(text(statement), given)
        for statement in WITH_KEYS if months else ():
            connection.execute(text(statement))


def time_figures(world: World) -> dict[str, float]:
    """Milliseconds of each figure: the median of some rounds."""
    versions = world.parts.catalogue.monthly_versions()
    month = Period.of_kind("month", MONTH)
    key = versions[-1].key
    figures: dict[str, Callable[[], object]] = {
        "board": lambda: month_board(session, key, MONTH, world.parts.settings),
        "answers": lambda: count_survey(session, versions, month),
        "answers, remote": lambda: count_survey(
            session, versions, month, Slice(mode="remote")
        ),
        "answers, by branch": lambda: count_survey(
            session, versions, month, beside="branch"
        ),
        "measures": lambda: measure_survey(session, versions, MONTH),
    }
    found = {}
    for name, figure in figures.items():
        times = []
        for _round in range(ROUNDS):
            with world.session() as session:
                began = time.perf_counter()
                figure()
                times.append(1000 * (time.perf_counter() - began))
        found[name] = statistics.median(times)
    return found


def explain_answers(world: World) -> str:
    """How PostgreSQL counts the options of a month."""
    with world.parts.database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)"
                " SELECT o.question, o.option, r.month, r.band, r.over5, count(*)"
                " FROM response r JOIN answer_option o ON o.response_id = r.id"
                " WHERE r.month IN ('2026-10') AND r.survey = 'rate-my-review' AND NOT EXISTS (SELECT FROM response l"
                " WHERE l.invitation_id = r.invitation_id AND l.version > r.version AND l.version > 1)"
                " GROUP BY 1, 2, 3, 4, 5"
            )
        )
        return "\n".join(row[0] for row in rows)


def main() -> int:
    """Measure both and say how they compare."""
    with (
        postgres.started() as server,
        tempfile.TemporaryDirectory() as folder,
        server.lent() as url,
    ):
        world = World.make(url, Path(folder))
        fill_database(world, 1, IN_MONTH, 0)
        analyse(world)
        few = time_figures(world)
        fill_database(world, IN_MONTH + 1, IN_ALL, OLDER_MONTHS)
        analyse(world)
        many = time_figures(world)
        plan = explain_answers(world)
        world.close()
    for name, taken in many.items():
        print(f"{name}: {few[name]:.0f} ms, {taken:.0f} ms, x{taken / few[name]:.2f}")
    print(plan)
    return 0


def analyse(world: World) -> None:
    """What autovacuum does in a database that lives."""
    with world.parts.database.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    sys.exit(main())
