"""Asking the council's own issuer (OpenID Connect, Entra ID) who somebody is, and reading its answer (promise 15).

Authorization code with PKCE, one tenant. A person is (tenant, object id) of a token that the issuer signed for this
service, in answer to what this browser asked; never an e-mail.

`id_token` holds all that needs the OpenID library, and is imported when somebody signs in this way: a worker without
single sign-on keeps the 16 MB.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from feedback_app.accounts.sso.sso_terms import (
    CALLBACK_PATH,
    TIMEOUT_SECONDS,
    AuthorizationRequest,
    CouncilAccount,
    IssuerAway,
)
from feedback_app.config import Settings
from feedback_app.web.app_part import AppPart

FRESH_SECONDS = 3600.0
"""How long the issuer's addresses and keys are kept; an unknown key is looked for once at once."""
REST_SECONDS = 15.0
"""How long an issuer that did not answer is left alone."""


@dataclass
class Issuer:
    """The issuer's addresses and keys, kept by each process for an hour. Times are monotonic seconds."""

    made_at: float = 0.0
    away_until: float = 0.0
    client: Any = None
    lock: Lock = field(default_factory=Lock)

    def stored_client(self, settings: Settings) -> Any:
        """Return the client that asks the issuer, made anew when it is an hour old.

        Raises IssuerAway when the issuer's own description cannot be had, or is another issuer's. An issuer that is
        away is left alone for a while: the threads that would wait for it serve children.
        """
        if not self.lock.acquire(timeout=TIMEOUT_SECONDS):
            raise IssuerAway("busy")
        try:
            if self.client is None or monotonic() - self.made_at > FRESH_SECONDS:
                self._make_client(settings)
            return self.client
        finally:
            self.lock.release()

    def _make_client(self, settings: Settings) -> None:
        from feedback_app.accounts.sso.id_token import make_client  # noqa: PLC0415 (16 MB that most workers never need)

        if monotonic() < self.away_until:
            raise IssuerAway("a moment ago")
        # Said before asking, so that a failure leaves it standing.
        self.away_until = monotonic() + REST_SECONDS
        self.client, self.made_at = make_client(settings), monotonic()
        self.away_until = 0.0


ISSUER: AppPart[Issuer] = AppPart("council_issuer")


def begin_sign_in(
    issuer: Issuer, settings: Settings, **parameters: str
) -> AuthorizationRequest:
    """Return a question for one browser; `parameters` are added to the address. Raises IssuerAway."""
    client = issuer.stored_client(settings)
    made = client.create_authorization_url(
        settings.public_url + CALLBACK_PATH, **parameters
    )
    return AuthorizationRequest(
        made["url"], made["state"], made["nonce"], made["code_verifier"]
    )


def finish_sign_in(
    issuer: Issuer, settings: Settings, *, code: str, nonce: str, verifier: str
) -> CouncilAccount:
    """Return whose account came back with that code. Raises IssuerAway or SignOnRefused."""
    from feedback_app.accounts.sso.id_token import read_id_token  # noqa: PLC0415

    return read_id_token(
        issuer.stored_client(settings),
        settings,
        code=code,
        nonce=nonce,
        verifier=verifier,
    )
