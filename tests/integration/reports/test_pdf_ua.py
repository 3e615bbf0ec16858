"""Every PDF of a report passes veraPDF's rules of PDF/UA-1, which others wrote."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Literal

import pytest

from bench.support.world import World
from feedback_app.manager.reports.formats import EVIDENCE, write_all
from feedback_app.month import Month
from feedback_app.reports.printing.children_pdf import SCALES, children_pdf
from feedback_app.reports.printing.report_pdf import report_pdf
from tests.support.built_reports import report
from tests.support.children_pages import LINES, page_of
from tests.support.report_months import people_september
from tests.support.reviews import import_review
from tests.support.verapdf import check_pdfs

SEPTEMBER = Month(2026, 9)
KINDS: tuple[Literal["month", "quarter", "year"], ...] = ("month", "quarter", "year")


@pytest.mark.full
def test_another_checker_finds_nothing_against_pdf_ua(
    lite: World, tmp_path: Path
) -> None:
    people_september(lite)
    people_september(lite)
    import_review(lite, reference=None)
    documents = {kind: report(lite, SEPTEMBER, kind) for kind in KINDS}
    with lite.app.test_request_context():
        files = {f"{kind}.pdf": report_pdf(one) for kind, one in documents.items()}
        for paper in SCALES:
            files[f"children-{paper}.pdf"] = children_pdf(page_of(LINES), paper)
        every = write_all(documents["month"], None, audit_head="1:a")
    with zipfile.ZipFile(io.BytesIO(every[EVIDENCE])) as packed:
        files["evidence.pdf"] = packed.read("report.pdf")
    # A file without its language, so that it is known that something would be found.
    broken = files["month.pdf"].replace(b"/Lang(en-GB)", b"/Lamp(en-GB)")
    assert broken != files["month.pdf"]
    files["broken.pdf"] = broken
    found = check_pdfs(files, tmp_path)
    assert any("language" in line for line in found.pop("broken.pdf"))
    assert found == {name: [] for name in files if name != "broken.pdf"}
