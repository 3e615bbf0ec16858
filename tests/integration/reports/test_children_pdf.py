"""The children's page: a sheet for each age, tagged, with every word; a poster is the same on A3."""

from __future__ import annotations

import io

import pypdf
import pytest

from bench.support.world import World
from feedback_app.reports.printing.children_pdf import (
    SCALES,
    PaperSize,
    children_pdf,
)
from tests.support.children_pages import LINES, page_of

A3_POINTS, A4_POINTS = 1190, 841


@pytest.mark.parametrize("paper", SCALES)
@pytest.mark.parametrize("lines", [LINES[:2], LINES])
def test_each_age_has_one_sheet_with_every_word(
    lite: World, paper: PaperSize, lines: tuple[str, ...]
) -> None:
    page = page_of(lines)
    with lite.app.test_request_context():
        made = children_pdf(page, paper)
        assert made == children_pdf(page, paper)
    pdf = pypdf.PdfReader(io.BytesIO(made))
    assert len(pdf.pages) == len(page.words)
    height = A3_POINTS if paper == "a3" else A4_POINTS
    for sheet, words in zip(pdf.pages, page.words, strict=True):
        assert int(sheet.mediabox.height) == height
        read = "".join(sheet.extract_text().split())
        for said in (words.opening, words.facts[0].text, *lines, "Part 4"):
            assert "".join(said.split()) in read
    root = pdf.trailer["/Root"]
    assert "pdfuaid:part>1" in root["/Metadata"].get_data().decode()
