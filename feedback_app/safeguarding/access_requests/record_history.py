"""What was done, as the file of all that is held shows it: the invitation, who read and was told, when it all ends."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from feedback_app import labels
from feedback_app.invitations.links import age_marks_of
from feedback_app.messages.wording import WORDS
from feedback_app.models.invitation import Link
from feedback_app.models.running import AuditEntry, Delivery, OutboxMessage
from feedback_app.models.sending import Sending
from feedback_app.models.text import QueueEntry, ReadMark
from feedback_app.records import due, envelopes, held
from feedback_app.records.rules import rules_in_force
from feedback_app.reports.figures_in_words import band_name
from feedback_app.safeguarding.access_requests.record_parts import (
    Entry,
    Reading,
    Section,
    at_words,
    day_words,
)
from feedback_app.safeguarding.queue.child_page import child_page_of
from feedback_app.sending.ask import open_address


def invitation_section(reading: Reading) -> Section:
    """How the child was asked, and what became of it."""
    one = reading.invitation
    page = child_page_of(reading.parts.catalogue, reading.parts.settings, one)
    facts = [
        (
            _("Survey"),
            f"{page.questions.survey_title}, {_('version %(number)s', number=one.survey_version)}",
        ),
        (_("Made"), at_words(one.issued_at)),
        (_("Made by"), reading.role(one.issuer_id)),
        (_("Age group"), band_name(one.band)),
        (
            _("Age marks"),
            ", ".join(
                labels.label("age_mark", mark) for mark in sorted(age_marks_of(one))
            )
            or _("none"),
        ),
        (_("Look and language of the page"), f"{one.look}, {one.language}"),
        (
            _("How the child took part in the review"),
            labels.label("pn_code", one.pn_code) if one.pn_code else _("not recorded"),
        ),
        (_("How the review was held"), _label_or_none("mode", one.mode)),
        (_("How the child was chosen"), labels.label("how_chosen", one.how_chosen)),
        (
            _("The officer noted: spoke with the child before"),
            _yes_no(one.spoke_before),
        ),
        (_("The officer noted: letter sent"), _yes_no(one.letter_sent)),
        (_("What became of it"), labels.label("invitation_outcome", one.outcome)),
    ]
    if one.outcome_at:
        facts.append((_("Since"), at_words(one.outcome_at)))
    links = reading.session.scalars(
        select(Link).where(Link.invitation_id == one.id).order_by(Link.issue_number)
    )
    facts += [
        (
            _("Link %(number)s ended or ends", number=link.issue_number),
            at_words(link.ends_at),
        )
        for link in links
    ]
    return Section(
        _("The invitation"), (Entry(_("How the child was asked"), tuple(facts)),)
    )


def sending_section(reading: Reading) -> Section:
    """When the link was sent, by which way, to which address while that is kept, and what became of it."""
    rows = reading.session.scalars(
        select(Sending)
        .where(Sending.invitation_id == reading.invitation.id)
        .order_by(Sending.made_at, Sending.id)
    )
    entries = []
    for row in rows:
        facts = [
            (_("Sent by"), labels.label("sending_way", row.way)),
            (_("Sent to"), labels.label("sending_to", row.to_whom)),
            (
                _("Address"),
                _("deleted")
                if row.value is None
                else open_address(reading.parts.keys, row)
                or _("These words cannot be opened: their key is gone."),
            ),
            (_("Asked by"), reading.role(row.person_id)),
            (_("What became of it"), labels.label("sending_state", row.state)),
            (_("Since"), at_words(row.state_at)),
        ]
        if row.reason:
            facts.append((_("Why"), labels.label("sending_reason", row.reason)))
        entries.append(Entry(at_words(row.made_at), tuple(facts)))
    return Section(_("Sendings of the link"), tuple(entries))


def reading_section(reading: Reading) -> Section:
    """Each text, who read it and what they found."""
    marks: dict[str, list[ReadMark]] = {}
    for mark in reading.session.scalars(
        select(ReadMark)
        .where(ReadMark.entry_id.in_(reading.found.entries))
        .order_by(ReadMark.at)
    ):
        marks.setdefault(mark.entry_id, []).append(mark)
    rows = reading.session.scalars(
        select(QueueEntry)
        .where(QueueEntry.id.in_(reading.found.entries))
        .order_by(QueueEntry.queued_at, QueueEntry.id)
    )
    entries = []
    for row in rows:
        facts = [
            (_("Waiting since"), at_words(row.queued_at)),
            (_("Ranked"), labels.ranking_label(row.urgency, row.reasons)),
        ]
        facts += [
            (
                _("Read by %(role)s", role=reading.role(mark.person_id)),
                f"{at_words(mark.at)}: {labels.label('read_outcome', mark.outcome)}",
            )
            for mark in marks.get(row.id, [])
        ]
        title = (
            _("Sent later or beside the answers") if row.set_aside_id else _("A text")
        )
        title = _("A complaint") if row.complaint_id else title
        entries.append(Entry(title, tuple(facts)))
    return Section(_("Who has read what was written"), tuple(entries))


def message_section(reading: Reading) -> Section:
    """What was sent to staff about it, to whom by their role."""
    opened = select(AuditEntry.number).where(
        AuditEntry.what == "envelope_opened", AuditEntry.about == reading.invitation.id
    )
    about = [str(number) for number in reading.session.scalars(opened)]
    told = (OutboxMessage.kind == "envelope_opened") & OutboxMessage.about_id.in_(about)
    rows = reading.session.scalars(
        select(OutboxMessage)
        .where(or_(OutboxMessage.id.in_(reading.found.messages), told))
        .order_by(OutboxMessage.written_at, OutboxMessage.kind)
    )
    entries = []
    for row in rows:
        sent = reading.session.scalars(
            select(Delivery)
            .where(Delivery.message_id == row.id)
            .order_by(Delivery.written_at)
        )
        facts = [(_("Written"), at_words(row.written_at))]
        facts += [
            (
                _("To %(whom)s", whom=_recipient(reading, one.recipient)),
                _sent(one.sent_at),
            )
            for one in sent
        ]
        subject = (
            WORDS[row.kind][0]
            if row.kind in WORDS
            else _("A note that something is to be read")
        )
        entries.append(Entry(subject, tuple(facts)))
    return Section(
        _("Messages to staff, without a name or a word of the child’s"), tuple(entries)
    )


def audit_section(reading: Reading) -> Section:
    """Every entry of the audit trail about this link."""
    found = reading.found
    about = (
        reading.invitation.id,
        *found.entries,
        *found.concerns,
        *found.requests,
        *found.complaints,
        *found.reviews,
    )
    rows = reading.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.about.in_(about))
        .order_by(AuditEntry.number)
    )
    entries = [
        Entry(
            labels.audit_label(row.what),
            tuple(
                (name, value)
                for name, value in (
                    (_("When"), at_words(row.at)),
                    (_("By"), reading.role(row.person_id)),
                    (_("Why"), row.reason),
                )
                if value
            ),
        )
        for row in rows
    ]
    return Section(_("What was done, from the audit trail"), tuple(entries))


def deletion_section(reading: Reading) -> Section:
    """When each part goes by the rules as they stand."""
    rule = {
        one.name: one for one in rules_in_force(reading.session, reading.parts.settings)
    }
    kept = _("as long as something about it is open or unread")
    facts = []
    if held.has_envelope(reading.session, reading.invitation.id):
        ends = envelopes.envelope_end(
            reading.session, reading.invitation, rule["envelopes"]
        )
        facts.append(
            (
                _("The sealed envelope with the reference"),
                at_words(ends) if ends else kept,
            )
        )
    if reading.found.has_content:
        day = due.answers_end_on(
            reading.session, rule["answers"], reading.invitation.id
        )
        facts.append(
            (_("Answers and all that hangs on them"), day_words(day) if day else kept)
        )
    if reading.found.complaints:
        facts.append(
            (
                _("Complaints"),
                _(
                    "%(years)s years after they are closed",
                    years=rule["complaints"].years,
                ),
            )
        )
    if reading.found.reviews:
        facts.append(
            (
                _("Reviews from the case system"),
                _(
                    "%(years)s years after the day of the review",
                    years=rule["reviews"].years,
                ),
            )
        )
    facts.append(
        (
            _("The invitation and its links, at the earliest"),
            at_words(
                rule["invitations"].ends_at(
                    reading.invitation.ends_at, reading.invitation.issued_at
                )
            ),
        )
    )
    facts.append(
        (
            _("Entries of the audit trail"),
            _("kept: they hold no words of the child’s and no name"),
        )
    )
    return Section(
        _("When each part is destroyed"),
        (Entry(_("By the rules as they stand today"), tuple(facts)),),
    )


def _sent(at: datetime | None) -> str:
    return str(_("sent %(when)s", when=at_words(at)) if at else _("not sent"))


def _recipient(reading: Reading, recipient: str) -> str:
    """Who a message went to: an address of the service, or a person by their role."""
    return (
        labels.label("recipient", recipient)
        if recipient in labels.LABELS["recipient"]
        else reading.role(recipient)
    )


def _yes_no(noted: bool) -> str:
    return str(_("yes") if noted else _("no"))


def _label_or_none(kind: str, value: str | None) -> str:
    return labels.label(kind, value) if value else _("not recorded")
