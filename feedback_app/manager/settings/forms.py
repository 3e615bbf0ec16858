"""The forms of the page of settings: a number, the codes, a term that is confirmed, a language, a word of reports."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from feedback_app import clock
from feedback_app.labels import label_choices
from feedback_app.manager.settings.changeable import Changeable, address_of
from feedback_app.models.invitation import PN_CODES
from feedback_app.models.setting_change import REASON_LIMIT, VALUE_LIMIT
from feedback_app.month import Month
from feedback_app.reports.content.glossary import TERM_LIMIT
from feedback_app.rulebook.at_once import SWITCHED_OFF, SWITCHED_ON
from feedback_app.rulebook.counted_codes import CountedCodes
from feedback_app.rulebook.month_rules import NO_TARGET
from feedback_app.rulebook.setting_changes import MONTHS_AHEAD
from feedback_app.typed_text import clean_text, is_visible, plain_digits
from feedback_app.web.form_fields import LineField, Visible

UNDER_FOUR = "PN0"


def _why_field() -> LineField:
    """What every form asks last."""
    return LineField(
        _l("Why is it changed?"),
        description=_l("It stays in the history. Write nothing about a child."),
        validators=[
            Visible(_l("Say in a few words why it is changed.")),
            Length(
                max=REASON_LIMIT,
                message=_l("The reason is too long. Say it in at most 400 characters."),
            ),
        ],
    )


class ChoiceMade(InputRequired):  # type: ignore[misc]
    """Something was chosen, in a list whose first line is a choice too: HTML lets no such list be `required`."""

    def __init__(self, message: LazyString) -> None:
        """`message`: what is said where nothing was."""
        super().__init__(message)
        self.field_flags: dict[str, bool] = {}


class MonthChoice(SelectField):  # type: ignore[misc]
    """This month or one to come: a month that is over keeps what its report counted by."""

    data: Any

    def __init__(self, **more: Any) -> None:
        """It says so itself."""
        super().__init__(
            _l("From which month?"),
            description=_l("Months before it stay as they are."),
            validate_choice=False,
            **more,
        )

    def offer_months(self) -> None:
        """Offer them; next month stands there."""
        present = Month.containing(clock.today())
        months = (present.add_months(ahead) for ahead in range(MONTHS_AHEAD + 1))
        self.choices = [SelectChoice(str(month), month.name) for month in months]
        self.data = self.data or str(present.next)

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError, which the form shows."""
        if all(choice.value != self.data for choice in self.choices):
            raise ValidationError(
                _(
                    "Choose this month or a later one: what is over stays as it was counted."
                )
            )


class NumberForm(FlaskForm):  # type: ignore[misc]
    """A number that takes hold at once."""

    number = StringField(_l("New value"), render_kw={"inputmode": "numeric"})
    reason = _why_field()

    def __init__(self, setting: Changeable, **chosen: Any) -> None:
        """`setting`: its bounds are said and kept."""
        super().__init__(**chosen)
        self._setting = setting
        self.number.description = self._bounds()

    def _bounds(self) -> str:
        return str(
            _(
                "A whole number from %(least)s to %(most)s.",
                least=self._setting.least,
                most=self._setting.most,
            )
        )

    def validate_number(self, field: StringField) -> None:
        """Refuse what is no number within the bounds; what was typed stays."""
        if self.is_without:
            return
        typed = plain_digits((field.data or "").strip().removesuffix("%").strip())
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 4):
            raise ValidationError(self._refused())
        if not self._setting.least <= int(typed) <= self._setting.most:
            raise ValidationError(self._refused())
        field.data = str(int(typed))

    def _refused(self) -> str:
        return str(
            _(
                "Type a whole number from %(least)s to %(most)s.",
                least=self._setting.least,
                most=self._setting.most,
            )
        )

    @property
    def is_without(self) -> bool:
        """Whether no target is wanted at all."""
        return False

    @property
    def typed_value(self) -> str:
        """The value of a form that holds, as it is kept."""
        return NO_TARGET if self.is_without else str(self.number.data)


class MonthNumberForm(NumberForm):
    """A number that holds from a month on, which is not past."""

    without = BooleanField(_l("No target"))
    month = MonthChoice()
    reason = _why_field()

    def __init__(self, setting: Changeable, **chosen: Any) -> None:
        """`setting`: one of a measure may have no target."""
        super().__init__(setting, **chosen)
        self.month.offer_months()
        if not setting.may_be_none:
            del self.without

    @property
    def is_without(self) -> bool:
        """Whether no target is wanted at all."""
        return bool(self.without is not None and self.without.data)


