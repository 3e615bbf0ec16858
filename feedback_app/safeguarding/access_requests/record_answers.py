"""What a child said, as the file of all that is held shows it: answers, later sends, wishes to talk, concerns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from feedback_app import labels
from feedback_app.models.complaint import Complaint
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import CaseNote, Concern, ContactRequest
from feedback_app.models.text import SealedText, SetAside
from feedback_app.privacy import cipher
from feedback_app.reports.figures_in_words import (
    present_in_words,
    read_back_in_words,
    typed_by,
)
from feedback_app.responses.interviews import find_notes
from feedback_app.responses.set_aside import open_set_aside
from feedback_app.responses.store import UNSAFE
from feedback_app.safeguarding.access_requests.answers_with_texts import (
    answers_with_texts,
    helper_in_words,
    unseal_or_note,
)
from feedback_app.safeguarding.access_requests.record_parts import (
    Entry,
    Reading,
    Section,
    at_words,
    day_words,
)
from feedback_app.safeguarding.cases.verbs import Noted, notes_about
from feedback_app.safeguarding.queue.child_page import (
    ChildPage,
    QuestionAndAnswer,
    child_page_of,
    set_aside_fields,
)


def answer_section(reading: Reading) -> Section:
    """Every answered survey, corrections too."""
    rows = reading.session.scalars(
        select(Response)
        .where(Response.id.in_(reading.found.responses))
        .order_by(Response.version)
    )
    return Section(_("Answers"), tuple(_response(reading, row) for row in rows))


def _response(reading: Reading, row: Response) -> Entry:
    page = child_page_of(reading.parts.catalogue, reading.parts.settings, row)
    facts = [(_("Day"), day_words(row.day)), (_("Written"), typed_by(row.channel))]
    if row.pn_code and row.mode:
        facts += [
            (
                _("How the child took part in the review"),
                labels.label("pn_code", row.pn_code),
            ),
            (_("How the review was held"), labels.label("mode", row.mode)),
        ]
    notes = find_notes(reading.session, row)
    if notes:
        facts += [
            (_("Who was there"), present_in_words(notes)),
            (_("Read back to the child"), read_back_in_words(notes)),
        ]
    if row.version > 1:
        facts += [
            (_("Corrected by"), reading.role(row.author_id)),
            (_("Why"), row.reason or ""),
        ]
    asked = answers_with_texts(reading.session, reading.parts.keys.text, page, row)
    typed = helper_in_words(reading.session, reading.parts.keys.text, row)
    if row.helper or typed:
        helper = (row.helper,) if row.helper else ()
        asked.append(replace(page.fixed_answer("helped", helper), words=typed))
    sees = {"heard": _("The IRO heard the answers"), "not_asked": _("not asked")}.get(
        row.iro_may_see
    )
    wish = page.fixed_answer("iro_sees", (row.iro_may_see,))
    asked.append(QuestionAndAnswer(wish.question, sees or wish.answer))
    title = _("Answers of %(day)s", day=day_words(row.day))
    return Entry(title, tuple(facts), tuple(asked))


def later_sends(reading: Reading) -> Section:
    """What came after the answers by the same link, as it was sent."""
    page = child_page_of(
        reading.parts.catalogue, reading.parts.settings, reading.invitation
    )
    rows = reading.session.scalars(
        select(SetAside)
        .where(SetAside.id.in_(reading.found.asides))
        .order_by(SetAside.day)
    )
    entries = [
        Entry(
            _("Sent on %(day)s", day=day_words(row.day)),
            (),
            tuple(_later(reading, page, row)),
        )
        for row in rows
    ]
    return Section(
        _("Later submissions of the same link, held for review"), tuple(entries)
    )


def _later(reading: Reading, page: ChildPage, row: SetAside) -> list[QuestionAndAnswer]:
    try:
        return set_aside_fields(page, open_set_aside(reading.parts.keys, row))
    except cipher.UnsealError:
        return [
            QuestionAndAnswer(_("These words cannot be opened: their key is gone."))
        ]


def wish_section(reading: Reading) -> Section:
    """Whom the child wished to talk with, and what came of it."""
    rows = reading.session.scalars(
        select(ContactRequest)
        .where(ContactRequest.id.in_(reading.found.requests))
        .order_by(ContactRequest.asked_at)
    )
    page = child_page_of(
        reading.parts.catalogue, reading.parts.settings, reading.invitation
    )
    entries = []
    for row in rows:
        facts = [
            (_("Asked"), at_words(row.asked_at)),
            (_("To be seen to by"), day_words(row.due_on)),
            *_case_facts(reading, row.owner_id, row.seen_at, row.done_at),
            (
                _("How it ended"),
                labels.label("request_outcome", row.outcome)
                if row.outcome
                else _("still open"),
            ),
        ]
        asked = [
            page.fixed_answer("talk_to", (row.wanted,)),
            page.fixed_answer("talk_how", row.how.split()),
        ]
        entries.append(
            Entry(
                _("A wish to talk"),
                tuple(facts),
                (*asked, *_texts_of(reading, page, row.id), *_notes(reading, row)),
            )
        )
    return Section(_("Wishes to talk with somebody"), tuple(entries))


def concern_section(reading: Reading) -> Section:
    """Each concern, how it was seen to, and the notes."""
    rows = reading.session.scalars(
        select(Concern)
        .where(Concern.id.in_(reading.found.concerns))
        .order_by(Concern.raised_at, Concern.id)
    )
    page = child_page_of(
        reading.parts.catalogue, reading.parts.settings, reading.invitation
    )
    entries = []
    for row in rows:
        facts = [
            (_("Raised"), at_words(row.raised_at)),
            (_("By"), labels.label("concern_source", row.source)),
            (
                _("About somebody who works here"),
                reading.role(row.about_id) if row.about_id else _("no"),
            ),
            *_case_facts(reading, row.owner_id, row.seen_at, row.closed_at),
            (
                _("How it ended"),
                labels.label("concern_outcome", row.outcome)
                if row.outcome
                else _("still open"),
            ),
        ]
        said = (
            [page.fixed_answer("talk_to", (UNSAFE,))] if row.source == "child" else []
        )
        if row.how:
            said.append(page.fixed_answer("talk_how", row.how.split()))
        entries.append(
            Entry(
                _("A concern"),
                tuple(facts),
                (*said, *_texts_of(reading, page, row.id), *_notes(reading, row)),
            )
        )
    return Section(_("Concerns that a child may not be safe"), tuple(entries))


def complaint_section(reading: Reading) -> Section:
    """Each complaint in which the child's reference was typed, what was done about it, and the notes."""
    rows = reading.session.scalars(
        select(Complaint)
        .where(Complaint.id.in_(reading.found.complaints))
        .order_by(Complaint.received_at, Complaint.id)
    )
    entries = []
    for row in rows:
        facts = [
            (_("Received"), at_words(row.received_at)),
            (_("About"), labels.label("complaint_about", row.about)),
            *_case_facts(reading, row.owner_id, None, row.closed_at),
            (
                _("Acknowledged"),
                day_words(row.acknowledged_on) if row.acknowledged_on else _("not yet"),
            ),
            (
                _("How it ended"),
                labels.label("complaint_outcome", row.outcome)
                if row.outcome
                else _("still open"),
            ),
        ]
        typed = reading.session.scalars(
            select(SealedText)
            .where(SealedText.row_id == row.id, SealedText.id.in_(reading.found.texts))
            .order_by(SealedText.column_name.desc())
        )
        words = [
            QuestionAndAnswer(
                labels.label("complaint_part", one.column_name),
                words=unseal_or_note(reading.parts.keys.text, one),
            )
            for one in typed
        ]
        title = _("Complaint %(number)s", number=row.number)
        entries.append(Entry(title, tuple(facts), (*words, *_notes(reading, row))))
    return Section(_("Complaints that name this reference"), tuple(entries))


