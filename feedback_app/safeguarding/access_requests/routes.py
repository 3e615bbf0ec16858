"""A request to see or to erase: finding a child's link, what is held for it, its file, its erasure."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.models import scope
from feedback_app.models.invitation import Invitation
from feedback_app.records import erasure, finding
from feedback_app.records.erasure_ledger import LedgerError
from feedback_app.records.nightly import wipe_deleted
from feedback_app.safeguarding.access_requests.counts import count_held
from feedback_app.safeguarding.access_requests.record import write_record
from feedback_app.safeguarding.access_requests.record_parts import roles_in_words
from feedback_app.safeguarding.access_requests.record_reviews import review_entry
from feedback_app.typed_text import clean_line
from feedback_app.web import context, limits
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.form_fields import reason_problem, reason_too_long

room = Blueprint("links", __name__, url_prefix="/safeguarding/links")

STYLE = Path(__file__).with_name("record.css").read_text()
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""The one thing that the file's own policy lets in: it runs no script and asks nobody anything. (The style has no
character that a template escapes.)"""


@room.get("/")
@policy("lead", "deputy")
def find_child_link() -> str:
    """What to find it by, and why."""
    return render_template(
        "safeguarding/access_requests/find.html", typed={}, problems={}
    )


@room.post("/")
@policy("lead", "deputy")
def find_now() -> AnyResponse:
    """Look for it. What was typed goes into no address, no log and no audit entry, and is not told back."""
    by = next((one for one in finding.SEARCH_BY if one == request.form.get("by")), None)
    typed, reason = (request.form.get(name, "") for name in ("what", "reason"))
    if by is None:
        return _problem("by", _("Choose what you have."))
    tried = limits.count_attempt(
        "words",
        context.settings().word_misses,
        limits.account_digest(f"links {current_viewer().person_id}"),
    )
    if tried.over:
        abort(429)
    db = context.db_session()
    try:
        found = finding.find_invitations(
            db,
            context.keys(),
            by,
            typed,
            reason=reason,
            person_id=current_viewer().person_id,
        )
        complaints = (
            finding.complaints_by_reference(
                db,
                context.keys(),
                typed,
                reason=reason,
                person_id=current_viewer().person_id,
            )
            if by == "reference"
            else ()
        )
        reviews = (
            finding.reviews_by_reference(
                db,
                context.keys(),
                typed,
                reason=reason,
                person_id=current_viewer().person_id,
            )
            if by == "reference"
            else ()
        )
        db.commit()
    except (
        finding.SearchFieldMissing,
        finding.ReasonTooLong,
        finding.ReasonRevealsReference,
    ) as problem:
        limits.refund_attempt(tried)
        return _problem(*_why(problem))
    if found or complaints or reviews:
        limits.refund_attempt(tried)
    if len(found) == 1 and not complaints and not reviews:
        return redirect(url_for("links.held_for", invitation_id=found[0].id), 303)
    return make_response(
        render_template(
            "safeguarding/access_requests/found.html",
            found=found,
            complaints=complaints,
            reviews=reviews,
            by=by,
        ),
        200 if found or complaints or reviews else 404,
    )


def _why(
    problem: finding.SearchFieldMissing
    | finding.ReasonTooLong
    | finding.ReasonRevealsReference,
) -> tuple[str, str]:
    """The field of the form that a search is refused for, and what is said beside it."""
    if isinstance(problem, finding.ReasonTooLong):
        return "reason", reason_too_long()
    if isinstance(problem, finding.ReasonRevealsReference):
        return "reason", str(
            _("Say why without what you look for: the audit trail must not hold it.")
        )
    if str(problem) == "typed":
        return "what", str(_("Type the reference, the link or the four words."))
    return "reason", str(_("Say why you look for it."))


@room.get("/reviews/<review_id>")
@policy("lead", "deputy")
def held_reviews(review_id: str) -> str:
    """All that is held of a review from the case system, and of the same child's other ones."""
    return _review_page(review_id)


@room.post("/reviews/<review_id>/erase")
@policy("lead", "deputy", step_up=True)
def erase_reviews(review_id: str) -> AnyResponse:
    """Delete them, so that no restore brings them back."""
    db, reason = context.db_session(), clean_line(request.form.get("reason", ""))
    found = finding.reviews_of_same_child(db, review_id) or abort(404)
    if request.form.get("sure") != "yes":
        problems = {"sure": _("Tick that it is to be erased for good.")}
        return make_response(_review_page(review_id, problems), 400)
    if problem := reason_problem(reason, _("Say who asked for it, and why.")):
        return make_response(_review_page(review_id, {"erase": problem}), 400)
    try:
        erasure.erase_reviews(
            db,
            context.keys(),
            context.settings().erased_file,
            [one.id for one in found],
            reason=reason,
            person_id=current_viewer().person_id,
        )
    except LedgerError as error:
        problems = {"waits": _ledger_problem(error)}
        return make_response(_review_page(review_id, problems), 503)
    flash(
        _(
            "Erased. Take it out of the case system’s file too, or the next import brings it back."
        )
    )
    db.commit()
    _wipe_now()
    return redirect(url_for("links.find_child_link"), 303)


