"""Devices on which a person signed in before: a stranger's wrong tries never keep them out.

Whoever comes in wholly, second step and all, or chooses a password through a link in their mail, leaves a mark in the
browser: a random name of the device, the day, and a keyed digest that binds both to the account. It opens nothing.
It says alone that this browser's misses are counted apart from those of strangers (accounts/attempts.py), and that a
sign-in here is nothing new to tell the person of. One browser may hold marks of several people.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.web.context import keys, settings

KEPT = timedelta(days=365)
"""How long a device is known after the last sign-in on it; browsers keep no cookie for longer than 400 days."""
MOST_PEOPLE = 8
"""Marks that one browser holds: as many people as share a computer; of more, those who came last."""
_MARK = re.compile(r"(?P<name>[\w-]{22})~(?P<day>\d{8})~(?P<seal>[0-9a-f]{64})", re.A)


@dataclass(frozen=True, slots=True)
class DeviceMark:
    """One mark as the cookie holds it: the device's random name, the day of the last sign-in, and the keyed digest."""

    name: str
    day: str
    seal: str

    def __str__(self) -> str:
        return f"{self.name}~{self.day}~{self.seal}"


def known_device(account: str) -> str:
    """The random name of this device if somebody signed in to `account` on it before, else "".

    `account` is the e-mail as `people.persons.account_name` gives it.
    """
    mark = _mark_of(account)
    return mark.name if mark else ""


def remember_device(answer: AnyResponse, account: str) -> None:
    """Put the account's mark into this browser, or make it new; the marks of other people stay."""
    own = _mark_of(account)
    name = own.name if own else secrets.token_urlsafe(16)
    day = f"{clock.today():%Y%m%d}"
    mark = DeviceMark(
        name, day, _seal_mark(keys().digest.newest_key, account, name, day)
    )
    marks = [mark, *(other for other in _marks_here() if other != own)]
    answer.set_cookie(
        cookie_name(),
        ".".join(str(one) for one in marks[:MOST_PEOPLE]),
        max_age=KEPT,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def cookie_name() -> str:
    """The name of the cookie: locked to the host wherever the site has https."""
    return "__Host-device" if settings().secure_cookies else "device"


def _mark_of(account: str) -> DeviceMark | None:
    """The mark of this account, genuine and not too old; every one is compared, whoever has an account or not."""
    found = None
    for mark in _marks_here():
        for key in keys().digest.keys.values():
            seal = _seal_mark(key, account, mark.name, mark.day)
            if hmac.compare_digest(seal, mark.seal) and not _is_too_old(mark):
                found = mark
    return found


def _marks_here() -> list[DeviceMark]:
    """The marks in this request's cookie, genuine or not; whatever else stands there is passed over."""
    words = request.cookies.get(cookie_name(), "").split(".", MOST_PEOPLE)
    found = [_MARK.fullmatch(word) for word in words[:MOST_PEOPLE]]
    return [DeviceMark(one["name"], one["day"], one["seal"]) for one in found if one]


def _is_too_old(mark: DeviceMark) -> bool:
    return clock.today() - date.fromisoformat(mark.day) > KEPT


def _seal_mark(key: bytes, account: str, name: str, day: str) -> str:
    return keyed_digest(key, "device", f"{account}\x1f{name}\x1f{day}")
