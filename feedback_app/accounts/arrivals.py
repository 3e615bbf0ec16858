"""What happens when somebody has come in wholly, by whichever way: it is noted, and the device is known from now on.

In a browser that is new to the account it is told to the person by mail: it may not have been them.
"""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit
from feedback_app.models.person import Person
from feedback_app.people.persons import account_name
from feedback_app.people.staff_messages import queue_change_message
from feedback_app.privacy.keys import Keys
from feedback_app.web.browsers import browser_here
from feedback_app.web.handed_over import forget_handing_over
from feedback_app.web.known_devices import known_device, remember_device


def note_arrival(
    session: Session, keys: Keys, person: Person, answer: AnyResponse, *, how: str = ""
) -> None:
    """Note a complete sign-in; `answer` takes the device's mark along. `how`: "passkey", "sso", "" for a password."""
    audit.write_entry(session, keys.audit, "signed_in", person_id=person.id, reason=how)
    account = account_name(person.email)
    if not known_device(account):
        entry = audit.write_entry(
            session,
            keys.audit,
            "new_device",
            person_id=person.id,
            about=person.id,
            reason=browser_here(),
        )
        queue_change_message(session, entry)
    remember_device(answer, account)
    forget_handing_over(answer)
