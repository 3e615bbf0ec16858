"""The signed stamp of a page: which survey was shown, and when it was loaded (rule L2)."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from feedback_app.privacy.digests import keyed_digest
from feedback_app.privacy.keys import Keys
from feedback_app.responses.read import Visit


@dataclass(frozen=True, slots=True)
class Stamp:
    """A page as it was sent out: the visit, and the instant it was loaded."""

    visit: Visit
    loaded_at: datetime


def make_stamp(keys: Keys, token: str, visit: Visit, loaded_at: datetime) -> str:
    """The stamp of a page for the link with that token; it fits no other link."""
    return _signer(_in_turn(keys)).dumps([_of(keys, token), round(loaded_at.timestamp() * 1000), *astuple(visit)])


def read_stamp(keys: Keys, token: str, text: str) -> Stamp | None:
    """What the stamp says, or None where it was made up, altered, or made for another link."""
    try:
        fields = _signer(_in_turn(keys)).loads(text)
    except BadSignature:
        return None
    if fields[0] != _of(keys, token):
        return None
    return Stamp(Visit(*fields[2:]), datetime.fromtimestamp(fields[1] / 1000, UTC))


def _in_turn(keys: Keys) -> tuple[bytes, ...]:
    ring = keys.session
    return (*(key for name, key in ring.keys.items() if name != ring.current), ring.newest_key)


@lru_cache(maxsize=8)
def _signer(in_turn: tuple[bytes, ...]) -> URLSafeSerializer:
    """One for each ring, the newest key last, as itsdangerous wants them."""
    return URLSafeSerializer(list(in_turn), salt="page")


def _of(keys: Keys, token: str) -> str:
    return keyed_digest(keys.digest.newest_key, "page", token)[:16]
