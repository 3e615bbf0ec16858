"""The manager asks many children at once: an invitation for each reference, and the cards of those that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.invitations.campaigns import days_of_link
from feedback_app.invitations.issue import (
    Asked,
    OpenLink,
    describe_child,
    issue_invitation,
    open_link,
    read_reference,
)
from feedback_app.invitations.take_back import TAKEN_BACK
from feedback_app.manager.asking.forms import AskManyForm
from feedback_app.models.campaign import Campaign
from feedback_app.models.invitation import Envelope, Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.models.sending import Sending
from feedback_app.month import london_day
from feedback_app.privacy.keys import Keys
from feedback_app.sending.ask import sendings_of
from feedback_app.survey.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Card:
    """One waiting link of a batch: whose it is, and its four words."""

    invitation: Invitation
    reference: str
    link: OpenLink


@dataclass(frozen=True, slots=True)
class Batch:
    """The waiting links of one survey and age group that were made on one day."""

    survey: str
    band: str
    day: date
    waiting: tuple[Invitation, ...]
    ends_on: date


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A waiting link that was sent and did not arrive: whose it is, and its latest sending."""

    invitation: Invitation
    reference: str
    sent: Sending


MOST_IN_A_FILE = 30
"""Word forms in one file: it is made in about a second, and a printer takes it."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """Some of a batch's links that are printed from one Word file: of one look and language, from and to a place."""

    look: str
    language: str
    part: int
    invitations: tuple[Invitation, ...]


def ask_many(
    session: Session,
    keys: Keys,
    catalogue: Catalogue,
    form: AskManyForm,
    references: Sequence[str],
    *,
    campaign: Campaign | None,
    usual_days: int,
    by: str,
) -> int:
    """Make an invitation for each reference, with what a form that holds says of them, in one transaction; how many.

    In a campaign a link works to its last day, else for `usual_days`.
    """
    survey = catalogue.find_survey(form.survey.data)
    child = describe_child(
        form.band.data,
        easy=form.easy.data,
        over5=form.over5.data,
        over16=form.over16.data,
        over18=form.over18.data,
    )
    days = days_of_link(campaign, usual_days)
    for place, reference in enumerate(references):
        asked = Asked.for_survey(
            survey,
            **child,
            reference=reference,
            how_chosen=form.how_chosen.data,
            pn_code=None,
            mode=None,
            iro_id=None,
            issuer_id=by,
            campaign_id=campaign.id if campaign else None,
        )
        issue_invitation(session, keys, asked, days=days, place=place)
    return len(references)


def waiting_batches(
    session: Session, person_id: str, surveys: Sequence[str]
) -> list[Batch]:
    """The links that this person made for these surveys and that wait, newest day first."""
    rows = session.scalars(
        invitations_for(person_id).where(
            Invitation.survey.in_(surveys),
            Invitation.outcome == "waiting",
            Invitation.ends_at > clock.now(),
        )
    ).all()
    ordered = sorted(rows, key=_batch_of)
    return [
        Batch(
            survey,
            band,
            date.fromordinal(-newest),
            many,
            max(one.last_day for one in many),
        )
        for (newest, survey, band), each in groupby(ordered, key=_batch_of)
        if (many := tuple(sorted(each, key=lambda one: (one.issued_at, one.id))))
    ]


def undelivered_links(
    session: Session, keys: Keys, batches: Sequence[Batch]
) -> list[Undelivered]:
    """Those waiting links whose latest sending failed, in the order of the batches."""
    waiting = [one for batch in batches for one in batch.waiting]
    sent = sendings_of(session, [one.id for one in waiting])
    return [
        Undelivered(one, read_reference(session, keys, one) or "", sent[one.id][0])
        for one in waiting
        if one.id in sent and sent[one.id][0].state == "failed"
    ]


def ended_links(
    session: Session, person_id: str, surveys: Sequence[str]
) -> Sequence[Invitation]:
    """Those of this person's links to these surveys that a tap ended, last first, while that can be taken back."""
    return session.scalars(
        invitations_for(person_id)
        .join(Envelope, Envelope.invitation_id == Invitation.id)
        .where(
            Invitation.survey.in_(surveys),
            Invitation.outcome.in_(TAKEN_BACK),
            Invitation.ends_at > clock.now(),
        )
        .order_by(Invitation.outcome_at.desc(), Invitation.id)
    ).all()


def batch_cards(session: Session, keys: Keys, batch: Batch) -> list[Card]:
    """The batch's cards, in the order of the list that was pasted, so that it can be ticked off."""
    return [
        Card(one, read_reference(session, keys, one) or "", open_link(keys, one))
        for one in batch.waiting
    ]


def form_files(cards: Sequence[Card]) -> list[FormFile]:
    """The Word files of a batch's cards, in their order: each of one look and language, and not too long."""
    found: list[FormFile] = []
    for look, language in sorted(
        {(card.invitation.look, card.invitation.language) for card in cards}
    ):
        same = [
            card.invitation
            for card in cards
            if (card.invitation.look, card.invitation.language) == (look, language)
        ]
        found += [
            FormFile(
                look,
                language,
                at // MOST_IN_A_FILE,
                tuple(same[at : at + MOST_IN_A_FILE]),
            )
            for at in range(0, len(same), MOST_IN_A_FILE)
        ]
    return found


def batch_of(
    session: Session,
    person_id: str,
    surveys: Sequence[str],
    *,
    survey: str,
    band: str,
    day: str,
) -> Batch | None:
    """That one of the person's batches; None where there is none, or no longer."""
    return next(
        (
            one
            for one in waiting_batches(session, person_id, surveys)
            if (one.survey, one.band, f"{one.day}") == (survey, band, day)
        ),
        None,
    )


def _batch_of(one: Invitation) -> tuple[int, str, str]:
    return -london_day(one.issued_at).toordinal(), one.survey, one.band