@room.get("/<invitation_id>")
@policy("lead", "deputy")
def held_for(invitation_id: str) -> str:
    """What is held for it, in numbers."""
    return _page(_invitation(invitation_id))


@room.post("/<invitation_id>/what-we-hold")
@policy("lead", "deputy", step_up=True)
def download_record(invitation_id: str) -> AnyResponse:
    """All of it in one file, with a reason, on the record."""
    found, reason = (
        _invitation(invitation_id),
        clean_line(request.form.get("reason", "")),
    )
    if problem := reason_problem(reason, _("Say who asked for it, and why.")):
        return make_response(_page(found, {"access": problem}), 400)
    db, keys = context.db_session(), context.keys()
    audit.write_entry(
        db,
        keys.audit,
        "access_exported",
        person_id=current_viewer().person_id,
        about=found.id,
        reason=reason,
    )
    page = render_template(
        "safeguarding/access_requests/what_we_hold.html",
        record=write_record(db, context.instance(), found, current_viewer().person_id),
        style=STYLE,
        style_hash=STYLE_HASH,
    )
    db.commit()
    answer = make_response(page)
    answer.headers["Content-Disposition"] = 'attachment; filename="what-we-hold.html"'
    return answer


@room.post("/<invitation_id>/erase")
@policy("lead", "deputy", step_up=True)
def erase_record(invitation_id: str) -> AnyResponse:
    """Delete all of it, so that no restore brings it back."""
    found, db = _invitation(invitation_id), context.db_session()
    if request.form.get("sure") != "yes":
        return make_response(
            _page(found, {"sure": _("Tick that it is to be erased for good.")}), 400
        )
    reason = clean_line(request.form.get("reason", ""))
    if problem := reason_problem(reason, _("Say who asked for it, and why.")):
        return make_response(_page(found, {"erase": problem}), 400)
    me = current_viewer().person_id
    try:
        erasure.erase_invitation(
            db,
            context.keys(),
            context.settings().erased_file,
            found.id,
            reason=reason,
            person_id=me,
            complaint_ids=[
                one.id for one in finding.complaints_naming(db, found.id, me)
            ],
        )
    except erasure.MattersStillOpen:
        return make_response(
            _page(
                found,
                {"waits": _("Nothing was erased: something must be seen to first.")},
            ),
            409,
        )
    except LedgerError as error:
        return make_response(_page(found, {"waits": _ledger_problem(error)}), 503)
    flash(
        _(
            "Erased. What is left is an empty shell, so that a late send of this link is not lost."
        )
    )
    db.commit()
    _wipe_now()
    return redirect(url_for("links.held_for", invitation_id=found.id), 303)


def _ledger_problem(error: LedgerError) -> str:
    """Note that nothing could be erased; what is said of it on the page."""
    current_app.logger.error("the ledger of erasures cannot be written", exc_info=error)
    return str(
        _(
            "Nothing was erased: the list of erasures cannot be written. Ring whoever runs the service."
        )
    )


def _wipe_now() -> None:
    """Remove what was erased from the files too, where that can be done by day."""
    try:
        wipe_deleted(context.instance().database, by_day=True)
    except SQLAlchemyError as error:
        current_app.logger.warning(
            "erased; the files are wiped next night", exc_info=error
        )


def _review_page(review_id: str, problems: dict[str, str] | None = None) -> str:
    db = context.db_session()
    found = finding.reviews_of_same_child(db, review_id) or abort(404)
    return render_template(
        "safeguarding/access_requests/held_reviews.html",
        review_id=review_id,
        reviews=[
            review_entry(db, context.instance(), one, roles_in_words(db))
            for one in found
        ],
        problems=problems or {},
        typed=request.form,
    )


def _problem(field: str, words: str) -> AnyResponse:
    page = render_template(
        "safeguarding/access_requests/find.html",
        typed=request.form,
        problems={field: words},
    )
    return make_response(page, 400)


def _page(found: Invitation, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "safeguarding/access_requests/held.html",
        invitation=found,
        held=count_held(
            context.db_session(),
            context.settings(),
            found,
            current_viewer().person_id,
        ),
        problems=problems or {},
        typed=request.form,
        now=clock.now(),
    )


def _invitation(invitation_id: str) -> Invitation:
    """The invitation, where this reader may find it; else as if it were not there."""
    found = context.db_session().scalar(
        scope.links_for(current_viewer().person_id).where(
            Invitation.id == invitation_id
        )
    )
    return found or abort(404)
