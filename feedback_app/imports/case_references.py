"""What may stand as a child's reference in a council's file: a case number, never a name or a national number."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from feedback_app.typed_text import REFERENCE_LIMIT, clean_reference

_DIGIT = re.compile(r"\d")
_NATIONAL_INSURANCE = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?")
_PUPIL = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
_HEALTH = re.compile(r"\d{10}")


def read_reference(cell: str) -> tuple[str, str]:
    """(the reference as it is kept, what is wrong with it); one of the two is ""."""
    reference = clean_reference(cell)
    if len(reference) > REFERENCE_LIMIT:
        return "", _(
            "A reference has at most %(most)s characters.", most=REFERENCE_LIMIT
        )
    if reference and not _DIGIT.search(reference):
        return "", _("This looks like a name. Use the case number.")
    national = _national_number(reference)
    if national:
        return "", _(
            "This looks like a %(number)s, which is never kept here. Use the council’s own case number.",
            number=national,
        )
    return reference, ""


def _national_number(reference: str) -> str:
    """Which national number it looks like, in words; "" for none."""
    bare = re.sub(r"[\s-]", "", reference).upper()
    if _HEALTH.fullmatch(bare) and _is_health_number(bare):
        return str(_("NHS number"))
    if _PUPIL.fullmatch(bare):
        return str(_("UPN (pupil number)"))
    if _NATIONAL_INSURANCE.fullmatch(bare):
        return str(_("National Insurance number"))
    return ""


def _is_health_number(digits: str) -> bool:
    """By its check digit (NHS data dictionary, modulus 11): one case number of ten digits in eleven has it too."""
    total = sum(int(one) * (10 - at) for at, one in enumerate(digits[:9]))
    return (11 - total % 11) % 11 == int(digits[9])
