"""The second step at sign-in, and asking for it again before what matters."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import update
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.accounts.second_step.verify import (
    count_code_attempt,
    current_person,
    redirect_to,
    replace_session,
    second_factor_is_valid,
    slow_down,
    wrong_code_message,
)
from feedback_app.accounts.sign_in.next_path import asks_again, safe_next_path
from feedback_app.models.person import ROLES, SignedIn
from feedback_app.people.passwords import verify_password
from feedback_app.web import context, limits, second_factor
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.navigation import landing_page

room = Blueprint("second", __name__)

KEPT = "kept-"


@room.get("/sign-in/second")
@policy(*ROLES, before_second_step=True)
def second_step() -> AnyResponse:
    """The form for a code or a passkey; whoever has no second factor yet sets one up first."""
    wanted = safe_next_path(request.args.get("next", ""))
    if current_viewer().complete:
        return redirect(wanted or landing_page(current_viewer()), 303)
    if not second_factor.factors_of(context.db_session(), current_person()).has_second:
        return redirect(url_for("own.factors_page", next=wanted or None), 303)
    return make_response(_second_page(wanted))


@room.post("/sign-in/second")
@policy(*ROLES, before_second_step=True)
def second_step_now() -> AnyResponse:
    """A good code or passkey begins a session that reaches the person's pages, under a new id."""
    wanted, taken = safe_next_path(request.form.get("next", "")), count_code_attempt()
    if taken.over:
        return make_response(_second_page(wanted, slow_down()), 429)
    db, person = context.db_session(), current_person()
    if not second_factor_is_valid(db, person):
        return make_response(_second_page(wanted, wrong_code_message()), 400)
    audit.write_entry(db, context.keys().audit, "signed_in", person_id=person.id)
    answer = replace_session(db, person, redirect_to(wanted or landing_page(current_viewer())))
    db.commit()
    limits.refund_attempt(taken)
    return answer


@room.get("/me/confirm")
@policy(*ROLES)
def confirm_second_factor() -> str:
    """Ask for the second factor again."""
    return second_factor.render_confirm_page(current_person(), next_path=safe_next_path(request.args.get("next", "")))


@room.post("/me/confirm")
@policy(*ROLES)
def confirm_now() -> AnyResponse:
    """On to where the person was going; what was typed there is shown again, to be sent with one press."""
    wanted, further = safe_next_path(request.form.get("next", "")), safe_next_path(request.form.get("to", ""))
    further = further if asks_again(further) else ""
    kept = [(n.removeprefix(KEPT), v) for n, all_of in request.form.lists() if n.startswith(KEPT) for v in all_of]
    taken = count_code_attempt()
    if taken.over:
        return make_response(
            second_factor.render_confirm_page(
                current_person(), next_path=wanted, send_to=further, fields=kept, problem=slow_down()
            ),
            429,
        )
    db, person = context.db_session(), current_person()
    known = second_factor.factors_of(db, person)
    good = (
        second_factor_is_valid(db, person)
        if known.has_second
        else verify_password(person.password_hash, request.form.get("password", ""))
    )
    if not good:
        problem = wrong_code_message() if known.has_second else _("That is not your password. Try again.")
        return make_response(
            second_factor.render_confirm_page(
                current_person(), next_path=wanted, send_to=further, fields=kept, problem=problem
            ),
            400,
        )
    audit.write_entry(db, context.keys().audit, "stepped_up", person_id=person.id)
    db.execute(update(SignedIn).where(SignedIn.id == current_viewer().session_id).values(stepped_up_at=clock.now()))
    answer = _send_on(further, kept) if further else redirect_to(wanted or landing_page(current_viewer()))
    db.commit()
    limits.refund_attempt(taken)
    return answer


def _send_on(further: str, kept: list[tuple[str, str]]) -> AnyResponse:
    page = render_template(
        "staff/kept_form.html",
        title=_("Thank you. Now send it"),
        message=_("Nothing you typed is lost."),
        fields=kept,
        action=further,
        signed_in=True,
    )
    return make_response(page)


def _second_page(wanted: str, problem: str = "") -> str:
    known = second_factor.factors_of(context.db_session(), current_person())
    return render_template("accounts/second_step/second_step.html", next=wanted, problem=problem, known=known)
