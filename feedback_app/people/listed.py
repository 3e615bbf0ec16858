"""What must hold of a person in any list, pasted or imported: a name, an e-mail that mail reaches, known roles."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from feedback_app import labels
from feedback_app.models.person import ROLES
from feedback_app.typed_text import BadAddress, clean_address, clean_line, drop_unseen

MOST_AT_ONCE = 100
"""People who are invited by one list."""
NAME_LIMIT = 120
OTHER_WORDS = {
    "independent reviewing officer": "iro",
    "iro manager": "manager",
    "safeguarding lead": "lead",
    "deputy lead": "deputy",
    "safeguarding deputy": "deputy",
    "deputy safeguarding lead": "deputy",
    "admin": "administrator",
    "support": "business_support",
    "administrative support": "business_support",
}
"""What people call the roles besides their own names."""
_BETWEEN_ROLES = re.compile(r"\s*(?:[/+&,;|]|\band\b)\s*", re.IGNORECASE)


def read_roles(cell: str) -> tuple[str, ...]:
    """The ids of the roles that a cell names, in the order of the roles; () where a word in it is none."""
    names = _role_names()
    typed = clean_line(drop_unseen(cell))
    whole = names.get(typed.casefold())
    if whole:
        return (whole,)
    words = [word for word in _BETWEEN_ROLES.split(typed) if word]
    found = {names.get(word.casefold()) for word in words}
    if not found or None in found:
        return ()
    return tuple(role for role in ROLES if role in found)


def _role_names() -> dict[str, str]:
    named = {str(labels.label("role_title", role)).casefold(): role for role in ROLES}
    return {role: role for role in ROLES} | named | OTHER_WORDS


def no_such_role(word: str) -> str:
    """What to say of a word that is no role."""
    return str(
        _(
            "“%(word)s” is no role. Roles are: %(roles)s.",
            word=word,
            roles=", ".join(str(labels.label("role_title", role)) for role in ROLES),
        )
    )


def read_email(typed: str) -> tuple[str, str]:
    """(the e-mail as mail is sent to it, what is wrong with it); one of the two is ""."""
    try:
        return clean_address(typed), ""
    except BadAddress:
        return "", _(
            "No mail can be sent to %(typed)s. Write a whole e-mail, such as name@council.example.",
            typed=typed,
        )


def name_problem(name: str) -> str:
    """What is wrong with a name; "" for nothing."""
    if len(name) <= NAME_LIMIT:
        return ""
    return str(_("The name has more than %(most)s characters.", most=NAME_LIMIT))
