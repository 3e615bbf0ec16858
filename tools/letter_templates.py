"""Makes the six Word templates of our letters: `python -m tools.letter_templates`, into feedback_app/documents/letters.

Words and look stand here, so that it can be seen what changed. docs/letters.md says what each field is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Letter
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from feedback_app.config import ROOT

FOLDER = ROOT / "feedback_app" / "documents" / "letters"
FACE = "Arial"
STRONG = RGBColor(0x0F, 0x5C, 0x63)
INK = RGBColor(0x1D, 0x27, 0x33)
MADE_ON = datetime(2026, 11, 27, tzinfo=UTC)
"""Stands in each file as its date, so that made anew it is the same file."""

Parts = list[tuple[str, str]]
"""What stands in a letter, from the top down: (kind, words). Kinds: see `LetterMaker.add_part`."""


@dataclass(frozen=True)
class Size:
    """Sizes of letters of one age, in points: text, heading, title."""

    text: float
    heading: float
    title: float


SIZES = {
    "4-7": Size(13, 16, 24),
    "8-11": Size(11.5, 14, 20),
    "12-17": Size(11, 13, 18),
}

INTRODUCTION: dict[str, Parts] = {
    "4-7": [
        ("title", "Hello!"),
        ("text", "{{ greeting }} {{ child }},"),
        ("text", "My name is {{ officer }}. I am your IRO. I wrote this just for you."),
        ("photo", "My photo"),
        ("heading", "What I do"),
        (
            "text",
            (
                "We have a meeting about you. It is called your review. I lead it. I make"
                " sure that we hear you."
            ),
        ),
        ("heading", "My promise to you"),
        ("point", "I will talk with you."),
        ("point", "I will hear what you like and what you do not like."),
        ("point", "I will tell you the truth."),
        ("point", "I will check that we do what we said."),
        (
            "point",
            "If you are not safe, I will get help. Then I have to tell someone.",
        ),
        ("heading", "How to reach me"),
        ("lines", "reach"),
        ("text", "A grown-up can help you call me."),
        ("heading", "Who else can help you"),
        ("help", "An advocate is a grown-up who helps you say what you want."),
        ("text", "Do you want to talk? Call Childline: {{ childline }}. It is free."),
        ("text", "Do you need help right now? Call {{ emergency }}."),
        ("sign", "{{ sign_off }}"),
    ],
    "8-11": [
        ("title", "Hello from your IRO"),
        ("text", "{{ greeting }} {{ child }},"),
        (
            "text",
            "My name is {{ officer }}. I am your IRO. I want you to know who I am.",
        ),
        ("photo", "My photo"),
        ("heading", "What I do"),
        (
            "text",
            (
                "You have a meeting about your life. It is called a review. I lead it. I am"
                " there to make sure that you are heard. I check that the grown-ups do what"
                " they said they would do. You can help me plan your review."
            ),
        ),
        ("heading", "My promise to you"),
        ("point", "I will talk with you before each review."),
        ("point", "I will ask what you think, and I will say it if you want me to."),
        ("point", "I will write to you and tell you what we decided, and why."),
        ("point", "I will be honest with you."),
        (
            "point",
            (
                "What you tell me stays with the people who need to know. If you may not be"
                " safe, I have to tell someone who can help."
            ),
        ),
        ("heading", "How to reach me"),
        ("lines", "reach"),
        (
            "text",
            (
                "You can ask a grown-up to help you. You can reach me at any time, not"
                " just when you have a review."
            ),
        ),
        ("heading", "Who else can help you"),
        (
            "help",
            (
                "An advocate helps you say what you think. They are on your side. They are"
                " free."
            ),
        ),
        (
            "text",
            (
                "Childline: {{ childline }}. It is free, day and night. In danger, call"
                " {{ emergency }}."
            ),
        ),
        ("sign", "{{ sign_off }}"),
    ],
    "12-17": [
        ("title", "Who I am"),
        ("text", "{{ greeting }} {{ child }},"),
        (
            "text",
            (
                "My name is {{ officer }} and I am your IRO. That is short for Independent"
                " Reviewing Officer. I would like you to know who I am before we meet."
            ),
        ),
        ("photo", "Photo"),
        ("heading", "What I do"),
        (
            "text",
            (
                "I lead your review. I am not your social worker, and I am not their boss."
                " My job is to check that the plan for you is right, that what was agreed"
                " gets done, and that you are heard. You can help to choose who comes, where"
                " it is and what we talk about. You can lead it with me if you want to."
            ),
        ),
        ("heading", "My promise to you"),
        ("point", "I will talk with you before each review."),
        ("point", "I will make sure that what you think is heard, in your own words."),
        ("point", "I will write to you after it: what was decided, and why."),
        ("point", "I will check that people do what they said they would do."),
        (
            "point",
            (
                "What you tell me goes only to people who need to know. If you or someone"
                " else may not be safe, I have to pass it on. I will tell you first if I"
                " can."
            ),
        ),
        ("heading", "How to reach me"),
        ("lines", "reach"),
        ("text", "You do not have to wait for a review."),
        ("heading", "Who else is there for you"),
        (
            "help",
            (
                "An advocate helps you to say what you want and to be taken seriously. They"
                " work for you, not for the council, and it costs you nothing."
            ),
        ),
        ("complain", "You have a right to complain."),
        (
            "text",
            (
                "Childline: {{ childline }}, free, day and night. In danger, call"
                " {{ emergency }}."
            ),
        ),
        ("sign", "{{ sign_off }}"),
    ],
}

AFTER_REVIEW: dict[str, Parts] = {
    "4-7": [
        ("title", "After your review"),
        ("text", "{{ greeting }} {{ child }},"),
        ("text", "We had your review. I want to tell you what we said."),
        ("heading", "What we decided"),
        ("points", "decided"),
        ("heading", "You can be proud"),
        ("lines", "proud"),
        ("heading", "Do you think it is wrong?"),
        (
            "text",
            (
                "Please tell me. You can say no. I will hear you. I will tell you why we"
                " decided it. We can look at it again."
            ),
        ),
        ("help", "An advocate is a grown-up who helps you say what you want."),
        ("complain", "You can say that we got it wrong."),
        (
            "rate",
            (
                "How was it for you? You can tell us. A grown-up can help. You do not have"
                " to. I see it if you say yes. If you are not safe, we will help."
            ),
        ),
        ("heading", "How to reach me"),
        ("lines", "reach"),
        ("text", "Do you want to talk? Call Childline: {{ childline }}. It is free."),
        ("sign", "{{ sign_off }}"),
    ],
    "8-11": [
        ("title", "After your review"),
        ("text", "{{ greeting }} {{ child }},"),
        (
            "text",
            (
                "This is about your review. I want to tell you what we decided, and what"
                " you can do if you do not agree."
            ),
        ),
        ("heading", "What we decided"),
        ("points", "decided"),
        ("heading", "You can be proud of this"),
        ("lines", "proud"),
        ("heading", "Do you think it is wrong?"),
        (
            "text",
            (
                "You can tell me if you do not agree. I will hear you. I will tell you why"
                " we decided it. You can ask us to look at it again."
            ),
        ),
        (
            "help",
            (
                "An advocate helps you say what you think. They are on your side. They are"
                " free."
            ),
        ),
        ("complain", "You can also complain."),
        (
            "rate",
            (
                "How was it for you? It takes three minutes. You do not have to. I see what"
                " you said only if you say yes. If you may not be safe, we have to help."
            ),
        ),
        ("heading", "How to reach me"),
        ("lines", "reach"),
        ("text", "Childline: {{ childline }}. It is free, day and night."),
        ("sign", "{{ sign_off }}"),
    ],
    "12-17": [
        ("title", "After your review"),
        ("text", "{{ greeting }} {{ child }},"),
        (
            "text",
            (
                "This is what came out of your review. Please keep it, and ask me if there"
                " is something that you want to know."
            ),
        ),
        ("heading", "What was decided"),
        ("points", "decided"),
        ("heading", "Something to be proud of"),
        ("lines", "proud"),
        ("heading", "If you do not agree"),
        (
            "text",
            (
                "You can disagree with any of this. Tell me, and I will say how it was"
                " decided. You can ask for it to be looked at again. I have to take that"
                " seriously."
            ),
        ),
        (
            "help",
            (
                "An advocate helps you to say what you want and to be taken seriously. They"
                " work for you, not for the council, and it costs you nothing."
            ),
        ),
        ("complain", "You have a right to complain."),
        (
            "rate",
            (
                "How was your review, really? It takes three minutes and it is up to you."
                " Other people at work read it. I see what you said only if you say yes. If"
                " someone may not be safe, we have to act on it."
            ),
        ),
        ("heading", "How to reach me"),
        ("lines", "reach"),
        ("text", "Childline: {{ childline }}, free, day and night."),
        ("sign", "{{ sign_off }}"),
    ],
}
RATE = {
    "4-7": "Please rate your review",
    "8-11": "Please rate your review",
    "12-17": "Rate your review",
}
SCAN = "Scan this code with a phone. Or go to"
FOUR_WORDS = "and type these four words:"
UNTIL = "It works once, until {{ last_day }}."
LETTERS = {"introduction": INTRODUCTION, "after-review": AFTER_REVIEW}


class LetterMaker:
    """One template while it is made."""

    def __init__(self, band: str) -> None:
        """`band`: whose words and sizes."""
        self.band, self.size = band, SIZES[band]
        self.letter: Letter = Document()
        self._set_page()
        self._set_styles()

    def add_part(self, kind: str, words: str) -> None:
        """Add what stands next.

        Kinds: title, heading, text, point (of a list), lines and points (a field with several lines), photo (an empty
        frame, with about beside it), help (who finds an advocate), complain,
        rate (the link, left out where there is none), sign.
        """
        getattr(self, f"_{kind}")(words)

    def _set_page(self) -> None:
        page = self.letter.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(24)
        page.top_margin = page.bottom_margin = Mm(15)

    def _set_styles(self) -> None:
        for name, points, colour in (
            ("Normal", self.size.text, INK),
            ("List Bullet", self.size.text, INK),
            ("Heading 1", self.size.title, STRONG),
            ("Heading 2", self.size.heading, STRONG),
        ):
            style = self.letter.styles[name]
            style.font.name, style.font.size = FACE, Pt(points)
            style.font.color.rgb = colour
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script in ("ascii", "hAnsi", "eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), FACE)
            language = OxmlElement("w:lang")
            language.set(qn("w:val"), "en-GB")
            style.element.get_or_add_rPr().append(language)
            spacing = style.paragraph_format
            spacing.space_after = Pt(self.size.text * 0.35)
            spacing.line_spacing = 1.1
            if name.startswith("Heading"):
                spacing.space_before = Pt(self.size.text * 0.7)
                spacing.space_after = Pt(self.size.text * 0.25)
                spacing.line_spacing = 1.05
        self.letter.styles["List Bullet"].paragraph_format.space_after = Pt(2)

    def _title(self, words: str) -> None:
        self.letter.add_heading(words, 1)

    def _heading(self, words: str) -> None:
        self.letter.add_heading(words, 2)

    def _text(self, words: str) -> None:
        self.letter.add_paragraph(words)

    def _point(self, words: str) -> None:
        self.letter.add_paragraph(words, "List Bullet")

    def _lines(self, field: str) -> None:
        self._each(field, "Normal")

    def _points(self, field: str) -> None:
        self._each(field, "List Bullet")

    def _each(self, field: str, style: str) -> None:
        self._text(f"{{%p for line in {field} %}}")
        self.letter.add_paragraph("{{ line }}", style)
        self._text("{%p endfor %}")

    def _photo(self, words: str) -> None:
        """An empty frame on the right, for a picture; what stands so far goes beside it."""
        beside = [
            one
            for one in self.letter.paragraphs
            if one.style and one.style.name == "Normal"
        ]
        told, frame = self._row(Mm(117), Mm(45))
        for one in beside:
            told.add_paragraph(one.text)
            one._p.getparent().remove(one._p)
        for line in ("{%p for line in about %}", "{{ line }}", "{%p endfor %}"):
            told.add_paragraph(line)
        first = told.paragraphs[0]._p
        first.getparent().remove(first)
        _draw_border(frame)
        middle = frame.paragraphs[0]
        middle.alignment = WD_ALIGN_PARAGRAPH.CENTER
        middle.paragraph_format.space_before = Mm(22)
        middle.paragraph_format.space_after = Mm(22)
        middle.add_run(words).font.color.rgb = RGBColor(0x4A, 0x56, 0x63)
        self._after_row()

    def _help(self, words: str) -> None:
        self._text(
            f"{words} {{% if advocacy %}}To get an advocate, call {{{{ advocacy }}}}."
            " {% endif %}Always Heard finds you one too. Call {{ always_heard }}. It is"
            " free."
        )

    def _complain(self, words: str) -> None:
        self._text("{%p if complaints %}")
        self._text(f"{words} Call {{{{ complaints }}}}.")
        self._text("{%p endif %}")

    def _rate(self, words: str) -> None:
        self._text("{%p if words %}")
        self._heading(RATE[self.band])
        self.letter.add_paragraph(words).paragraph_format.keep_with_next = True
        code, told = self._row(Mm(48), Mm(114))
        _draw_border(code, "top", "left", "bottom")
        _draw_border(told, "top", "right", "bottom")
        code.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        code.paragraphs[0].add_run("{{ qr }}")
        code.paragraphs[0].paragraph_format.space_before = Mm(1.5)
        code.paragraphs[0].paragraph_format.space_after = Mm(1.5)
        self._in_cell(told.paragraphs[0], SCAN)
        told.paragraphs[0].paragraph_format.space_before = Mm(4)
        self._in_cell(told.add_paragraph(), "{{ site }}", bold=True)
        self._in_cell(told.add_paragraph(), FOUR_WORDS)
        self._in_cell(
            told.add_paragraph(), "{{ words }}", bold=True, points=self.size.heading
        )
        self._in_cell(told.add_paragraph(), UNTIL)
        self._after_row()
        self._text("{%p endif %}")

    def _in_cell(
        self, into: Paragraph, words: str, *, bold: bool = False, points: float = 0
    ) -> None:
        run = into.add_run(words)
        run.bold = bold or None
        if points:
            run.font.size = Pt(points)
        into.paragraph_format.space_after = Pt(3)

    def _sign(self, words: str) -> None:
        self.letter.paragraphs[-1].paragraph_format.keep_with_next = True
        closing = self.letter.add_paragraph(words)
        closing.paragraph_format.space_before = Pt(self.size.text)
        closing.paragraph_format.keep_with_next = True
        name = self.letter.add_paragraph()
        name.add_run("{{ officer }}").bold = True
        name.paragraph_format.space_after = Pt(0)
        name.paragraph_format.keep_with_next = True
        self._text("Your IRO, {{ today }}")

    def _row(self, *widths: int) -> tuple[_Cell, ...]:
        """A table of one row, that no page breaks in two, for what stands side by side; its cells."""
        table = self.letter.add_table(1, len(widths))
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width  # LibreOffice and Pages go by the column,
            column.cells[0].width = width  # Word by the cell
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        return tuple(table.rows[0].cells)

    def _after_row(self) -> None:
        gap = self.letter.add_paragraph()
        gap.paragraph_format.space_after = Pt(0)
        gap.paragraph_format.line_spacing = Pt(5)


def _draw_border(cell: _Cell, *sides: str) -> None:
    """A line along these sides of a cell, or all round it."""
    borders = OxmlElement("w:tcBorders")
    for side in sides or ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("color", "0F5C63")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def make_template(kind: str, band: str) -> Letter:
    """The template of that letter for that age, as a document."""
    maker = LetterMaker(band)
    for part, words in LETTERS[kind][band]:
        maker.add_part(part, words)
    facts = maker.letter.core_properties
    facts.title = LETTERS[kind][band][0][1]
    facts.author = facts.comments = facts.last_modified_by = ""
    facts.created = facts.modified = MADE_ON.replace(tzinfo=None)
    facts.language = "en-GB"
    return maker.letter


def file_name(kind: str, band: str) -> str:
    """What the file of that letter is called."""
    return f"{kind}-{band}.docx"


def main(folder: Path = FOLDER) -> None:
    """Write all six."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, bands in LETTERS.items():
        for band in bands:
            make_template(kind, band).save(str(folder / file_name(kind, band)))
            print(folder / file_name(kind, band))


if __name__ == "__main__":
    main()
