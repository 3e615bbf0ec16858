"""A council's files for tests: rows as CSV, XLSX or ODS, and the way of a file through the pages."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from werkzeug.test import TestResponse

from bench.support.client import CheckedClient

REVIEWS = "/manager/imports"
SSD = (
    "clar_cla_review_id",
    "clar_cla_id",
    "clar_cla_review_due_date",
    "clar_cla_review_date",
    "clar_cla_review_participation",
    "clar_cla_review_last_iro_contact_date",
    "IRO",
    "Reference",
    "Age",
)
"""The headings of the dataset, and a council's own behind them."""
TODAY = date(2026, 10, 14)
_HIDDEN = re.compile(r'type="hidden" name="(kind|rows|seen)" value="([^"]*)"')
_SELECT = re.compile(r'<select id="[^"]+" name="([^"]+)".*?</select>', re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)" selected>')

Row = list[str | date]


def review_rows(number: int, iro: str) -> list[Row]:
    """Headings and so many reviews that hold, held within the last weeks, of children of 9."""
    rows: list[Row] = [list(SSD)]
    for one in range(1, number + 1):
        held = TODAY - timedelta(days=one % 13)
        rows.append(
            [
                f"7{one:05d}",
                f"E{one}",
                held + timedelta(days=2),
                held,
                f"PN{1 + one % 7}",
                held - timedelta(days=3),
                iro,
                f"RF-{one:05d}",
                "9",
            ]
        )
    return rows


def as_csv(rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:  # fmt: skip
    """The rows as a council's program writes them: days as 14/10/2026."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in rows:
        writer.writerow(
            [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row]
        )
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Row]) -> bytes:
    """The rows as a spreadsheet with real dates and, where a cell is digits, real numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, as_day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yy"})  # fmt: skip
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, as_day)
                elif cell.isdecimal():
                    sheet.write_number(at, column, int(cell))
                else:
                    sheet.write_string(at, column, cell)
    return out.getvalue()


def as_other(content: bytes, kind: str, folder: Path) -> bytes:
    """An XLSX as LibreOffice saves it again: `kind` is "ods" or "xls"."""
    source = folder / "sheet.xlsx"
    source.write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", kind, "--outdir",
         str(folder), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return source.with_suffix(f".{kind}").read_bytes()


def check_file(
    client: CheckedClient,
    content: bytes,
    *,
    kind: str = "reviews",
    path: str = REVIEWS,
    name: str = "reviews.csv",
    expect: int = 200,
) -> TestResponse:
    """Choose the file on the page, and look at what is shown of it."""
    fields = {
        "csrf_token": client.guard(path),
        "kind": kind,
        "file": (io.BytesIO(content), name),
    }
    return client.post(path, fields, expect=expect)


def carried_fields(page: TestResponse) -> dict[str, str]:
    """The fields of the form on that page, as it would be sent."""
    fields = dict(_HIDDEN.findall(page.text))
    for select in _SELECT.finditer(page.text):
        chosen = _CHOSEN.search(select[0])
        fields[select[1]] = chosen[1] if chosen else ""
    return fields


def send_on(
    client: CheckedClient,
    page: TestResponse,
    more: Mapping[str, str] | None = None,
    *,
    to: str = f"{REVIEWS}/store",
    expect: int = 303,
) -> TestResponse:
    """Press a button of the form on that page, by default the one that stores."""
    fields = {**carried_fields(page), **(more or {})}
    fields["csrf_token"] = client.guard(to.removesuffix("/store"))
    return client.post(to, fields, expect=expect, content_type="multipart/form-data")


def store_file(client: CheckedClient, content: bytes, *, kind: str = "reviews") -> str:
    """The whole way; what the page says at the end."""
    page = check_file(client, content, kind=kind)
    return client.get(send_on(client, page).location).text
