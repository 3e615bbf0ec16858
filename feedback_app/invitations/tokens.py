"""Link tokens and the four words, both derived and never stored; keyed digests find them again (promises 1, 2).

Token = base64url(HMAC-SHA256(link key, invitation id, issue number)), 256 bits. The four words are 40 bits of the
same HMAC from an own list of 1,024 short, kind words. The database holds digests under another key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from feedback_app.typed_text import drop_unseen

WORDS_FILE = Path(__file__).with_name("words.txt")
WORDS_IN_CODE = 4
TOKEN_LENGTH = 43
_CHARACTER = "[A-Za-z0-9_-]"
_TOKEN = re.compile(f"(?<!{_CHARACTER}){_CHARACTER}{{{TOKEN_LENGTH}}}(?!{_CHARACTER})")
MARK_LENGTH = 8
_MARK = re.compile(f"{_CHARACTER}{{{MARK_LENGTH}}}")


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


def mark_of(token: str) -> str:
    """The short mark by which a browser tells one link from another: no secret, and it opens nothing.

    48 bits of a hash of 256 that nobody can guess: it says nothing about the token.
    """
    digest = hashlib.sha256(b"mark" + token.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:MARK_LENGTH]


def is_mark(text: str) -> bool:
    """Whether it has the shape of a mark."""
    return _MARK.fullmatch(text) is not None


def find_token(typed: str) -> str:
    """The token in an address or a piece of one, as people open and paste it; "" where there is none.

    What stands around it and is no part of a token is left away: a full stop, quotes, a bracket, invisible characters,
    and what a mail program or a browser wrote as %2F.
    """
    found = _TOKEN.search(drop_unseen(unquote(unquote(typed))))
    return found[0] if found else ""


def typed_words(typed: str) -> list[str]:
    """What was typed as a list of lower-case words: hyphens, dots and commas count as spaces, "and" as none of them."""
    plain = drop_unseen(typed).casefold()
    words = "".join(c if c.isalpha() else " " for c in plain).split()
    return [word for word in words if word != "and"]
