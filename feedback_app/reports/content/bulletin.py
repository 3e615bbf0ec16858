"""The paragraph for the weekly bulletin, to be copied."""

from __future__ import annotations

from feedback_app.reports.document import Paragraph, ReportDocument


def bulletin_paragraph(document: ReportDocument) -> str:
    """The report's title and its first minute, in one paragraph; the manager's own words where there are some."""
    minute = document.chapters[0]
    said = [
        block.text
        for block in minute.blocks
        if isinstance(block, Paragraph) and block.key
    ]
    return " ".join([f"{document.title}.", *said])
