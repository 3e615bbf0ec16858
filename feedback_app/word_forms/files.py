"""Word files of forms: for links, with their QR code, four words and reference, and blank ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.documents.survey_form import (
    FormKind,
    FormLink,
    OneForm,
    Stub,
    StubLine,
    build_forms,
)
from feedback_app.invitations.issue import open_link, read_reference
from feedback_app.labels import label, label_choices
from feedback_app.models.invitation import PN_CODES, Invitation
from feedback_app.models.person import Person
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import EASY, LOOK_OF_BAND, MODES, Facts
from feedback_app.survey_page.keyed_in import visit_of
from feedback_app.web import context
from feedback_app.web.child_languages import ENGLISH, child_languages, numbers_in

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
IN_WORD = {ENGLISH: "en-GB", "ar": "ar-SA", "fa": "fa-IR"}
"""A language's code -> what Word calls it, where that is more."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Which blank form: as an invitation would say it, without a child."""

    survey: str
    band: str
    easy: bool
    language: str
    mode: str | None
    marks: frozenset[str]
    large: bool


def forms_of_links(
    db: Session, invitations: Sequence[Invitation], *, large: bool
) -> Response:
    """The forms of links that wait, one after the other, to be downloaded; all of one survey, age, look and language.

    Whose they are stands on each form's last sheet, where it is cut off. `large`: in large print.
    """
    kinds = [_kind_of_link(db, one, large=large) for one in invitations]
    forms = [
        OneForm(_link_of(one), _stub_of_link(db, one, kind))
        for one, kind in zip(invitations, kinds, strict=True)
    ]
    return _download(kinds[0], forms)


def blank_form(blank: Blank) -> Response:
    """A form without a link. It has no question of the month: the month in which it will be filled in is not known."""
    catalogue = child_languages().catalogue_in(blank.language)
    survey = catalogue.find_survey(blank.survey)
    kind = FormKind(
        catalogue,
        survey,
        blank.band,
        EASY if blank.easy else LOOK_OF_BAND[blank.band],
        Facts(blank.mode, blank.marks),
        None,
        has_iro=survey.handed_out_by == "iro",
        large=blank.large,
    )
    return _download(kind, [OneForm(None, _stub_of_blank(kind))])


def _kind_of_link(db: Session, invitation: Invitation, *, large: bool) -> FormKind:
    """What its page would ask, in its language where that is offered."""
    visit = visit_of(db, invitation)
    languages = child_languages()
    catalogue = languages.catalogue_in(
        languages.offered_or_english(visit.language, visit.survey)
    )
    return FormKind(
        catalogue,
        catalogue.find_survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        visit.facts or Facts(),
        visit.spotlight,
        has_iro=invitation.iro_id is not None,
        large=large,
    )


def _link_of(invitation: Invitation) -> FormLink:
    opened = open_link(context.keys(), invitation)
    address = f"{context.settings().public_url}/r/{opened.token}"
    return FormLink(address, opened.words)


def _stub_of_link(db: Session, invitation: Invitation, kind: FormKind) -> Stub:
    iro = db.get(Person, invitation.iro_id) if invitation.iro_id else None
    code, mode = invitation.pn_code, invitation.mode
    return Stub(
        _cut_here(),
        (
            StubLine(
                _("Reference"), read_reference(db, context.keys(), invitation) or ""
            ),
            *((StubLine(_("IRO"), iro.name),) if iro else ()),
            *((StubLine(_("Participation"), label("pn_code", code)),) if code else ()),
            *((StubLine(_("Review"), label("mode", mode)),) if mode else ()),
            StubLine(
                _("The link works until"),
                format_date(invitation.last_day, "d MMMM y"),
            ),
            StubLine(_("Handed out on")),
        ),
        (
            _(
                "Keep this part until the form has come back, then destroy it. The four words on the form lead the"
                " office to the child."
            ),
            *_what_to_do(kind.catalogue),
        ),
    )


def _stub_of_blank(kind: FormKind) -> Stub:
    of_review = (
        StubLine(
            _("Participation"),
            boxes=tuple(words for _code, words in label_choices("pn_code", PN_CODES)),
        ),
        StubLine(
            _("Review"),
            boxes=tuple(words for _mode, words in label_choices("mode", MODES)),
        ),
    )
    return Stub(
        _cut_here(),
        (
            StubLine(_("Four words")),
            StubLine(_("Reference")),
            StubLine(_("IRO")),
            *(of_review if kind.survey.about_review else ()),
            StubLine(_("Handed out on")),
        ),
        (
            _(
                "Make a link for the child in the service and write its four words on the form and here. Without them"
                " the form cannot be keyed in, and nobody can find the child if they are not safe."
            ),
            *_what_to_do(kind.catalogue),
        ),
    )


def _cut_here() -> str:
    return str(_("For the office. Cut this off before the child writes."))


def _what_to_do(catalogue: Catalogue) -> tuple[str, ...]:
    """What whoever hands the form over must know: where it goes, and that it is not read today."""
    return (
        _(
            "Give the child an envelope. It goes closed to the IRO manager’s office, where it is keyed in; the child’s"
            " own IRO does not open it."
        ),
        _(
            "Nobody reads the form today. If the child says that they or someone is not safe, call %(duty)s now.",
            duty=numbers_in(catalogue)["duty"],
        ),
    )


def _download(kind: FormKind, forms: Sequence[OneForm]) -> Response:
    code = kind.catalogue.language
    file = build_forms(
        kind,
        numbers_in(kind.catalogue),
        forms,
        code_name=_("QR code that opens the questions"),
        language=IN_WORD.get(code, code),
    )
    answer = Response(file, mimetype=DOCX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(kind)}"'
    return answer


def file_name(kind: FormKind) -> str:
    """Survey, age, look and language, and nothing of a child."""
    parts = (
        kind.survey.key,
        kind.band,
        *((EASY,) if kind.look == EASY else ()),
        *(("large",) if kind.large else ()),
        kind.catalogue.language,
    )
    return f"{'-'.join(parts)}.docx"


def can_be_printed(invitation: Invitation) -> bool:
    """Whether its link waits and works: one that is over would lead nowhere."""
    return invitation.outcome == "waiting" and invitation.ends_at > clock.now()
