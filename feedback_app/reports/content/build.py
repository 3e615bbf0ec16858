"""A report as one document: its chapters in order, and every number of it as a tidy figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedback_app.reports.content.gather import Gathered
from feedback_app.reports.document import Paragraph, ReportDocument


def build_report(
    gathered: Gathered,
    own_words: Mapping[str, str] | None = None,
    *,
    version: int = 0,
    digest: str = "",
    changes: Sequence[str] = (),
) -> ReportDocument:
    """Build the document. `own_words`: key of a sentence -> the manager's own, which stand in its place.

    `version`, `digest`: of what is handed over; 0 and "" for a draft. `changes`: what differs from the version before,
    a sentence each.
    """
    raise NotImplementedError


def editable_sentences(gathered: Gathered) -> tuple[Paragraph, ...]:
    """Every sentence that the manager may put in their own words, as generated; "" where there is none yet."""
    raise NotImplementedError
