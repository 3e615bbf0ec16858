"""Asking a child: the form, the link with its QR code and card, a new link, ending it, noting no answer."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.documents import qr
from feedback_app.documents.cards import card_sheets, sheet_cards
from feedback_app.invitations.issue import (
    ReferenceMissing,
    issue_invitation,
    open_link,
    read_reference,
)
from feedback_app.invitations.own_reviews import OwnReview, find_own_review
from feedback_app.invitations.pick_for_me import find_draw, use_draw
from feedback_app.invitations.references import EarlierAsking, asked_by_officer
from feedback_app.invitations.take_back import (
    can_be_reopened,
    find_former_link,
)
from feedback_app.iro.asking.forms import AskForm, ShortForm, invitation_facts
from feedback_app.iro.asking.own import find_own_invitation, waiting_invitations
from feedback_app.iro.asking.remembered import (
    FIRST_CODE,
    PARTS,
    codes_of_part,
    remember_choices,
)
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import DRAWN, Invitation
from feedback_app.rulebook.at_once import sure_envelope_days
from feedback_app.rulebook.counted_codes import read_codes
from feedback_app.web import context, link_changes, send_form, staff_sessions
from feedback_app.web.access import current_person, current_viewer, policy
from feedback_app.web.child_languages import child_languages
from feedback_app.web.handed_over import mark_handed_over
from feedback_app.web.review_form import CorrectForm
from feedback_app.web.second_factor import factors_of

room = Blueprint("iro_asking", __name__, url_prefix="/iro")
NO_ANSWER_WAYS = {
    "said_no": "declined",
    "not_reached": "unreached",
    "not_safe": "unsafe",
}
"""The ways of the form that make no link -> the outcome that is noted."""

_PART_IN_ADDRESS = {one.replace("-", "_"): one for one in PARTS}
"""Half of the target, as models/draw.PARTS names it -> as an address does."""

DONE_BEFORE = ("spoke_before", "letter_sent")
"""What an officer ticks of an invitation: columns of the invitation, words in `labels.py`."""


@room.get("/ask")
@policy("iro")
def ask_child() -> str:
    """The form that names whom to ask: the short one for a half of the target (`part`), else all fields."""
    return _ask_page(_ask_form(request.args.get("part", "")))


@room.get("/reviews/<review_id>/ask")
@policy("iro")
def ask_from_review(review_id: str) -> str:
    """The form with one of the officer's own imported reviews filled in. The address holds no reference."""
    review = _find_review(review_id) or abort(404)
    form = _ask_form(_PART_IN_ADDRESS.get(review.counted_part or "", ""))
    form.fill_from_review(review)
    return _ask_page(form)


@room.post("/ask/drawn")
@policy("iro")
def ask_drawn_child() -> str:
    """The form with the child whom the app drew filled in. A POST, so that no address holds a reference."""
    form = _ask_form(request.args.get("part", ""))
    review = _review_in(form)
    if review is not None:
        form.fill_from_review(review)
    if _find_draw(form) is not None:
        form.how_chosen.data = DRAWN
    return _ask_page(form)


@room.post("/ask")
@policy("iro")
def invite_now() -> AnyResponse:
    """Make a link, or go on to write down what the child says, or note that there is no answer."""
    form = _ask_form(request.form.get("part", ""))
    parts = context.instance()
    draw = _find_draw(form)
    if not (form.validate() and form.check_together()):
        return make_response(_ask_page(form), 400)
    db = context.db_session()
    way = request.form.get("way", "link")
    outcome = NO_ANSWER_WAYS.get(way, "waiting")
    if not form.is_asked_again:
        earlier = asked_by_officer(
            db,
            parts.keys,
            parts.catalogue.monthly_survey().key,
            form.reference.data or "",
            current_viewer().person_id,
            envelope_days=sure_envelope_days(db, parts.settings),
        )
        if earlier:
            page = _ask_page(form, earlier)
            return make_response(page, 409)
    draws_unused = None
    if form.how_chosen.data == DRAWN:
        draws_unused = use_draw(db, draw) if draw else None
        if draws_unused is None:
            form.refuse_drawn()
            return make_response(_ask_page(form), 400)
    me = current_viewer().person_id
    try:
        made = issue_invitation(
            db,
            parts.keys,
            invitation_facts(form, parts.catalogue, me, draws_unused),
            days=parts.settings.link_days,
            outcome=outcome,
        )
    except ReferenceMissing:
        form.reference.errors = [
            _("Type a reference by which the council can find the child.")
        ]
        return make_response(_ask_page(form), 400)
    if outcome != "waiting":
        flash(_noted_words(outcome))
        answer = _no_answers()
    elif way == "aloud":
        answer = redirect(url_for("verbal.record_verbal", invitation_id=made.id), 303)
    elif way == "form":
        answer = redirect(url_for("word_forms.show_form", invitation_id=made.id), 303)
    elif way == "letter":
        answer = redirect(
            url_for(
                "iro_letters.write_letter", letter_kind="after-review", link=made.id
            ),
            303,
        )
    else:
        answer = _link_page_of(made)
    db.commit()
    return answer


