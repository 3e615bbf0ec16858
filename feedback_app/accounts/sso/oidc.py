"""The council's own sign-in (OpenID Connect, Entra ID): what its token must say before it opens anything (promise 15).

Authorization code with PKCE, one tenant. A person is (tenant, object id) of a token that the issuer signed for this
service, in answer to what this browser asked; never an e-mail.

Where there is no such sign-in, the library for it (16 MB of a worker's memory) is not loaded: `id_token` has what
needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from feedback_app.config import Settings
from feedback_app.web.app_part import AppPart

PATIENCE_SECONDS = 5
FRESH_SECONDS = 3600.0
"""How long the issuer's addresses and keys are kept; an unknown key is looked for once at once."""
REST_SECONDS = 15.0
BACK = "/sign-in/sso/back"


class IssuerAway(Exception):
    """The issuer does not answer, or answers nonsense."""


class SignOnRefused(Exception):
    """What came back opens nothing; the message is the kind of fault, fit for a log."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One question to the issuer: the address to go to, and what the answer must fit."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class CouncilAccount:
    """Who the issuer says it is, and whether it saw a second factor."""

    tenant: str
    object_id: str
    second_factor: bool


@dataclass
class Issuer:
    """The issuer's addresses and keys, kept by each process for an hour."""

    made_at: float = 0.0
    away_until: float = 0.0
    client: Any = None
    lock: Lock = field(default_factory=Lock)

    def stored_client(self, settings: Settings) -> Any:
        """The client. Raises Away when the issuer's own description cannot be had, or is another issuer's.

        An issuer that is away is left alone for a while: the threads that would wait for it serve children.
        """
        if not self.lock.acquire(timeout=PATIENCE_SECONDS):
            raise IssuerAway("busy")
        try:
            if self.client is None or monotonic() - self.made_at > FRESH_SECONDS:
                if monotonic() < self.away_until:
                    raise IssuerAway("a moment ago")
                self.away_until = monotonic() + REST_SECONDS
                from feedback_app.accounts.sso.id_token import make_client  # noqa: PLC0415 (16 MB that most workers never need)

                self.client, self.made_at = make_client(settings), monotonic()
                self.away_until = 0.0
            return self.client
        finally:
            self.lock.release()


ISSUER: AppPart[Issuer] = AppPart("council_issuer")


def begin_sign_in(kept: Issuer, settings: Settings, **more: str) -> AuthorizationRequest:
    """A question for one browser. Raises Away."""
    made = kept.stored_client(settings).create_authorization_url(settings.public_url + BACK, **more)
    return AuthorizationRequest(made["url"], made["state"], made["nonce"], made["code_verifier"])


def finish_sign_in(kept: Issuer, settings: Settings, *, code: str, nonce: str, verifier: str) -> CouncilAccount:
    """Who came back with that code. Raises Away or Refused."""
    from feedback_app.accounts.sso.id_token import read_id_token  # noqa: PLC0415

    return read_id_token(kept.stored_client(settings), settings, code=code, nonce=nonce, verifier=verifier)
