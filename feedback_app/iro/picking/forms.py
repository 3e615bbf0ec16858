"""The form of a draw: the half of the target, and a list of references, one on each line."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField, ValidationError
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired

from feedback_app.labels import label_choices
from feedback_app.typed_text import REFERENCE_LIMIT, clean_reference, reference_key
from feedback_app.web.form_fields import Visible

MOST_AT_ONCE = 500
_LINE_END = re.compile(r"\r\n|\r|\n")
_CELL_END = re.compile(r"[\t;,]")


class ReviewDrawForm(FlaskForm):  # type: ignore[misc]
    """Which half to draw from the officer's own reviews: one tap, nothing pasted."""

    part = HiddenField()
    draw = HiddenField()


class DrawForm(FlaskForm):  # type: ignore[misc]
    """Which half is missing, and whose review was in it."""

    part = RadioField(
        _l("Who is missing?"),
        choices=[SelectChoice(*choice) for choice in label_choices("part")],
        validators=[InputRequired(_l("Choose who is missing."))],
    )
    references = TextAreaField(
        _l("References, one on each line"),
        description=_l(
            "All children of that kind whom you could ask: case numbers, no names. The list is not kept."
        ),
        validators=[Visible(_l("Paste the references of at least two children."))],
        render_kw={"rows": 8},
    )
    draw = HiddenField()

    @property
    def listed_references(self) -> list[str]:
        """The references as they are kept, each child once."""
        found: dict[str, str] = {}
        for line in self._lines():
            found.setdefault(reference_key(line), clean_reference(line))
        return list(found.values())

    def validate_references(self, _field: Field) -> None:
        """References alone, of a length that can be kept, and not too many."""
        lines = self._lines()
        for number, line in enumerate(lines, 1):
            if _CELL_END.search(line):
                raise ValidationError(
                    _(
                        "Reference %(number)s has more than one cell. Paste the references alone, one on each line.",
                        number=number,
                    )
                )
            if len(clean_reference(line)) > REFERENCE_LIMIT:
                raise ValidationError(
                    _(
                        "Reference %(number)s is too long: %(most)s characters at most.",
                        number=number,
                        most=REFERENCE_LIMIT,
                    )
                )
        if len(lines) > MOST_AT_ONCE:
            raise ValidationError(
                _("Paste at most %(most)s references at once.", most=MOST_AT_ONCE)
            )

    def _lines(self) -> list[str]:
        """The lines that hold anything."""
        lines = _LINE_END.split(self.references.data or "")
        return [line for line in lines if clean_reference(line)]
