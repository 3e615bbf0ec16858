"""Asks for a link to a new password: written down alike for everybody by the page, judged and mailed by the worker.

So how long the page takes, and what it says, tells nobody who has an account here (promise 16). The row holds a keyed
digest of the e-mail that was typed, and goes when it is judged. Whoever floods the page sends a bounded number of
mails, and takes nobody's link away: a second link leaves the first open, and while two are open no third is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.config import Settings
from feedback_app.models.base import new_id
from feedback_app.models.person import Identity, LinkRequest, Person, StaffToken
from feedback_app.models.running import AuditEntry
from feedback_app.people.persons import account_name, disable_if_unused
from feedback_app.people.staff_links import make_staff_link
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import KeyRing, Keys

MOST_WAITING = 1000
"""Asks that wait to be judged; the worker takes all of them every half minute."""
MOST_OPEN = 2
"""Links of one person that may be open at once."""
LINKS_A_DAY = 10
"""Links that strangers may have sent to one person within a day; asked for on a known device, as many again."""
NOTICES_A_DAY = 3
"""Mails a day that say why there is no link."""
A_DAY = timedelta(days=1)


def account_digests(ring: KeyRing, account: str) -> list[str]:
    """The digests that stand for an account where misses and asks are counted: one for each key that is in use."""
    return [keyed_digest(key, "account", account) for key in ring.keys.values()]


def request_link(session: Session, account: str, *, on_known_device: bool) -> None:
    """Write down that somebody asked; `account` is the keyed digest of the e-mail, of a person or of nobody.

    Of a flood only so many are kept; the page says the same.
    """
    waiting = session.scalar(select(func.count()).select_from(LinkRequest)) or 0
    if waiting < MOST_WAITING:
        session.add(
            LinkRequest(
                id=new_id(),
                account=account,
                on_known_device=on_known_device,
                asked_at=clock.now(),
            )
        )


def judge_requests(session: Session, keys: Keys, settings: Settings) -> int:
    """Send a link to each person who asked and may have one, or say why there is none; return how many were asked for.

    All asks are deleted with it, also those for e-mails that nobody has here.
    """
    asks = session.scalars(select(LinkRequest).order_by(LinkRequest.asked_at)).all()
    if not asks:
        return 0
    known: dict[str, bool] = {}
    for ask in asks:
        known[ask.account] = known.get(ask.account, False) or ask.on_known_device
    people = session.scalars(select(Person).where(Person.left_at.is_(None))).all()
    for person in people:
        digests = account_digests(keys.digest, account_name(person.email))
        own = [known[digest] for digest in digests if digest in known]
        if own:
            _answer_person(session, keys, settings, person, on_known_device=any(own))
    session.execute(delete(LinkRequest).where(LinkRequest.id.in_(_ids(asks))))
    return len(asks)


def _answer_person(
    session: Session,
    keys: Keys,
    settings: Settings,
    person: Person,
    *,
    on_known_device: bool,
) -> None:
    if person.active:
        disable_if_unused(session, keys, person, days=settings.unused_days)
    if not person.active:
        _say_why_not(session, keys, person, "off")
    elif person.password_hash is None and _signs_in_by_council(session, person):
        _say_why_not(session, keys, person, "sso")
    elif _may_have_another(session, person, on_known_device=on_known_device):
        make_staff_link(session, keys, person, "reset", settings, made_by=None)


def _say_why_not(session: Session, keys: Keys, person: Person, why: str) -> None:
    """Tell the person that somebody asked, and what to do instead of choosing a password."""
    told = select(func.count()).where(
        AuditEntry.what == "password_asked",
        AuditEntry.about == person.id,
        AuditEntry.at > clock.now() - A_DAY,
    )
    if (session.scalar(told) or 0) < NOTICES_A_DAY:
        entry = audit.write_entry(
            session,
            keys.audit,
            "password_asked",
            person_id=None,
            about=person.id,
            reason=why,
        )
        queue_change_message(session, entry)


def _signs_in_by_council(session: Session, person: Person) -> bool:
    linked = select(Identity.person_id).where(Identity.person_id == person.id)
    return session.scalar(linked) is not None


def _may_have_another(
    session: Session, person: Person, *, on_known_device: bool
) -> bool:
    """Whether a further link may be made: so many open at once, and so many within a day."""
    now = clock.now()
    made = select(StaffToken.made_at).where(
        StaffToken.person_id == person.id, StaffToken.kind == "reset"
    )
    still_open = made.where(StaffToken.used_at.is_(None), StaffToken.ends_at > now)
    within_a_day = made.where(StaffToken.made_at > now - A_DAY)
    most_a_day = LINKS_A_DAY * 2 if on_known_device else LINKS_A_DAY
    return (
        len(session.scalars(still_open).all()) < MOST_OPEN
        and len(session.scalars(within_a_day).all()) < most_a_day
    )


def _ids(asks: Sequence[LinkRequest]) -> list[str]:
    return [ask.id for ask in asks]
