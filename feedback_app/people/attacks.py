"""Telling people that somebody tries to get into their account. The worker looks, so that sign-in costs the same.

The misses that count are those of strangers (accounts/attempts.py), not those on a device that the person knows.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.config import Settings
from feedback_app.models.person import Miss, Person
from feedback_app.models.running import AuditEntry
from feedback_app.people.link_requests import account_digests
from feedback_app.people.persons import account_name
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy.keys import Keys

PASSWORDS_OF_STRANGERS = "account"
CODES_OF_STRANGERS = "second"
"""The kinds under which misses of strangers are counted for an account as a whole."""
WITHIN = timedelta(hours=1)
TOLD_EVERY = timedelta(days=1)


def tell_attacked(session: Session, keys: Keys, settings: Settings) -> int:
    """Queue a mail to each person whose account many wrong passwords or codes were typed for; return how many.

    "Many" is what makes one address wait: `sign_in_misses`, `second_factor_misses`, within the hour. Each is told of
    each once a day at most, and it is on the record.
    """
    told = 0
    for kind, why, many in (
        (PASSWORDS_OF_STRANGERS, "password", settings.sign_in_misses),
        (CODES_OF_STRANGERS, "code", settings.second_factor_misses),
    ):
        attacked = _missed_often(session, kind, many)
        if attacked:
            told += _tell_each(session, keys, attacked, why)
    return told


def _missed_often(session: Session, kind: str, many: int) -> frozenset[str]:
    """The keyed digests of accounts, of people or of nobody, that were missed that often within the hour."""
    missed = (
        select(Miss.who)
        .where(Miss.kind == kind, Miss.at > clock.now() - WITHIN)
        .group_by(Miss.who)
        .having(func.count() >= many)
    )
    return frozenset(session.scalars(missed))


def _tell_each(session: Session, keys: Keys, attacked: frozenset[str], why: str) -> int:
    told = 0
    known = select(AuditEntry.about).where(
        AuditEntry.what == "account_attacked",
        AuditEntry.reason == why,
        AuditEntry.at > clock.now() - TOLD_EVERY,
    )
    told_already = frozenset(session.scalars(known))
    for person in session.scalars(select(Person).where(Person.active.is_(True))):
        digests = account_digests(keys.digest, account_name(person.email))
        if attacked.isdisjoint(digests) or person.id in told_already:
            continue
        entry = audit.write_entry(
            session,
            keys.audit,
            "account_attacked",
            person_id=None,
            about=person.id,
            reason=why,
        )
        queue_change_message(session, entry)
        told += 1
    return told
