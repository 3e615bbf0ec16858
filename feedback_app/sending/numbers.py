"""What a mobile number of the United Kingdom is, as people type one."""

from __future__ import annotations

import re

from feedback_app.typed_text import drop_unseen

_GAPS = re.compile(r"[\s().\-\u2010-\u2015]")
_MOBILE = re.compile(r"7(?!0)[0-9]{9}")
"""After the 0 or +44: 07 and nine digits more. 070 is no mobile phone but a forwarding service."""
_ABROAD = re.compile(r"(?:\+|00)(?!44)[0-9]+")
TYPED_LIMIT = 40


class BadNumber(ValueError):
    """What was typed is no mobile number."""


class NumberAbroad(BadNumber):
    """It is a number of another country."""


def clean_mobile(raw: str | None) -> str:
    """A mobile number as `+447` and nine digits. Raises BadNumber, or NumberAbroad for one of another country."""
    kept = _GAPS.sub("", drop_unseen((raw or "")[:TYPED_LIMIT]))
    if _ABROAD.fullmatch(kept):
        raise NumberAbroad("a number of another country")
    for start in ("+440", "+44", "00440", "0044", "44", "0"):
        if kept.startswith(start):
            kept = kept[len(start) :]
            break
    else:
        raise BadNumber("no mobile number")
    if not _MOBILE.fullmatch(kept):
        raise BadNumber("no mobile number")
    return f"+44{kept}"
