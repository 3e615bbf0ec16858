"""The forms of the team: a target from a month on, leave, days of work, leaving, the targets of the service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    StringField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from feedback_app import clock
from feedback_app.manager.team.verbs import (
    END_LINKS,
    ReasonNeeded,
    TypedTarget,
    earliest_month,
    latest_month,
)
from feedback_app.models.work import IN_WORDS_LIMIT, MOST_OF_AN_IRO
from feedback_app.month import Month, read_month
from feedback_app.reports.figures.targets import Target
from feedback_app.typed_text import REASON_LIMIT, is_visible, plain_digits
from feedback_app.web.form_fields import LineField

MOST_OF_SERVICE = 1000
FIRST_YEAR = 1950


def months_in_words(months: Sequence[Month]) -> str:
    """Months by name; of more than three the first, the last and how many."""
    if len(months) <= 3:
        return ", ".join(month.name for month in months)
    return str(
        _(
            "%(first)s to %(last)s (%(count)s months)",
            first=months[0].name,
            last=months[-1].name,
            count=len(months),
        )
    )


class MonthField(StringField):  # type: ignore[misc]
    """A month, typed in any usual way; what is none stays as it was typed. `month`: what was read."""

    month: Month | None = None

    @property
    def typed_month(self) -> Month:
        """The month, of a field that holds. Raises ValueError for one that does not."""
        if self.month is None:
            raise ValueError("no month was read")
        return self.month

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError, which the form shows."""
        try:
            self.month = read_month(self.data or "")
        except ValueError as error:
            raise ValidationError(
                _(
                    "Type a month and its year, such as %(month)s.",
                    month=Month.containing(clock.today()).next.name,
                )
            ) from error
        earliest, latest = earliest_month(), latest_month()
        if not earliest <= self.month <= latest:
            raise ValidationError(
                _(
                    "Type a month from %(first)s to %(last)s.",
                    first=earliest.name,
                    last=latest.name,
                )
            )


class EnteredDayField(DateField):  # type: ignore[misc]
    """A day, whose problem is said in our words."""

    data: Any

    def __init__(
        self,
        label: LazyString,
        validators: list[Any],
        *,
        far_back: bool = False,
        **more: Any,
    ) -> None:
        """`far_back`: days long ago are right too, as the first day of work of who has worked here for long."""
        super().__init__(label, validators, **more)
        self.far_back = far_back

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which the form shows."""
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(
                _("Type a day with its month and year, such as 14 11 2026.")
            ) from error

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError for a day that no board will ever show."""
        if self.data is None:
            return
        first = dt.date(FIRST_YEAR, 1, 1) if self.far_back else earliest_month().first
        if not first <= self.data <= latest_month().last:
            raise ValidationError(
                _(
                    "Type a day from %(first)s to %(last)s.",
                    first=f"{first.day} {Month.containing(first).name}",
                    last=f"{latest_month().last.day} {latest_month().name}",
                )
            )


