"""The pages of a concern and of a contact request, and what a refused step lacks, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.concerns.escalation import plan_steps
from feedback_app.messages.steps import LATER_STEPS, label_of_kind
from feedback_app.models.person import Person
from feedback_app.models.running import OutboxMessage
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.reports import figures_in_words as wording
from feedback_app.safeguarding.cases import verbs, views
from feedback_app.web import context
from feedback_app.web.access import current_viewer
from feedback_app.web.form_fields import reason_too_long

WORDS, SEEN_NOTE, MORE_NOTE, CLOSING_NOTE = "words", "note", "note-more", "note-close"
"""Places of the page, by id: what the child wrote, and the notes of its forms."""
Problem = tuple[str, str]
"""The id of the place that a problem is at, and what to do."""


def note_opening(found: verbs.Case, db: Session | None = None) -> None:
    """Note who opens the page with the child's words: in the transaction of a step that was taken, else in its own.

    Whatever a step began before it was refused is taken back first.
    """
    case_id, me = found.id, current_viewer().person_id
    what: verbs.Opening = (
        "concern_opened" if isinstance(found, Concern) else "request_opened"
    )
    if db is not None:
        verbs.note_opening(db, context.keys(), what, case_id, person_id=me)
        return
    context.db_session().rollback()  # SQLite has one writer
    with context.instance().database.short_write() as aside:
        verbs.note_opening(aside, context.keys(), what, case_id, person_id=me)


def show_page(
    found: verbs.Case,
    *,
    reference: str | None = None,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page of a concern or of a contact request.

    `reference`: of the envelope that was just opened; `problems` stand at its top, `typed` in its fields, by place.
    """
    if isinstance(found, Concern):
        return _concern_page(found, reference=reference, problems=problems, typed=typed)
    return _request_page(found, reference=reference, problems=problems, typed=typed)


def _concern_page(
    found: Concern,
    *,
    reference: str | None = None,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    db, me = context.db_session(), current_viewer().person_id
    told = db.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.about_id == found.id, OutboxMessage.kind.startswith("concern")
        )
        .order_by(OutboxMessage.written_at)
    ).all()
    return render_template(
        "safeguarding/cases/concern.html",
        case=found,
        child=views.view_concern(db, context.instance(), found, me),
        say=wording,
        numbers=context.settings(),
        notes=verbs.notes_of(db, context.keys(), found),
        told=told,
        due=plan_steps(found.waits_since, context.settings()),
        later_steps=LATER_STEPS,
        label_of_kind=label_of_kind,
        people=db.scalars(
            select(Person).where(Person.active.is_(True)).order_by(Person.name)
        ).all(),
        owner=_name(found.owner_id),
        reference=reference,
        problems=problems,
        wrong=dict(problems),
        typed=typed or {},
        now=clock.now(),
    )


def _request_page(
    found: ContactRequest,
    *,
    reference: str | None = None,
    problems: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
) -> str:
    db, me = context.db_session(), current_viewer().person_id
    return render_template(
        "safeguarding/cases/contact_request.html",
        case=found,
        child=views.view_request(db, context.instance(), found, me),
        say=wording,
        numbers=context.settings(),
        notes=verbs.notes_of(db, context.keys(), found),
        owner=_name(found.owner_id),
        today=clock.today(),
        reference=reference,
        problems=problems,
        wrong=dict(problems),
        typed=typed or {},
    )


def say_what_lacks(
    found: verbs.Case, lacks: Sequence[verbs.Lack], place: str
) -> list[Problem]:
    """What is missing, in words; `place` is the field of the form that was sent."""
    words: dict[verbs.Lack, Problem] = {
        "over": (
            MORE_NOTE,
            _(
                "Somebody else ended it meanwhile. What you typed stands under “Add a note”."
            ),
        ),
        "unseen": (
            SEEN_NOTE,
            _(
                "Nobody has said yet that they have seen it. First say what you will do."
            ),
        ),
        "unread": (WORDS, _unread_words(found)),
        "outcome": ("outcome", _("Choose how it ended.")),
        "note": (place, _("Write a note: what you found, and what you will do.")),
        "note_too_long": (
            place,
            _("The note is too long: at most 4,000 characters."),
        ),
        "reason": (place, _("Say why it has to be opened again.")),
        "reason_too_long": (place, reason_too_long()),
    }
    return [words[lack] for lack in lacks]


def _unread_words(found: verbs.Case) -> str:
    """What to do about words of the child's that nobody has read."""
    seen = isinstance(found, Concern) and any(
        entry.read_at is None
        for entry in views.entries_of_concern(
            context.db_session(), found, current_viewer().person_id
        )
    )
    if seen:
        return str(
            _(
                "Not all of the child’s words are read. Read them, then press “I have read these words”."
            )
        )
    return str(
        _(
            "Another reader has to read the words that the child kept from you, their IRO, and to close it."
        )
    )


def say_texts_came() -> Problem:
    """That a text came after the page was opened, so that nobody marks as read what they have not seen."""
    return WORDS, _(
        "The child has sent more since you opened this page. Read it below, then press again."
    )


def _name(person_id: str | None) -> str:
    person = context.db_session().get(Person, person_id) if person_id else None
    return person.name if person else ""