@room.get("/links/<invitation_id>")
@policy("iro")
def show_link(invitation_id: str) -> str | AnyResponse:
    """A waiting link: its QR code, large, and its four words. Of one that a tap ended: the way back.

    Whoever gets their phone back from the child comes here, and by then it is answered.
    """
    found = _own_invitation(invitation_id)
    if found.outcome == "answered":
        flash(_("The child has answered. The answers are sealed."))
        return _my_month()
    if can_be_reopened(context.db_session(), found):
        return render_template("iro/asking/taken_back.html", invitation=found)
    return _link_page(found, "iro/asking/link.html")


@room.get("/links/<invitation_id>/card")
@policy("iro")
def print_card(invitation_id: str) -> str:
    """The same on a card to print."""
    return _link_page(_own_invitation(invitation_id), "iro/asking/card.html")


@room.get("/cards.pdf")
@policy("iro")
def print_sheets() -> AnyResponse:
    """The officer's waiting links as cards, ten to a sheet."""
    parts, db = context.instance(), context.db_session()
    waiting = waiting_invitations(db, current_viewer().person_id)
    if not waiting:
        return _my_month()
    cards = sheet_cards(
        db, parts.keys, parts.catalogue, waiting, parts.settings.public_url
    )
    site = parts.settings.public_url.partition("://")[2]
    answer = make_response(card_sheets(cards, site, parts.settings.braces))
    answer.mimetype = "application/pdf"
    return answer


@room.post("/links/<invitation_id>/hand-over")
@policy("iro")
def hand_phone_over(invitation_id: str) -> AnyResponse:
    """Open the questions on this very phone. The officer's session ends first: only signing in leads back to it.

    What they were keying in for another child stays, locked: its key is not on the device (docs/decisions/0024, 0026).
    """
    found = _own_invitation(invitation_id)
    if found.outcome != "waiting" or found.ends_at <= clock.now():
        flash(link_changes.link_is_over())
        return _my_month()
    if not _can_sign_in_again():
        return _link_page_of(found)
    db, parts, viewer = context.db_session(), context.instance(), current_viewer()
    audit.write_entry(
        db,
        parts.keys.audit,
        "phone_handed_over",
        person_id=viewer.person_id,
        about=found.id,
    )
    token = open_link(parts.keys, found).token
    staff_sessions.end_session(db, viewer.session_id)
    session.pop("_flashes", None)
    answer = redirect(url_for("child.open_survey", token=token), 303)
    staff_sessions.clear_cookie(answer)
    mark_handed_over(answer, token)
    db.commit()
    return answer


@room.post("/links/<invitation_id>/before")
@policy("iro")
def note_before(invitation_id: str) -> AnyResponse:
    """Tick, or untick, what was done before the child was asked: the officer's own side of it."""
    found = _own_invitation(invitation_id)
    fact = request.form.get("fact", "")
    if fact not in DONE_BEFORE:
        abort(404)
    facts = {fact: request.form.get("done") == "yes"}
    done = link_changes.correct_waiting_link(found, facts, said=_("Saved."))
    return _keep_and_lead(found, waits=done)


@room.post("/links/<invitation_id>/again")
@policy("iro")
def issue_again(invitation_id: str) -> AnyResponse:
    """A new link for a lost card; the older one ends."""
    found = _own_invitation(invitation_id)
    return _keep_and_lead(found, waits=link_changes.issue_link_again(found))


