"""The form by which a manager puts right what was noted of a child who has answered."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import Length

from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.responses import new_version
from feedback_app.typed_text import REASON_LIMIT
from feedback_app.web.form_fields import LineField, Visible
from feedback_app.web.review_form import MARKS, ReviewForm, review_problem


class CorrectAnsweredForm(ReviewForm):
    """Code, mode and age mark as they stand, and why they are put right. Age and look are the answered page's."""

    over5 = BooleanField(_l("The child was over 5"))
    over16 = BooleanField(_l("The young person was 16 or over"))
    over18 = BooleanField(_l("The young person was 18 or over"))
    reason = LineField(
        _l("Why is it put right?"),
        description=_l("It stays with the record. Write no name and no case number."),
        validators=[
            Visible(_l("Say in a few words why it is put right.")),
            Length(
                max=REASON_LIMIT,
                message=_l("Say it in at most 400 characters."),
            ),
        ],
    )
    version = HiddenField()

    @classmethod
    def of_response(
        cls, response: Response, invitation: Invitation
    ) -> CorrectAnsweredForm:
        """The form as it stands, with what was sent in its place on a POST; without what this child has nothing of."""
        form = cls(
            pn_code=response.pn_code,
            mode=response.mode,
            over5=response.over5,
            over16=response.over16,
            over18=invitation.over18,
            version=str(response.version),
        )
        del form.band, form.easy
        for mark in MARKS.values():
            if mark != MARKS.get(response.band):
                delattr(form, mark)
        if response.pn_code is None:
            del form.pn_code, form.mode
        return form

    def check_with(self, response: Response) -> bool:
        """Whether the code goes together with the age of that response; says so beside the code where it does not."""
        if self.pn_code is None:
            return True
        problem = review_problem(
            self.pn_code.data or "",
            response.band,
            over5=response.band == "4-7" and self.over5.data,
            over16=False,
        )
        if problem:
            self.pn_code.errors = [problem]
        return not problem

    def facts_for(self, response: Response) -> dict[str, Any]:
        """What a form that holds says of that response."""
        return new_version.noted_facts(
            response,
            pn_code=self.pn_code.data if self.pn_code else None,
            mode=self.mode.data if self.mode else None,
            **self._marks(),
        )

    def say_changed(self, version: int) -> None:
        """Say that somebody was first, with the version that is looked at now; what was typed stays."""
        self.version.data = str(version)
        self.form_errors.append(
            _(
                "Somebody put this right meanwhile. Below is what you chose; look at what is noted now, and save again"
                " if it is still wrong."
            )
        )
