"""What fields of staff forms have in common: something to see, an address that can be reached, what is too long."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from wtforms import EmailField, Field, Form, StringField
from wtforms.validators import StopValidation, ValidationError

from feedback_app.models.text import THEME_NAME_LIMIT
from feedback_app.typed_text import (
    REASON_LIMIT,
    BadAddress,
    clean_address,
    clean_line,
    clean_reference,
    is_visible,
)


class Visible:
    """The field must say something: blanks of any kind are nothing (typed_text.is_visible)."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the class

    def __init__(self, message: LazyString) -> None:
        """`message`: what to type."""
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Raises StopValidation, which the form shows."""
        if not is_visible(field.data or ""):
            raise StopValidation(str(self.message))


class LineField(StringField):  # type: ignore[misc]
    """Words on one line, as they are kept: NFC, white space folded, no control characters."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read and clean it."""
        if valuelist:
            self.data = clean_line(valuelist[0])


class AddressField(EmailField):  # type: ignore[misc]
    """An e-mail address, as a server takes it; what is dropped from what was typed is seen in the field."""

    def __init__(
        self, label: LazyString, validators: list[Any], *, example: str, **more: Any
    ) -> None:
        """`example`: a whole address, for whoever typed less."""
        super().__init__(label, validators, **more)
        self.example = example

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read and clean it; what is none stays as it was typed."""
        typed = valuelist[0] if valuelist else ""
        try:
            self.data = clean_address(typed)
        except BadAddress:
            self.data = clean_line(typed)

    def pre_validate(self, _form: Form) -> None:
        """Raises ValidationError, which the form shows."""
        try:
            clean_address(self.data)
        except BadAddress as error:
            if self.data:
                raise ValidationError(
                    _(
                        "No mail can be sent to this. Type a whole e-mail, such as %(example)s.",
                        example=self.example,
                    )
                ) from error


class ReferenceField(StringField):  # type: ignore[misc]
    """A child's reference, as it is kept (typed_text.clean_reference)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read and clean it."""
        if valuelist:
            self.data = clean_reference(valuelist[0])


def age_problem(band: str, *, over5: bool, over16: bool, over18: bool = False) -> str:
    """What contradicts itself in an age band and the boxes ticked beside it; "" where nothing does."""
    if over5 and band != "4-7":
        return str(
            _(
                "“Over 5” is for the age 4\N{EN DASH}7 alone, and another age is chosen. Change the age, or untick it."
            )
        )
    if over16 and band not in ("12-17", "16-25"):
        return str(
            _(
                "“16 or over” is ticked, and an age under 12 is chosen. Change the age, or untick it."
            )
        )
    if over18 and band != "16-25":
        return str(
            _(
                "“18 or over” is for the age 16\N{EN DASH}25 alone, and another age is chosen. Change the age, or"
                " untick it."
            )
        )
    return ""


def reason_problem(reason: str, missing: str) -> str:
    """What is wrong with a reason for the audit trail; "" where nothing is. `missing`: what to say of an empty one."""
    if not is_visible(reason):
        return missing
    return reason_too_long() if len(reason) > REASON_LIMIT else ""


def theme_problem(name: str) -> str:
    """What is wrong with the name of a theme that a text is kept under; "" where nothing is."""
    if not is_visible(name):
        return str(_("Name the theme in a few words, or choose one that is there."))
    if len(name) > THEME_NAME_LIMIT:
        return str(
            _(
                "The name of the theme is too long. Say it in at most %(most)s characters.",
                most=THEME_NAME_LIMIT,
            )
        )
    return ""


def reason_too_long() -> str:
    """What to do with a reason that the audit trail does not hold; it is never cut (promise 26)."""
    return str(
        _(
            "The reason is too long. Say it in at most %(most)s characters.",
            most=REASON_LIMIT,
        )
    )
