"""The pages of letters: which one, what to type, and the file as Word or PDF. Nothing is written here."""

from __future__ import annotations

import io

from flask import Blueprint, abort, make_response, render_template, request, send_file
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.documents.letter_pdf import letter_pdf
from feedback_app.documents.letter_templates import (
    KINDS,
    NUMBER_FIELDS,
    BadTemplate,
    template_path,
)
from feedback_app.documents.letters import LetterLink, fill_letter
from feedback_app.invitations.issue import open_link, read_reference
from feedback_app.iro.asking.own import find_own_invitation, waiting_invitations
from feedback_app.iro.letters.forms import LetterForm, usual_words
from feedback_app.models.invitation import Invitation
from feedback_app.web import context
from feedback_app.web.access import current_person, current_viewer, policy

room = Blueprint("iro_letters", __name__, url_prefix="/iro/letters")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@room.get("/")
@policy("iro")
def choose_letter() -> str:
    """Which letter, and with which link."""
    db, keys = context.db_session(), context.keys()
    waiting = [
        (one, read_reference(db, keys, one) or "")
        for one in waiting_invitations(db, current_viewer().person_id)
    ]
    return render_template("iro/letters/choose.html", waiting=waiting)


@room.get("/<letter_kind>")
@policy("iro")
def write_letter(letter_kind: str) -> str:
    """The form of that letter, with what is known filled in; `link`: whose link stands in it."""
    found = _link_of_letter(letter_kind, request.args.get("link", ""))
    person = current_person()
    filled_in = usual_words(
        person.name, person.email, context.instance().settings.service_phone
    )
    form = LetterForm(letter_kind, with_link=found is not None, **filled_in)
    form.link.data = found.id if found else ""
    return _letter_page(letter_kind, form, found)


@room.post("/<letter_kind>")
@policy("iro")
def make_letter(letter_kind: str) -> AnyResponse:
    """The letter as a file: Word, or PDF where that button was pressed. The page with what was typed stays open."""
    found = _link_of_letter(letter_kind, request.form.get("link", ""))
    form = LetterForm(letter_kind, with_link=found is not None)
    if not form.validate():
        return make_response(_letter_page(letter_kind, form, found), 400)
    if found is not None and not _still_works(found):
        problem = _(
            "The child’s link has been used or has ended. Copy what you need, and choose another link under Letters."
        )
        return make_response(_letter_page(letter_kind, form, found, problem), 409)
    settings = context.instance().settings
    numbers = {name: str(settings.braces[name]) for name in NUMBER_FIELDS}
    words = form.letter_words(
        **numbers,
        service_name=settings.service_name,
        today=format_date(clock.today(), "d MMMM y"),
    )
    band = found.band if found else form.band.data
    try:
        file = fill_letter(
            template_path(letter_kind, band, settings.letters_dir),
            words,
            _shown_link(found) if found else None,
        )
    except BadTemplate as bad:
        problem = _(
            "This template cannot be used. Tell whoever runs the service: %(why)s",
            why=str(bad),
        )
        return make_response(_letter_page(letter_kind, form, found, problem), 503)
    # No name of a child in the name of a file: it stays in the list of downloads.
    if request.form.get("way") == "pdf":
        return send_file(
            io.BytesIO(letter_pdf(file)),
            mimetype="application/pdf",
            download_name=f"{letter_kind}.pdf",
        )
    return send_file(
        io.BytesIO(file),
        mimetype=WORD,
        as_attachment=True,
        download_name=f"{letter_kind}.docx",
    )


def _letter_page(
    letter_kind: str, form: LetterForm, found: Invitation | None, problem: str = ""
) -> str:
    reference = (
        read_reference(context.db_session(), context.keys(), found) if found else ""
    )
    return render_template(
        "iro/letters/write.html",
        letter_kind=letter_kind,
        form=form,
        invitation=found,
        reference=reference or "",
        problem=problem,
    )


def _link_of_letter(letter_kind: str, invitation_id: str) -> Invitation | None:
    """The officer's own invitation whose link is to stand in the letter; None where none is named."""
    if letter_kind not in KINDS:
        abort(404)
    if not invitation_id:
        return None
    found = find_own_invitation(
        context.db_session(), current_viewer().person_id, invitation_id
    )
    return found or abort(404)


def _still_works(found: Invitation) -> bool:
    return found.outcome == "waiting" and found.ends_at > clock.now()


def _shown_link(found: Invitation) -> LetterLink:
    parts = context.instance()
    opened = open_link(parts.keys, found)
    return LetterLink(
        address=f"{parts.settings.public_url}/r/{opened.token}",
        words=opened.words,
        site=parts.settings.public_url.partition("://")[2],
        last_day=format_date(found.last_day, "d MMMM"),
        picture_words=_("QR code that opens the questions"),
    )
