"""The terms of single sign-on: what is asked of the council's issuer, what it answers, and how that can fail."""

from __future__ import annotations

from dataclasses import dataclass

CALLBACK_PATH = "/sign-in/sso/back"
"""Where the issuer sends the browser back to; registered with the council under this address (docs/sign-on.md)."""
TIMEOUT_SECONDS = 5
"""How long one request to the issuer may take."""


class IssuerAway(Exception):
    """The issuer does not answer, or answers nonsense. The message is a word for the log."""


class SignOnRefused(Exception):
    """What came back opens nothing; the message is the kind of fault, fit for a log."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One question to the issuer: the address to go to, and the values that its answer must fit."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class CouncilAccount:
    """Who the issuer says it is (tenant and object id), and whether it saw a second factor."""

    tenant: str
    object_id: str
    second_factor: bool
