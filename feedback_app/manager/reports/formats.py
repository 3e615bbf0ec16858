"""The files that a report is handed over as: the name in an address, what it is called, its media type, its writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback_app.reports.content.method import data_dictionary
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.formats.csv import write_csv
from feedback_app.reports.formats.tidy import write_tidy
from feedback_app.reports.formats.workbook import write_workbook
from feedback_app.reports.printing.report_pdf import report_pdf
from feedback_app.reports.printing.report_word import report_template, report_word


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One format. `ending`: of the file's name, after the report's own.

    `write` takes the document and the council's folder of templates, None where it has none.
    """

    title: LazyString
    media_type: str
    ending: str
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


def write_all(document: ReportDocument, folder: Path | None) -> dict[str, bytes]:
    """Every format's file of one document. Raises BadTemplate where the council's Word template cannot be used."""
    return {name: one.write(document, folder) for name, one in FORMATS.items()}


def file_name(survey: str, period: str, version: int, name: str) -> str:
    """What a file is called: `rate-my-review-2026-10-version-1.pdf`, or `…-draft.pdf`."""
    which = f"version-{version}" if version else "draft"
    return f"{survey}-{period}-{which}{FORMATS[name].ending}"
