"""The form that chooses the spotlight question of a month."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from feedback_app.manager.spotlight.views import Spotlight

IN_TURN = "in-turn"


class SpotlightForm(FlaskForm):  # type: ignore[misc]
    """One question, or all in turn."""

    question = RadioField(
        _l("Which question?"), validators=[InputRequired(_l("Choose a question."))]
    )

    def __init__(self, questions: Sequence[Spotlight]) -> None:
        """`questions`: those that can be chosen, each shown in the oldest's words."""
        super().__init__()
        self.question.choices = [
            SelectChoice(IN_TURN, _("In turn: a different one each month")),
            *(SelectChoice(one.id, one.words[-1][1].text) for one in questions),
        ]
