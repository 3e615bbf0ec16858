"""Files that are none, are broken, or would take the machine: each is refused in plain words, and nothing is stored."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import xlsxwriter

from bench.support.world import NOON, World
from feedback_app import clock
from tests.support.sheets import (
    as_csv,
    as_xlsx,
    check_file,
    review_rows,
    send_on,
)
from tests.support.tables import contents


def far_apart() -> bytes:
    """A spreadsheet of a few kilobytes whose two cells span seventeen thousand million."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Reference")
        sheet.write(1_048_575, 16_383, "x")
    return out.getvalue()


def swollen() -> bytes:
    """A spreadsheet that unpacks to a gigabyte."""
    good, out = zipfile.ZipFile(io.BytesIO(as_xlsx(review_rows(1, "x")))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            if name != "xl/worksheets/sheet1.xml":
                bad.writestr(name, good.read(name))
        with bad.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(good.read("xl/worksheets/sheet1.xml").partition(b"<sheetData>")[0])  # fmt: skip
            sheet.write(b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>')
            for _mebibyte in range(1024):
                sheet.write(b"x" * 1024 * 1024)
            sheet.write(b"</t></is></c></row></sheetData></worksheet>")
    return out.getvalue()


def half_a_workbook() -> bytes:
    whole = as_xlsx(review_rows(30, "x"))
    return whole[: len(whole) // 2]


HEADINGS = as_csv(review_rows(0, "x"))
STRANGE = {
    "empty": (b"", "The file is empty"),
    "blank": (b"\r\n,,,\r\n", "There is nothing in the file"),
    "only headings": (HEADINGS, "There are only headings"),
    "a PDF": (b"%PDF-1.7 \x00\x01", "This is not a table"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "This is not a table"),
    "binary": (b"a,b\n\x00\x01\x02,3\n", "This is not a table"),
    "half a workbook": (half_a_workbook(), "it is broken, or no spreadsheet"),
    "another zip": (b"PK\x03\x04" + b"\0" * 60, "it is broken, or no spreadsheet"),
    "too far apart": (far_apart(), "takes too much room"),
    "too many rows": (as_csv(review_rows(5001, "x")), "more than 5000 rows"),
    "too many columns": (as_csv([[f"c{n}" for n in range(101)]] * 2), "more than 100 columns"),
    "an open quotation mark": (HEADINGS + b'"' + b"x" * 140_000, "a quotation mark"),
}  # fmt: skip


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_file_is_refused_in_plain_words(lite: World, what: str) -> None:
    content, said = STRANGE[what]
    client = lite.sign_in(lite.manager())
    page = check_file(client, content, expect=400)
    assert said in page.text
    assert 'href="#file"' in page.text


@pytest.mark.full
def test_a_file_that_unpacks_to_a_gigabyte_is_refused(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    assert "takes too much room" in check_file(client, swollen(), expect=400).text


def test_a_file_of_more_than_five_megabytes_is_refused(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    page = check_file(client, b"a,b\n" + b"1,2\n" * 1_400_000, expect=400)
    assert "larger than 5 MB" in page.text
    page = check_file(client, b"a,b\n" + b"1,2\n" * 1_700_000, expect=413)
    assert "The file is too large" in page.text


def test_whoever_may_not_import_sends_no_more_than_a_form(lite: World) -> None:
    client = lite.sign_in(lite.iro())
    fields = {
        "csrf_token": client.guard("/me"),
        "kind": "reviews",
        "file": (io.BytesIO(b"x" * 400_000), "x.csv"),
    }
    client.post("/manager/imports", fields, expect=404)


def test_without_a_kind_or_a_file_the_page_says_so(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    page = client.submit("/manager/imports", {"kind": "reviews"}, expect=400)
    assert "Choose a file." in page.text
    page = client.submit("/manager/imports", {}, expect=400)
    assert "Choose what is in the file." in page.text


def test_what_a_page_carries_is_let_go_after_half_an_hour(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    page = check_file(client, as_csv(review_rows(2, lite.iro().email)))
    for minutes in (10, 20, 30):  # whoever is at work stays signed in
        with clock.set_clock(NOON + timedelta(minutes=minutes), everywhere=True):
            client.get("/manager/imports")
    with clock.set_clock(NOON + timedelta(minutes=31), everywhere=True):
        answer = send_on(client, page, expect=400)
    assert "the file was let go" in answer.text
    tampered = send_on(client, page, {"rows": "AAAA"}, expect=400)
    assert "the file was let go" in tampered.text
    assert not contents(lite.parts.database.engine)["imported_review"]


@pytest.mark.full
def test_a_file_of_five_thousand_rows_is_carried_and_stored(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    page = check_file(client, as_csv(review_rows(5000, lite.iro().email)))
    assert len(page.data) < 1_000_000
    send_on(client, page)
    assert len(contents(lite.parts.database.engine)["imported_review"]) == 5000
