"""*Send it*: the form by which a link goes by text message or e-mail, for officers and managers alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from feedback_app.invitations.issue import read_reference
from feedback_app.labels import label_choices
from feedback_app.models.invitation import Invitation
from feedback_app.models.sending import TO_WHOM
from feedback_app.sending import ask, carry
from feedback_app.sending.numbers import BadNumber, NumberAbroad, clean_mobile
from feedback_app.typed_text import BadAddress, clean_address
from feedback_app.web import context
from feedback_app.web.access import current_viewer
from feedback_app.web.form_fields import Visible


class SendForm(FlaskForm):  # type: ignore[misc]
    """By which way, to whom, and the address."""

    sent_by = RadioField(
        _l("How?"), validators=[InputRequired(_l("Choose how the link is sent."))]
    )
    sent_to = RadioField(
        _l("To whom?"),
        choices=[SelectChoice(*one) for one in label_choices("sending_to", TO_WHOM)],
        validators=[InputRequired(_l("Choose to whom the link is sent."))],
    )
    sent_to_address = StringField(
        _l("Mobile number or e-mail"),
        description=_l("It is sealed, and deleted with the reference."),
        validators=[Visible(_l("Type the mobile number or the e-mail."))],
    )

    def __init__(self, ways: Sequence[str]) -> None:
        """`ways`: those that are set up here, keys of the label kind `sending_way`."""
        super().__init__(sent_by=ways[0] if len(ways) == 1 else None)
        self.sent_by.choices = [
            SelectChoice(*one) for one in label_choices("sending_way", ways)
        ]
        self.clean = ""

    def validate_sent_to_address(self, field: Any) -> None:
        """Raises ValidationError, which the form shows."""
        try:
            if self.sent_by.data == "sms":
                self.clean = clean_mobile(field.data)
            elif self.sent_by.data == "email":
                self.clean = clean_address(field.data)
        except NumberAbroad as error:
            raise ValidationError(
                _(
                    "Links go to mobile numbers of the United Kingdom only. Send it by e-mail, or give the card."
                )
            ) from error
        except BadNumber as error:
            raise ValidationError(
                _("Type a mobile number with 11 digits, such as 07700 900123.")
            ) from error
        except BadAddress as error:
            raise ValidationError(
                _("Type the whole e-mail, such as name@example.org.")
            ) from error


def open_send_form() -> SendForm | None:
    """The form; None where no way is set up here."""
    ways = ask.ways_set_up(context.settings())
    return SendForm(ways) if ways else None


def send_page(found: Invitation, form: SendForm, action: str, back: str) -> str:
    """The page with that form. `action`, `back`: where it goes, and the link's page."""
    return render_template(
        "staff/send_link.html",
        form=form,
        reference=read_reference(context.db_session(), context.keys(), found),
        action=action,
        back=back,
    )


def send_from_form(found: Invitation, form: SendForm) -> bool:
    """Note that the link is to be sent, and say so; whether it still waits. The caller commits."""
    refused = ask.ask_to_send(
        context.db_session(),
        context.keys(),
        found,
        way=form.sent_by.data,
        to_whom=form.sent_to.data,
        address=form.clean,
        person_id=current_viewer().person_id,
    )
    said = {
        None: _("The link is being sent. This page says what becomes of it."),
        "over": _("Not sent: this link is over already. It was answered or ended."),
        "link_full": _(
            "Not sent: this link was sent %(number)s times already. Give it another way.",
            number=ask.MOST_A_LINK,
        ),
        "hour_full": _(
            "Not sent: you sent %(number)s links within an hour. Try again later.",
            number=ask.MOST_AN_HOUR,
        ),
    }
    flash(said[refused])
    return refused != "over"


def sending_facts(found: Invitation) -> dict[str, Any]:
    """What a link's page shows of it: what became of each sending, whether it can be sent, in the demo the message."""
    session, parts = context.db_session(), context.instance()
    sent = ask.sendings_of(session, (found.id,)).get(found.id, [])
    shown = parts.settings.mode == "demo" and sent
    return {
        "sent": sent,
        "can_send": bool(ask.ways_set_up(parts.settings))
        and len(sent) < ask.MOST_A_LINK,
        "demo_message": carry.words_of_message(parts.settings, parts.keys, found)
        if shown
        else None,
    }
