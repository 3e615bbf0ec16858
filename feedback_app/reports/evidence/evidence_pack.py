"""The evidence pack: a report's figures and tables by area of inspection, the report itself, and what proves them.

Made of one frozen document and nothing else but the audit trail's head: two packs of the same version are the same
file, byte for byte. It holds nothing that the report does not.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence

import flask_babel

from feedback_app.documents.zip_times import FIRST_TIME
from feedback_app.reports.document import Chapter, Paragraph, ReportDocument
from feedback_app.reports.evidence.evidence_map import EvidenceArea
from feedback_app.reports.formats.csv import safe_cell
from feedback_app.reports.tables import Table, TableRow, printed_cell

_: Callable[..., str] = flask_babel.gettext


def build_pack(
    document: ReportDocument,
    areas: Sequence[EvidenceArea],
    files: Mapping[str, bytes],
    *,
    audit_head: str,
) -> bytes:
    """The pack as a zip archive. `files`: name -> bytes of the same version that go into it as they are.

    `audit_head`: number and seal of the audit trail's last entry when it was handed over.
    """
    content = {
        "evidence.csv": _evidence_sheet(document, areas),
        "method.txt": _method(document),
        **files,
    }
    content["contents.txt"] = _contents(document, content, audit_head)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(content):
            part = zipfile.ZipInfo(name, FIRST_TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(part, content[name])
    return out.getvalue()


def _evidence_sheet(document: ReportDocument, areas: Sequence[EvidenceArea]) -> bytes:
    """A line for each row of a table that speaks of an area: which, plan row, chapter, and the row in words."""
    out = io.StringIO()
    sheet = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    sheet.writerow(
        [_("Area"), _("Plan row"), _("Chapter"), _("What"), _("What the report says")]
    )
    for area in areas:
        for chapter in document.chapters:
            for table in _tables_of(chapter):
                sheet.writerows(_lines(area, chapter, table))
    return out.getvalue().encode("utf-8-sig")


def _tables_of(chapter: Chapter) -> Iterable[Table]:
    return (block for block in chapter.blocks if isinstance(block, Table))


def _lines(
    area: EvidenceArea, chapter: Chapter, table: Table
) -> Iterable[list[str | int | float]]:
    titles = [column.title for column in table.columns]
    row_at = titles.index(_("Plan row")) if _("Plan row") in titles else None
    for row in table.rows:
        plan_row = str(row.cells[row_at]) if row_at is not None else ""
        if chapter.title in area.chapters or plan_row in area.rows:
            what = next((str(c) for n, c in enumerate(row.cells) if n != row_at), "")
            yield [
                safe_cell(cell)
                for cell in (
                    area.name,
                    plan_row,
                    chapter.title,
                    what,
                    _row_in_words(table, row, row_at),
                )
            ]


def _row_in_words(table: Table, row: TableRow, row_at: int | None) -> str:
    """ "Children: 97; Of: 166; Share: 58%", without the row's own name and without what is empty."""
    said = []
    named = False
    for number, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        if number == row_at:
            continue
        if not named:
            named = True
            continue
        words = printed_cell(column, cell)
        if words:
            said.append(f"{column.title}: {words}" if column.title else words)
    return "; ".join(said)


def _method(document: ReportDocument) -> bytes:
    """The paragraphs of the appendix: how it was asked, what is hidden, what changed."""
    lines = [document.title, ""]
    for chapter in document.chapters:
        words = [block.text for block in chapter.blocks if isinstance(block, Paragraph)]
        if chapter.is_appendix and words:
            lines += [chapter.title, *words, ""]
    return "\r\n".join(lines).encode("utf-8-sig")


def _contents(
    document: ReportDocument, content: Mapping[str, bytes], audit_head: str
) -> bytes:
    """What is in the pack, each with its SHA-256, and by what the version and the audit trail are known."""
    lines = [
        document.title,
        _("Version %(version)s", version=document.version),
        _("Digest of what the report says: %(digest)s", digest=document.digest),
        _("Head of the audit trail when it was handed over: %(head)s", head=audit_head),
        "",
    ]
    lines += [
        f"{hashlib.sha256(body).hexdigest()}  {name}"
        for name, body in sorted(content.items())
    ]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")
