"""The children's page of a year (plan row 11a): what they said, and what became of it, in three bands' words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.month import Month
from feedback_app.reports.document import ChildPage
from feedback_app.reports.publishing.published import Published


def build_child_page(
    session: Session, settings: Settings, month: Month, published: Published | None
) -> ChildPage:
    """The page of the twelve months to the last full quarter of `month`. `published`: what may leave with the month."""
    raise NotImplementedError
