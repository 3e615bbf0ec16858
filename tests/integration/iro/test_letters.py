"""Letters: the officer's words come out as they were typed, in Word and as PDF, and nothing of them is kept."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import docx
import pytest
import zxingcpp
from docx.oxml.ns import qn
from PIL import Image

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.documents.letter_check import template_problems
from feedback_app.documents.letter_pdf import letter_pdf
from feedback_app.documents.letter_templates import (
    BANDS,
    KINDS,
    OUR_FOLDER,
    template_path,
)
from feedback_app.documents.letters import TRIAL_LINK, LetterWords, fill_letter
from feedback_app.models.invitation import Invitation
from tests.support.pdf import pdf_codes, pdf_words
from tests.support.reading_grade import AVOID, GRADE, grade
from tests.support.tables import every_byte
from tools.letter_templates import LETTERS, make_template

NASTY = "{{ 7*7 }} {_{ 7 }_} {% for x in [1] %} < & > \" ' \\ # * _ $ @ `"
OTHERS = "Zoë 🐈 مرحبا \u202eabc\u202c"
NUMBERS = {
    "advocacy": "01632 960 101",
    "complaints": "01632 960 106",
    "childline": "0800 1111",
    "emergency": "999",
    "help_at_hand": "0800 528 0731",
    "always_heard": "0808 800 5792",
    "nyas": "0808 808 1001",
    "service_phone": "01632 960 100",
    "service_name": "Rate my Review",
    "today": "27 November 2026",
}
TYPED = {
    "child": "Robin",
    "greeting": "Dear",
    "officer": "Officer Amber",
    "sign_off": "With best wishes,",
    "reach": "E-mail: amber@staff.example",
    "decided": "You stay with Kim.\n\nSchool helps you with maths.",
    "proud": "You said what you wanted.\nThat took courage.\n\nWell done.",
}


def words_of(file: bytes) -> str:
    """Every word of a Word document, paragraph by paragraph, in order."""
    found = docx.Document(io.BytesIO(file))
    lines = found.element.body.iter(qn("w:p"))
    return "\n".join(docx.text.paragraph.Paragraph(one, found).text for one in lines)


def words(**changes: str) -> LetterWords:
    """The words of a letter, with these changed."""
    texts = {
        name: one
        for name, one in TYPED.items()
        if name in ("child", "greeting", "officer", "sign_off")
    }
    lines = {name: ["One.", "Two."] for name in ("about", "decided", "proud", "reach")}
    for name, one in changes.items():
        if name in lines:
            lines[name] = [one]
        else:
            texts[name] = one
    return LetterWords({**NUMBERS, **texts}, lines)


def wrote(
    client: CheckedClient, kind: str, typed: dict[str, str], link: str = ""
) -> bytes:
    """The Word file that an officer downloads."""
    page = f"/iro/letters/{kind}" + (f"?link={link}" if link else "")
    fields = TYPED | {"way": "docx", "link": link} | typed
    answer = client.submit(page, fields, to=f"/iro/letters/{kind}", expect=200)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Robin" not in str(answer.headers)
    return answer.data


def test_what_is_typed_comes_out_as_it_was_typed() -> None:
    said = f"{NASTY} {OTHERS}"
    file = fill_letter(
        template_path("after-review", "8-11", None),
        words(child=said, decided=said, proud=f"one\ntwo\n{said}\x0b\x00\ufffe"),
        TRIAL_LINK,
    )
    lines = words_of(file).split("\n")
    assert f"Dear {said}," in lines
    assert lines.count(said) == 2
    assert lines[lines.index("one") + 1] == "two"
    assert "\x0b" not in words_of(file)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("band", BANDS)
def test_the_pdf_has_the_words_of_the_word_file(
    kind: str, band: str, tmp_path: Path
) -> None:
    file = fill_letter(template_path(kind, band, None), words(), TRIAL_LINK)
    made = letter_pdf(file)
    bare = re.sub(r"[\s•·‣\uf0b7-]", "", pdf_words(made, tmp_path))
    assert sorted(bare) == sorted(re.sub(r"[\s•·‣\uf0b7-]", "", words_of(file)))
    for number in ("advocacy", "always_heard", "childline"):
        assert NUMBERS[number].replace(" ", "") in bare
    if kind == "after-review":
        assert pdf_codes(made, tmp_path) == [[TRIAL_LINK.address]] or [
            TRIAL_LINK.address
        ] in pdf_codes(made, tmp_path)
    assert b"pdfuaid" in made


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
def test_libreoffice_opens_the_letters_and_reads_the_same_words(
    kind: str, tmp_path: Path
) -> None:
    said = words(proud=f"{NASTY} Zoë", child="Robin")
    files = {
        band: fill_letter(template_path(kind, band, None), said, TRIAL_LINK)
        for band in BANDS
    }
    for band, file in files.items():
        (tmp_path / f"{band}.docx").write_bytes(file)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
        + [tmp_path / f"{band}.docx" for band in BANDS],
        check=True,
        capture_output=True,
        timeout=180,
    )
    for band, file in files.items():
        seen = (tmp_path / f"{band}.pdf").read_bytes()
        bare = re.sub(r"[\s•·‣\uf0b7-]", "", pdf_words(seen, tmp_path))
        assert sorted(bare) == sorted(re.sub(r"[\s•·‣\uf0b7-]", "", words_of(file)))
        if kind == "after-review":
            assert [TRIAL_LINK.address] in pdf_codes(seen, tmp_path)


def test_the_code_in_the_word_file_opens_the_childs_own_link_and_is_named(
    world: World,
) -> None:
    officer = world.iro()
    one = world.invitation(officer, band="12-17", reference="CASE-77")
    file = wrote(world.sign_in(officer), "after-review", {}, one.id)
    letter = docx.Document(io.BytesIO(file))
    pictures = [
        part
        for part in letter.part.related_parts.values()
        if "image" in part.content_type
    ]
    assert len(pictures) == 1
    codes = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(pictures[0].blob)),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    )
    assert [code.text.rpartition("/r/")[2] for code in codes] == [world.token(one)]
    named = next(letter.element.body.iter(qn("wp:docPr")))
    assert named.get("descr") == "QR code that opens the questions"
    said = words_of(file)
    assert world.words(one) in said
    assert "You stay with Kim.\nSchool helps you with maths.\n" in said
    assert "That took courage.\nWell done." in said
    assert "CASE-77" not in said
    assert world.parts.settings.advocacy in said


def test_nothing_of_a_letter_is_kept_and_letter_sent_is_only_said_by_the_officer(
    world: World,
) -> None:
    officer = world.iro()
    one = world.invitation(officer, reference="CASE-77")
    client = world.sign_in(officer)
    wrote(
        client,
        "after-review",
        {"child": "SENTINEL-CHILD", "proud": "SENTINEL-PROUD"},
        one.id,
    )
    kept = every_byte(world.parts.database.engine)
    assert b"SENTINEL-CHILD" not in kept
    assert b"SENTINEL-PROUD" not in kept
    page = f"/iro/letters/after-review?link={one.id}"
    with world.session() as session:
        assert not session.get_one(Invitation, one.id).letter_sent
    client.submit(
        page, {"fact": "letter_sent", "done": "yes"}, to=f"/iro/links/{one.id}/before"
    )
    with world.session() as session:
        assert session.get_one(Invitation, one.id).letter_sent
    assert "Noted: letter sent." in client.get(page).text


def test_a_mistake_is_told_beside_the_field_and_nothing_typed_is_lost(
    lite: World,
) -> None:
    client = lite.sign_in(lite.iro())
    typed = TYPED | {"child": " ", "proud": "Nearly done. <b>"}
    page = client.submit("/iro/letters/after-review", typed, expect=400).text
    assert "Type the child’s first name." in page
    assert "Choose the age of the child." in page
    assert "Nearly done. &lt;b&gt;" in page
    assert "You stay with Kim." in page


def test_a_letter_is_written_with_a_link_that_is_made_for_it(lite: World) -> None:
    client = lite.sign_in(lite.iro())
    asked = {"part": "took-part", "age": "8-11", "pn_code": "PN1", "mode": "in_person"}
    asked |= {"how_chosen": "next_due", "language": "en", "reference": "CASE-9"}
    led = client.submit(
        "/iro/ask?part=took-part&purpose=letter",
        asked | {"way": "letter", "purpose": "letter"},
        to="/iro/ask",
    ).location
    assert led.startswith("/iro/letters/after-review?link=")
    assert "CASE-9" in client.get(led).text
    assert "CASE-9" in client.get("/iro/letters/").text


def test_a_link_that_was_used_goes_into_no_letter_and_anothers_is_unknown(
    lite: World,
) -> None:
    officer = lite.iro()
    one = lite.invitation(officer, reference="CASE-1")
    other = lite.invitation(lite.person("Officer Birch", "iro"), reference="CASE-2")
    client = lite.sign_in(officer)
    client.get(f"/iro/letters/after-review?link={other.id}", expect=404)
    client.get("/iro/letters/poem", expect=404)
    client.submit(f"/iro/links/{one.id}", {}, to=f"/iro/links/{one.id}/end")
    page = client.submit(
        f"/iro/letters/after-review?link={one.id}",
        TYPED | {"link": one.id},
        to="/iro/letters/after-review",
        expect=409,
    ).text
    assert "has been used or has ended" in page
    assert "You said what you wanted." in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("band", BANDS)
def test_each_letter_can_be_read_at_its_age(kind: str, band: str) -> None:
    said = []
    for part, text in LETTERS[kind][band]:
        if part not in ("lines", "points", "sign", "photo"):
            plain = re.sub(r"\{\{.*?\}\}", "1", text)
            said.append(plain if plain[-1] in ".?!" else f"{plain}.")
    assert grade(" ".join(said)) <= GRADE[band]
    assert not re.search(rf"\b(?:{AVOID})\b", " ".join(said), re.IGNORECASE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("band", BANDS)
def test_the_templates_are_as_the_tool_makes_them(kind: str, band: str) -> None:
    committed = docx.Document(str(OUR_FOLDER / f"{kind}-{band}.docx"))
    assert committed.element.xml == make_template(kind, band).element.xml


def test_a_councils_own_templates_are_checked_by_name(tmp_path: Path) -> None:
    assert template_problems(None) == []
    assert template_problems(OUR_FOLDER) == []
    (tmp_path / "introduction-4-7.docx").write_bytes(b"no document")
    own = docx.Document()
    own.add_paragraph(
        "{{ child }} {{ officer }} {{ decidd }} {{ words }} {{ qr }} {{ nyas }}"
    )
    own.save(str(tmp_path / "after-review-8-11.docx"))
    own.save(str(tmp_path / "after-revew-4-7.docx"))
    broken = docx.Document()
    broken.add_paragraph("{{ child } {% if %}")
    broken.save(str(tmp_path / "introduction-8-11.docx"))
    clever = docx.Document()
    clever.add_paragraph(
        "{{ child }} {{ officer }} {{ reach }} {{ ''.__class__.__mro__ }}"
    )
    clever.save(str(tmp_path / "introduction-12-17.docx"))
    found = "\n".join(template_problems(tmp_path))
    assert (
        "after-revew-4-7.docx: no letter has that name. Did you mean after-review-4-7.docx?"
        in found
    )
    assert (
        "after-review-8-11.docx: there is no field decidd. Did you mean decided?"
        in found
    )
    assert "introduction-4-7.docx: Word cannot have saved this" in found
    assert "introduction-8-11.docx: the braces cannot be read" in found
    assert "introduction-12-17.docx: it cannot be filled in (SecurityError)" in found
    assert template_path("introduction", "4-7", tmp_path).parent == tmp_path
    assert template_path("after-review", "12-17", tmp_path).parent == OUR_FOLDER
