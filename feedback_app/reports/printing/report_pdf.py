"""A report as PDF, tagged for screen readers (PDF/UA-1): the same document is the same file, byte for byte."""

from __future__ import annotations

from flask_babel import gettext as _

from feedback_app.documents.typesetting import SANS, set_in_type
from feedback_app.reports.document import ReportDocument
from feedback_app.reports.printing.report_layout import footer_of, lay_out, subtitle_of


def report_pdf(document: ReportDocument) -> bytes:
    """That report as PDF. What stands in a table is text; a chart has its words."""
    return set_in_type(
        "report.typ",
        {
            "title": document.title,
            "subtitle": subtitle_of(document),
            "service": document.service_name,
            "footer": footer_of(document),
            "of": _("of"),
            "own": _("(the manager’s own words)"),
            "fonts": list(SANS),
            "chapters": [
                {
                    "title": chapter.title,
                    "page_before": chapter.page_before,
                    "is_first": number == 0,
                    "blocks": lay_out(chapter),
                }
                for number, chapter in enumerate(document.chapters)
            ],
        },
    )
