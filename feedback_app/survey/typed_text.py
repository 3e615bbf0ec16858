"""Texts that somebody typed: how long they may be, and how they are cleaned before they are kept."""

from __future__ import annotations

import re
import unicodedata

TEXT_LIMIT = 4000
"""Characters of one text, counted after `clean_text`; the database's CHECK says the same (rule L10)."""
TALK_LIMIT = 500
"""Characters of the box where a child writes how to be reached (rule L10)."""

_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(raw: str) -> str:
    """The text as it is kept: LF line ends, NFC, no control characters but newline and tab, no space around it.

    Every script, emoji, joiner and direction mark stays. Never cut. Cleaning twice changes nothing.
    """
    text = _DROPPED.sub("", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    # NFC shortens a text to a quarter at most, so this one is too long in any form; and ordering a long run of
    # accents takes the square of its length.
    if len(text) > 4 * TEXT_LIMIT:
        return text
    return unicodedata.normalize("NFC", text)
