"""Link tokens and the four words, both derived and never stored; keyed digests find them again (promises 1, 2).

Token = base64url(HMAC-SHA256(link key, invitation id, issue number)), 256 bits. The four words are 40 bits of the
same HMAC from an own list of 1,024 short, kind words. The database holds digests under another key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("words.txt")
WORDS_IN_CODE = 4
TOKEN_LENGTH = 43


@lru_cache(maxsize=1)
def word_list() -> tuple[str, ...]:
    """The words of typed codes, in order: a power of two of them, all different."""
    return tuple(WORDS_FILE.read_text(encoding="ascii").split())


def derive_secret(link_key: bytes, invitation_id: str, issue: int) -> bytes:
    """The 32 bytes from which token and words of one issue of one invitation follow."""
    return hmac.digest(link_key, f"{invitation_id}.{issue}".encode(), "sha256")


def token_of(secret: bytes) -> str:
    """The 43 characters that stand in the QR link."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def code_words(secret: bytes) -> str:
    """Four words, one space between, from bits that the token's reader cannot use to shorten a guess of others."""
    words = word_list()
    number = int.from_bytes(hashlib.sha256(b"words" + secret).digest(), "big")
    chosen = []
    for _ in range(WORDS_IN_CODE):
        number, place = divmod(number, len(words))
        chosen.append(words[place])
    return " ".join(chosen)


def typed_words(typed: str) -> list[str]:
    """What was typed as a list of lower-case words; hyphens, dots and commas count as spaces."""
    return "".join(c if c.isalpha() else " " for c in typed.casefold()).split()
