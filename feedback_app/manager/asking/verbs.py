"""The manager asks many children at once: a survey, an age group, and a pasted list of references, one a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, TextAreaField, ValidationError
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired

from feedback_app import clock
from feedback_app.invitations.issue import (
    Asked,
    OpenLink,
    issue_invitation,
    open_link,
    read_reference,
)
from feedback_app.labels import label_choices
from feedback_app.models.invitation import Invitation
from feedback_app.models.scope import invitations_for
from feedback_app.month import london_day
from feedback_app.privacy.keys import Keys
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import LOOK_OF_BAND, Survey

MOST_AT_ONCE = 200
LONGEST_REFERENCE = 60


class AskManyForm(FlaskForm):  # type: ignore[misc]
    """Which survey, which children. One list holds children of one age group."""

    survey = RadioField(
        _l("Which survey?"),
        validators=[InputRequired(_l("Choose the survey."))],
    )
    band = RadioField(
        _l("Age of these children"),
        choices=[SelectChoice(*choice) for choice in label_choices("band")],
        description=_l("16\N{EN DASH}25 is for care leavers."),
        validators=[InputRequired(_l("Choose the age."))],
    )
    over5 = BooleanField(_l("If 4\N{EN DASH}7: they are over 5"))
    over16 = BooleanField(_l("If 12\N{EN DASH}17: they are 16 or over"))
    over18 = BooleanField(_l("If 16\N{EN DASH}25: they are 18 or over"))
    easy = BooleanField(_l("Easy read: short words and a picture with every answer"))
    how_chosen = RadioField(
        _l("How were they chosen?"),
        choices=[SelectChoice(*choice) for choice in label_choices("how_we_chose")],
        validators=[InputRequired(_l("Choose how they were chosen."))],
    )
    references = TextAreaField(
        _l("References, one a line"),
        description=_l(
            "A case number by which the council can find the child, not a name. You see it while the link waits."
            " After that it is sealed."
        ),
        validators=[InputRequired(_l("Paste at least one reference."))],
    )

    def __init__(self, surveys: Sequence[Survey]) -> None:
        """`surveys`: those that the manager hands out."""
        super().__init__()
        self.survey.choices = [
            SelectChoice(survey.key, survey.short_title) for survey in surveys
        ]

    def validate_references(self, field: Field) -> None:
        """Each line one reference, none twice, none too long, not too many."""
        lines = read_references(field.data)
        if not lines:
            raise ValidationError(_("Paste at least one reference."))
        if len(lines) > MOST_AT_ONCE:
            raise ValidationError(
                _(
                    "That is %(n)s references. Make at most %(most)s links at once.",
                    n=len(lines),
                    most=MOST_AT_ONCE,
                )
            )
        long = next(
            (
                number
                for number, line in enumerate(lines, 1)
                if len(line) > LONGEST_REFERENCE
            ),
            None,
        )
        if long:
            raise ValidationError(
                _(
                    "Reference %(n)s has more than %(most)s characters.",
                    n=long,
                    most=LONGEST_REFERENCE,
                )
            )
        twice = [
            line
            for line, times in Counter(line.casefold() for line in lines).items()
            if times > 1
        ]
        if twice:
            place = next(
                n for n, line in enumerate(lines, 1) if line.casefold() == twice[0]
            )
            raise ValidationError(
                _("Reference %(n)s stands in the list more than once.", n=place)
            )

    def check_age(self, catalogue: Catalogue) -> bool:
        """Whether the survey is written for that age; says so beside the field where it is not."""
        if self.band.data in catalogue.find_survey(self.survey.data).bands:
            return True
        self.band.errors = [
            _("This survey is not written for that age. Choose another.")
        ]
        return False


@dataclass(frozen=True, slots=True)
class Card:
    """One waiting link, to be printed: the reference stands on a stub that is cut off."""

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


def read_references(pasted: str | None) -> list[str]:
    """The references of a pasted list: one a line, white space around and empty lines left out."""
    return [
        line for raw in (pasted or "").splitlines() if (line := " ".join(raw.split()))
    ]


def ask_many(
    session: Session,
    keys: Keys,
    catalogue: Catalogue,
    form: AskManyForm,
    *,
    days: int,
    by: str,
) -> int:
    """Make an invitation for each reference of a form that holds, in one transaction; how many."""
    survey, band = catalogue.find_survey(form.survey.data), form.band.data
    references = read_references(form.references.data)
    for reference in references:
        asked = Asked(
            survey=survey.key,
            survey_version=survey.version,
            band=band,
            look="easy" if form.easy.data else LOOK_OF_BAND[band],
            reference=reference,
            how_chosen=form.how_chosen.data,
            pn_code=None,
            mode=None,
            iro_id=None,
            issuer_id=by,
            over5=band != "4-7" or bool(form.over5.data),
            over16=band == "16-25" or (band == "12-17" and bool(form.over16.data)),
            over18=band == "16-25" and bool(form.over18.data),
        )
        issue_invitation(session, keys, asked, days=days)
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
            max(london_day(one.ends_at) for one in many),
        )
        for (newest, survey, band), each in groupby(ordered, key=_batch_of)
        if (many := tuple(sorted(each, key=lambda one: one.id)))
    ]


def batch_cards(session: Session, keys: Keys, batch: Batch) -> list[Card]:
    """The batch's cards, in the order of their references, as the list that was pasted can be ticked off."""
    found = [
        Card(one, read_reference(session, keys, one) or "", open_link(keys, one))
        for one in batch.waiting
    ]
    return sorted(found, key=lambda card: card.reference.casefold())


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