class TermForm(NumberForm):
    """A term of retention. `sure`: the value whose effect was shown on the page before."""

    sure = HiddenField()

    @property
    def is_confirmed(self) -> bool:
        """Whether it was said how many records become due by this very value."""
        return bool(self.sure.data) and self.sure.data == self.number.data


class CodesForm(FlaskForm):  # type: ignore[misc]
    """Which half each participation code counts for, from a month on; a field for each code, `code_pn0` and so on."""

    month: MonthChoice

    @classmethod
    def with_codes(cls, codes: CountedCodes) -> CodesForm:
        """The form with these codes, and what was sent in their place on a POST."""
        chosen = {field_of(code): codes.part_of(code) or "outside" for code in PN_CODES}
        form = cls(**chosen)
        form.month.offer_months()
        return form

    @property
    def chosen_codes(self) -> CountedCodes:
        """The codes of a form that holds."""
        parts = {code: self[field_of(code)].data for code in PN_CODES}
        return CountedCodes(
            tuple(code for code, part in parts.items() if part == "took_part"),
            tuple(code for code, part in parts.items() if part == "did_not"),
        )

    def validate_month(self, _field: SelectField) -> None:
        """Refuse a half that nobody of four years or older could be in: no IRO could meet their month."""
        codes = self.chosen_codes
        for half in (codes.took_part, codes.did_not):
            if not set(half) - {UNDER_FOUR}:
                raise ValidationError(
                    _(
                        "Each half needs a code beside PN0: else nobody could meet their month."
                    )
                )


def field_of(code: str) -> str:
    """The name of a code's field."""
    return f"code_{code.casefold()}"


for _code, _words in label_choices("pn_code", PN_CODES):
    _field = SelectField(
        _words,
        choices=[
            SelectChoice("took_part", _l("Took part")),
            SelectChoice("did_not", _l("Did not take part")),
            SelectChoice("outside", _l("Not counted")),
        ],
        validators=[ChoiceMade(_l("Choose what the code counts as."))],
    )
    setattr(CodesForm, field_of(_code), _field)
CodesForm.month = MonthChoice()
CodesForm.reason = _why_field()


class LanguageForm(FlaskForm):  # type: ignore[misc]
    """Whether a survey is offered in a language."""

    offered = RadioField(
        _l("Is it offered?"),
        choices=[
            SelectChoice(SWITCHED_ON, _l("Offered")),
            SelectChoice(SWITCHED_OFF, _l("Switched off")),
        ],
        validators=[InputRequired(_l("Choose whether it is offered."))],
    )
    reason = _why_field()


class WordsField(TextAreaField):  # type: ignore[misc]
    """An explanation, as it is kept."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read and clean it."""
        if valuelist:
            self.data = " ".join(clean_text(valuelist[0]).split())


class WordForm(FlaskForm):  # type: ignore[misc]
    """What a word of reports means. `back`: the product's own words again, or a word of the manager's taken out."""

    words = WordsField(_l("What it means"))
    back = BooleanField(_l("Our own words again"))
    reason = _why_field()

    def __init__(self, setting: Changeable, **chosen: Any) -> None:
        """`setting`: a word without words of the product's own can be taken out."""
        super().__init__(**chosen)
        if setting.usual is None:
            self.back.label.text = _("Take this word out")

    def validate_words(self, field: WordsField) -> None:
        """Refuse an empty explanation, and one that is too long; nothing is cut."""
        if self.back.data:
            return
        _check_words(field)

    @property
    def typed_value(self) -> str | None:
        """The explanation of a form that holds; None for none of the manager's."""
        return None if self.back.data else str(self.words.data)


class NewWordForm(FlaskForm):  # type: ignore[misc]
    """A word more."""

    term = LineField(
        _l("Word"),
        [
            Visible(_l("Type the word.")),
            Length(
                max=TERM_LIMIT,
                message=_l("The word is too long. At most 60 characters."),
            ),
        ],
    )
    words = WordsField(_l("What it means"))
    reason = _why_field()

    def validate_term(self, field: LineField) -> None:
        """Refuse a word without a letter or figure, which no address could name."""
        if not address_of(field.data or "").strip("-+_"):
            raise ValidationError(_("Type the word in the letters a to z."))

    def validate_words(self, field: WordsField) -> None:
        """Refuse an empty explanation, and one that is too long; nothing is cut."""
        _check_words(field)


def _check_words(field: WordsField) -> None:
    if not is_visible(field.data or ""):
        raise ValidationError(_("Say in a sentence or two what it means."))
    if len(field.data) > VALUE_LIMIT:
        raise ValidationError(
            _(
                "The explanation is too long. Say it in at most %(most)s characters.",
                most=VALUE_LIMIT,
            )
        )
