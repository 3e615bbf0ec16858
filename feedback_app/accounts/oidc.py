"""The council's own sign-in (OpenID Connect, Entra ID): what its token must say before it opens anything (promise 15).

Authorization code with PKCE, one tenant. A person is (tenant, object id) of a token that the issuer signed for this
service, in answer to what this browser asked; never an e-mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.oidc.core import CodeIDToken
from joserfc.errors import InvalidClaimError, JoseError
from requests import RequestException

from feedback_app import clock
from feedback_app.config import Settings

PATIENCE_SECONDS = 5
LEEWAY_SECONDS = 60
FRESH_SECONDS = 3600.0
"""How long the issuer's addresses and keys are kept; an unknown key is looked for once at once."""
REST_SECONDS = 15.0
PLAIN = re.compile(r"[A-Za-z_]{1,40}")
BACK = "/sign-in/sso/back"


class Away(Exception):
    """The issuer does not answer, or answers nonsense."""


class Refused(Exception):
    """What came back opens nothing; the message is the kind of fault, fit for a log."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the issuer: the address to go to, and what the answer must fit."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who the issuer says it is, and whether it saw a second factor."""

    tenant: str
    object_id: str
    second_factor: bool


class IdToken(CodeIDToken):  # type: ignore[misc]
    """An id_token by our clock. Its algorithm, issuer, audience, times and nonce are Authlib's to check."""

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        """Raises JoseError for whatever does not fit."""
        super().validate(now=int(clock.now().timestamp()) if now is None else now, leeway=leeway)
        if not self["nonce"] or any(not isinstance(self[name], str) or not self[name] for name in ("tid", "oid")):
            raise InvalidClaimError("oid")


@dataclass
class Kept:
    """The issuer's addresses and keys, kept by each process for an hour."""

    made_at: float = 0.0
    away_until: float = 0.0
    client: Any = None
    lock: Lock = field(default_factory=Lock)

    def of(self, settings: Settings) -> Any:
        """The client. Raises Away when the issuer's own description cannot be had, or is another issuer's.

        An issuer that is away is left alone for a while: the threads that would wait for it serve children.
        """
        if not self.lock.acquire(timeout=PATIENCE_SECONDS):
            raise Away("busy")
        try:
            if self.client is None or monotonic() - self.made_at > FRESH_SECONDS:
                if monotonic() < self.away_until:
                    raise Away("a moment ago")
                self.away_until = monotonic() + REST_SECONDS
                self.client, self.made_at = _client(settings), monotonic()
                self.away_until = 0.0
            return self.client
        finally:
            self.lock.release()


def ask(kept: Kept, settings: Settings, **more: str) -> Asked:
    """A question for one browser. Raises Away."""
    made = kept.of(settings).create_authorization_url(settings.public_url + BACK, **more)
    return Asked(made["url"], made["state"], made["nonce"], made["code_verifier"])


def answered(kept: Kept, settings: Settings, *, code: str, nonce: str, verifier: str) -> Known:
    """Who came back with that code. Raises Away or Refused."""
    client = kept.of(settings)
    exact = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client},
        "nonce": {"essential": True, "value": nonce},
        "tid": {"essential": True, "value": settings.oidc_tenant},
        "oid": {"essential": True},
    }
    try:
        token = client.fetch_access_token(settings.public_url + BACK, code=code, code_verifier=verifier)
        if not isinstance(token.get("id_token"), str):
            raise Refused("no id_token")
        said = client.parse_id_token(token, nonce, claims_options=exact, claims_cls=IdToken, leeway=LEEWAY_SECONDS)
    except RequestException as error:
        raise Away(type(error).__name__) from error
    except (AuthlibBaseError, JoseError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise Refused(_kind(error)) from error
    several = settings.oidc_is_second_factor or "mfa" in (said.get("amr") or [])
    return Known(said["tid"], said["oid"], several)


def _client(settings: Settings) -> Any:
    """Addresses from the issuer's description. One algorithm is taken, whatever the issuer says it could sign with."""
    found: Any = FlaskOAuth2App(
        FlaskIntegration("council"),
        "council",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_SECONDS,
        },
    )
    try:
        told = found.load_server_metadata()
        found.fetch_jwk_set()
    except (RequestException, RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise Away(type(error).__name__) from error
    if told.get("issuer") != settings.oidc_issuer or not told.get("authorization_endpoint"):
        raise Away("another issuer")
    told["id_token_signing_alg_values_supported"] = ["RS256"]
    return found


def _kind(error: Exception) -> str:
    """A word for the log, by which IT finds what to mend: what the issuer said, or which claim is wrong."""
    said = (getattr(error, "error", None) or type(error).__name__, getattr(error, "claim", None) or "")
    return " ".join(word for word in said if isinstance(word, str) and PLAIN.fullmatch(word)) or "unknown"
