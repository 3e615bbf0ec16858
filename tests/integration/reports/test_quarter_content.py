"""What a quarter has beside a month: response rates, other languages, changed questions, imported reviews."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.sending import Sending
from feedback_app.models.text import QueueEntry
from feedback_app.month import Month
from feedback_app.reports.document import Chapter, Paragraph, ReportDocument
from feedback_app.reports.figures.asked import (
    HANDED,
    AskedCounts,
    count_asked,
    count_links,
)
from feedback_app.reports.tables import CellValue, Table
from tests.support.built_reports import chapter, report
from tests.support.report_months import people_september
from tests.support.reviews import import_review

SEPTEMBER = Month(2026, 9)


def lines(one: Chapter) -> list[str]:
    return [block.text for block in one.blocks if isinstance(block, Paragraph)]


def rows(one: Chapter) -> list[tuple[CellValue, ...]]:
    return [
        row.cells for block in one.blocks if isinstance(block, Table) for row in block.rows
    ]  # fmt: skip


def quarter(world: World) -> ReportDocument:
    return report(world, SEPTEMBER, "quarter")


def test_a_quarter_has_its_chapters_each_also_where_there_is_nothing(
    lite: World,
) -> None:
    people_september(lite)
    document = quarter(lite)
    assert rows(chapter(document, "Response rate")) == [("All", 24, 24, 0, 0, 0, 1.0)]
    assert lines(chapter(document, "Texts in other languages")) == [
        "No child wrote in another language.",
        "When a text was put into English is not noted in this service.",
        "The language is that of the page on which a child wrote.",
    ]
    assert lines(chapter(document, "What changed in the questions")) == [
        "Rate my Review: nothing changed. Children answered version 1."
    ]
    held = chapter(document, "Reviews, from the case system")
    assert [one.key for one in held.blocks] == [  # type: ignore[union-attr]
        "gap.reviews",
        "gap.midway",
        "gap.visits",
    ]
    standing = chapter(document, "Six standing questions")
    said = [one for one in standing.blocks if getattr(one, "key", "")]
    assert len(said) == 6
    for one in said:
        assert one.text.count(". ") == 1, one  # type: ignore[union-attr]
    assert not any(
        one.title == "Response rate" for one in report(lite, SEPTEMBER).chapters
    )
    year = report(lite, SEPTEMBER, "year")
    assert rows(chapter(year, "Response rate"))


def test_imported_reviews_are_counted_by_their_days_and_marked_as_imported(
    lite: World,
) -> None:
    due = date(2026, 9, 15)
    for held in (date(2026, 9, 10), due, date(2026, 9, 16), None):
        code = "PN1" if held else None
        import_review(lite, held_on=held, due_on=due, pn_code=code, reference=None)
    first = date(2026, 7, 1)
    import_review(lite, held_on=first, spoke_on=first, reference=None)
    import_review(lite, held_on=date(2026, 10, 1), due_on=due, reference=None)
    before = date(2026, 6, 1)
    for days in ({"midway_on": before}, {"midway_on": before, "visited_on": before}):
        import_review(lite, held_on=due, due_on=due, reference=None, **days)
    people_september(lite)
    found = chapter(quarter(lite), "Reviews, from the case system")
    table = found.blocks[0]
    assert isinstance(table, Table)
    assert table.columns[1].title == "Imported"
    assert not [one for one in found.blocks if "not in what was" in str(one)]
    assert [row.cells[1] for row in table.rows] == [6, 4, 1, 1, 1, 1, 2, 1]


@pytest.mark.parametrize("children", [12, 3])
def test_children_who_wrote_in_another_language_and_how_soon_it_was_read(
    lite: World, children: int
) -> None:
    for number in range(children + 2):
        texts = {"better": "Wszystko dobrze"} if number < children else None
        lite.response(month="2026-09", language="pl", texts=texts)
    people_september(lite)
    arrived = datetime(2026, 9, 10, 10, tzinfo=UTC)
    with lite.session(reading=False) as session:
        for entry in session.scalars(select(QueueEntry)):
            entry.queued_at, entry.read_at = arrived, arrived.replace(day=13)
        session.commit()
    document = quarter(lite)
    found = chapter(document, "Texts in other languages")
    behind = rows(chapter(document, "Who is behind the figures"))
    polish = next(row[1] for row in behind if row[0] == "Polish")
    wrote = dict(rows(found))["Polish"]  # type: ignore[arg-type]
    assert (polish, wrote) != (children + 2, children), "two wrote nothing"
    soon = "From arrival until a person had read it: 3 days in the middle (median)."
    few = "How soon they were read is said from 10 children on."
    total = dict(rows(found))["All other languages"]  # type: ignore[arg-type]
    assert (soon in lines(found)) == (isinstance(total, int) and total >= 10)
    assert (few in lines(found)) != (soon in lines(found))


def test_a_link_counts_by_how_it_reached_the_child_last(lite: World) -> None:
    iro = lite.iro()
    invitations = [lite.invitation(iro) for _child in range(4)]
    with lite.session(reading=False) as session:
        for number, (way, state) in enumerate(
            (("sms", "handed_over"), ("email", "handed_over"), ("sms", "failed"))
        ):
            session.add(
                Sending(
                    invitation_id=invitations[number].id,
                    issue_number=1,
                    way=way,
                    to_whom="child",
                    state=state,
                    reason="refused" if state == "failed" else None,
                    made_at=clock.now(),
                    state_at=clock.now(),
                    person_id=iro.id,
                )
            )
        one = session.get_one(Invitation, invitations[3].id)
        one.outcome = "declined"
        session.commit()
    with lite.session() as session:
        survey, october = "rate-my-review", Month(2026, 10)
        asked = count_asked(session, survey, [october])
        found = count_links(session, survey, asked)
    assert found[october] == {
        HANDED: AskedCounts(waiting=1, said_no=1),
        "sms": AskedCounts(waiting=1),
        "email": AskedCounts(waiting=1),
    }