@room.post("/links/<invitation_id>/again/back")
@policy("iro")
def take_back_again(invitation_id: str) -> AnyResponse:
    """The card was not lost: the former one is good again, the newer one ends."""
    found = _own_invitation(invitation_id)
    return _keep_and_lead(found, waits=link_changes.take_new_link_back(found))


@room.post("/links/<invitation_id>/back")
@policy("iro")
def take_back(invitation_id: str) -> AnyResponse:
    """It did not end, or the child did not say no: the link waits again."""
    found = _own_invitation(invitation_id)
    waits = link_changes.reopen_link(found)
    return _keep_and_lead(found, waits=waits and "month" not in request.form)


@room.get("/links/<invitation_id>/correct")
@policy("iro")
def correct_link(invitation_id: str) -> str:
    """What was noted of the child's review, to be put right while the link waits."""
    found = _own_invitation(invitation_id)
    if found.outcome != "waiting" or found.pn_code is None:
        abort(404)
    return _correct_page(found, _correct_form(found))


@room.post("/links/<invitation_id>/correct")
@policy("iro")
def correct_now(invitation_id: str) -> AnyResponse:
    """Note it as it is; the card stays good."""
    found = _own_invitation(invitation_id)
    if found.pn_code is None:
        abort(404)
    form = _correct_form(found)
    if not (form.validate() and form.check_together()):
        return make_response(_correct_page(found, form), 400)
    said = _("Saved. The card stays as it is.")
    done = link_changes.correct_waiting_link(found, form.noted_facts, said=said)
    return _keep_and_lead(found, waits=done)


@room.get("/links/<invitation_id>/send")
@policy("iro")
def send_link(invitation_id: str) -> str | AnyResponse:
    """The form to send a waiting link by text message or e-mail; where that is not set up, its page."""
    found = _own_invitation(invitation_id)
    form = send_form.open_send_form()
    if form is None or found.outcome != "waiting":
        return _keep_and_lead(found, waits=found.outcome == "waiting")
    return _send_page(found, form)


@room.post("/links/<invitation_id>/send")
@policy("iro")
def send_now(invitation_id: str) -> AnyResponse:
    """Send it: the worker does, within a minute."""
    found = _own_invitation(invitation_id)
    form = send_form.open_send_form()
    if form is None:
        return _keep_and_lead(found, waits=found.outcome == "waiting")
    if not form.validate():
        return make_response(_send_page(found, form), 400)
    return _keep_and_lead(found, waits=send_form.send_from_form(found, form))


@room.post("/links/<invitation_id>/end")
@policy("iro")
def end_link(invitation_id: str) -> AnyResponse:
    """End a link at once."""
    found = _own_invitation(invitation_id)
    done = link_changes.end_waiting_link(found, said=_("The link has ended."))
    return _keep_and_lead(found, waits=done)


@room.post("/links/<invitation_id>/said-no")
@policy("iro")
def said_no(invitation_id: str) -> AnyResponse:
    """One tap: the child was asked and said no."""
    return _note_no_answer(invitation_id, "declined")


@room.post("/links/<invitation_id>/not-reached")
@policy("iro")
def not_reached(invitation_id: str) -> AnyResponse:
    """One tap: the child could not be reached."""
    return _note_no_answer(invitation_id, "unreached")


@room.post("/links/<invitation_id>/not-safe")
@policy("iro")
def not_safe(invitation_id: str) -> AnyResponse:
    """One tap: it was not safe to ask the child. No concern is raised by it; the page says whom to tell."""
    return _note_no_answer(invitation_id, "unsafe")


def _can_sign_in_again() -> bool:
    """Whether the officer has what alone opens a phone again that was handed over: a password or a passkey."""
    known = factors_of(context.db_session(), current_person())
    return known.password or known.passkeys > 0


def _link_page(found: Invitation, template: str) -> str:
    if found.outcome != "waiting":
        abort(404)
    parts = context.instance()
    opened = open_link(parts.keys, found)
    address = f"{parts.settings.public_url}/r/{opened.token}"
    return render_template(
        template,
        invitation=found,
        over=found.ends_at <= clock.now(),
        former=find_former_link(context.db_session(), found),
        reference=read_reference(context.db_session(), parts.keys, found),
        picture=qr.qr_svg(address, _("QR code that opens the questions")),
        address=address,
        site=parts.settings.public_url.partition("://")[2],
        done_before=DONE_BEFORE,
        can_sign_in_again=_can_sign_in_again(),
        words=opened.words,
        **send_form.sending_facts(found),
        numbers=parts.settings.braces,
        about_review=parts.catalogue.find_survey(found.survey).about_review,
    )


