"""A passkey device in software: it makes and shows passkeys as a phone does, and can be copied or lie as told."""

from __future__ import annotations

import copy
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey for one site. `verifies` is whether the device checks its owner; `counts` whether it counts uses."""

    origin: str
    counts: bool = True
    verifies: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = b""

    def copied(self) -> Device:
        """A second device with the same passkey, counting from here on by itself."""
        return copy.copy(self)

    def make(self, options: str) -> str:
        """What the browser sends when the page asks it to make a passkey."""
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = encode_cbor(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )
        attested = (
            bytes(16)
            + len(self.credential_id).to_bytes(2)
            + self.credential_id
            + public
        )
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(
            {
                "clientDataJSON": bytes_to_base64url(
                    self._client("webauthn.create", asked["challenge"])
                ),
                "attestationObject": bytes_to_base64url(made),
            }
        )

    def show(self, options: str | dict[str, Any]) -> str:
        """What the browser sends when the page asks it to show a passkey."""
        asked = json.loads(options) if isinstance(options, str) else options
        self.count += self.counts
        data, client = (
            self._data(asked["rpId"]),
            self._client("webauthn.get", asked["challenge"]),
        )
        signature = self.key.sign(
            data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._said(
            {
                "clientDataJSON": bytes_to_base64url(client),
                "authenticatorData": bytes_to_base64url(data),
                "signature": bytes_to_base64url(signature),
                "userHandle": bytes_to_base64url(self.handle),
            }
        )

    def _data(self, host: str, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return (
            hashlib.sha256(host.encode()).digest()
            + bytes([flags])
            + self.count.to_bytes(4)
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin}
        ).encode()

    def _said(self, response: dict[str, str]) -> str:
        named = bytes_to_base64url(self.credential_id)
        return json.dumps(
            {"id": named, "rawId": named, "type": "public-key", "response": response}
        )
