"""One writer a format: each can write every table, and none of them computes a figure."""

from __future__ import annotations

import ast
import csv
import importlib
import io
from pathlib import Path

import openpyxl
import pytest

from bench.support.world import World
from feedback_app.month import Month
from feedback_app.reports import formats
from feedback_app.reports.content.method import data_dictionary
from feedback_app.reports.formats.csv import write_csv
from feedback_app.reports.formats.xlsx import write_xlsx
from feedback_app.reports.read_comments import comment_report, gather_comments
from feedback_app.reports.tables import (
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)

WRITERS = sorted(
    path
    for path in Path(formats.__file__).parent.glob("*.py")
    if path.stem in ("csv", "xlsx")
)
DOCUMENT_WRITERS = sorted(
    path
    for path in Path(formats.__file__).parent.glob("*.py")
    if path.stem not in ("__init__", "csv", "xlsx")
)


def report_of(world: World, month: Month) -> TableReport:
    """The month's comments."""
    manager = world.manager()
    with world.app.test_request_context(), world.session() as session:
        found = gather_comments(
            session,
            world.parts.keys.text,
            world.parts.settings,
            world.parts.catalogue.monthly_versions(),
            month,
            person_id=manager.id,
            roles=["manager"],
        )
        return comment_report(found)


def test_each_writer_writes_every_table_of_a_report(lite: World) -> None:
    for report in (report_of(lite, Month(2026, 9)), data_report(lite)):
        book = openpyxl.load_workbook(io.BytesIO(write_xlsx(report)))
        in_csv = [
            cell
            for line in csv.reader(io.StringIO(write_csv(report).decode("utf-8-sig")))
            for cell in line
        ]
        in_book = [
            str(cell)
            for sheet in book
            for line in sheet.iter_rows(values_only=True)
            for cell in line
        ]
        for table in report.all_tables():
            titles = [column.title for column in table.columns]
            words = [
                cell
                for row in table.rows
                for cell in row.cells
                if isinstance(cell, str)
            ]
            for word in (table.title, *titles, *words):
                assert not word or word in in_csv
                assert not word or word in in_book


def data_report(world: World) -> TableReport:
    """What each column of the tidy data holds."""
    with world.app.test_request_context():
        return data_dictionary()


def test_each_format_has_one_writer_that_takes_any_report(lite: World) -> None:
    for path in WRITERS:
        module = importlib.import_module(f"{formats.__name__}.{path.stem}")
        writers = [name for name in vars(module) if name.startswith("write_")]
        assert writers == [f"write_{path.stem}"]
        for report in (report_of(lite, Month(2026, 9)), data_report(lite)):
            assert getattr(module, writers[0])(report)


@pytest.mark.parametrize(
    "path", DOCUMENT_WRITERS, ids=[path.stem for path in DOCUMENT_WRITERS]
)
def test_a_writer_of_documents_knows_what_a_report_is_made_of_and_no_figure(
    path: Path,
) -> None:
    module = importlib.import_module(f"{formats.__name__}.{path.stem}")
    assert f"write_{path.stem}" in vars(module)
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("feedback_app.reports")
    }
    known = ("document", "tables", "charts", "formats")
    assert {name.split(".")[2] for name in imported} <= set(known)


@pytest.mark.parametrize("path", WRITERS, ids=[path.stem for path in WRITERS])
def test_a_writer_knows_tables_and_nothing_else_of_the_product(path: Path) -> None:
    imported = {
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("feedback_app")
    }
    assert imported - {"feedback_app.typed_text"} == {"feedback_app.reports.tables"}


def test_a_columns_kind_and_width_decide_how_its_cells_are_written() -> None:
    columns = (
        Column("Words", width=30),
        Column("Count", "number"),
        Column("Share", "percent", 9),
    )
    table = Table(
        "A title",
        columns,
        (
            TableRow(("=1", 5, 0.5)),
            TableRow(("few", "fewer than 5", "not shown"), bold=True),
        ),
    )
    report = TableReport("Report", "Service", (ReportSection("One", (table,)),))
    assert write_csv(report).decode("utf-8-sig").splitlines() == [
        '"A title"',
        '"Words","Count","Share"',
        """ "'=1",5,"50%" """.strip(),
        '"few","fewer than 5","not shown"',
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(report)))["One"]
    assert [int(sheet.column_dimensions[letter].width) for letter in "ABC"] == [
        30,
        12,
        9,
    ]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in sheet[3]] == [
        ("=1", "s", "General"),
        (5, "n", "General"),
        (0.5, "n", "0%"),
    ]
    assert [cell.alignment.horizontal for cell in sheet[4]] == [
        "left",
        "right",
        "right",
    ]
    assert sheet.freeze_panes == "A3"


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        Table("", (Column("One"), Column("Two")), (TableRow(("only one",)),))
