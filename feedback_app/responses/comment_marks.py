"""What managers made of comments, read again: their themes, covered places, and the quotes of a month. No words."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app.models.kept_comment import Quote, Redaction, Theme, ThemeText
from feedback_app.privacy.covered import Span, read_spans
from feedback_app.typed_text import TEXT_LIMIT


def themes_of(session: Session, text_ids: Collection[str]) -> dict[str, list[str]]:
    """Text id -> the names of its themes by the alphabet."""
    found: dict[str, list[str]] = {}
    for text_id, name in session.execute(
        select(ThemeText.text_id, Theme.name)
        .join(Theme, Theme.id == ThemeText.theme_id)
        .where(ThemeText.text_id.in_(text_ids))
    ):
        found.setdefault(text_id, []).append(name)
    return {
        text_id: sorted(names, key=str.casefold) for text_id, names in found.items()
    }


def covered_places(
    session: Session, text_ids: Collection[str]
) -> dict[str, list[Span]]:
    """Text id -> its covered places, of the texts that have some."""
    rows = session.execute(
        select(Redaction.text_id, Redaction.spans).where(
            Redaction.text_id.in_(text_ids), Redaction.spans != ""
        )
    )
    return {text_id: read_spans(spans.split(), TEXT_LIMIT) for text_id, spans in rows}


def quotes_among(session: Session, text_ids: Collection[str]) -> set[str]:
    """Those of these texts that were chosen as quotes."""
    chosen = select(Quote.text_id).where(Quote.text_id.in_(text_ids))
    return set(session.scalars(chosen))


def month_quotes(session: Session, month: str) -> list[str]:
    """The ids of the texts chosen as quotes for a month, in the order in which they were chosen."""
    return list(
        session.scalars(
            select(Quote.text_id)
            .where(Quote.month == month)
            .order_by(Quote.at, Quote.text_id)
        )
    )
