"""Every Word form as another program prints it: its words in order, its code, its direction; two forms in each run.

LibreOffice opens every survey, age, look and language in one go and makes a PDF of each, which poppler reads.
"""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from bench.support import quick
from feedback_app.documents.survey_form import FormKind
from feedback_app.survey.model import EASY, LOOK_OF_BAND
from feedback_app.web.child_languages import FOLDER, Languages, read_translations
from tests.support.word_forms import (
    LINK,
    REFERENCE,
    asked_in,
    build_one,
    form_kind,
    missing_in_order,
    print_all,
    printed_text,
    squeezed,
    words_in_order,
)

FOOT = 790
"""Where the foot of an A4 page begins, in points from its top."""


def every_kind() -> Iterator[tuple[str, FormKind]]:
    """Every survey, age, look and language in which it is offered, and in English every one in large print."""
    languages = Languages(quick.surveys(), read_translations(FOLDER), drafts=True)
    for survey in quick.surveys().newest_surveys():
        for offer in languages.offers[survey.key]:
            catalogue = languages.catalogue_in(offer.code)
            for band in survey.bands:
                for look in (LOOK_OF_BAND[band], EASY):
                    for large in (False, True) if offer.code == "en" else (False,):
                        kind = form_kind(catalogue, survey.key, band, look, large=large)
                        name = f"{survey.key}-{band}-{look}-{offer.code}-{large}"
                        yield name, kind


def folded(text: str) -> str:
    """Letters as they are typed, not as they are printed."""
    return unicodedata.normalize("NFKC", text)


@pytest.mark.full
def test_every_form_is_printed_whole(tmp_path: Path) -> None:
    kinds = dict(every_kind())
    assert len(kinds) > 80
    made = {name: build_one(kind) for name, kind in kinds.items()}
    for name, pdf in print_all(made, tmp_path).items():
        check_printed(kinds[name], pdf, name)


def check_printed(kind: FormKind, pdf: Path, name: str) -> None:
    """Its words are there in order, its code leads to the link, only the sheet after its last page names the child."""
    text = printed_text(pdf)
    pages = text.split("\f")
    last = max(
        n for n, page in enumerate(pages) if squeezed(LINK.words) in squeezed(page)
    )
    if kind.catalogue.direction == "ltr":
        words = [folded(one) for one in words_in_order(kind)]
        assert missing_in_order(words, folded(printed_text(pdf, "-raw"))) == "", name
    else:
        check_right_to_left(kind, pdf, name)
    for n in range(last + 1):
        assert squeezed(LINK.words) in squeezed(pages[n]), (
            f"{name}: page {n + 1} could be any child's"
        )
        assert REFERENCE not in pages[n], f"{name}: the form itself names the child"
        number = f"{n + 1}/{last + 1}"
        assert number in squeezed(pages[n]), f"{name}: page {n + 1}"
    assert any(REFERENCE in page for page in pages[last + 1 :]), name
    assert code_on_first_page(pdf) == LINK.address, name


def check_right_to_left(kind: FormKind, pdf: Path, name: str) -> None:
    """Questions begin at the right edge, in order down the pages, and their numbers stand right of them."""
    heights: list[tuple[int, float]] = []
    page, width = 0, 0.0
    for line in printed_text(pdf, "-bbox").splitlines():
        if "<page " in line:
            page, width = page + 1, float(line.split('width="')[1].split('"')[0])
        elif "<word " in line:
            word = line.split(">")[1].split("<")[0]
            at = {
                one: float(line.split(f'{one}="')[1].split('"')[0])
                for one in ("xMin", "yMin")
            }
            if word.isdigit() and at["xMin"] > width - 80 and at["yMin"] < FOOT:
                heights.append((int(word), page * 10_000 + at["yMin"]))
    numbers = [one.number for one in asked_in(kind)]
    found = [number for number, _height in sorted(heights, key=lambda one: one[1])]
    assert [one for one in found if one in numbers] == numbers, name


def code_on_first_page(pdf: Path) -> str:
    picture = pdf.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-gray", "-r", "110", "-f", "1", "-singlefile", pdf, picture],
        check=True,
    )
    with Image.open(picture.with_suffix(".pgm")) as page:
        found = zxingcpp.read_barcode(page)
    return found.text if found else ""
