"""The signed stamp of a page: which survey was shown, and when it was loaded (settled.md, "A link and its page")."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer

from feedback_app.duties.sends import Visit
from feedback_app.privacy.keys import Keys
from feedback_app.privacy.tokens import digest


@dataclass(frozen=True, slots=True)
class Stamp:
    """A page as it was sent out: the visit, and the instant it was loaded."""

    visit: Visit
    loaded_at: datetime


def make(keys: Keys, token: str, visit: Visit, loaded_at: datetime) -> str:
    """The stamp of a page for the link with that token; it fits no other link."""
    return _signer(keys).dumps([_of(keys, token), round(loaded_at.timestamp() * 1000), *astuple(visit)])


def read(keys: Keys, token: str, text: str) -> Stamp | None:
    """What the stamp says, or None where it was made up, altered, or made for another link."""
    try:
        fields = _signer(keys).loads(text)
    except BadSignature:
        return None
    if fields[0] != _of(keys, token):
        return None
    return Stamp(Visit(*fields[2:]), datetime.fromtimestamp(fields[1] / 1000, UTC))


def _signer(keys: Keys) -> URLSafeSerializer:
    ring = keys.session
    older = [key for name, key in ring.keys.items() if name != ring.current]
    return URLSafeSerializer([*older, ring.newest], salt="page")


def _of(keys: Keys, token: str) -> str:
    return digest(keys.digest.newest, "page", token)[:16]
