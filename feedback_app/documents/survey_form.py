"""A survey on paper, as a Word file: the survey's own words, numbered as `survey.form_order` says.

The form is nameless: it has the link's QR code and four words, or room for the words. What names a child stands on the
last sheet alone, below a line to cut along, in a section of its own so that no question is ever on its back. The rest
of that sheet is for the child to keep: whom to call, and what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback_app.documents.pictures import draw_pictures
from feedback_app.documents.qr import qr_png
from feedback_app.documents.word import (
    ACCENT,
    BOX,
    BOX_FONT,
    GREY,
    Lay,
    Tone,
    WordPage,
    add_field,
    add_picture,
    align_end_at,
    begin_document,
    begin_sheet,
    centre_in_line,
    cut_line,
    footer_of,
    rule_to,
    save_document,
    set_bookmark,
    set_section,
    write_text,
)
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.form_order import (
    HELPED,
    IRO,
    NOT_SAFE,
    TALK_HOW,
    FormQuestion,
    FormSpeaker,
    form_questions,
)
from feedback_app.survey.model import EASY, Facts, Option, Survey
from feedback_app.survey.path import MORE
from feedback_app.survey.types import type_of
from feedback_app.survey.words import FixedText

MARGIN_MM = 18
WIDTH_MM = 210 - 2 * MARGIN_MM
NUMBER_MM = 11
"""How far the questions stand in, for their numbers."""
SIZES = {"young": 14, "middle": 12, "older": 12, EASY: 14}
"""Points of usual text, by look."""
LARGE = 18
"""Points of usual text in large print (the RNIB calls 16 to 18 and over large print)."""
PICTURED = ("young", EASY)
"""The looks in which every answer has its drawing."""
NAME_APART, OPENING = 3, 0
"""Lines of the text `open`: that the name is kept apart; what it is about (docs/surveys.md, "The first screen")."""
SAFE_ADULT = "safe_adult"
"""The question after whose No a child reads at once who can help (rule S1)."""
LINES = 5
"""Lines to write on for a question in words; beside answers there are two."""
ENGLISH = "en-GB"
_END = "end_of_form_"
"""Begins the names of the bookmarks on the last page of each form, which its feet point to."""


@dataclass(frozen=True, slots=True)
class FormKind:
    """Which form: what is the same for all children of one survey, age, look, language and meeting.

    `catalogue` is in the form's language. `facts`, `spotlight`, `has_iro` as in `form_questions`.
    """

    catalogue: Catalogue
    survey: Survey
    band: str
    look: str
    facts: Facts
    spotlight: str | None
    has_iro: bool = True
    large: bool = False

    @property
    def short_code(self) -> str:
        """What the foot of each page says for whoever keys it in; it names no plan and no child.

        The survey by the first letters of its key, its version, the age, the look and the language.
        """
        letters = "".join(part[0] for part in self.survey.key.split("-")).upper()
        parts = (
            f"{letters}{self.survey.version}",
            self.band.replace("-", "\N{EN DASH}"),
            *((EASY,) if self.look == EASY else ()),
            self.catalogue.language,
        )
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class FormLink:
    """A child's link: the address that the QR code opens, and the four words."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class StubLine:
    """One line of the tear-off: filled in (`value`), boxes to tick, or, where it has neither, a line to write on."""

    label: str
    value: str = ""
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stub:
    """The tear-off, in the words of staff: a title beside the line to cut along, lines, and notes below them."""

    title: str
    lines: tuple[StubLine, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OneForm:
    """What one copy has of its own: a link, or None for a blank one, and its tear-off."""

    link: FormLink | None
    stub: Stub


def build_forms(
    kind: FormKind,
    numbers: Mapping[str, str],
    forms: Sequence[OneForm],
    *,
    code_name: str,
    language: str,
) -> bytes:
    """The forms as one Word file, each beginning on a sheet of its own.

    `numbers` fills the texts' braces; `code_name` names the QR code for those who cannot see it; `language` is the
    form's as Word names it, such as "ar-SA". Raises what `form_questions` raises.
    """
    writer = _Writer(kind, numbers, code_name, language)
    page = begin_document(
        title=kind.survey.neutral_title, language=language, size=writer.size
    )
    section = page.document.sections[0]
    for number, form in enumerate(forms):
        if number:
            section = begin_sheet(page)
        writer.set_pages(section, form.link, number)
        writer.write_form(page, form.link, number)
        section = begin_sheet(page)
        set_section(section, margin=MARGIN_MM, rtl=writer.rtl)
        footer_of(section).write_line(writer.staff, Lay(), "")
        writer.write_last_sheet(page, form.stub)
    return save_document(page)


class _Writer:
    """Writes forms of one kind. Holds its texts, questions and drawings, which are the same in every copy."""

    def __init__(
        self, kind: FormKind, numbers: Mapping[str, str], code_name: str, language: str
    ) -> None:
        self.kind, self.code_name = kind, code_name
        self.speaker = FormSpeaker(
            kind.catalogue, kind.survey.key, kind.band, kind.look, numbers, kind.has_iro
        )
        self.ui = self.speaker.short_words()
        self.rtl = kind.catalogue.direction == "rtl"
        self.size = max(SIZES[kind.look], LARGE) if kind.large else SIZES[kind.look]
        self.scale = self.size / 12
        self.usual = Tone(self.size, language, self.rtl)
        self.bold = self.usual.with_changes(bold=True)
        self.small = self.usual.with_changes(
            size=LARGE if kind.large else self.size - 1.5
        )
        self.grey = self.small.with_changes(color=GREY)
        self.mark = Tone(LARGE if kind.large else 9, ENGLISH, color=GREY)
        self.foot = self.mark.with_changes(size=14 if kind.large else 9)
        self.box = Tone(self.size * 1.35, ENGLISH, font=BOX_FONT)
        self.staff = Tone(10.5 if not kind.large else 14, ENGLISH)
        self.questions = form_questions(
            kind.catalogue,
            kind.survey,
            kind.band,
            kind.look,
            kind.facts,
            kind.spotlight,
            numbers,
            has_iro=kind.has_iro,
        )
        self.pictures = draw_pictures(self._named_pictures())
        self.shared: list[Any] | None = None

    def _named_pictures(self) -> Iterable[tuple[str, bool]]:
        for asked in self.questions:
            if name := self._picture_above(asked):
                yield name, True
            for one in asked.options:
                if name := self._picture_beside(asked, one.option):
                    yield name, False

    def _picture_above(self, asked: FormQuestion) -> str:
        """The drawing above a question: in easy read everywhere, for the youngest where the survey has one."""
        if self.kind.look != EASY:
            return asked.question.picture if self.kind.look in PICTURED else ""
        pictures = self.kind.catalogue.pictures
        return pictures.of_text(asked.question.id) or pictures.of_question(
            asked.question
        )

    def _picture_beside(self, asked: FormQuestion, option: Option) -> str:
        if self.kind.look not in PICTURED:
            return option.face or ""
        return self.kind.catalogue.pictures.of_option(asked.question.id, option)

    # -- pages -------------------------------------------------------------------------------------------------------

    def set_pages(self, section: Any, link: FormLink | None, number: int) -> None:
        """Margins, and the foot of each page: which form it is, whose words, which page of how many."""
        set_section(section, margin=MARGIN_MM, rtl=self.rtl, restart=True)
        tone = self.foot
        foot = footer_of(section).write_line(tone, Lay(), self.kind.short_code)
        align_end_at(foot, WIDTH_MM)
        words = f"   {link.words}" if link else ""
        write_text(foot, tone, f"{words}\t")
        add_field(foot, tone, "PAGE")
        write_text(foot, tone, " / ")
        add_field(foot, tone, f"PAGEREF {_END}{number}")

    def write_form(self, page: WordPage, link: FormLink | None, number: int) -> None:
        """The form itself, which names no child. What all copies share is written once."""
        self._write_head(page, link)
        if self.shared is None:
            first = page.count_parts()
            self._write_questions(page)
            self.shared = page.take_parts(first)
        else:
            page.put_parts(self.shared)
        last = page.write_line(
            self.bold,
            Lay(before=18 * self.scale, align="center"),
            self.speaker.find_text("thanks").title,
        )
        set_bookmark(last, f"{_END}{number}", number)

    def _write_questions(self, page: WordPage) -> None:
        told_of_rest = False
        for asked in self.questions:
            if asked.in_the_rest and not told_of_rest:
                told_of_rest = True
                page.write_line(
                    self.bold.with_changes(color=ACCENT),
                    Lay(before=16 * self.scale, with_next=True),
                    self.speaker.find_text(MORE).extra["when"],
                )
            self._write_question(page, asked)

    def _write_head(self, page: WordPage, link: FormLink | None) -> None:
        paper, opening = self.speaker.find_text("paper"), self.speaker.find_text("open")
        side = 62
        words, code = page.make_columns(WIDTH_MM - side, side, rtl=self.rtl)
        words.write_line(
            self.bold.with_changes(size=self.size * 1.7),
            Lay(after=4, style="Heading 1"),
            opening.title,
        )
        after = Lay(after=3 * self.scale)
        if self.kind.look != "young":
            words.write_line(self.usual, after, opening.body[OPENING])
        words.write_line(self.bold, after, paper.title)
        for line in paper.body[:2]:
            words.write_line(self.usual, after, line)
        self._write_code(code, paper, link)
        for line in (
            *paper.body[2:],
            *self.speaker.find_text("who_reads").body,
            opening.body[NAME_APART],
        ):
            page.write_line(self.usual, after, line)
        self._write_calls(page)

    def _write_code(
        self, page: WordPage, paper: FixedText, link: FormLink | None
    ) -> None:
        """The QR code and the four words, or room for the words."""
        centre = Lay(align="center", after=2)
        if link is not None:
            picture = page.write_line(self.staff, centre)
            add_picture(picture, qr_png(link.address), 38, self.code_name)
        page.write_line(self.small, centre, self.speaker.find_text("code").box)
        if link is not None:
            page.write_line(
                Tone(LARGE if self.kind.large else 11.5, ENGLISH, bold=True),
                centre,
                link.words,
            )
            page.write_line(self.grey, centre, paper.extra["phone"])
            return
        for _word in range(4):
            page.write_line(
                self.staff.with_changes(color=GREY),
                Lay(line=26, align="center"),
                "_" * 20,
            )

    def _write_calls(self, page: WordPage, *, indent: float = 0) -> None:
        """Whom to call at once."""
        calls = self.speaker.find_text("calls")
        page.write_line(
            self.bold,
            Lay(before=5 * self.scale, with_next=True, indent=indent),
            calls.title,
        )
        for name in ("danger", "talk"):
            page.write_line(
                self.usual,
                Lay(after=2, indent=indent, with_next=name == "danger" or indent > 0),
                (self.bold, calls.extra[name]),
                f": {calls.extra[f'{name}_note']}",
            )

    # -- questions ---------------------------------------------------------------------------------------------------

    def _write_question(self, page: WordPage, asked: FormQuestion) -> None:
        """One question, on one page: every paragraph of it but the last is kept with the next."""
        parts = _Chain(page)
        question = asked.question
        begin = Lay(
            indent=NUMBER_MM, with_next=True, before=14 * self.scale, rule="BFBFBF"
        )
        if asked.when:
            parts.write_line(
                self.small.with_changes(color=ACCENT, bold=True), begin, asked.when
            )
            begin = Lay(indent=NUMBER_MM, before=3)
        name = self._picture_above(asked)
        if name:
            picture = parts.write_line(self.usual, begin)
            add_picture(picture, self.pictures[name, True], 22, question.text)
            begin = Lay(indent=NUMBER_MM, before=3)
        parts.write_line(
            self.bold.with_changes(size=self.size * 1.08),
            Lay(
                indent=NUMBER_MM,
                hanging=NUMBER_MM,
                before=begin.before,
                after=2,
                rule=begin.rule,
                tabs=(NUMBER_MM,),
            ),
            (self.mark, f"{asked.number}\t"),
            question.text,
        )
        if question.hint:
            parts.write_line(self.small, Lay(indent=NUMBER_MM, after=2), question.hint)
        self._write_answers(parts, asked)

    def _write_answers(self, parts: _Chain, asked: FormQuestion) -> None:
        no_help = self.speaker.find_text("no_help").extra.get(asked.question.id, "")
        for one in asked.options:
            self._write_option(parts, asked, one.letter, one.option)
            if one.option.id == "no" and no_help:
                self._write_note(parts, no_help)
            for note in self._notes_of(asked, one.option):
                self._write_note(parts, note)
        if type_of(asked.question).screen == "text":
            self._draw_rules(parts, LINES)
        if asked.question.id == TALK_HOW:
            self._write_after_talk(parts, asked)
        elif asked.box:
            parts.write_line(self.small, Lay(indent=NUMBER_MM, before=3), asked.box)
            self._draw_rules(parts, 1)
        if asked.can_be_declined:
            self._write_box(parts, "", self.ui["skip"], self.grey)
        if asked.question.id == SAFE_ADULT:
            self._write_safe_help(parts)

    def _write_option(
        self, parts: _Chain, asked: FormQuestion, letter: str, option: Option
    ) -> None:
        line = self._write_box(parts, letter, "", self.usual)
        name = self._picture_beside(asked, option)
        if name:
            high = 11 if self.kind.look in PICTURED else 8
            add_picture(line, self.pictures[name, False], high, option.label)
            centre_in_line(line)
        write_text(line, self.usual, f"{'  ' if name else ''}{option.label}")

    def _write_box(self, parts: _Chain, letter: str, words: str, tone: Tone) -> Any:
        """A letter, a box to tick and words: the paragraph."""
        letter_at, label_at = NUMBER_MM + 5 * self.scale, NUMBER_MM + 13 * self.scale
        return parts.write_line(
            tone,
            Lay(
                indent=label_at,
                hanging=label_at - NUMBER_MM,
                tabs=(letter_at, label_at),
                line=self.size * 1.6,
            ),
            (self.mark, f"{letter}\t"),
            (self.box, BOX),
            f"\t{words}",
        )

    def _write_note(self, parts: _Chain, words: str) -> None:
        indent = NUMBER_MM + 13 * self.scale
        parts.write_line(self.small, Lay(indent=indent, after=2), words)

    def _notes_of(self, asked: FormQuestion, option: Option) -> Iterable[str]:
        """What stands below an answer: who reads that a child is not safe, and that the IRO who helps knows it."""
        if option.id == NOT_SAFE:
            yield self.speaker.find_text(asked.question.id).extra["not_safe_text"]
            yield self.speaker.find_text("paper").body[-1]
            calls = self.speaker.find_text("calls").extra
            for name in ("danger", "talk"):
                yield f"{calls[name]}: {calls[f'{name}_note']}"
        elif asked.question.id == HELPED and option.id == IRO:
            yield " ".join(self.speaker.find_text("iro_helps").body)

    def _write_after_talk(self, parts: _Chain, asked: FormQuestion) -> None:
        """Whom, when and how; and who reads that."""
        said = self.speaker.find_text(TALK_HOW).extra
        at = Lay(indent=NUMBER_MM, before=3)
        parts.write_line(self.small, at, said["whom"])
        self._draw_rules(parts, 1)
        parts.write_line(self.small, at, asked.box)
        self._draw_rules(parts, 2)
        parts.write_line(self.grey, at, said["asked"])
        parts.write_line(self.grey, at, said["who_reads"])

    def _write_safe_help(self, parts: _Chain) -> None:
        helps = self.speaker.find_text("safe_help")
        at = Lay(indent=NUMBER_MM, after=2)
        parts.write_line(
            self.small.with_changes(color=ACCENT, bold=True),
            Lay(indent=NUMBER_MM, before=6),
            helps.extra["when"],
        )
        parts.write_line(self.bold, at, helps.title)
        for line in helps.body:
            parts.write_line(self.usual, at, line)
        calls = self.speaker.find_text("calls").extra
        for name in ("danger", "talk"):
            parts.write_line(
                self.usual, at, (self.bold, calls[name]), f": {calls[f'{name}_note']}"
            )

    def _draw_rules(self, parts: _Chain, count: int) -> None:
        parts.draw_rules(
            self.usual, Lay(indent=NUMBER_MM, line=26 * self.scale), count, WIDTH_MM
        )

    # -- the last sheet ----------------------------------------------------------------------------------------------

    def write_last_sheet(self, page: WordPage, stub: Stub) -> None:
        """For the child to keep, and below the line to cut along what only the office may see."""
        paper, privacy = (self.speaker.find_text(one) for one in ("paper", "privacy"))
        helps = self.speaker.find_text("help")
        page.write_line(self.bold, Lay(after=4), paper.extra["keep"])
        self._write_calls(page)
        after = Lay(after=2)
        for line in helps.body:
            page.write_line(self.small, after, line)
        page.write_line(
            self.bold, Lay(before=8, after=3, style="Heading 2"), privacy.title
        )
        # The first line of `privacy` speaks of a link; `paper` says instead who asks, and why.
        for line in (paper.extra["council"], *privacy.body[1:]):
            page.write_line(self.small, after, line)
        self._write_stub(page, stub)

    def _write_stub(self, page: WordPage, stub: Stub) -> None:
        tone, kept = self.staff, Lay(after=3, with_next=True)
        cut_line(page, tone.with_changes(bold=True), stub.title)
        for line in stub.lines:
            if line.boxes:
                ticks = [
                    part
                    for box in line.boxes
                    for part in (
                        (tone.with_changes(font=BOX_FONT), f"  {BOX}"),
                        f" {box}",
                    )
                ]
                bold = (tone.with_changes(bold=True), f"{line.label}:")
                page.write_line(tone, kept, bold, *ticks)
            elif line.value:
                page.write_line(
                    tone,
                    kept,
                    (tone.with_changes(bold=True), f"{line.label}: "),
                    line.value,
                )
            else:
                written = page.write_line(
                    tone,
                    Lay(line=22, with_next=True),
                    (tone.with_changes(bold=True), f"{line.label}: "),
                )
                rule_to(written, tone, WIDTH_MM)
        for number, note in enumerate(stub.notes):
            last = number == len(stub.notes) - 1
            page.write_line(
                tone.with_changes(size=tone.size - 1),
                Lay(after=2, with_next=not last),
                note,
            )


class _Chain:
    """Paragraphs that stay on one page: each but the last is kept with the next."""

    def __init__(self, page: WordPage) -> None:
        self.page, self.last = page, None

    def write_line(self, tone: Tone, lay: Lay, *parts: str | tuple[Tone, str]) -> Any:
        self._keep_last()
        self.last = self.page.write_line(tone, lay, *parts)
        return self.last

    def draw_rules(self, tone: Tone, lay: Lay, count: int, width: float) -> None:
        self._keep_last()
        self.last = self.page.draw_rules(tone, lay, count, width)

    def _keep_last(self) -> None:
        if self.last is not None:
            self.last.paragraph_format.keep_with_next = True
