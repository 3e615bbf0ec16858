"""Board, answers, measures and report with 10,000 responses in a month: nearly alone, and with 1,000,000 in all.

Run: `python -m bench.answers_at_scale`; takes some minutes and 3 GB of disk. PostgreSQL alone: rows are made by SQL,
every response with four answers, the rest of the million in the years before those that a page or a report counts.
Both services are of the same age, because a report goes back over as many quarters as there were: the small one has
one response in each of those older months.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.support import postgres
from bench.support.world import World
from feedback_app import clock
from feedback_app.month import Month
from feedback_app.reports.content.build_report import build_report
from feedback_app.reports.content.gather import gather_report
from feedback_app.reports.figures.board import month_board
from feedback_app.reports.figures.measures import measure_survey
from feedback_app.reports.figures.periods import Period, Slice
from feedback_app.reports.figures.survey_answers import count_survey
from feedback_app.reports.publishing.stored import find_numbers

MONTH, WHEN = Month(2026, 10), datetime(2026, 11, 5, 12, tzinfo=UTC)
IN_MONTH, IN_ALL = 10_000, 1_000_000
OLDER_MONTHS = 120
ROUNDS = 15
QUESTIONS = ("at_meeting", "talked_before", "told_after", "know_iro")
OPTION_INDEX = (
    "CREATE INDEX ix_answer_option_month_question_option_response_id"
    " ON answer_option (month, question, option, response_id)"
)
WITHOUT_KEYS = (
    "ALTER TABLE answer_option DROP CONSTRAINT fk_answer_option_response_id_question",
    "ALTER TABLE answer_option DROP CONSTRAINT pk_answer_option",
    "ALTER TABLE answer DROP CONSTRAINT pk_answer",
    "DROP INDEX ix_answer_month_question_state_response_id",
    "DROP INDEX ix_answer_option_month_question_option_response_id",
)
WITH_KEYS = (
    "ALTER TABLE answer ADD CONSTRAINT pk_answer PRIMARY KEY (response_id, question)",
    "ALTER TABLE answer_option ADD CONSTRAINT pk_answer_option PRIMARY KEY (response_id, question, option)",
    "CREATE INDEX ix_answer_month_question_state_response_id ON answer (month, question, state, response_id)",
    (
        "CREATE INDEX ix_answer_option_month_question_option_response_id ON answer_option"
        " (month, question, option, response_id)"
    ),
)
"""Keys are built once all rows are there, which takes minutes less."""
MONTHS = """
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
CROSS JOIN LATERAL (SELECT CASE WHEN CAST(:months AS int) = 0 THEN date '2026-10-10'
  ELSE (date '2023-06-10' - make_interval(months => n % greatest(CAST(:months AS int), 1)))::date END AS day) AS d
"""
INVITATIONS = f"""
INSERT INTO invitation (id, survey, survey_version, band, over5, over16, over18, look, language, mode, pn_code,
  issuer_id, how_chosen, spoke_before, letter_sent, issue_number, link_key_id, issued_at, ends_at, outcome, iro_id)
SELECT md5('i' || n), 'rate-my-review', 1, (ARRAY['4-7','8-11','12-17'])[1 + n % 3], true, false, false, 'middle', 'en',
  (ARRAY['in_person','remote','blended'])[1 + n / 3 % 3], (ARRAY['PN1','PN6'])[1 + n % 2], :who, 'next_due', false,
  false, 1, 'k', d.day, d.day + 14, 'answered', :who
{MONTHS}
"""
RESPONSES = f"""
INSERT INTO response (id, invitation_id, version, survey, survey_version, band, over5, over16, look, language, mode,
  pn_code, iro_id, channel, iro_may_see, day, month, content_digest)
