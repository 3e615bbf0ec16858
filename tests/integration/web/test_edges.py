"""Edges that other tools broke at: languages with a region, addresses of IPv6, odd months, gzip that is refused."""

from __future__ import annotations

import gzip

import brotli
import pytest

from bench.support.world import World
from feedback_app.operations.migrations import alembic_config
from feedback_app.reports.formats.csv import safe_cell, write_csv
from feedback_app.reports.tables import (
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)
from feedback_app.web import limits


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-GB,ar;q=0.5", "en"),
        ("en-GB,pl;q=0.9,en-US;q=0.8", "en"),
        ("ar-EG,en;q=0.8", "ar"),
        ("pl-PL,en;q=0.5", "pl"),
        ("fa-AF,en-GB;q=0.9,en;q=0.8", "fa"),
        ("cy-GB,cy;q=0.9,pl;q=0.1", "pl"),
        ("en;q=0.5,uk-UA", "uk"),
        ("pl;q=0,en", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_most_wanted_language_counts_with_and_without_its_region(
    lite: World, asked: str, language: str
) -> None:
    page = lite.client().get("/help", headers={"Accept-Language": asked})
    assert f'<html lang="{language}"' in page.text


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip", True), ("gzip;q=0", False), ("gzip;q=0.5, br", True), ("br", False)],
)
def test_gzip_that_is_refused_is_not_sent(
    lite: World, accepted: str, packed: bool
) -> None:
    token = lite.token(lite.invitation())
    for path in ("/help", f"/r/{token}"):
        answer = lite.app.test_client().get(path, headers={"Accept-Encoding": accepted})
        assert (answer.headers.get("Content-Encoding") == "gzip") is packed
        body = gzip.decompress(answer.data) if packed else answer.data
        assert b"<!doctype html>" in body


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("gzip, deflate", "gzip"),
        ("identity", None),
    ],
)
def test_a_file_is_sent_in_the_smallest_form_that_a_phone_takes(
    lite: World, accepted: str, sent: str | None
) -> None:
    answer = lite.app.test_client().get(
        "/static/child.css", headers={"Accept-Encoding": accepted}
    )
    assert answer.headers.get("Content-Encoding") == sent
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[sent]
    assert b"@media" in unpack(answer.data)
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::27", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("not an address", "not an address", True),
    ],
)
def test_neighbours_in_a_64_count_as_one_caller(
    lite: World, one: str, other: str, same: bool
) -> None:
    digests = []
    for address in (one, other):
        with lite.app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            digests.append(limits.caller_digest())
    assert (digests[0] == digests[1]) is same


@pytest.mark.parametrize(
    "month", ["0001-01", "9999-12", "1999-12", "2201-01", "0000-00"]
)
def test_a_month_far_from_here_is_not_there(lite: World, month: str) -> None:
    manager = lite.sign_in(lite.manager())
    for page in ("", "/answers", "/comments", "/summary.csv"):
        manager.get(f"/manager/{month}{page}", expect=404)
    officer = lite.sign_in(lite.iro())
    assert officer.http.get(f"/iro/month?month={month}").status_code < 500


def test_a_version_of_five_thousand_digits_is_no_fault(lite: World) -> None:
    manager = lite.sign_in(lite.manager())
    page = f"/manager/said-and-done/{lite.action()}"
    answer = manager.submit(page, {"version": "9" * 5000}, expect=400)
    assert "There is a problem" in answer.text


def test_a_cell_stays_whole_however_a_program_splits_the_line() -> None:
    reason = "asked by parent;=1+1;x"
    row = TableRow((reason, 3))
    table = Table("", (Column("Reason"), Column("n", kind="number")), (row,))
    text = write_csv(TableReport("", "", (ReportSection("", (table,)),))).decode(
        "utf-8-sig"
    )
    assert f'"{reason}",3' in text


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b", "\u00ad ", " \u3164"])
def test_a_formula_behind_something_invisible_is_text(mark: str) -> None:
    assert safe_cell(f"{mark}=1+1") == f"'{mark}=1+1"
    assert safe_cell(f"{mark}one") == f"{mark}one"


def test_a_percent_sign_in_the_folder_does_not_stop_a_migration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pathlib import Path

    from feedback_app.operations import migrations

    monkeypatch.setattr(migrations, "ROOT", Path("/srv/100%/feedback"))
    config = alembic_config("sqlite://")
    assert config.get_main_option("script_location") == "/srv/100%/feedback/migrations"
