"""Making, re-issuing and ending a child's link. Tokens and words are derived, never stored (promises 1-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_app import audit, clock
from feedback_app.invitations import tokens
from feedback_app.invitations.campaigns import remember_child
from feedback_app.invitations.links import STILL_WAITING, Invited, change_invitation
from feedback_app.invitations.references import open_reference, reference_digest
from feedback_app.models.base import new_id
from feedback_app.models.invitation import Envelope, Invitation, Link
from feedback_app.month import london_day, midnight_after
from feedback_app.privacy import cipher
from feedback_app.privacy.cipher import keyed_digest
from feedback_app.privacy.keys import Keys
from feedback_app.survey.model import EASY, LOOK_OF_BAND, Survey
from feedback_app.typed_text import clean_reference

AUDIT_EVENTS: dict[str, audit.AuditEvent] = {
    "waiting": "invitation_issued",
    "ended": "invitation_ended",
    "declined": "invitation_declined",
    "unreached": "invitation_unreached",
    "unsafe": "invitation_unsafe",
}
"""Outcome that a person gives an invitation -> the entry in the audit trail."""


class ReferenceMissing(ValueError):
    """An invitation was asked for without a reference by which the council can find the child."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an officer asks, and how: the facts of an invitation, as the form checked them."""

    survey: str
    survey_version: int
    band: str
    look: str
    reference: str
    how_chosen: str
    pn_code: str | None
    mode: str | None
    iro_id: str | None
    issuer_id: str
    over5: bool = True
    over16: bool = False
    over18: bool = False
    language: str = "en"
    draws_unused: int | None = None
    spoke_before: bool = False
    letter_sent: bool = False
    campaign_id: str | None = None

    @classmethod
    def for_survey(cls, survey: Survey, **facts: Any) -> Asked:
        """The facts of an invitation to that survey, in this version.

        Raises ValueError where it is about a review and mode or participation code is missing, or is not and one is
        given: a child would be asked about a meeting that nobody means, and counted for it.
        """
        given = facts["mode"] is not None, facts["pn_code"] is not None
        if given != (survey.about_review, survey.about_review):
            raise ValueError(
                f"{survey.key}: mode and PN code belong to a survey about a review, and to no other"
            )
        return cls(survey=survey.key, survey_version=survey.version, **facts)


