"""What a manager does with a comment beside reading it: themes, covered words, quotes. Each is undone as it was done.

Every verb writes in the caller's transaction, with an entry on the audit trail about the queue entry: ids alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.models.base import rows_changed
from feedback_app.models.kept_comment import (
    SPANS_LIMIT,
    Quote,
    Redaction,
    Theme,
    ThemeText,
)
from feedback_app.models.response import Response
from feedback_app.models.text import QueueEntry, ReadMark, SealedText
from feedback_app.privacy.covered import Span, write_spans
from feedback_app.privacy.keys import KeyRing
from feedback_app.responses.comment_marks import month_quotes
from feedback_app.responses.texts import response_id_of

MOST_QUOTES = 4
"""Quotes of one month: what a report of two pages holds."""
MAY_SEE = ("yes", "heard")
FEW_CHILDREN = 5
"""Of fewer children in a month an IRO is likely to know which one said it."""


class QuoteRefused(ValueError):
    """It cannot be a quote: `why` is "unread", "concern", "enough" or "unticked"."""

    def __init__(self, why: str) -> None:
        """`why`: the reason as an id."""
        super().__init__(why)
        self.why = why


class TooManySpans(ValueError):
    """More is marked than is kept: such a text is better left out."""


def add_to_theme(
    session: Session, ring: KeyRing, entry: QueueEntry, *, name: str, person_id: str
) -> bool:
    """Put the text under the theme of that name, which is made where there is none; False where it stood there."""
    theme = find_theme(session, name)
    now = clock.now()
    if theme is None:
        theme = Theme(name=name, made_by_id=person_id, made_at=now)
        session.add(theme)
        session.flush()
    if session.get(ThemeText, (theme.id, entry.text_id)) is not None:
        return False
    session.add(
        ThemeText(theme_id=theme.id, text_id=entry.text_id, person_id=person_id, at=now)
    )
    session.flush()
    audit.write_entry(session, ring, "theme_added", person_id=person_id, about=entry.id)
    return True


def leave_theme(
    session: Session, ring: KeyRing, entry: QueueEntry, *, name: str, person_id: str
) -> bool:
    """Take the text from the theme; False where it did not stand there. The theme stays."""
    theme = find_theme(session, name)
    if theme is None:
        return False
    here = (ThemeText.theme_id == theme.id, ThemeText.text_id == entry.text_id)
    if not rows_changed(session, delete(ThemeText).where(*here)):
        return False
    audit.write_entry(
        session, ring, "theme_removed", person_id=person_id, about=entry.id
    )
    return True


def find_theme(session: Session, name: str) -> Theme | None:
    """The theme of that name, whatever its capitals."""
    rows = session.scalars(select(Theme).order_by(Theme.made_at, Theme.id))
    return next((one for one in rows if one.name.casefold() == name.casefold()), None)


def cover_places(
    session: Session,
    ring: KeyRing,
    entry: QueueEntry,
    spans: Sequence[Span],
    *,
    person_id: str,
) -> None:
    """Keep which places of the text are covered; the latest set holds, none uncovers it. Raises TooManySpans."""
    line = write_spans(spans)
    if len(line) > SPANS_LIMIT:
        raise TooManySpans(len(line))
    session.merge(
        Redaction(
            text_id=entry.text_id, spans=line, person_id=person_id, at=clock.now()
        )
    )
    session.flush()
    audit.write_entry(
        session, ring, "words_covered", person_id=person_id, about=entry.id
    )


def choose_quote(
    session: Session,
    ring: KeyRing,
    entry: QueueEntry,
    response: Response,
    *,
    person_id: str,
    ticked: bool,
) -> bool:
    """Choose the comment as a quote of its month; False where it is one. Raises QuoteRefused.

    Only a text that a manager has read and nobody found a concern in. Where its IRO may not see what the child said,
    whoever chooses it ticks that the IRO could not know the child by it.
    """
    if session.get(Quote, entry.text_id) is not None:
        return False
    marks = session.scalars(select(ReadMark).where(ReadMark.entry_id == entry.id)).all()
    if "manager" not in {mark.reader for mark in marks}:
        raise QuoteRefused("unread")
    if "concern" in {mark.outcome for mark in marks}:
        raise QuoteRefused("concern")
    if len(month_quotes(session, response.month)) >= MOST_QUOTES:
        raise QuoteRefused("enough")
    is_hidden = response.iro_may_see not in MAY_SEE
    if is_hidden and not ticked:
        raise QuoteRefused("unticked")
    session.add(
        Quote(
            text_id=entry.text_id,
            month=response.month,
            person_id=person_id,
            at=clock.now(),
            warned=is_hidden,
        )
    )
    session.flush()
    audit.write_entry(
        session, ring, "quote_chosen", person_id=person_id, about=entry.id
    )
    return True


def take_quote_back(
    session: Session, ring: KeyRing, entry: QueueEntry, *, person_id: str
) -> bool:
    """It is no quote any more; False where it was none."""
    if not rows_changed(session, delete(Quote).where(Quote.text_id == entry.text_id)):
        return False
    audit.write_entry(
        session, ring, "quote_taken_back", person_id=person_id, about=entry.id
    )
    return True


def response_of_entry(session: Session, entry: QueueEntry) -> Response:
    """The version of the answers that the text was sent with."""
    text = session.get_one(SealedText, entry.text_id)
    return session.get_one(Response, response_id_of(session, text))
