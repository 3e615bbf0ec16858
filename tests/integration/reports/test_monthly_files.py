"""Files of a month: the comments that have been read, and the draft's figures; no formula runs in them."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from bench.support.world import World
from feedback_app.models.report import ChosenNumbers
from feedback_app.models.running import AuditEntry
from feedback_app.models.text import QueueEntry, SealedText
from feedback_app.month import Month
from feedback_app.reading.marks import mark_read
from feedback_app.reports.formats.csv import safe_cell

XLSX = "/manager/2026-09/summary.xlsx"
TRIGGERS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    '=HYPERLINK("x")',
]


def workbook(world: World, path: str = XLSX) -> dict[str, Worksheet]:
    world.choose_numbers()
    answer = world.sign_in(world.manager()).get(path)
    return {
        sheet.title: sheet for sheet in openpyxl.load_workbook(io.BytesIO(answer.data))
    }


def lines(sheet: Worksheet) -> list[list[object]]:
    return [
        [cell for cell in line if cell is not None]
        for line in sheet.iter_rows(values_only=True)
    ]


def read_all(world: World) -> None:
    manager = world.manager()
    with world.session(reading=False) as session:
        for entry in session.scalars(select(QueueEntry)).all():
            ring = world.parts.keys.audit
            mark_read(
                session,
                ring,
                entry,
                reader="manager",
                outcome="nothing_to_do",
                person_id=manager.id,
            )
        session.commit()


def test_the_files_are_named_after_the_month_and_their_leaving_is_on_the_record(
    world: World,
) -> None:
    manager = world.manager()
    world.choose_numbers()
    client = world.sign_in(manager)
    for kind in ("xlsx", "csv"):
        answer = client.get(f"/manager/2026-09/summary.{kind}")
        assert (
            answer.headers["Content-Disposition"]
            == f'attachment; filename="rate-my-review-comments-2026-09.{kind}"'
        )
    with world.session() as session:
        left = session.execute(
            select(AuditEntry.person_id, AuditEntry.about)
            .where(AuditEntry.what == "exported")
            .order_by(AuditEntry.number)
        ).all()
    assert [tuple(row) for row in left] == [
        (manager.id, "2026-09 xlsx"),
        (manager.id, "2026-09 csv"),
    ]


def test_p30_words_that_look_like_formulas_are_text_in_the_workbook(
    world: World,
) -> None:
    written = [words.strip() for words in TRIGGERS]
    for words in written:
        world.response(month="2026-09", texts={"better": words})
    read_all(world)
    sheet = workbook(world)["Comments"]
    cells = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert sorted(str(cell.value) for cell in cells) == sorted(written)
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize("words", TRIGGERS)
def test_p30_no_csv_cell_begins_with_what_a_spreadsheet_takes_for_a_formula(
    words: str,
) -> None:
    assert safe_cell(words) == f"'{words}"


@pytest.mark.parametrize("cell", ["plain", "a = b", "3-4", 5, -5, 0, "", "'quoted'"])
def test_p30_other_cells_are_left_as_they_are(cell: str | int) -> None:
    assert safe_cell(cell) == cell


def test_the_comments_sheet_holds_band_and_words_of_read_texts_alone(
    world: World,
) -> None:
    oak = world.iro("Officer Oak")
    world.response(oak, month="2026-09", band="12-17", texts={"better": "Read before"})
    read_all(world)
    world.response(oak, month="2026-09", texts={"better": "Not read yet"})
    sheets = workbook(world)
    assert lines(sheets["Comments"]) == [
        ["Question", "Age", "Words", "Quote"],
        ["What should we change?", "12–17", "Read before"],
    ]
    assert list(sheets) == ["Comments", "Notes"]
    every = str([lines(sheet) for sheet in sheets.values()])
    assert "Oak" not in every
    assert "Not read yet" not in every
    assert "a concern was found: 1." in every


def test_a_text_with_a_concern_stays_out_of_the_file(world: World) -> None:
    world.response(month="2026-09", texts={"better": "Something that worries a reader"})
    read_all(world)
    with world.session() as session:
        entry_id = session.scalars(select(QueueEntry.id).join(SealedText)).one()
    path = f"/safeguarding/texts/{entry_id}"
    world.sign_in(world.lead()).submit(path, {"outcome": "concern"}, to=f"{path}/read")
    assert "worries" not in str(lines(workbook(world)["Comments"]))


def test_opening_words_for_the_file_changes_nothing_that_was_stored(
    world: World,
) -> None:
    world.response(month="2026-09", texts={"better": "More breaks"})
    read_all(world)
    with world.session() as session:
        before = session.scalars(select(SealedText.value)).all()
    workbook(world)
    with world.session() as session:
        assert session.scalars(select(SealedText.value)).all() == before


Tidy = dict[tuple[str, str], str]


def draft_figures(world: World, period: str = "2026-09") -> Tidy:
    """The month's draft as tidy data: (question, answer) -> count, or why there is none."""
    world.choose_numbers()
    client = world.sign_in(world.manager())
    content = client.get(f"/manager/reports/{period}/draft.csv").data
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {
        (row["question"], row["option"]): row["count"] or row["why_hidden"]
        for row in rows
        if row["period"] == period
    }