def describe_child(
    band: str, *, easy: bool, over5: bool, over16: bool, over18: bool = False
) -> dict[str, Any]:
    """Look and age facts of an invitation, from an age band and the boxes that were ticked beside it.

    A box counts in its own band alone: older children are over 5, care leavers over 16, whatever was ticked.
    """
    return {
        "band": band,
        "look": EASY if easy else LOOK_OF_BAND[band],
        "over5": band != "4-7" or over5,
        "over16": band == "16-25" or (band == "12-17" and over16),
        "over18": band == "16-25" and over18,
    }


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What is handed to the child: the token of the QR link and the four words."""

    token: str
    words: str


def issue_invitation(
    session: Session,
    keys: Keys,
    asked: Asked,
    *,
    days: int,
    outcome: str = "waiting",
    place: int = 0,
) -> Invitation:
    """Make an invitation with its envelope and first link, which works for `days` more days.

    An `outcome` of NO_ANSWER records a child who never got a link, because they said no, could not be reached or it was
    not safe to ask: it has an envelope and no link. `place` in a list that is invited together: each is a microsecond
    later than the one before, so that their order is the list's.

    Raises ReferenceMissing when the reference is empty (rule D5).
    """
    reference = clean_reference(asked.reference)
    if not reference:
        raise ReferenceMissing("a reference is needed")
    now, digest = clock.now(), reference_digest(keys, reference)
    invitation = Invitation(
        id=new_id(),
        **{
            name: getattr(asked, name)
            for name in Asked.__dataclass_fields__
            if name != "reference"
        },
        issue_number=1,
        link_key_id=keys.link.current,
        issued_at=now + timedelta(microseconds=place),
        ends_at=_end_of_link(now, days),
        outcome=outcome,
        outcome_at=None if outcome == "waiting" else now,
    )
    session.add(invitation)
    session.flush()
    session.add(
        Envelope(
            invitation_id=invitation.id,
            key_id=keys.envelope.current,
            value=cipher.seal_text(
                keys.envelope,
                reference,
                table="envelope",
                column="value",
                row=invitation.id,
            ),
            reference_digest=digest,
        )
    )
    if asked.campaign_id is not None:
        remember_child(session, asked.campaign_id, digest)
    if outcome == "waiting":
        add_link(session, keys, invitation)
    audit.write_entry(
        session,
        keys.audit,
        AUDIT_EVENTS[outcome],
        person_id=asked.issuer_id,
        about=invitation.id,
    )
    return invitation


def reissue_link(
    session: Session, keys: Keys, invitation: Invitation, *, days: int, person_id: str
) -> bool:
    """Give the waiting invitation a new link and end the older one; False when it waits no longer."""
    now = clock.now()
    if not change_invitation(
        session,
        invitation.id,
        STILL_WAITING.values(issue_number=Invitation.issue_number + 1),
    ):
        return False
    open_links = (Link.invitation_id == invitation.id) & (Link.ends_at > now)
    former = session.scalar(select(Link.issue_number).where(open_links))
    session.execute(update(Link).where(open_links).values(ends_at=now))
    session.refresh(invitation)
    invitation.link_key_id = keys.link.current
    invitation.ends_at = _end_of_link(now, days)
    add_link(session, keys, invitation, replaces=former)
    audit.write_entry(
        session,
        keys.audit,
        "invitation_reissued",
        person_id=person_id,
        about=invitation.id,
    )
    return True


def end_invitation(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    *,
    person_id: str | None,
    outcome: str = "ended",
) -> bool:
    """End a waiting invitation at once, with the outcome "ended" or one of NO_ANSWER; False when it waits no longer."""
    now = clock.now()
    if not change_invitation(
        session, invitation.id, STILL_WAITING, outcome=outcome, outcome_at=now
    ):
        return False
    session.execute(
        update(Link)
        .where(Link.invitation_id == invitation.id, Link.ends_at > now)
        .values(ends_at=now)
    )
    audit.write_entry(
        session,
        keys.audit,
        AUDIT_EVENTS[outcome],
        person_id=person_id,
        about=invitation.id,
    )
    session.refresh(invitation)
    return True


def open_link(
    keys: Keys, invitation: Invited, issue_number: int | None = None
) -> OpenLink:
    """Token and words of an issue (the current one by default), derived anew. Raises LookupError without its key."""
    key = keys.link.find_key(invitation.link_key_id)
    if key is None:
        raise LookupError("the key of this link is gone")
    secret = tokens.derive_secret(
        key, invitation.id, issue_number or invitation.issue_number
    )
    return OpenLink(tokens.token_of(secret), tokens.code_words(secret))


def read_reference(session: Session, keys: Keys, invitation: Invitation) -> str | None:
    """What the envelope says, for the issuer while the invitation waits; None once it is gone."""
    envelope = session.get(Envelope, invitation.id)
    if envelope is None:
        return None
    return open_reference(keys, envelope)


def _end_of_link(now: datetime, days: int) -> datetime:
    """Midnight, London time, after the last day: that day is printed on the card."""
    return midnight_after(london_day(now) + timedelta(days=days))


def add_link(
    session: Session,
    keys: Keys,
    invitation: Invitation,
    *,
    replaces: int | None = None,
) -> None:
    """Add the current issue's link; a clash of words with any link ever issued raises the issue number.

    `replaces`: the issue whose card was lost.
    """
    while True:
        made = open_link(keys, invitation)
        words_digest = keyed_digest(keys.digest.newest_key, "words", made.words)
        if (
            session.scalar(
                select(Link.token_digest).where(Link.words_digest == words_digest)
            )
            is None
        ):
            break
        invitation.issue_number += 1
    session.add(
        Link(
            token_digest=keyed_digest(keys.digest.newest_key, "token", made.token),
            words_digest=words_digest,
            invitation_id=invitation.id,
            issue_number=invitation.issue_number,
            link_key_id=invitation.link_key_id,
            ends_at=invitation.ends_at,
            card_ends_at=invitation.ends_at,
            replaces=replaces,
        )
    )
    session.flush()