class ChildrenField(IntegerField):  # type: ignore[misc]
    """A number of children from 0 (or `least`) to `most`, whose problem is said in our words."""

    def __init__(
        self, label: LazyString, *, most: int, least: int = 0, **more: Any
    ) -> None:
        """`most`, `least`: what is taken."""
        super().__init__(
            label, render_kw={"inputmode": "numeric", "min": least, "max": most}, **more
        )
        self.most, self.least = most, least

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which the form shows."""
        try:
            super().process_formdata([plain_digits(one) for one in valuelist])
        except ValueError as error:
            raise ValueError(self._wanted()) from error

    def pre_validate(self, _form: Any) -> None:
        """Raises ValidationError, which the form shows."""
        if not self.process_errors and (
            self.data is None or not self.least <= self.data <= self.most
        ):
            raise ValidationError(self._wanted())

    def _wanted(self) -> str:
        return str(
            _(
                "Type a whole number from %(least)s to %(most)s.",
                least=self.least,
                most=self.most,
            )
        )


class ReasonedForm(FlaskForm):  # type: ignore[misc]
    """A form that asks why, where it would change a month whose report had been due."""

    reason = LineField(
        _l("Why is it changed now?"),
        [Length(max=REASON_LIMIT, message=_l("At most %(max)d characters."))],
        description=_l("Kept in the history, and shown."),
    )

    @property
    def typed_reason(self) -> str:
        """The reason; "" where nothing is to be seen in it."""
        reason = self.reason.data or ""
        return reason if is_visible(reason) else ""

    @property
    def asks_why(self) -> bool:
        """Whether the reason is asked for: it was missing, or was given."""
        return bool(self.reason.errors or self.typed_reason)

    def ask_for_reason(self, needed: ReasonNeeded) -> None:
        """Say which months it would change, and that a reason is needed."""
        self.reason.errors = [
            _(
                "This changes %(months)s, whose report was due already. Say why.",
                months=months_in_words(needed.months),
            )
        ]


class TargetForm(ReasonedForm):
    """A target of one IRO."""

    month = MonthField(
        _l("From which month?"), description=_l("For example December 2026.")
    )
    how_long = RadioField(
        _l("For how long?"),
        choices=[
            SelectChoice("on", _l("From then on")),
            SelectChoice("only", _l("That month alone")),
        ],
        validators=[InputRequired(_l("Choose for how long."))],
    )
    which = RadioField(
        _l("Which target?"),
        choices=[
            SelectChoice("own", _l("Their own, as below")),
            SelectChoice("usual", _l("The same as everybody’s")),
        ],
        validators=[InputRequired(_l("Choose which target."))],
    )
    took_part = ChildrenField(_l("Children who took part"), most=MOST_OF_AN_IRO)
    did_not = ChildrenField(_l("Children who did not take part"), most=MOST_OF_AN_IRO)
    in_words = LineField(
        _l("Part time, in words (optional)"),
        [Length(max=IN_WORDS_LIMIT, message=_l("At most %(max)d characters."))],
        description=_l("For example: three days a week."),
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Beside "the same as everybody's" the numbers say nothing."""
        if self.which.data == "usual":
            for field in (self.took_part, self.did_not):
                field.data, field.process_errors = 0, []
        return bool(super().validate(*args, **kwargs))

    def typed_target(self) -> TypedTarget:
        """What was typed, of a form that holds."""
        own = self.which.data == "own"
        return TypedTarget(
            self.month.typed_month,
            Target(self.took_part.data, self.did_not.data) if own else None,
            only_month=self.how_long.data == "only",
            in_words=self.in_words.data or "",
        )


class LeaveForm(ReasonedForm):
    """One leave."""

    first = EnteredDayField(
        _l("First day of leave"), [InputRequired(_l("Type the first day of leave."))]
    )
    last = EnteredDayField(
        _l("Last day of leave"), [InputRequired(_l("Type the last day of leave."))]
    )

    def validate_last(self, field: Field) -> None:
        """The last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(
                _("The last day is before the first. Change one of them.")
            )


def wrong_order(begins: dt.date) -> str:
    """What to say of a last day of work before the first, which was entered or is known otherwise."""
    return str(
        _(
            "The last day is before the first day of work, %(day)s. Change one of them.",
            day=f"{begins.day} {Month.containing(begins).name}",
        )
    )


class DaysForm(ReasonedForm):
    """First and last day of work; empty where nothing is to be said."""

    first = EnteredDayField(
        _l("First day of work"),
        [Optional()],
        far_back=True,
        description=_l(
            "Empty: the day of their account counts. Nothing is asked for in months before that."
        ),
    )
    last = EnteredDayField(
        _l("Last day of work"), [Optional()], description=_l("Empty: they stay.")
    )

    def say_wrong_order(self, begins: dt.date) -> None:
        """The last day is before the first, entered here or known otherwise."""
        self.last.errors = [wrong_order(begins)]


class LeavingForm(ReasonedForm):
    """Somebody leaves: their last day, and who takes the links that wait."""

    last = EnteredDayField(
        _l("Last day of work"), [InputRequired(_l("Type the last day of work."))]
    )
    links_to = RadioField(_l("Who takes their open links?"), validate_choice=True)

    def offer_colleagues(self, colleagues: list[tuple[str, str]]) -> None:
        """Offer them (id, name), and to end the links; one must be chosen."""
        self.links_to.choices = [
            *(SelectChoice(*one) for one in colleagues),
            SelectChoice(END_LINKS, _("Nobody: end these links")),
        ]
        self.links_to.validators = [
            InputRequired(_("Choose who takes the links, or end them."))
        ]

    def say_wrong_order(self, begins: dt.date) -> None:
        """As on the form of the days of work."""
        self.last.errors = [wrong_order(begins)]


class ServiceForm(ReasonedForm):
    """The targets of everybody from a month on."""

    month = MonthField(
        _l("From which month?"), description=_l("For example December 2026.")
    )
    children = ChildrenField(
        _l("Children a month for the whole service"), most=MOST_OF_SERVICE, least=1
    )
    took_part = ChildrenField(
        _l("Each IRO: children who took part"), most=MOST_OF_AN_IRO
    )
    did_not = ChildrenField(
        _l("Each IRO: children who did not take part"), most=MOST_OF_AN_IRO
    )
