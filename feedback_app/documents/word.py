"""Word documents, built line by line: fixed shapes, into which texts go as text and as nothing else (promise 31).

There is no template that a text could reach: a document is made of paragraphs, and whatever a council, a child or an
officer typed becomes characters in them. `make_safe` takes out the few that XML cannot hold.
"""

from __future__ import annotations

import io
import re
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal

from feedback_app.documents.zip_times import without_times

Align = Literal["start", "center", "end"]
FONT = "Arial"
BOX = "\N{BALLOT BOX}"
BOX_FONT = "Segoe UI Symbol"
GREY = "595959"
ACCENT = "0F5C63"
A4_MM = (210, 297)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"((?<!\w)\+?\d[\d ]{5,}\d(?!\w))")
_LRM = "\N{LEFT-TO-RIGHT MARK}"


def make_safe(text: str) -> str:
    """The text without what XML 1.0 cannot hold: control characters but tab and line end, halves of pairs, U+FFFE."""
    return _NOT_XML.sub("", text)


def keep_in_order(text: str) -> str:
    """The text with its long numbers kept left to right: in Arabic, the groups of one would change places."""
    return _NUMBER.sub(rf"{_LRM}\1{_LRM}", text)


@dataclass(frozen=True, slots=True)
class Tone:
    """How a run of text looks. `size` in points; `language` as Word names it ("en-GB"); `rtl`: right to left."""

    size: float
    language: str = "en-GB"
    rtl: bool = False
    bold: bool = False
    color: str = ""
    font: str = FONT

    def with_changes(self, **changes: Any) -> Tone:
        """The same with something else."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Lay:
    """Where a paragraph stands. Lengths in millimetres, from the edge where its language begins; spaces in points.

    `hanging` is how far the first line stands out; `tabs` are stops. `line`: the least height of a line in points.
    `rule`: a thin line above. `with_next`: on the page of the paragraph after it.
    """

    indent: float = 0
    hanging: float = 0
    tabs: tuple[float, ...] = ()
    before: float = 0
    after: float = 0
    line: float = 0
    align: Align = "start"
    with_next: bool = False
    rule: str = ""
    style: str = ""


class WordPage:
    """A document that is being written, or a cell or foot of it: everything goes to its end.

    `holder` is python-docx's document, cell or footer.
    """

    def __init__(self, holder: Any, document: Any) -> None:
        self.holder, self.document = holder, document

    def write_line(self, tone: Tone, lay: Lay, *parts: str | tuple[Tone, str]) -> Any:
        """One paragraph of texts, each in its own tone or in the line's; the paragraph, for more."""
        paragraph = self._add_paragraph()
        if lay.style:
            paragraph.style = lay.style
        _lay_out(paragraph, lay, rtl=tone.rtl)
        for part in parts:
            own, text = part if isinstance(part, tuple) else (tone, part)
            write_text(paragraph, own, text)
        return paragraph

    def _add_paragraph(self) -> Any:
        """An empty paragraph at the end. python-docx looks through all of a document's body to find that."""
        if self.holder is not self.document:
            return self.holder.add_paragraph()
        from docx.oxml import OxmlElement  # noqa: PLC0415 (python-docx: 8 MB of a worker that makes no Word form)
        from docx.text.paragraph import Paragraph  # noqa: PLC0415

        element = OxmlElement("w:p")
        self._last_section.addprevious(element)
        return Paragraph(element, self.document._body)

    @property
    def _last_section(self) -> Any:
        """The properties of the last section, which end a document's body."""
        return self.document.element.body[-1]

    def count_parts(self) -> int:
        """How many paragraphs and tables the document has."""
        return len(self.document.element.body) - 1

    def take_parts(self, first: int) -> list[Any]:
        """Copies of the document's paragraphs and tables from that one on, for `put_parts`."""
        return [deepcopy(one) for one in self.document.element.body[first:-1]]

    def put_parts(self, parts: list[Any]) -> None:
        """Copies of such parts, once more at the document's end."""
        for one in parts:
            self._last_section.addprevious(deepcopy(one))

    def draw_rules(self, tone: Tone, lay: Lay, count: int, width: float) -> Any:
        """Lines to write on, from the indent to `width` millimetres, on one page; the paragraph of the last."""
        for n in range(count):
            own = replace(lay, with_next=lay.with_next or n < count - 1)
            paragraph = self.write_line(tone, own)
            rule_to(paragraph, tone, width)
        return paragraph

    def make_columns(self, *widths: float, rtl: bool = False) -> list[WordPage]:
        """A row of cells side by side, without lines; it is never split between pages."""
        from docx.shared import Mm  # noqa: PLC0415 (python-docx: 8 MB of a worker that makes no Word form)

        table = self.holder.add_table(rows=1, cols=len(widths))
        table.autofit = False
        properties = table._tbl.tblPr
        if rtl:
            _insert(properties, "w:bidiVisual", _AFTER_BIDI_VISUAL)
        _put(table.rows[0]._tr.get_or_add_trPr(), "w:cantSplit")
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        cells = table.rows[0].cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = Mm(width)
            first = cell.paragraphs[0]._p
            first.getparent().remove(first)
        return [WordPage(cell, self.document) for cell in cells]


