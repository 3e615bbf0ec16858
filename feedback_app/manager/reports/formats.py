"""The files that a report is handed over as: the name in an address, what it is called, its media type, its writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback_app.reports.content.method import data_dictionary
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.evidence.evidence_map import evidence_areas
from feedback_app.reports.evidence.evidence_pack import build_pack
from feedback_app.reports.formats.csv import write_csv
from feedback_app.reports.formats.tidy import write_tidy
from feedback_app.reports.formats.workbook import write_workbook
from feedback_app.reports.handing_over.said_before import SAID, write_said
from feedback_app.reports.printing.report_pdf import report_pdf
from feedback_app.reports.printing.report_word import report_template, report_word


@dataclass(frozen=True, slots=True)
class KeptFormat:
    """One kind of file that is kept. `ending`: of the file's name, after the report's own."""

    title: LazyString
    media_type: str
    ending: str


@dataclass(frozen=True, slots=True)
class FileFormat(KeptFormat):
    """One that a draft is had as too: `write` takes the document and the council's folder of templates, or None."""

    write: Callable[[ReportDocument, Path | None], bytes]


FORMATS: Mapping[str, FileFormat] = {
    "docx": FileFormat(
        _l("Word"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".docx",
        lambda document, folder: report_word(document, report_template(folder)),
    ),
    "pdf": FileFormat(
        _l("PDF"),
        "application/pdf",
        ".pdf",
        lambda document, _folder: report_pdf(document),
    ),
    "xlsx": FileFormat(
        _l("Workbook (XLSX)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
        lambda document, _folder: write_workbook(document),
    ),
    "csv": FileFormat(
        _l("Tidy data (CSV)"),
        "text/csv",
        ".csv",
        lambda document, _folder: write_tidy(document),
    ),
    "dictionary": FileFormat(
        _l("Its columns (CSV)"),
        "text/csv",
        "-columns.csv",
        lambda _document, _folder: write_csv(data_dictionary()),
    ),
}
"""In the order in which they are offered."""


EVIDENCE = "evidence"
EVIDENCE_FORMAT = KeptFormat(
    _l("Evidence pack (ZIP)"), "application/zip", "-evidence.zip"
)
KEPT: Mapping[str, KeptFormat] = {**FORMATS, EVIDENCE: EVIDENCE_FORMAT}
"""What is kept of a version: every format, and the evidence pack."""
IN_THE_PACK = ("pdf", "docx", "csv", "dictionary")


def write_all(
    document: ReportDocument, folder: Path | None, *, audit_head: str
) -> dict[str, bytes]:
    """Every file of a version that is handed over, and what it says in words. `folder`: the council's templates.

    Raises BadTemplate or BadEvidenceMap where one of those cannot be used.
    """
    files = {name: one.write(document, folder) for name, one in FORMATS.items()}
    packed = {f"report{FORMATS[name].ending}": files[name] for name in IN_THE_PACK}
    files[EVIDENCE] = build_pack(
        document, evidence_areas(folder), packed, audit_head=audit_head
    )
    files[SAID] = write_said(document)
    return files


def file_name(survey: str, period: str, version: int, name: str) -> str:
    """What a file is called: `rate-my-review-2026-10-version-1.pdf`, or `…-draft.pdf`."""
    which = f"version-{version}" if version else "draft"
    return f"{survey}-{period}-{which}{KEPT[name].ending}"
