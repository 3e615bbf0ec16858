"""A Word form, opened again: the survey's words in order, numbered and lettered; nameless but for its last sheet."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document

from bench.support import quick
from feedback_app.documents.qr import qr_png
from feedback_app.documents.survey_form import FormLink, Stub, StubLine
from feedback_app.survey.model import LOOK_OF_BAND
from feedback_app.survey.translate import translate_catalogue
from feedback_app.survey.words import BRACE
from tests.support.surveys import NUMBERS
from tests.support.word_forms import (
    LINK,
    REFERENCE,
    STUB,
    asked_in,
    build_one,
    form_kind,
    missing_in_order,
    text_of,
    words_in_order,
)

ENGLISH = quick.surveys()
HOSTILE = "< > & {{7*7}} {% raw %} ${x} \x00\x07\x0b\x1b\ufffe\ud800 \U0001f642 \u202eabc\u202c \u05d0 &amp; ]]> '\""
KEPT = "< > & {{7*7}} {% raw %} ${x}  \U0001f642 \u202eabc\u202c \u05d0 &amp; ]]> '\""


@pytest.mark.parametrize(
    ("survey", "band", "look"),
    [("rate-my-review", "8-11", "middle"), ("safeguarding", "12-17", "easy")],
)
def test_a_form_says_the_surveys_words_in_order(
    survey: str, band: str, look: str
) -> None:
    kind = form_kind(ENGLISH, survey, band, look)
    text = text_of(build_one(kind))
    assert missing_in_order(words_in_order(kind), text) == ""
    assert not BRACE.search(text.replace("{}", ""))
    for asked in asked_in(kind):
        assert f"{asked.number}\t{asked.question.text}".replace("\t", "") in text
    boxes = sum(len(one.options) + one.can_be_declined for one in asked_in(kind))
    assert text.count("\N{BALLOT BOX}") == boxes


def test_nothing_but_the_last_sheet_names_the_child() -> None:
    file = build_one(form_kind(ENGLISH, "rate-my-review", "8-11"))
    before, _, after = text_of(file).partition(STUB.title)
    assert REFERENCE not in before
    assert REFERENCE in after
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        for name in parts.namelist():
            if name != "word/document.xml":
                assert REFERENCE.encode() not in parts.read(name), name
    document = Document(io.BytesIO(file))
    assert document.core_properties.author == ""
    first, last = document.sections
    assert last.start_type.name == "ODD_PAGE", "no question is on the back of it"
    assert LINK.words in first.footer.paragraphs[0].text
    assert LINK.words not in "".join(one.text for one in last.footer.paragraphs)


def test_the_foot_of_a_safeguarding_form_tells_nobody_at_home() -> None:
    document = Document(
        io.BytesIO(build_one(form_kind(ENGLISH, "safeguarding", "12-17")))
    )
    foot = document.sections[0].footer.paragraphs[0].text
    assert foot.startswith("S1 · 12\N{EN DASH}17 · en")
    assert "safeguarding" not in (foot + document.core_properties.title).casefold()


def test_a_blank_form_has_room_for_the_words_and_no_code() -> None:
    kind = form_kind(ENGLISH, "rate-my-review", "12-17")
    file = build_one(kind, None)
    assert LINK.words not in text_of(file)
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert not [one for one in parts.namelist() if one.startswith("word/media/")]
    assert text_of(file).count("_" * 20) == 4


def test_a_question_is_never_split() -> None:
    """All paragraphs of a question but the last are kept with the next."""
    body = Document(io.BytesIO(build_one(form_kind(ENGLISH, "rate-my-review", "8-11"))))
    asked = asked_in(form_kind(ENGLISH, "rate-my-review", "8-11"))
    texts = [one.text for one in body.paragraphs]
    for one in asked:
        at = texts.index(f"{one.number}\t{one.question.text}")
        held = [p.paragraph_format.keep_with_next for p in body.paragraphs[at:]]
        assert all(held[: len(one.options)]), one.question.id


def test_large_print_has_nothing_smaller_than_18_points_but_the_office_s() -> None:
    kind = form_kind(ENGLISH, "rate-my-review", "12-17", large=True)
    document = Document(io.BytesIO(build_one(kind)))
    office = next(n for n, p in enumerate(document.paragraphs) if p.text == STUB.title)
    for paragraph in document.paragraphs[:office]:
        for run in paragraph.runs:
            assert not run.text.strip() or run.font.size.pt >= 18, run.text


def test_arabic_runs_right_to_left_and_keeps_its_numbers() -> None:
    spoken = translate_catalogue(
        ENGLISH, lambda _context, english: english, language="ar", direction="rtl"
    )
    kind = form_kind(spoken, "rate-my-review", "8-11")
    document = Document(io.BytesIO(build_one(kind)))
    section = document.sections[0]._sectPr
    assert section.xpath("./w:bidi")
    assert document.tables[0]._tbl.xpath("./w:tblPr/w:bidiVisual")
    for asked in asked_in(kind):
        paragraph = next(
            p
            for p in document.paragraphs
            if p.text.endswith(f"\t{asked.question.text}")
        )
        assert paragraph._p.xpath("./w:pPr/w:bidi")
        run = paragraph._p.xpath("./w:r")[-1]
        assert run.xpath("./w:rPr/w:rtl")
        assert run.xpath("./w:rPr/w:lang/@w:bidi") == ["ar-SA"]
    assert "\u200e0800 1111\u200e" in text_of(build_one(kind))


def test_every_picture_says_what_it_is_and_has_a_number_of_its_own() -> None:
    kind = form_kind(ENGLISH, "rate-my-review", "4-7")
    document = Document(io.BytesIO(build_one(kind, times=2)))
    shapes = document.element.body.xpath(".//wp:docPr")
    assert len(shapes) > 40
    assert all(shape.get("descr") for shape in shapes)
    numbers = [shape.get("id") for shape in shapes]
    assert len(set(numbers)) == len(numbers)
    assert "Good" in {shape.get("descr") for shape in shapes}


def test_several_forms_have_each_its_own_words_and_pages() -> None:
    kind = form_kind(ENGLISH, "u-matter", "12-17")
    document = Document(io.BytesIO(build_one(kind, times=3)))
    forms = document.sections[::2]
    assert len(document.sections) == 6
    for number, section in enumerate(forms):
        assert section._sectPr.xpath("./w:pgNumType/@w:start") == ["1"]
        foot = section.footer._element.xml
        assert re.search(rf"PAGEREF end_of_form_{number}\b", foot)
    marks = document.element.body.xpath(".//w:bookmarkStart/@w:name")
    assert marks == [f"end_of_form_{n}" for n in range(3)]


def test_p31_what_somebody_typed_stands_in_the_document_as_they_typed_it() -> None:
    """Hostile words in the survey, in the service's details, on the tear-off, and in four words."""
    spoken = translate_catalogue(
        ENGLISH, lambda _context, english: f"{english}{HOSTILE}", language="en"
    )
    kind = form_kind(replace(ENGLISH, surveys=spoken.surveys), "rate-my-review", "8-11")
    file = build_one(
        kind,
        FormLink(LINK.address, HOSTILE),
        Stub(HOSTILE, (StubLine(HOSTILE, HOSTILE),), (HOSTILE,)),
        numbers=NUMBERS | {"duty": HOSTILE, "childline": HOSTILE},
    )
    text = text_of(file)
    assert "\x00" not in text
    assert text.count(KEPT) > 100
    assert "49" not in text.replace(LINK.address, "")
    for asked in asked_in(kind):
        clean = asked.question.text.replace(HOSTILE, KEPT)
        assert missing_in_order([clean], text) == ""
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        for name in parts.namelist():
            assert b"TargetMode" not in parts.read(name), "it points to nothing outside"


def test_a_qr_code_on_paper_is_read_as_its_address() -> None:
    import zxingcpp
    from PIL import Image

    with Image.open(io.BytesIO(qr_png(LINK.address))) as picture:
        assert zxingcpp.read_barcode(picture.convert("L")).text == LINK.address


def test_every_age_has_a_size_of_its_own() -> None:
    for band, points in (("4-7", 14), ("12-17", 12)):
        kind = form_kind(ENGLISH, "u-matter", band, LOOK_OF_BAND[band])
        document = Document(io.BytesIO(build_one(kind)))
        usual = [
            run.font.size.pt
            for paragraph in document.paragraphs
            for run in paragraph.runs
            if run.text.strip() == "Not sure"
        ]
        assert set(usual) == {points}