SELECT md5('r' || n), md5('i' || n), 1, 'rate-my-review', 1, (ARRAY['4-7','8-11','12-17'])[1 + n % 3], true, false,
  'middle', 'en', (ARRAY['in_person','remote','blended'])[1 + n / 3 % 3], (ARRAY['PN1','PN6'])[1 + n % 2], :who,
  (ARRAY['self','verbal'])[1 + n / 9 % 2], 'no', d.day, to_char(d.day, 'YYYY-MM'), repeat('0', 64)
{MONTHS}
"""
ANSWERS = f"""
INSERT INTO answer (response_id, question, state, month)
SELECT md5('r' || n), q, 'given', to_char(d.day, 'YYYY-MM')
{MONTHS}, unnest(CAST(:questions AS text[])) AS q
"""
OPTIONS = f"""
INSERT INTO answer_option (response_id, question, option, month)
SELECT md5('r' || n), q, (ARRAY['yes','no'])[1 + n % 2], to_char(d.day, 'YYYY-MM')
{MONTHS}, unnest(CAST(:questions AS text[])) AS q
"""

LATEST = (
    "NOT EXISTS (SELECT FROM response l WHERE l.invitation_id = r.invitation_id AND l.version > r.version"
    " AND l.version > 1)"
)
YEAR = ", ".join(f"'{month}'" for month in MONTH.year_to_here)
OF_YEAR = f"r.month IN ({YEAR}) AND r.survey = 'rate-my-review' AND {LATEST}"
QUARTERS = ", ".join(
    f"'{MONTH.quarter_months[0].add_months(-n)}'" for n in range(1, 37)
)
OF_QUARTERS = f"r.month IN ({QUARTERS}) AND r.survey = 'rate-my-review' AND {LATEST}"
HEARD_BY_IRO = f"SELECT r.iro_id, r.month, r.pn_code, count(*) FROM response r WHERE {OF_YEAR} GROUP BY 1, 2, 3"
IROS = (
    "SELECT p.id, p.name, p.created_at, p.left_at FROM person p"
    " WHERE p.id IN (SELECT person_id FROM person_role WHERE role = 'iro')"
)
BY_HAND = {
    "answers": (
        f"SELECT r.month, r.band, r.over5, count(*) FROM response r WHERE {OF_YEAR} GROUP BY 1, 2, 3",
        (
            "SELECT a.question, a.state, r.month, r.band, r.over5, count(*) FROM response r JOIN answer a"
            f" ON a.response_id = r.id AND a.month IN ({YEAR}) WHERE {OF_YEAR} GROUP BY 1, 2, 3, 4, 5"
        ),
        (
            "SELECT o.question, o.option, r.month, r.band, r.over5, count(*) FROM response r JOIN answer_option o"
            f" ON o.response_id = r.id AND o.month IN ({YEAR}) WHERE {OF_YEAR} GROUP BY 1, 2, 3, 4, 5"
        ),
        (
            f"SELECT r.channel, count(*) FROM response r WHERE r.month = '{MONTH}' AND r.survey = 'rate-my-review'"
            f" AND {LATEST} GROUP BY 1"
        ),
    ),
    "report": (
        HEARD_BY_IRO,
        f"SELECT r.month, r.language, r.look, count(*) FROM response r WHERE {OF_YEAR} GROUP BY 1, 2, 3",
        (
            "SELECT to_char(i.issued_at, 'YYYY-MM'), i.iro_id, i.outcome, i.how_chosen,"
            " coalesce(i.draws_unused, 0) > 0, count(*) FROM invitation i WHERE i.survey = 'rate-my-review'"
            " AND i.issued_at >= '2026-01-01' AND i.issued_at < '2026-11-01' GROUP BY 1, 2, 3, 4, 5"
        ),
        (
            "SELECT to_char(i.issued_at, 'YYYY-MM'), s.way, i.outcome, count(*) FROM invitation i JOIN sending s"
            " ON s.invitation_id = i.id AND s.state <> 'failed' WHERE i.survey = 'rate-my-review'"
            " AND i.issued_at >= '2026-01-01' AND i.issued_at < '2026-11-01' GROUP BY 1, 2, 3"
        ),
        (
            "SELECT r.month, o.question, o.option, r.pn_code, count(*) FROM response r JOIN answer_option o"
            f" ON o.response_id = r.id AND o.month IN ({QUARTERS}) WHERE {OF_QUARTERS}"
            " AND o.question IN ('at_meeting', 'said', 'sounded_like_me', 'talked_before') GROUP BY 1, 2, 3, 4"
        ),
        (
            "SELECT r.month, o.option, i.spoke_before, count(*) FROM response r JOIN answer_option o"
            f" ON o.response_id = r.id AND o.month IN ({QUARTERS}) JOIN invitation i ON i.id = r.invitation_id"
            f" WHERE {OF_QUARTERS} AND o.question = 'talked_before' GROUP BY 1, 2, 3"
        ),
        (
            "SELECT r.month, told.option, says.option, count(*) FROM response r JOIN answer_option told"
            f" ON told.response_id = r.id AND told.month IN ({QUARTERS}) AND told.question = 'views_shared'"
            f" JOIN answer_option says ON says.response_id = r.id AND says.month IN ({QUARTERS})"
            f" AND says.question = 'sounded_like_me' WHERE {OF_QUARTERS} GROUP BY 1, 2, 3"
        ),
        (
            "SELECT content FROM chosen_numbers WHERE survey = 'rate-my-review' AND month = '2026-10'"
            " ORDER BY number DESC LIMIT 1"
        ),
        "SELECT * FROM chosen_numbers WHERE survey = 'rate-my-review' AND left_at IS NOT NULL ORDER BY left_at, id",
        "SELECT a.*, p.name FROM action a JOIN person p ON p.id = a.owner_id ORDER BY a.created_at, a.id",
        "SELECT * FROM setting_change ORDER BY number",
        "SELECT * FROM work_change ORDER BY number",
        IROS,
        "SELECT text_id FROM quote WHERE month = '2026-10' ORDER BY at, text_id",
        (
            "SELECT to_char(raised_at, 'YYYY-MM'), source, raised_at, seen_at FROM concern WHERE complaint_id IS NULL"
            " AND raised_at >= '2026-01-01' AND raised_at < '2026-11-01'"
        ),
        (
            "SELECT to_char(asked_at, 'YYYY-MM'), wanted, done_at, due_on FROM contact_request"
            " WHERE asked_at >= '2026-01-01' AND asked_at < '2026-11-01'"
        ),
        (
            "SELECT iro_id, pn_code, held_on IS NOT NULL, count(*) FROM imported_review"
            " WHERE coalesce(held_on, due_on) BETWEEN '2026-10-01' AND '2026-10-31' GROUP BY 1, 2, 3"
        ),
        (
            "SELECT count(held_on), count(*) FILTER (WHERE held_on <= due_on),"
            " count(*) FILTER (WHERE held_on > due_on), count(*) FILTER (WHERE spoke_on <= held_on),"
            " count(*) FILTER (WHERE midway_on <= held_on), count(*) FILTER (WHERE visited_on <= held_on)"
            " FROM imported_review"
            " WHERE coalesce(held_on, due_on) BETWEEN '2026-10-01' AND '2026-10-31'"
        ),
        (
            "SELECT r.month, r.language, count(DISTINCT r.id) FROM response r JOIN sealed_text t ON t.owner = 'answer'"
            f" AND t.row_id = coalesce(r.first_id, r.id) WHERE {OF_YEAR} AND r.language <> 'en' GROUP BY 1, 2"
        ),
        (
            "SELECT q.queued_at, q.read_at FROM response r JOIN sealed_text t ON t.owner = 'answer'"
            " AND t.row_id = coalesce(r.first_id, r.id) JOIN queue_entry q ON q.text_id = t.id"
            f" WHERE r.month = '{MONTH}' AND r.survey = 'rate-my-review' AND {LATEST} AND r.language <> 'en'"
            " AND q.read_at IS NOT NULL"
        ),
    ),
    "board": (
        HEARD_BY_IRO,
        (
            "SELECT i.iro_id, CASE WHEN i.outcome = 'waiting' AND i.ends_at <= '2026-11-05 12:00+00' THEN 'ended'"
            " ELSE i.outcome END, i.how_chosen, coalesce(i.draws_unused, 0) > 0, count(*) FROM invitation i"
            " WHERE i.survey = 'rate-my-review' AND i.issued_at >= '2026-10-01' AND i.issued_at < '2026-11-01'"
            " GROUP BY 1, 2, 3, 4"
        ),
        (
            "SELECT i.iro_id, count(*) FROM invitation i WHERE i.survey = 'rate-my-review' AND i.outcome = 'waiting'"
            " AND i.ends_at > '2026-11-05 12:00+00' GROUP BY 1"
        ),
        IROS,
        (
            "SELECT count(*) FROM response r JOIN sealed_text t ON t.row_id = coalesce(r.first_id, r.id)"
            " AND t.owner = 'answer' JOIN queue_entry q ON q.text_id = t.id LEFT JOIN read_mark m"
            " ON m.entry_id = q.id AND m.reader = 'manager' WHERE m.entry_id IS NULL AND r.month = '2026-10'"
            f" AND r.survey = 'rate-my-review' AND {LATEST}"
        ),
        "SELECT * FROM work_change ORDER BY number",
        "SELECT * FROM setting_change WHERE key = 'pn_codes' ORDER BY number",
    ),
}
"""What somebody would write by hand for the same numbers: a statement for each table that is counted."""


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


def name_figures(world: World) -> dict[str, Callable[[Session], object]]:
    """What the pages of a month count, and its report: name -> what counts it."""
    versions = world.parts.catalogue.monthly_versions()
    month, key = Period.of_kind("month", MONTH), versions[-1].key
    return {
        "board": lambda db: month_board(db, key, MONTH, world.parts.settings),
        "answers": lambda db: count_survey(db, versions, month),
        "answers, remote": lambda db: count_survey(
            db, versions, month, Slice(mode="remote")
        ),
        "answers, by branch": lambda db: count_survey(
            db, versions, month, beside="branch"
        ),
        "measures": lambda db: measure_survey(db, versions, MONTH),
        "report": lambda db: build_report(
            gather_report(
                db,
                world.parts.keys.text,
                world.parts.settings,
                world.parts.catalogue,
                month,
                kind="month",
                ready=find_numbers(db, versions, MONTH),
                person_id=world.manager().id,
                roles=["manager"],
            )
        ),
    }


def ask_by_hand(session: Session, statements: Sequence[str]) -> None:
    """What somebody would write by hand for the same numbers."""
    for statement in statements:
        session.execute(text(statement)).all()


def time_figures(worlds: Sequence[World]) -> dict[str, list[tuple[float, float]]]:
    """Of each figure, in each world: milliseconds, the median of some rounds, and the most Python held, in MB.

    Figures and worlds take turns, so that whatever else the machine does falls on all of them.
    """
    asked = [all_figures(world) for world in worlds]
    times: dict[str, list[list[float]]] = {
        name: [[] for _world in worlds] for name in asked[0]
    }
    for _round in range(ROUNDS):
        for name, taken in times.items():
            for number, world in enumerate(worlds):
                with world.app.test_request_context(), world.session() as session:
                    began = time.perf_counter()
                    asked[number][name](session)
                    taken[number].append(1000 * (time.perf_counter() - began))
    return {
        name: [
            (statistics.median(taken[number]), most_memory(world, asked[number][name]))
            for number, world in enumerate(worlds)
        ]
        for name, taken in times.items()
    }


def all_figures(world: World) -> dict[str, Callable[[Session], object]]:
    """What the product counts, and what somebody would write by hand."""
    return name_figures(world) | {
        f"by hand: {name}": partial(ask_by_hand, statements=statements)
        for name, statements in BY_HAND.items()
    }


def most_memory(world: World, figure: Callable[[Session], object]) -> float:
    """The most that Python holds while it counts, in MB."""
    tracemalloc.start()
    with world.app.test_request_context(), world.session() as session:
        figure(session)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return most


def main() -> int:
    """Measure both and say how they compare."""
    with (
        clock.set_clock(WHEN, everywhere=True),
        postgres.started() as server,
        tempfile.TemporaryDirectory() as folder,
        server.lent() as few_url,
        server.lent() as many_url,
    ):
        few = make_world(few_url, Path(folder) / "few", IN_MONTH)
        many = make_world(many_url, Path(folder) / "many", IN_ALL)
        found = time_figures((few, many))
        few.close()
        many.close()
    print(f"| | {IN_MONTH:,} in all | {IN_ALL:,} in all | | most memory |")
    print("|---|---|---|---|---|")
    for name, ((before, held), (taken, most)) in found.items():
        by_hand = found.get(f"by hand: {name}")
        beside = f", x{taken / by_hand[1][0]:.2f} of SQL by hand" if by_hand else ""
        print(
            f"| {name} | {before:.0f} ms | {taken:.0f} ms | x{taken / before:.2f}{beside}"
            f" | {held:.1f} MB, {most:.1f} MB |"
        )
    return 0


def make_world(url: str, folder: Path, responses: int) -> World:
    """A service with so many responses, 10,000 of them in the month, and the numbers of its report."""
    folder.mkdir()
    world = World.make(url, folder)
    world.manager()
    fill_database(world, 1, IN_MONTH, 0)
    fill_database(
        world, IN_MONTH + 1, max(responses, IN_MONTH + OLDER_MONTHS), OLDER_MONTHS
    )
    analyse(world)
    world.choose_numbers()
    return world


def analyse(world: World) -> None:
    """What autovacuum does in a database that lives."""
    with world.parts.database.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    sys.exit(main())
