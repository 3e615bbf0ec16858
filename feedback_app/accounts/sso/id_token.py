"""What the issuer's token must say (promise 15), checked by Authlib; imported when somebody signs in this way."""

from __future__ import annotations

import re
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.oidc.core import CodeIDToken
from joserfc.errors import InvalidClaimError, JoseError
from requests import RequestException

from feedback_app import clock
from feedback_app.accounts.sso.sso_terms import (
    CALLBACK_PATH,
    TIMEOUT_SECONDS,
    CouncilAccount,
    IssuerAway,
    SignOnRefused,
)
from feedback_app.config import Settings

LEEWAY_SECONDS = 60
"""How far the issuer's clock and ours may differ."""
LOGGABLE_WORD = re.compile(r"[A-Za-z_]{1,40}")


class IdToken(CodeIDToken):  # type: ignore[misc]
    """An id_token by our clock. Its algorithm, issuer, audience, times and nonce are Authlib's to check."""

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        """Check every claim. Raises JoseError for whatever does not fit."""
        super().validate(
            now=int(clock.now().timestamp()) if now is None else now, leeway=leeway
        )
        if not self["nonce"]:
            raise InvalidClaimError("oid")
        for name in ("tid", "oid"):
            if not isinstance(self[name], str) or not self[name]:
                raise InvalidClaimError("oid")


def read_id_token(
    client: Any, settings: Settings, *, code: str, nonce: str, verifier: str
) -> CouncilAccount:
    """Exchange the code for a token and return whose it is. Raises IssuerAway or SignOnRefused."""
    exact = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client},
        "nonce": {"essential": True, "value": nonce},
        "tid": {"essential": True, "value": settings.oidc_tenant},
        "oid": {"essential": True},
    }
    try:
        token = client.fetch_access_token(
            settings.public_url + CALLBACK_PATH, code=code, code_verifier=verifier
        )
        if not isinstance(token.get("id_token"), str):
            raise SignOnRefused("no id_token")
        claims = client.parse_id_token(
            token,
            nonce,
            claims_options=exact,
            claims_cls=IdToken,
            leeway=LEEWAY_SECONDS,
        )
    except RequestException as error:
        raise IssuerAway(type(error).__name__) from error
    except (
        AuthlibBaseError,
        JoseError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ) as error:
        raise SignOnRefused(_kind_of_fault(error)) from error
    second_factor = settings.oidc_is_second_factor or "mfa" in (claims.get("amr") or [])
    return CouncilAccount(claims["tid"], claims["oid"], second_factor)


def make_client(settings: Settings) -> Any:
    """Make a client with the addresses and keys of the issuer's own description. Raises IssuerAway.

    Only RS256 is accepted, whatever the issuer says it could sign with.
    """
    client: Any = FlaskOAuth2App(
        FlaskIntegration("council"),
        "council",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )
    try:
        description = client.load_server_metadata()
        client.fetch_jwk_set()
    except (
        RequestException,
        RuntimeError,
        ValueError,
        TypeError,
        AttributeError,
    ) as error:
        raise IssuerAway(type(error).__name__) from error
    if description.get("issuer") != settings.oidc_issuer or not description.get(
        "authorization_endpoint"
    ):
        raise IssuerAway("another issuer")
    description["id_token_signing_alg_values_supported"] = ["RS256"]
    return client


def _kind_of_fault(error: Exception) -> str:
    """Return a word or two for the log: what the issuer said, or which claim is wrong. Never the claim's value."""
    kind = getattr(error, "error", None) or type(error).__name__
    claim = getattr(error, "claim", None) or ""
    loggable = [
        word
        for word in (kind, claim)
        if isinstance(word, str) and LOGGABLE_WORD.fullmatch(word)
    ]
    return " ".join(loggable) or "unknown"
