"""What the issuer's token must say (promise 15), checked by Authlib: loaded when somebody signs in that way."""

from __future__ import annotations

import re
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.oidc.core import CodeIDToken
from joserfc.errors import InvalidClaimError, JoseError
from requests import RequestException

from feedback_app import clock
from feedback_app.accounts.sso.oidc import BACK, PATIENCE_SECONDS, CouncilAccount, IssuerAway, SignOnRefused
from feedback_app.config import Settings

LEEWAY_SECONDS = 60
PLAIN = re.compile(r"[A-Za-z_]{1,40}")


class IdToken(CodeIDToken):  # type: ignore[misc]
    """An id_token by our clock. Its algorithm, issuer, audience, times and nonce are Authlib's to check."""

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        """Raises JoseError for whatever does not fit."""
        super().validate(now=int(clock.now().timestamp()) if now is None else now, leeway=leeway)
        if not self["nonce"] or any(not isinstance(self[name], str) or not self[name] for name in ("tid", "oid")):
            raise InvalidClaimError("oid")


def read_id_token(client: Any, settings: Settings, *, code: str, nonce: str, verifier: str) -> CouncilAccount:
    """Who came back to that client with that code. Raises Away or Refused."""
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
            raise SignOnRefused("no id_token")
        said = client.parse_id_token(token, nonce, claims_options=exact, claims_cls=IdToken, leeway=LEEWAY_SECONDS)
    except RequestException as error:
        raise IssuerAway(type(error).__name__) from error
    except (AuthlibBaseError, JoseError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise SignOnRefused(_kind(error)) from error
    several = settings.oidc_is_second_factor or "mfa" in (said.get("amr") or [])
    return CouncilAccount(said["tid"], said["oid"], several)


def make_client(settings: Settings) -> Any:
    """Addresses from the issuer's description. One algorithm is taken, whatever the issuer says it could sign with.

    Raises Away.
    """
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
        raise IssuerAway(type(error).__name__) from error
    if told.get("issuer") != settings.oidc_issuer or not told.get("authorization_endpoint"):
        raise IssuerAway("another issuer")
    told["id_token_signing_alg_values_supported"] = ["RS256"]
    return found


def _kind(error: Exception) -> str:
    """A word for the log, by which IT finds what to mend: what the issuer said, or which claim is wrong."""
    said = (getattr(error, "error", None) or type(error).__name__, getattr(error, "claim", None) or "")
    return " ".join(word for word in said if isinstance(word, str) and PLAIN.fullmatch(word)) or "unknown"
