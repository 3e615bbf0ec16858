"""What a member of staff keys in for a child stays locked on their device until it is sent (decision 0024).

The device holds no key. It comes with a page that only the signed-in person can open, and is made anew from the
service's own key, the person and the link, so that nothing is stored for it here either.
"""

from __future__ import annotations

from flask import Flask

from feedback_app.privacy.cipher import keyed_digest
from feedback_app.web.access import signed_in_person
from feedback_app.web.context import keys

MARK_LENGTH = 12
"""Letters of a mark: enough to tell people and links apart, no secret."""


def init_app(app: Flask) -> None:
    """Give templates the marks under which a device keeps things."""
    app.jinja_env.globals.update(
        mark_of_viewer=mark_of_viewer, mark_of_link=mark_of_link
    )


def mark_of_viewer() -> str:
    """The mark of whoever is signed in; "" where nobody is."""
    viewer = signed_in_person()
    return _digest("draft", viewer.person_id)[:MARK_LENGTH] if viewer else ""


def mark_of_link(invitation_id: str) -> str:
    """The mark of a link, by its invitation."""
    return _digest("draft", invitation_id)[:MARK_LENGTH]


def key_of_device(invitation_id: str) -> str:
    """What locks and opens what this person keyed in for this link: 256 bits as hex, for AES-GCM."""
    viewer = signed_in_person()
    whose = viewer.person_id if viewer else ""
    return _digest("draft key", f"{whose}\x1f{invitation_id}")


def _digest(kind: str, value: str) -> str:
    return keyed_digest(keys().digest.newest_key, kind, value)
