"""The form of one action: what staff know of it, and the words that children read, band by band."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from feedback_app import clock
from feedback_app.labels import label_choices
from feedback_app.manager.actions.verbs import Written, written_action
from feedback_app.models.action import (
    ACTION_BANDS,
    PROMISE_LIMIT,
    THEME_LIMIT,
    WORDS_LIMIT,
    Action,
)
from feedback_app.privacy.suppress import FEWEST_SHOWN
from feedback_app.reports.figures.comments import KeptTheme
from feedback_app.reports.figures_in_words import band_name
from feedback_app.typed_text import clean_text
from feedback_app.web.form_fields import Visible

MOST_CHILDREN = 9999
YEARS_AROUND = 5
"""A day further away than this, back or ahead, is a slip: of 27 a browser makes the year 27."""


def _clean(typed: str | None) -> str:
    return clean_text(typed or "")


def _length(limit: int) -> Length:
    return Length(max=limit, message=_l("At most %(max)d characters."))


class DayField(DateField):  # type: ignore[misc]
    """A day, whose problem is said in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which the form shows."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Give the day by which it is to be done.")) from error


class CountField(IntegerField):  # type: ignore[misc]
    """A number, whose problem is said in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which the form shows."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Type a whole number.")) from error


def _words(label: str, rows: int) -> TextAreaField:
    return TextAreaField(
        label, [_length(WORDS_LIMIT)], filters=[_clean], render_kw={"rows": rows}
    )


def _said() -> TextAreaField:
    return _words(_l("What children said"), 3)


def _done() -> TextAreaField:
    return _words(_l("What is done about it, or why it cannot be done"), 4)


class ActionForm(FlaskForm):  # type: ignore[misc]
    """One action. The words may be left empty until children are to read them."""

    version = HiddenField()
    begun_from = HiddenField()
    theme = StringField(
        _l("Theme"),
        [Visible(_l("Type the theme.")), _length(THEME_LIMIT)],
        description=_l("For staff, such as: told who will be there."),
        filters=[_clean],
    )
    promise = TextAreaField(
        _l("What the service promised"),
        [Visible(_l("Type what the service promised.")), _length(PROMISE_LIMIT)],
        description=_l("For staff."),
        filters=[_clean],
        render_kw={"rows": 3},
    )
    owner = SelectField(_l("Owner"), [InputRequired(_l("Choose an owner."))])
    due = DayField(
        _l("Due on"), [InputRequired(_l("Give the day by which it is to be done."))]
    )
    state = RadioField(
        _l("Status"),
        choices=[SelectChoice(*choice) for choice in label_choices("action_state")],
        validators=[InputRequired(_l("Choose a status."))],
    )
    said_by = CountField(
        _l("How many children said this?"),
        [InputRequired(_l("Type how many children said it, 0 if you do not know."))],
        description=_l(
            "Children are told it only when five or more said it. What fewer said could make one of them known."
        ),
    )
    said_4_7, done_4_7 = _said(), _done()
    said_8_11, done_8_11 = _said(), _done()
    said_12_17, done_12_17 = _said(), _done()

    def validate_due(self, field: Field) -> None:
        """A day of these years; what is no day has been said already."""
        if field.data and abs(field.data.year - clock.today().year) > YEARS_AROUND:
            raise ValidationError(
                _(
                    "This says the year %(year)s. Type the year with four digits, such as %(now)s.",
                    year=field.data.year,
                    now=clock.today().year,
                )
            )

    def validate_said_by(self, field: Field) -> None:
        """A number of children; what is no number has been said already."""
        if field.data is not None and not 0 <= field.data <= MOST_CHILDREN:
            raise ValidationError(
                _("Type a number from 0 to %(most)s.", most=MOST_CHILDREN)
            )

    def fill_choices(
        self,
        people: Sequence[tuple[str, str]],
        action: Action | None,
        theme: KeptTheme | None = None,
    ) -> None:
        """Offer the people (id, name), and, where nothing was sent, show the action as it stands, or begin it from a
        theme with the number of children whose comments it holds.
        """
        self.owner.choices = [
            SelectChoice("", _("Choose a person")),
            *(SelectChoice(*one) for one in people),
        ]
        if self.is_submitted():
            return
        if action is None:
            self.state.data = "promised"
            if theme is not None:
                self.theme.data, self.begun_from.data = theme.name, theme.id
                self.said_by.data = theme.children
            return
        found = written_action(action)
        self.version.data = str(action.version)
        self.theme.data, self.promise.data, self.owner.data = (
            found.theme,
            found.promise,
            found.owner_id,
        )
        self.due.data, self.state.data, self.said_by.data = (
            found.due_on,
            found.state,
            found.said_by,
        )
        for band, (said, done) in found.words.items():
            self.said_field(band).data, self.done_field(band).data = said, done

    def said_field(self, band: str) -> Field:
        """The field of what children said, in that band's words."""
        return self[f"said_{band.replace('-', '_')}"]

    def done_field(self, band: str) -> Field:
        """The field of what is done about it."""
        return self[f"done_{band.replace('-', '_')}"]

    def typed_action(self) -> Written:
        """What was typed, of a form that holds."""
        return Written(
            theme=self.theme.data,
            promise=self.promise.data,
            owner_id=self.owner.data,
            due_on=self.due.data,
            state=self.state.data,
            said_by=self.said_by.data,
            words={
                band: (self.said_field(band).data, self.done_field(band).data)
                for band in ACTION_BANDS
            },
        )

    def say_lacks(self, lacks: Sequence[str]) -> None:
        """Say beside each field what keeps children from reading it."""
        for one in lacks:
            if one == "said_by":
                self.said_by.errors = [
                    _(
                        "Children read this only when %(least)s or more said it. Take it back first.",
                        least=FEWEST_SHOWN,
                    )
                ]
                continue
            for field in (self.said_field(one), self.done_field(one)):
                if not field.data:
                    field.errors = [
                        _(
                            "Children read this now: write the words for %(band)s, or take it back.",
                            band=band_name(one),
                        )
                    ]

    def say_changed(self, version: int) -> None:
        """Somebody was faster: what was typed stays, and sending it again puts it in the place of theirs."""
        self.form_errors = [
            _(
                "Somebody else changed this meanwhile. Look at theirs in another tab. Keep yours again to replace it."
            )
        ]
        self.version.data = str(version)
