"""The second factor: what a person can show, and asking for it again before an action that matters.

A password alone opens the second step at sign-in and nothing else (promise 13). Actions that matter to children or to
accounts ask for the second factor again when it was last shown more than `step_up_minutes` ago (promise 19).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.extensions import csrf
from feedback_app.models.person import Passkey, Person
from feedback_app.web.context import SAFE_METHODS, db_session, settings
from feedback_app.web.kept_forms import typed_fields


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show: an authenticator app, a number of passkeys, a password."""

    app: bool
    passkeys: int
    password: bool

    @property
    def has_second(self) -> bool:
        """Whether there is any second factor: the app or a passkey."""
        return self.app or self.passkeys > 0


def factors_of(db: Session, person: Person) -> Factors:
    """Return which factors the person has set up."""
    passkeys = (
        db.scalar(select(func.count()).where(Passkey.person_id == person.id)) or 0
    )
    return Factors(
        person.totp_confirmed_at is not None, passkeys, person.password_hash is not None
    )


def may_skip_second_step(db: Session, person: Person) -> bool:
    """Whether a password is enough for this person: only in a demo, and only with no second factor (promise 13)."""
    return (
        settings().second_factor == "may_skip" and not factors_of(db, person).has_second
    )


def is_recent(stepped_up_at: datetime | None) -> bool:
    """Whether a second factor shown at that instant still answers for an action that asks again (promise 19)."""
    if stepped_up_at is None:
        return False
    return clock.now() - stepped_up_at <= timedelta(minutes=settings().step_up_minutes)


def ask_again(person: Person) -> AnyResponse:
    """Answer with the page that asks for the second factor; the fields of a POST wait in that page to be sent on."""
    if request.method in SAFE_METHODS:
        asked = request.full_path.rstrip("?")
        back = urlsplit(request.referrer or "").path
        return redirect(
            url_for("second.confirm_second_factor", next=asked, back=back or None), 303
        )
    csrf.protect()
    return make_response(
        render_confirm_page(person, send_to=request.path, fields=typed_fields()), 403
    )


def render_confirm_page(
    person: Person,
    *,
    next_path: str = "",
    back: str = "",
    send_to: str = "",
    fields: list[tuple[str, str]] | None = None,
    problem: str = "",
) -> str:
    """Draw the page that asks for the second factor again, or for the password where there is none (a demo).

    Afterwards the browser goes to `next_path`, or sends `fields` to `send_to`. `back`: where a file was asked for.
    """
    return render_template(
        "accounts/second_step/confirm.html",
        known=factors_of(db_session(), person),
        next=next_path,
        back=back,
        to=send_to,
        kept=fields or [],
        problem=problem,
    )