def _note_no_answer(invitation_id: str, outcome: str) -> AnyResponse:
    found = _own_invitation(invitation_id)
    said = _noted_words(outcome)
    done = link_changes.end_waiting_link(found, said=said, outcome=outcome)
    answer = _no_answers() if done else _my_month()
    context.db_session().commit()
    return answer


def _noted_words(outcome: str) -> str:
    words: dict[str, str] = {
        "declined": _("Noted: asked, and said no."),
        "unreached": _("Noted: not reached."),
        "unsafe": _("Noted: not safe to ask. Nobody is told by that."),
    }
    return words[outcome]


def _send_page(found: Invitation, form: send_form.SendForm) -> str:
    return send_form.send_page(
        found,
        form,
        action=url_for("iro_asking.send_now", invitation_id=found.id),
        back=url_for("iro_asking.show_link", invitation_id=found.id),
    )


def _keep_and_lead(found: Invitation, *, waits: bool) -> AnyResponse:
    """Keep what was done; the link's page comes next where there is one, else My month."""
    answer = _link_page_of(found) if waits else _my_month()
    context.db_session().commit()
    return answer


def _link_page_of(found: Invitation) -> AnyResponse:
    return redirect(url_for("iro_asking.show_link", invitation_id=found.id), 303)


def _my_month() -> AnyResponse:
    return redirect(url_for("iro.my_month"), 303)


def _no_answers() -> AnyResponse:
    """The section of My month that has the way back."""
    return redirect(url_for("iro.my_month", _anchor="no-answer"), 303)


def _find_draw(form: AskForm) -> Draw | None:
    """The draw of the very child in the form; only then the form offers "drawn by the app"."""
    draw = find_draw(
        context.db_session(),
        context.keys(),
        current_viewer().person_id,
        form.draw.data or "",
        form.reference.data or "",
    )
    if draw is not None:
        form.offer_drawn()
    return draw


def _ask_form(part: str) -> AskForm:
    survey = context.catalogue().monthly_survey().key
    offers = child_languages().offers_now(survey)
    if part not in PARTS:
        return AskForm(offers)
    db = context.db_session()
    offered = codes_of_part(read_codes(db).codes_now, part)
    remembered = remember_choices(
        db, current_viewer().person_id, survey, offered, FIRST_CODE[part]
    )
    return ShortForm(offers, part, offered, remembered)


def _ask_page(form: AskForm, earlier: EarlierAsking | None = None) -> str:
    page = "iro/asking/ask.html"
    if isinstance(form, ShortForm):
        page = "iro/asking/ask_short.html"
    elif "short" in request.form:
        page = "iro/no_answer/note.html"
    return render_template(
        page,
        form=form,
        earlier=earlier,
        review=_review_in(form),
        for_letter=request.values.get("purpose") == "letter",
    )


def _find_review(review_id: str) -> OwnReview | None:
    """That imported review of this officer's; another's is as unknown as one that never was."""
    return find_own_review(
        context.db_session(), context.keys(), current_viewer().person_id, review_id
    )


def _review_in(form: AskForm) -> OwnReview | None:
    """The review that the form was opened from, as long as the reference in it is that of the review."""
    review = _find_review(form.review.data) if form.review.data else None
    typed = form.reference.data or ""
    return review if review and review.is_of_reference(typed) else None


def _correct_form(found: Invitation) -> CorrectForm:
    survey = context.catalogue().find_survey(found.survey, found.survey_version)
    return CorrectForm.of_invitation(found, survey.bands)


def _correct_page(found: Invitation, form: CorrectForm) -> str:
    reference = read_reference(context.db_session(), context.keys(), found)
    return render_template(
        "iro/asking/correct.html", form=form, invitation=found, reference=reference
    )


def _own_invitation(invitation_id: str) -> Invitation:
    found = find_own_invitation(
        context.db_session(), current_viewer().person_id, invitation_id
    )
    return found or abort(404)
