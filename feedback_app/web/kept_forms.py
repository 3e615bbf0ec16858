"""A form that could not be taken now, with all that was typed: shown field by field before it is sent again.

Nobody sends what they have not seen: after a sign-in or a second factor the page names the action and every field.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _

from feedback_app.labels import action_label, field_label, field_value
from feedback_app.web.addresses import endpoint_at

SECRET_FIELDS = (
    "csrf_token",
    "password",
    "password_now",
    "again",
    "code",
    "credential",
)
"""Form fields that are never written back into a page: passwords, codes, passkey answers, the CSRF token."""
FORM_KEY = "form_key"
"""The field with a form's own random name (web/once.py)."""
SEALED_FIELDS = ("rows",)
"""Fields that no person typed and none can read: what a file held, sealed by the service (imports/carried.py)."""
MOST_SHOWN = 200
"""Fields that a page shows back; no form of ours has as many."""
ONE_LINE = 60
"""Characters that are shown as they are; what is longer, or has several lines, stands in a box and can be mended."""


@dataclass(frozen=True, slots=True)
class KeptField:
    """One value of a form: its field's name, the words for it, and what was typed or chosen."""

    name: str
    label: str
    value: str

    @property
    def value_in_words(self) -> str:
        """The value as people read it."""
        if self.name in SEALED_FIELDS:
            return str(_("as you saw it"))
        return field_value(self.name, self.value)

    @property
    def is_long(self) -> bool:
        """Whether it is shown in a box."""
        if self.name in SEALED_FIELDS:
            return False
        return len(self.value) > ONE_LINE or "\n" in self.value


def typed_fields() -> list[tuple[str, str]]:
    """The request's form fields, in order and with repeats, without the secret ones."""
    fields = []
    for name, values in request.form.lists():
        if name not in SECRET_FIELDS:
            fields += [(name, value) for value in values]
    return fields


def draw_kept_form(
    title: str,
    message: str,
    *,
    action: str,
    fields: list[tuple[str, str]],
    signed_in: bool,
) -> str:
    """The page that holds the fields until they are sent to `action`, a path of this site.

    It is a form of its own: its own random name takes the place of the one that was sent.
    """
    return render_template(
        "staff/kept_form.html",
        title=title,
        message=message,
        what=action_label(endpoint_at(action, "POST")),
        fields=[
            KeptField(name, field_label(name), value)
            for name, value in fields[:MOST_SHOWN]
            if value and name != FORM_KEY
        ],
        action=action,
        signed_in=signed_in,
    )


def nothing_lost() -> str:
    """What such a page says first."""
    return str(_("Nothing you typed is lost."))
