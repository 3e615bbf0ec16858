"""Makes the Word template of reports: `python -m tools.report_template`, into feedback_app/documents/reports.

Look and fields stand here, so that it can be seen what changed. docs/reports.md says what a council may change.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from feedback_app.documents.zip_times import without_times
from feedback_app.reports.printing.report_word import OUR_TEMPLATE, TABLE_STYLE

FACE = "Arial"
STRONG, INK, SOFT = "0F5C63", RGBColor(0x1D, 0x27, 0x33), RGBColor(0x4A, 0x56, 0x63)
MADE_ON = datetime(2026, 11, 27, tzinfo=UTC)
"""Stands in the file as its date, so that made anew it is the same file."""


def make_template() -> bytes:
    """The template as bytes."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(15), Mm(17)
    _set_styles(document)
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ subtitle }}", style="Subtitle")
    document.add_paragraph("{{ report }}")
    _set_footer(section.footer.paragraphs[0])
    facts = document.core_properties
    facts.title, facts.author, facts.language = "Report", "", "en-GB"
    facts.created = facts.modified = MADE_ON
    out = io.BytesIO()
    document.save(out)
    return without_times(out.getvalue())


def _set_styles(document: WordDocument) -> None:
    styles = document.styles
    looks = {
        "Normal": (8.5, False, INK, 0, 3),
        "Title": (18, True, INK, 0, 2),
        "Subtitle": (9.5, False, SOFT, 0, 8),
        "Heading 1": (12, True, INK, 11, 3),
        "Heading 2": (9.5, True, INK, 7, 2),
        "Report sentence": (11, False, INK, 0, 1),
        "Own words": (11, False, INK, 0, 1),
        "Quote": (10, False, INK, 3, 3),
        "Note": (8.5, False, SOFT, 3, 3),
        "Table gap": (4, False, INK, 0, 0),
        "Footer": (8, False, SOFT, 0, 0),
    }
    for name, (size, bold, colour, above, below) in looks.items():
        known = [style.name for style in styles]
        style = (
            styles[name]
            if name in known
            else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        style.font.name, style.font.size = FACE, Pt(size)
        style.font.bold, style.font.italic, style.font.color.rgb = bold, False, colour
        faces = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            faces.attrib.pop(qn(f"w:{kind}"), None)
        spacing = style.paragraph_format
        spacing.space_before, spacing.space_after = Pt(above), Pt(below)
        spacing.line_spacing = 1.0
        spacing.keep_with_next = name.startswith("Heading")
    for name, line in (("Own words", "C8922B"), ("Quote", STRONG)):
        styles[name].element.get_or_add_pPr().append(
            parse_xml(
                f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="{line}"/></w:pBdr>'
            )
        )
    under_title = next(styles["Title"].element.iter(qn("w:pBdr")), None)
    if under_title is not None:
        under_title.getparent().remove(under_title)
    _add_table_style(document)


def _add_table_style(document: WordDocument) -> None:
    """Thin lines between rows, a strong one under the head; a council changes it in Word like any table style."""
    style = document.styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    style.base_style = document.styles["Normal Table"]
    style.font.size = Pt(8)
    line = 'w:val="single" w:sz="4" w:space="0" w:color="B9B3A6"'
    style.element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
            '<w:tblCellMar><w:top w:w="15" w:type="dxa"/><w:left w:w="60" w:type="dxa"/>'
            '<w:bottom w:w="15" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        )
    )
    style.element.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>'
            f'<w:bottom w:val="single" w:sz="12" w:space="0" w:color="{STRONG}"/></w:tcBorders></w:tcPr></w:tblStylePr>'
        )
    )


def _set_footer(paragraph: Paragraph) -> None:
    paragraph.add_run("{{ footer }}    ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" {{ of }} ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


if __name__ == "__main__":
    OUR_TEMPLATE.write_bytes(make_template())
