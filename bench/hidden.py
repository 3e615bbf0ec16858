"""How much of a month's report is hidden: the demo's year, report by report, as if each had left (promise 25).

`python -m bench.hidden` prints, for each month, the numbers of answers that it prints, the share of them that is
hidden, and the seconds of processor that choosing them took.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from feedback_app import demo
from feedback_app.app import create_app
from feedback_app.config import read_settings
from feedback_app.demo import state
from feedback_app.month import Month
from feedback_app.operations.migrations import migrate_to_head
from feedback_app.privacy.suppress import CellMark
from feedback_app.reports.figures.counted import latest_month
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.tally import tally_answers
from feedback_app.reports.publishing.left_before import (
    LeftBefore,
    choose_numbers,
    printed_tables,
)
from feedback_app.reports.publishing.published import Published, months_needed
from feedback_app.web.context import Instance, instance

MONTHS = 11


def count_hidden(published: Published) -> tuple[int, int]:
    """How many numbers of answers are printed or hidden, and how many of them are hidden."""
    marks = [
        number.mark
        for table in (published.whole, published.year, *published.bands.values())
        for (question, _what), number in table.numbers.items()
        if question
    ]
    return len(marks), sum(mark is not CellMark.SHOWN for mark in marks)


def choose_reports(parts: Instance, first: Month, last: Month) -> None:
    """Choose each month's numbers beside those that left before, and print what is hidden."""
    surveys = parts.catalogue.monthly_versions()
    questions, left, month = asked_questions(surveys), LeftBefore(), first
    every = hidden = 0
    while True:
        with parts.database.new_session(reading=True) as session:
            tally = tally_answers(session, surveys[0].key, *months_needed(month))
        before = time.process_time()
        publication = choose_numbers(left, tally, questions, month, seconds=120)
        seconds = time.process_time() - before
        numbers, away = count_hidden(printed_tables(publication, left, questions))
        left.add_publication(publication)
        every, hidden = every + numbers, hidden + away
        print(
            f"{month}: {numbers} numbers, {away / numbers:.0%} hidden, {seconds:.1f} s"
        )
        if month == last:
            break
        month = month.add_months(1)
    print(f"all: {every} numbers, {hidden / every:.0%} hidden")


def main() -> None:
    """Fill the demo in a folder of its own; first every month reported, then the last two alone."""
    folder = Path(tempfile.mkdtemp())
    state.FILE = folder / "demo.json"
    url = f"sqlite:///{folder / 'demo.db'}"
    migrate_to_head(url)
    app = create_app(
        read_settings(
            {"FEEDBACK_MODE": "demo"},
            database_url=url,
            keys_dir=folder / "keys",
            log_level="WARNING",
        )
    )
    demo.fill_demo(app)
    with app.app_context():
        parts = instance()
        with parts.database.new_session(reading=True) as session:
            running = latest_month(session, parts.catalogue.monthly_survey().key)
        if running is None:
            sys.exit("the demo has no answers")
        last = running.previous
        print("Every report of the year left:")
        choose_reports(parts, last.add_months(1 - MONTHS), last)
        print("The first report that left is that of the last month but one:")
        choose_reports(parts, last.previous, last)


if __name__ == "__main__":
    main()
