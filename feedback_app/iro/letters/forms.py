"""What an officer types for a letter. It is text, never template, and is kept nowhere (docs/decisions/0030)."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from feedback_app.documents.letter_templates import BANDS
from feedback_app.documents.letters import LetterWords, split_lines, split_paragraphs
from feedback_app.labels import label
from feedback_app.typed_text import TEXT_LIMIT, clean_text
from feedback_app.web.form_fields import LineField, Visible

LINE_LIMIT = 80


def _line(label_words: LazyString, missing: LazyString, **more: Any) -> LineField:
    too_long = _l("Say it in at most %(most)s characters.", most=LINE_LIMIT)
    return LineField(
        label_words,
        validators=[Visible(missing), Length(max=LINE_LIMIT, message=too_long)],
        **more,
    )


def _text(label_words: LazyString, hint: LazyString, *must: Any) -> TextAreaField:
    too_long = _l("Say it in at most %(most)s characters.", most=TEXT_LIMIT)
    return TextAreaField(
        label_words,
        description=hint,
        validators=[*must, Length(max=TEXT_LIMIT, message=too_long)],
        filters=[lambda typed: clean_text(typed or "")],
        render_kw={"rows": 4},
    )


class LetterForm(FlaskForm):  # type: ignore[misc]
    """What both letters have; each takes its own fields from here."""

    link = HiddenField()
    band = RadioField(
        _l("Age"),
        choices=[SelectChoice(band, label("band", band)) for band in BANDS],
        validators=[InputRequired(_l("Choose the age of the child."))],
    )
    child = _line(
        _l("The child’s first name"),
        _l("Type the child’s first name."),
        description=_l("For the letter alone. It is not kept."),
    )
    greeting = _line(_l("Greeting"), _l("Type a greeting, such as “Dear”."))
    about = _text(
        _l("A little about you"),
        _l("A few short sentences. May stay empty."),
    )
    decided = _text(
        _l("What was decided"),
        _l("One decision a line, in short sentences to the child."),
        Visible(_l("Type what was decided, one decision a line.")),
    )
    proud = _text(
        _l("Something to be proud of"),
        _l("What the child did or said, and what you liked about it."),
        Visible(_l("Type something that the child can be proud of.")),
    )
    reach = _text(
        _l("How to reach you"),
        _l("E-mail, telephone, and on which days."),
        Visible(_l("Type how the child can reach you.")),
    )
    sign_off = _line(_l("Closing words"), _l("Type closing words."))
    officer = _line(_l("Your name, as the child knows you"), _l("Type your name."))

    def __init__(self, kind: str, *, with_link: bool, **filled_in: str) -> None:
        """`kind`: of KINDS. `with_link`: the child's link says the age. `filled_in`: what stands there."""
        super().__init__(**filled_in)
        if kind == "introduction":
            del self.decided, self.proud
        else:
            del self.about
        if with_link:
            del self.band

    def letter_words(self, **facts: str) -> LetterWords:
        """What stands in the letter, of a form that holds; `facts`: what no officer types."""
        typed = {
            name: self[name].data or ""
            for name in ("child", "greeting", "officer", "sign_off")
        }
        lines = {
            name: (split_lines if name == "decided" else split_paragraphs)(
                self[name].data or ""
            )
            for name in ("about", "decided", "proud", "reach")
            if name in self
        }
        return LetterWords({**facts, **typed}, lines)


def usual_words(name: str, email: str, telephone: str) -> dict[str, str]:
    """What stands in a letter's form when it opens."""
    reach = [_("E-mail: %(address)s", address=email)]
    if telephone:
        reach.append(_("Telephone: %(number)s", number=telephone))
    return {
        "greeting": _("Dear"),
        "sign_off": _("With best wishes,"),
        "officer": name,
        "reach": "\n".join(reach),
    }
