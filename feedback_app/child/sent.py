"""What this browser remembers for an hour of a link by which it has sent: enough to be thanked again, and no more.

It holds no token, opens nothing, and says nothing of what was answered. So a reload of the tab shows the thank-you, and
whoever opens the used link elsewhere meets the page of any dead link (promise 6). Leave forgets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta

from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.child.drawn_pages import ForThanks
from feedback_app.survey.model import BANDS, LOOKS
from feedback_app.web.child_languages import child_languages

SENT_COOKIE = {True: "__Host-sent-", False: "sent-"}
"""How the cookie's name begins, with https and in an http demo; the link's mark follows."""
SENT_SECONDS = 60 * 60
LONGEST_AGO = timedelta(days=62)


def told_in_address(told: ForThanks) -> dict[str, str]:
    """The day of a send and the kind of its thank-you, as its address carries them."""
    return {"day": f"{told.day}", "kind": f"{told.talk:d}{told.leads_on:d}"}


def read_told(band: str, look: str, language: str, day: str, kind: str) -> ForThanks:
    """The same read back. Anybody can type it: another day than one of the last two months is taken for today."""
    today = clock.today()
    sent_on = today
    with suppress(ValueError):
        sent_on = date.fromisoformat(day)
    if not today - LONGEST_AGO <= sent_on <= today:
        sent_on = today
    return ForThanks(band, look, language, sent_on, kind[:1] == "1", kind[1:] != "0")


def remember_send(
    answer: AnyResponse, mark: str, told: ForThanks, *, secure: bool
) -> None:
    """Have this browser remember that the link of that mark was sent, and how it was thanked."""
    answer.set_cookie(
        SENT_COOKIE[secure] + mark,
        ".".join(
            (told.band, told.look, told.language, *told_in_address(told).values())
        ),
        max_age=SENT_SECONDS,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def told_by_cookie(
    cookies: Mapping[str, str], mark: str, *, secure: bool
) -> ForThanks | None:
    """How the browser with these cookies was thanked for the link of that mark in the last hour, if it was."""
    parts = cookies.get(SENT_COOKIE[secure] + mark, "").split(".")
    if len(parts) != 5 or parts[0] not in BANDS or parts[1] not in LOOKS:
        return None
    band, look, language, day, kind = parts
    offered = child_languages().offered_or_english(language)
    return read_told(band, look, offered, day, kind)


def forget_sends(
    answer: AnyResponse, cookies: Mapping[str, str], *, secure: bool
) -> None:
    """Have the browser with these cookies forget every link that it has sent."""
    for name in cookies:
        if name.startswith(SENT_COOKIE[secure]):
            answer.delete_cookie(
                name, secure=secure, httponly=True, samesite="Lax", path="/"
            )
