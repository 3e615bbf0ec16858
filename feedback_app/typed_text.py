"""What people type and paste, each thing decided once: text, a line, a reference, an e-mail address, digits.

What looks the same to the eye must be the same to the service: a child is looked for by a reference that somebody else
typed, in another program, on another keyboard. Pure functions, without Flask or a database.
"""

from __future__ import annotations

import re
import unicodedata

TEXT_LIMIT = 4000
"""Characters of any free text, counted after `clean_text`; the database's CHECK says the same (rule L10)."""
REASON_LIMIT = 400
"""Characters of a reason in the audit trail."""
REFERENCE_LIMIT = 60
ADDRESS_LIMIT = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1)."""
LOCAL_PART_LIMIT = 64

_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"))
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef]"
)
"""Letters and marks that show nothing though Unicode calls them letters, marks or signs."""
_DASHES = re.compile("[\\-\u2010-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]+")
_LOCAL_PART = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ]{1,19}")


class BadAddress(ValueError):
    """No mail can be sent to what was typed as an e-mail address; the message says so."""

    def __init__(self, typed: str) -> None:
        """`typed`: what could be seen of it."""
        super().__init__(
            f"no mail can be sent to '{typed}': type an address like name@example.org"
        )


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


def clean_line(raw: str | None) -> str:
    """The same for what stands on one line, as a name: white space folded, line ends and tabs too."""
    return " ".join(clean_text(raw or "").split())


def is_visible(text: str) -> bool:
    """Whether there is anything to see in it: a letter, a digit, a sign; asked of every field that must say something.

    Blanks of every width, format and control characters, unassigned ones and letters that show nothing are none.
    """
    return bool(drop_unseen(text[: 4 * TEXT_LIMIT]).strip())


def drop_unseen(text: str) -> str:
    """As a keyboard writes it: wide letters narrow (NFKC), white space as spaces, nothing that shows nothing."""
    spaced = (
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFKC", text)
    )
    return "".join(
        letter
        for letter in _BLANK.sub("", "".join(spaced))
        if letter == " " or unicodedata.category(letter) not in _UNSEEN
    )


def plain_digits(text: str) -> str:
    """The text with the digits of every keyboard as 0 to 9: Arabic, Persian, Devanagari, full-width and others."""
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in text
    )


def read_telephone(raw: str | None) -> str:
    """A telephone number in the digits that telephones have, white space folded; "" for what is none."""
    number = " ".join(plain_digits(raw or "").split())
    return number if _TELEPHONE.fullmatch(number) else ""


def clean_reference(raw: str | None) -> str:
    """A child's reference as it is kept and shown: NFKC, white space folded, one kind of dash, nothing invisible.

    "" where nothing is left. Never cut: the caller says when it is too long.
    """
    seen = drop_unseen((raw or "")[: 20 * REFERENCE_LIMIT])
    return " ".join(_DASHES.sub("-", plain_digits(seen)).split())


def reference_key(raw: str | None) -> str:
    """What two references must have in common to be the same one: as `clean_reference`, in any case of letters."""
    return unicodedata.normalize("NFKC", clean_reference(raw).casefold())


def clean_address(raw: str | None) -> str:
    """An e-mail address as a server takes it: small letters, nothing invisible, a host of other scripts as punycode.

    White space, control and format characters are dropped, and what is kept is shown. Raises BadAddress for what no
    server without SMTPUTF8 can deliver to: letters outside ASCII before the @, empty parts, a scheme, no host.
    """
    kept = drop_unseen((raw or "")[: 2 * ADDRESS_LIMIT]).replace(" ", "")
    local, at, host = kept.casefold().rpartition("@")
    if not at or len(local) > LOCAL_PART_LIMIT or not _LOCAL_PART.fullmatch(local):
        raise BadAddress(kept)
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadAddress(kept) from error
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadAddress(kept)
    if labels[-1].isdecimal() or len(local) + 1 + len(host) > ADDRESS_LIMIT:
        raise BadAddress(kept)
    return f"{local}@{host}"
