"""Receiving a child's send: kept once, in one transaction, thanked for when durable (promises 3, 5, 49, 50)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.child.stamp import Stamp, read_stamp
from feedback_app.invitations.links import (
    FoundLink,
    claim_link,
    claim_not_for_me,
    find_link,
    was_not_for_me,
)
from feedback_app.models.response import Response
from feedback_app.responses.read import Form, Visit, first_value, read_sent
from feedback_app.responses.set_aside import TooMany, keep_unplaced_words, set_aside
from feedback_app.responses.store import store_response
from feedback_app.survey.model import Problem
from feedback_app.web.context import Instance

Verdict = Literal["thanks", "set_aside", "not_for_me", "too_long", "dead"]
NEVER_SET_ASIDE = ("link", "page", "plain")
NOT_FOR_ME = "not_for_me"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a send; `visit` is the page it came from.

    The caller commits what was kept before any word of it is shown; `is_set_aside`: a send that must be mended, and was
    kept all the same. `asks_to_talk`: somebody will get in touch. Whether the child is safe is no part of it, since an
    answer on the screen must not tell (decision 0019).
    """

    verdict: Verdict
    visit: Visit | None = None
    invitation: FoundLink | None = None
    problems: tuple[Problem, ...] = field(default=())
    is_set_aside: bool = False
    asks_to_talk: bool = False


def receive_submission(db: Session, parts: Instance, form: Form) -> Received:
    """Judge and store one send.

    A page loaded before the link's end counts when sent within 60 minutes after it, however the link ended. The same
    content again is the same thank-you; anything else a genuine link sends is set aside, never dropped.
    Raises late.TooMany.
    """
    token = first_value(form, "link")
    link = find_link(db, parts.keys, token)
    if link is None:
        return Received("dead")
    stamp = read_stamp(parts.keys, token, first_value(form, "page"))
    if stamp is None:
        return _aside(db, parts, link, form, None)
    if first_value(form, NOT_FOR_ME):
        return _not_for_me(db, parts, link, form, stamp)
    sent, problems = read_sent(parts.catalogue, stamp.visit, link, form)
    if problems:
        if (
            sent.not_safe
        ):  # heard before a length is judged: the child may not send again
            with suppress(
                TooMany
            ):  # then twenty such sends have raised a concern already
                _aside(db, parts, link, form, stamp.visit)
        return Received("too_long", stamp.visit, link, problems, sent.not_safe)
    thanks = Received("thanks", stamp.visit, link, asks_to_talk=sent.talk_to != "no")
    now = clock.now()
    in_time = _in_time(link, stamp, parts.settings.grace_minutes)
    claimed = claim_link(db, link, at=now) if in_time else None
    if claimed is not None:
        day = now.astimezone(clock.LONDON).date()
        store_response(
            db,
            parts.keys,
            claimed,
            sent,
            day=day,
            at=now,
            talk_days=parts.settings.talk_days,
        )
        if sent.unplaced_words:
            keep_unplaced_words(db, parts.keys, link.id, sent, at=now)
        return thanks
    kept = db.scalar(
        select(Response.content_digest).where(
            Response.invitation_id == link.id, Response.version == 1
        )
    )
    if kept == sent.content_digest(parts.keys.digest.newest_key):
        return thanks
    return _aside(db, parts, link, form, stamp.visit)


def set_failed_send_aside(db: Session, parts: Instance, form: Form) -> None:
    """Keep what a fault of ours could not store: somebody reads it, and the concern of "I am not safe" is raised.

    Committed here. When the same is sent again and stored, it is read twice; that is better than never. What fails here
    too leaves the words where they are, on the child's page.
    """
    with suppress(TooMany):
        link = find_link(db, parts.keys, first_value(form, "link"))
        if link is not None:
            _aside(db, parts, link, form, None)
            db.commit()


def _not_for_me(
    db: Session, parts: Instance, link: FoundLink, form: Form, stamp: Stamp
) -> Received:
    """The link reached somebody else: it is over, and no answer counts. What was written all the same is set aside.

    Said twice, it is the same thank-you; said of a link that is used or over, it is a later send like any other.
    """
    in_time = _in_time(link, stamp, parts.settings.grace_minutes)
    noted = in_time and claim_not_for_me(db, link, at=clock.now())
    if not noted and not was_not_for_me(db, link.id):
        return _aside(db, parts, link, form, stamp.visit)
    if _content(form).keys() - {NOT_FOR_ME}:
        _aside(db, parts, link, form, stamp.visit)
    return Received("not_for_me", stamp.visit, link)


def _in_time(link: FoundLink, stamp: Stamp, grace_minutes: int) -> bool:
    return stamp.loaded_at < link.ends_at and clock.now() <= link.ends_at + timedelta(
        minutes=grace_minutes
    )


def _aside(
    db: Session, parts: Instance, link: FoundLink, form: Form, visit: Visit | None
) -> Received:
    set_aside(db, parts.keys, link.id, _content(form), at=clock.now())
    return Received("set_aside", visit, link)


def _content(form: Form) -> dict[str, Sequence[str]]:
    return {
        name: values
        for name, values in form.items()
        if name not in NEVER_SET_ASIDE and any(values)
    }