def _case_facts(
    reading: Reading,
    owner_id: str | None,
    seen_at: datetime | None,
    over_at: datetime | None,
) -> list[tuple[str, str]]:
    facts = [(_("Seen to by"), reading.role(owner_id) if owner_id else _("nobody yet"))]
    facts += [(_("Seen"), at_words(seen_at))] if seen_at else []
    return [*facts, (_("Ended"), at_words(over_at))] if over_at else facts


def _texts_of(
    reading: Reading, page: ChildPage, row_id: str
) -> list[QuestionAndAnswer]:
    rows = reading.session.scalars(
        select(SealedText).where(
            SealedText.row_id == row_id, SealedText.id.in_(reading.found.texts)
        )
    )
    return [
        QuestionAndAnswer(
            page.box_label(row.column_name),
            words=unseal_or_note(reading.parts.keys.text, row),
        )
        for row in rows
    ]


def _notes(reading: Reading, case: Noted) -> list[QuestionAndAnswer]:
    mine = notes_about(case)
    rows = reading.session.scalars(
        select(CaseNote).where(mine).order_by(CaseNote.at, CaseNote.id)
    ).all()
    return [
        QuestionAndAnswer(
            _(
                "Note by %(role)s, %(when)s",
                role=reading.role(row.person_id),
                when=at_words(row.at),
            ),
            words=_note(reading, row),
        )
        for row in rows
    ]


def _note(reading: Reading, row: CaseNote) -> str:
    try:
        return cipher.unseal_text(
            reading.parts.keys.text,
            row.value,
            table="case_note",
            column="value",
            row=row.id,
        )
    except cipher.UnsealError:
        return str(_("These words cannot be opened: their key is gone."))
