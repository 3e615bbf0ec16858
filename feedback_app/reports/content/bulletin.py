"""The paragraph for the weekly bulletin, to be copied."""

from __future__ import annotations

from feedback_app.reports.document import ReportDocument


def bulletin_paragraph(document: ReportDocument) -> str:
    """The report's first minute in one paragraph, with the name of what it is about."""
    raise NotImplementedError
