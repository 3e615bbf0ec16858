"""A council's own sign-in on loopback: a real HTTP server with its own keys, which can be told to lie or to be away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from feedback_app import clock

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "the-service"
SECRET = "a secret of the service"
OFFICER = "aaaaaaaa-0000-0000-0000-000000000001"


@lru_cache
def key(kid: str) -> RSAKey:
    """The key of that name, made once a run."""
    return new_key(kid)


def new_key(kid: str) -> RSAKey:
    """A signing key of its own."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class Issuer:
    """What it says of whoever signs in next. `claims` go over the usual ones; None takes a claim away."""

    url: str = ""
    oid: str = OFFICER
    claims: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    status: int = 200
    signing: RSAKey = field(default_factory=lambda: key("k1"))
    published: list[RSAKey] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    sign: Callable[[Issuer, dict[str, Any]], str] | None = None

    def settings(self) -> dict[str, Any]:
        """Settings that lead here."""
        return {
            "oidc_issuer": self.url,
            "oidc_tenant": TENANT,
            "oidc_client": CLIENT,
            "oidc_secret": SECRET,
        }

    def description(self) -> dict[str, Any]:
        """What stands at its well-known address; it says that it could sign in weak ways too."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def sign_in(self, address: str) -> str:
        """A person signs in at that address; where their browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["code_challenge_method"] == "S256"
        if self.error:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.error, 'state': asked['state']})}"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code, once, for the right service with the right proof."""
        asked = self.codes.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        service = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if (
            asked is None
            or service != f"{CLIENT}:{SECRET}"
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        if (
            base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
            != asked["code_challenge"]
        ):
            return None
        now = int(clock.now().timestamp())
        usual = {
            "iss": self.url,
            "aud": CLIENT,
            "tid": TENANT,
            "oid": self.oid,
            "sub": "s",
            "nonce": asked["nonce"],
        }
        claims = usual | {"iat": now, "nbf": now, "exp": now + 3600} | self.claims
        said = {name: value for name, value in claims.items() if value is not None}
        signed = (self.sign or signed_well)(self, said)
        return {
            "token_type": "Bearer",
            "access_token": "x",
            "expires_in": 3600,
            "id_token": signed,
        }


def signed_well(issuer: Issuer, claims: dict[str, Any]) -> str:
    """By its own key."""
    return jwt.encode(
        {"alg": "RS256", "kid": issuer.signing.kid}, claims, issuer.signing
    )


def signed_by_nobody(_issuer: Issuer, claims: dict[str, Any]) -> str:
    """With alg none."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return (
        ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
        + "."
    )


def signed_with_the_public_key(issuer: Issuer, claims: dict[str, Any]) -> str:
    """HS256, its secret being what everybody can read."""
    parts = [
        json.dumps(part).encode()
        for part in ({"alg": "HS256", "kid": issuer.signing.kid}, claims)
    ]
    said = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = hmac.digest(issuer.signing.as_pem(private=False), said, "sha256")
    return b".".join((said, base64.urlsafe_b64encode(mac).rstrip(b"="))).decode()


def signed_by_another(issuer: Issuer, claims: dict[str, Any]) -> str:
    """By a key of somebody else's that goes by the name of the issuer's."""
    other = new_key(str(issuer.signing.kid))
    return jwt.encode({"alg": "RS256", "kid": other.kid}, claims, other)


def signed_by_an_unknown(_issuer: Issuer, claims: dict[str, Any]) -> str:
    """By a key that the issuer never published."""
    other = new_key("k9")
    return jwt.encode({"alg": "RS256", "kid": "k9"}, claims, other)


@contextmanager
def issuing() -> Iterator[Issuer]:
    """The issuer, on a port of its own."""
    issuer = Issuer()
    issuer.published = [issuer.signing]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            issuer.asked.append(path.rpartition("/")[2])
            if path.endswith("/authorize"):
                self.send_response(303)
                self.send_header("Location", issuer.sign_in(self.path))
                self.end_headers()
                return
            keys = {"keys": [one.as_dict(private=False) for one in issuer.published]}
            self._say(
                keys if path.endswith("/keys") else issuer.description(), issuer.status
            )

        def do_POST(self) -> None:
            issuer.asked.append("token")
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            answer = issuer.token(form, self.headers.get("Authorization", ""))
            self._say(
                answer or {"error": "invalid_grant"}, issuer.status if answer else 400
            )

        def _say(self, said: dict[str, Any], status: int) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}/{TENANT}/v2.0"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