def begin_document(*, title: str, language: str, size: float) -> WordPage:
    """An empty A4 document without a name of anybody in its properties. `size` is that of usual text, in points."""
    from docx import Document  # noqa: PLC0415 (as above)
    from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415

    document = Document()
    facts = document.core_properties
    facts.title, facts.author, facts.comments = make_safe(title), "", ""
    facts.language = language
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = FONT, RGBColor(0, 0, 0)
        style.font.bold = name != "Normal"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(_tag(f"w:{kind}"), None)
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(_tag(f"w:{kind}"), FONT)
    document.styles["Normal"].font.size = Pt(size)
    document.styles["Normal"].paragraph_format.space_after = Pt(0)
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(one) for one in A4_MM)
    return WordPage(document, document)


def write_text(paragraph: Any, tone: Tone, text: str) -> Any:
    """A run of text at the end of a paragraph. A line end in it is one on paper, a tab goes to the next stop."""
    from docx.shared import Pt, RGBColor  # noqa: PLC0415 (as above)

    run = paragraph.add_run(make_safe(keep_in_order(text) if tone.rtl else text))
    run.font.size = Pt(tone.size)
    run.font.bold = tone.bold or None
    if tone.color:
        run.font.color.rgb = RGBColor.from_string(tone.color)
    properties = run._r.get_or_add_rPr()
    if tone.font != FONT:
        fonts = properties.get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(_tag(f"w:{kind}"), tone.font)
    # Digits in a line that runs right to left are measured as its letters are.
    _put(properties, "w:szCs", val=str(round(tone.size * 2)))
    if tone.bold:
        _put(properties, "w:bCs")
    if tone.rtl:
        _put(properties, "w:rtl")
        _put(properties, "w:lang", bidi=tone.language)
    else:
        _put(properties, "w:lang", val=tone.language)
    return run


def add_picture(paragraph: Any, png: bytes, height: float, words: str) -> None:
    """A PNG in the line, `height` millimetres high; `words` are for those who cannot see it."""
    from docx.oxml.shape import CT_Inline  # noqa: PLC0415 (as above)
    from docx.shared import Mm  # noqa: PLC0415

    # As python-docx's `add_picture`, which looks through the whole document for a number: `save_document` gives it one.
    kept, image = paragraph.part.get_or_add_image(io.BytesIO(png))
    wide, high = image.scaled_dimensions(None, Mm(height))
    drawing = CT_Inline.new_pic_inline(0, kept, "picture.png", wide, high)
    drawing.docPr.set("descr", make_safe(words))
    drawing.docPr.set("name", "Picture")
    paragraph.add_run()._r.add_drawing(drawing)


def add_field(paragraph: Any, tone: Tone, code: str) -> None:
    """A field that is filled in as it is printed: "PAGE", or "PAGEREF name" for the page of a bookmark."""
    _put(
        write_text(paragraph, tone, "")._r, "w:fldChar", fldCharType="begin", dirty="1"
    )
    _put(write_text(paragraph, tone, "")._r, "w:instrText").text = f" {code} "
    _put(write_text(paragraph, tone, "")._r, "w:fldChar", fldCharType="separate")
    write_text(paragraph, tone, "1")
    _put(write_text(paragraph, tone, "")._r, "w:fldChar", fldCharType="end")


def set_bookmark(paragraph: Any, name: str, number: int) -> None:
    """A place that a field can name. `number` is its own in the document."""
    _put(paragraph._p, "w:bookmarkStart", id=str(number), name=name)
    _put(paragraph._p, "w:bookmarkEnd", id=str(number))


def begin_sheet(page: WordPage) -> Any:
    """A new section on a sheet of its own, also where both sides are printed: the section, to be set."""
    from docx.enum.section import WD_SECTION  # noqa: PLC0415 (as above)
    from docx.enum.text import WD_LINE_SPACING  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415
    from docx.text.paragraph import Paragraph  # noqa: PLC0415

    section = page.document.add_section(WD_SECTION.ODD_PAGE)
    # The paragraph that ends the section before has no words: as low as it can be, so that it makes no page.
    ending = Paragraph(page.document.element.body[-2], page.document._body)
    layout = ending.paragraph_format
    layout.line_spacing, layout.line_spacing_rule = Pt(1), WD_LINE_SPACING.EXACTLY
    return section


