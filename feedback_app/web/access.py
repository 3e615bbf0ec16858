"""Who may reach what: denied by default; every endpoint names its one policy (promises 17, 20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from feedback_app.models.person import ROLES, Person, SignedIn
from feedback_app.web import request_bodies, session_check
from feedback_app.web.addresses import endpoint_at
from feedback_app.web.context import SAFE_METHODS, before_commit, db_session
from feedback_app.web.refusals import note_refusal
from feedback_app.web.second_factor import (
    ask_again,
    factors_of,
    is_recent,
    may_skip_second_step,
)
from feedback_app.web.staff_sessions import find_session

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = frozenset(("public",))
SIGNED_IN = frozenset(ROLES)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may reach an endpoint, and what it asks of them; see `policy`."""

    roles: frozenset[str]
    step_up: bool = False
    before_second_step: bool = False
    background: bool = False
    download: bool = False
    upload: bool = False

    @property
    def is_public(self) -> bool:
        """Whether anybody may reach it, signed in or not."""
        return self.roles == PUBLIC


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person, as far as pages care. `complete`: the second step is done, or not needed."""

    person_id: str
    name: str
    roles: frozenset[str]
    session_id: str
    complete: bool = True
    stepped_up_at: datetime | None = None


def policy(
    *roles: str,
    step_up: bool = False,
    before_second_step: bool = False,
    background: bool = False,
    download: bool = False,
    upload: bool = False,
) -> Callable[[View], View]:
    """Mark a view with who may reach it: role names, or "public". Raises ValueError for an unknown role.

    `step_up`: ask for the second factor again when it was shown more than five minutes ago (promise 19).
    `before_second_step`: can be reached before the second step is done, as the pages of that step must.
    `background`: requested by a page by itself; does not extend the session.
    `download`: answers with a file, so that the page before it stays in the browser.
    `upload`: takes a file, so that its body may be larger than a form's, from whoever may reach it.
    """
    allowed = frozenset(roles)
    unknown = allowed - SIGNED_IN - PUBLIC
    if unknown or not allowed:
        raise ValueError(f"no such role: {', '.join(sorted(unknown)) or 'none named'}")

    def set_policy(view: View) -> View:
        marked: Any = view
        marked.access_policy = Policy(
            allowed, step_up, before_second_step, background, download, upload
        )
        return view

    return set_policy


def find_policy(app: Flask, endpoint: str | None) -> Policy | None:
    """Return the policy of an endpoint, None when it names none (then nobody reaches it)."""
    return getattr(app.view_functions.get(endpoint or ""), "access_policy", None)


def policy_of(app: Flask, endpoint: str) -> frozenset[str] | None:
    """Return the roles that reach an endpoint, None when it names no policy."""
    named = find_policy(app, endpoint)
    return named.roles if named else None


def policy_at(path: str, method: str) -> Policy | None:
    """Return the policy of a path of the site, None where there is no such page."""
    return find_policy(current_app, endpoint_at(path, method))


def signed_in_person() -> Viewer | None:
    """Who is signed in on this request, or None; set by `check_access` behind any policy but "public"."""
    viewer: Viewer | None = g.get("viewer")
    return viewer


def current_viewer() -> Viewer:
    """Who is signed in; only called behind a policy that asks for somebody."""
    viewer = signed_in_person()
    if viewer is None:
        abort(404)
    return viewer


def current_person() -> Person:
    """The row of whoever is signed in; only called behind a policy that asks for somebody."""
    return db_session().get_one(Person, current_viewer().person_id)


def optional_viewer() -> Viewer | None:
    """Who is signed in, on a page that is open to all."""
    named = find_policy(current_app, request.endpoint)
    found = find_session(background=bool(named and named.background))
    if found is None:
        return None
    row, person = found
    complete = row.second_factor_at is not None or may_skip_second_step(
        db_session(), person
    )
    return viewer_of(person, row, complete=complete)


def viewer_of(person: Person, row: SignedIn, *, complete: bool = True) -> Viewer:
    """The viewer of a person and their session."""
    return Viewer(
        person.id, person.name, person.roles, row.id, complete, row.stepped_up_at
    )


def check_access() -> AnyResponse | None:
    """Before each request: return None to let it through, or the redirect or page that asks for what is missing.

    Whoever lacks the role gets 404, as if the page were not there; a POST without a session gets 401.
    """
    if request.endpoint is None:
        return None
    named = find_policy(current_app, request.endpoint)
    if named is None:
        current_app.logger.error("no policy", extra={"endpoint": request.endpoint})
        abort(404)
    if named.is_public:
        return None

    g.viewer = optional_viewer()
    if g.viewer is None:
        if request.method not in SAFE_METHODS:
            abort(401)
        return redirect(
            url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303
        )
    if request.method not in SAFE_METHODS:
        before_commit(session_check.hold_session)

    # Somebody without a second factor sets up the first one: nothing can be asked for again yet.
    if (
        named.before_second_step
        and named.step_up
        and _may_set_up_first_factor(g.viewer)
    ):
        return None
    # Pages of the second step are reached before it is done, but those of them that ask again are not.
    if not g.viewer.complete and (named.step_up or not named.before_second_step):
        return _second_step_first()
    if not named.roles & g.viewer.roles:
        note_refusal("access_refused", g.viewer.person_id, request.endpoint[:80])
        abort(404)
    if named.upload and request.method not in SAFE_METHODS:
        request_bodies.allow_file()
    if named.step_up and not is_recent(g.viewer.stepped_up_at):
        return ask_again(current_person())
    return None


def _may_set_up_first_factor(viewer: Viewer) -> bool:
    """Whether the person has no second factor, and has shown all that can be asked: a password, or none in a demo.

    A session that is complete without a second factor of ours (single sign-on) is asked for the password.
    """
    db, person = db_session(), current_person()
    if factors_of(db, person).has_second:
        return False
    return not viewer.complete or may_skip_second_step(db, person)


def _second_step_first() -> AnyResponse:
    """Only a password was shown so far: that opens the second step, and nothing else (promise 13)."""
    if request.method not in SAFE_METHODS:
        g.viewer = None
        abort(401)
    return redirect(
        url_for("second.second_step", next=request.full_path.rstrip("?")), 303
    )
