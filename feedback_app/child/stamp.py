"""The signed stamp of a page: which survey was shown, and when it was loaded (rule L2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import KeyRing, Keys
from feedback_app.responses.read import Visit
from feedback_app.survey.model import Facts

OF_THE_PAGE = ("survey", "version", "band", "look", "language", "spotlight")
"""What the stamp says of a visit, in this order, before the facts that its conditions rested on."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A page as it was sent out: the visit, and the instant it was loaded."""

    visit: Visit
    loaded_at: datetime


def make_stamp(keys: Keys, token: str, visit: Visit, loaded_at: datetime) -> str:
    """The stamp of a page for the link with that token; it fits no other link."""
    facts = visit.facts
    fields = [
        _digest_of(keys, token),
        round(loaded_at.timestamp() * 1000),
        *(getattr(visit, name) for name in OF_THE_PAGE),
        *((facts.mode, sorted(facts.marks)) if facts else ()),
    ]
    return _signer(keys.session).dumps(fields)


def read_stamp(keys: Keys, token: str, text: str) -> Stamp | None:
    """What the stamp says, or None where it was made up, altered, or made for another link."""
    try:
        fields = _signer(keys.session).loads(text)
    except BadSignature:
        return None
    if fields[0] != _digest_of(keys, token):
        return None
    of_the_page, given = (
        fields[2 : 2 + len(OF_THE_PAGE)],
        fields[2 + len(OF_THE_PAGE) :],
    )
    facts = Facts(given[0], frozenset(given[1])) if given else None
    loaded_at = datetime.fromtimestamp(fields[1] / 1000, UTC)
    return Stamp(replace(Visit(*of_the_page), facts=facts), loaded_at)


@lru_cache(maxsize=8)
def _signer(ring: KeyRing) -> URLSafeSerializer:
    """One for each ring, the newest key last, as itsdangerous wants them."""
    older = [key for name, key in ring.keys.items() if name != ring.current]
    return URLSafeSerializer([*older, ring.newest_key], salt="page")


def _digest_of(keys: Keys, token: str) -> str:
    return keyed_digest(keys.digest.newest_key, "page", token)[:16]