KNOW = ("Do you know who your IRO is?", "Children who answered")


def test_what_left_is_noted_once_and_stays_and_a_late_paper_makes_another(
    world: World,
) -> None:
    for _number in range(12):
        world.response(month="2026-09", answers={"know_iro": ["yes"]}, band="12-17")
    assert world.choose_numbers() == [Month(2026, 9)]
    world.response(month="2026-09", answers={"know_iro": ["yes"]}, band="12-17")
    assert world.choose_numbers() == [Month(2026, 9)], "a draft is chosen anew"
    first = draft_figures(world)
    with world.session() as session:
        row = session.scalars(select(ChosenNumbers)).one()
        assert (row.number, row.left_with_id) == (1, world.manager().id)
    assert world.choose_numbers() == [], "nothing new"
    world.response(month="2026-09", answers={"know_iro": ["no"]}, band="12-17")
    second = draft_figures(world)
    with world.session() as session:
        rows = session.scalars(
            select(ChosenNumbers).order_by(ChosenNumbers.number)
        ).all()
        assert [each.number for each in rows] == [1, 2]
        assert all(each.left_at for each in rows)
        assert rows[0].content == row.content
    assert (first[KNOW], second[KNOW]) == ("13", "not shown")


def test_figures_that_are_not_ready_are_asked_of_the_worker_and_nothing_leaves(
    world: World,
) -> None:
    client = world.sign_in(world.manager())
    for _number in range(12):
        world.response(month="2026-08", answers={"know_iro": ["yes"]}, band="12-17")
    path = "/manager/reports/2026-08/draft.csv"
    page = client.get(client.get(path, expect=303).headers["Location"]).text
    assert "The figures of August 2026 are being made ready" in page
    assert world.choose_numbers() == [Month(2026, 8), Month(2026, 9)]
    assert draft_figures(world, "2026-08")[KNOW] == "12"
    assert world.choose_numbers() == [Month(2026, 9)], "August left: it is chosen anew"
    with world.session() as session:
        left = session.scalars(
            select(AuditEntry.about).where(AuditEntry.what == "exported")
        ).all()
        assert left == ["2026-08 csv draft"]


def test_p25_a_table_of_fewer_than_ten_children_says_nothing(lite: World) -> None:
    for _number in range(9):
        lite.response(month="2026-09", answers={"know_iro": ["yes"]}, band="12-17")
    assert draft_figures(lite)[KNOW] == "not shown"


def test_p30_an_officers_name_cannot_become_a_formula(lite: World) -> None:
    name = "=cmd|' /C calc'!A0"
    lite.iro(name)
    sheet = workbook(lite, "/manager/reports/2026-10/draft.xlsx")["Heard"]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert [cell.data_type for cell in cells if cell.value == name] == ["s"]


def test_the_notes_say_what_the_file_is(lite: World) -> None:
    notes = str(lines(workbook(lite)["Notes"]))
    for part in (
        "September 2026",
        "handed over is the report",
        "14/10/2026",
        "by hand",
    ):
        assert part in notes
