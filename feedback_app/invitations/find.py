"""Finding a child's link, for a visit or a send: one search, and the plain facts that both rest on (promises 1, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from feedback_app.models.invitation import Invitation, Link
from feedback_app.privacy.digests import keyed_digest
from feedback_app.privacy.keys import Keys


@dataclass(frozen=True, slots=True)
class FoundLink:
    """One issue of an invitation, the older ones too, with the invitation's facts as they stand.

    `ends_at` and `issue_number` are the link's own, `id` and all else the invitation's.
    """

    ends_at: datetime
    issue_number: int
    id: str
    link_key_id: str
    outcome: str
    survey: str
    survey_version: int
    band: str
    look: str
    language: str
    over5: bool
    over16: bool
    over18: bool
    mode: str | None
    pn_code: str | None
    iro_id: str | None

    @property
    def age_marks(self) -> frozenset[str]:
        """The age marks in the survey's words."""
        held = (
            ("over5", self.over5),
            ("16+", self.over16),
            ("16-17", self.over16 and not self.over18),
            ("18+", self.over18),
        )
        return frozenset(name for name, holds in held if holds)

    def is_open_at(self, at: datetime) -> bool:
        """Whether it opens its survey at that instant: not past its end, its invitation still waiting."""
        return at < self.ends_at and self.outcome == "waiting"


Invited = Invitation | FoundLink
"""Whatever knows an invitation's facts."""


def find_link(session: Session, keys: Keys, token: str) -> FoundLink | None:
    """The link of that token, ended ones too; None when no such token was ever issued."""
    return _find(session, _BY_TOKEN, keyed_digest(keys.digest.newest_key, "token", token))


def find_by_words(session: Session, keys: Keys, words: str) -> FoundLink | None:
    """The link of those four words (lower case, one space between)."""
    return _find(session, _BY_WORDS, keyed_digest(keys.digest.newest_key, "words", words))


_LINK: Any = Link.__table__
_INVITATION: Any = Invitation.__table__
_FOUND = select(
    *(_LINK.c[name] for name in ("ends_at", "issue_number")),
    *(_INVITATION.c[name] for name in FoundLink.__dataclass_fields__ if name not in ("ends_at", "issue_number")),
).join_from(_LINK, _INVITATION)
_BY_TOKEN = _FOUND.where(_LINK.c.token_digest == bindparam("digest"))
_BY_WORDS = _FOUND.where(_LINK.c.words_digest == bindparam("digest"))
# Built once, and read without the ORM: as objects of a session this search took a fifth of a whole send.


def _find(session: Session, statement: Select[Any], digest: str) -> FoundLink | None:
    row = session.connection().execute(statement, {"digest": digest}).one_or_none()
    return FoundLink(*row) if row else None