def set_section(
    section: Any, *, margin: float, rtl: bool, restart: bool = False
) -> None:
    """Margins in millimetres; whether its columns run right to left; whether its pages are counted from 1."""
    from docx.shared import Mm  # noqa: PLC0415 (as above)

    section.left_margin = section.right_margin = Mm(margin)
    section.top_margin, section.bottom_margin = Mm(14), Mm(18)
    section.header_distance = section.footer_distance = Mm(8)
    properties = section._sectPr
    for name in ("w:pgNumType", "w:bidi"):
        for old in properties.findall(_tag(name)):
            properties.remove(old)
    if restart:
        _insert(properties, "w:pgNumType", _AFTER_PAGE_NUMBER, start="1")
    if rtl:
        _insert(properties, "w:bidi", _AFTER_PAGE_NUMBER[-4:])


def footer_of(section: Any) -> WordPage:
    """The foot of a section's pages, its own and empty."""
    footer = section.footer
    footer.is_linked_to_previous = False
    for paragraph in list(footer.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    return WordPage(footer, None)


def cut_line(page: WordPage, tone: Tone, words: str) -> None:
    """A dashed line across the page, to cut along."""
    paragraph = page.write_line(tone, Lay(before=6, after=6, with_next=True), words)
    _border(paragraph, "dashed", "top", space="4", size="12")


def save_document(page: WordPage) -> bytes:
    """The finished file. Every drawing in it gets a number of its own, as Word wants it."""
    drawings = page.document.element.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    for number, drawing in enumerate(drawings, 1):
        drawing.set("id", str(number))
    out = io.BytesIO()
    page.document.save(out)
    return without_times(out.getvalue())


def _lay_out(paragraph: Any, lay: Lay, *, rtl: bool) -> None:
    """In Word's own order of properties, so that a strict reader takes it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING  # noqa: PLC0415 (as above)
    from docx.shared import Mm, Pt  # noqa: PLC0415

    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(lay.before), Pt(lay.after)
    layout.left_indent = Mm(lay.indent)
    layout.first_line_indent = Mm(-lay.hanging)
    layout.keep_together = True
    layout.keep_with_next = lay.with_next or None
    for stop in lay.tabs:
        layout.tab_stops.add_tab_stop(Mm(stop))
    if lay.line:
        layout.line_spacing = Pt(lay.line)
        layout.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    if lay.align != "start":
        layout.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER
            if lay.align == "center"
            else WD_ALIGN_PARAGRAPH.RIGHT
        )
    if rtl:
        _insert(paragraph._p.get_or_add_pPr(), "w:bidi", _AFTER_BIDI)
    if lay.rule:
        _border(paragraph, "single", "top", space="5", size="4", color=lay.rule)


_AFTER_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
               "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap",
               "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")  # fmt: skip
_AFTER_BIDI_VISUAL = ("w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing",
                      "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")  # fmt: skip
_AFTER_PAGE_NUMBER = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi",
                      "w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange")  # fmt: skip
_AFTER_BORDER = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
                 "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", *_AFTER_BIDI)  # fmt: skip
_AFTER_CENTRE = (
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)


def centre_in_line(paragraph: Any) -> None:
    """Words stand at half the height of the pictures in their line."""
    _insert(
        paragraph._p.get_or_add_pPr(), "w:textAlignment", _AFTER_CENTRE, val="center"
    )


def _border(
    paragraph: Any, kind: str, side: str, *, space: str, size: str, color: str = "auto"
) -> None:
    borders = _insert(paragraph._p.get_or_add_pPr(), "w:pBdr", _AFTER_BORDER)
    _put(borders, f"w:{side}", val=kind, sz=size, space=space, color=color)


def _stop_at(paragraph: Any, width: float, *, leader: str) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER  # noqa: PLC0415 (as above)
    from docx.shared import Mm  # noqa: PLC0415

    leaders = {"underscore": WD_TAB_LEADER.LINES, "": WD_TAB_LEADER.SPACES}
    paragraph.paragraph_format.tab_stops.add_tab_stop(
        Mm(width), WD_TAB_ALIGNMENT.RIGHT, leaders[leader]
    )


def rule_to(paragraph: Any, tone: Tone, width: float) -> None:
    """A line to write on, from where the words end to `width` millimetres."""
    _stop_at(paragraph, width, leader="underscore")
    write_text(paragraph, tone.with_changes(color="A6A6A6"), "\t")


def align_end_at(paragraph: Any, width: float) -> None:
    """What follows the next tab ends `width` millimetres from where the line begins."""
    _stop_at(paragraph, width, leader="")


def _put(parent: Any, tag: str, /, **attributes: str) -> Any:
    element = _element(tag, attributes)
    parent.append(element)
    return element


def _insert(
    parent: Any, tag: str, before: tuple[str, ...], /, **attributes: str
) -> Any:
    """The element before the first of those that the schema puts after it."""
    element = _element(tag, attributes)
    parent.insert_element_before(element, *before)
    return element


def _element(name: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement  # noqa: PLC0415 (as above)

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_tag(f"w:{key}"), value)
    return element


def _tag(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415 (as above)

    tag: str = qn(name)
    return tag
