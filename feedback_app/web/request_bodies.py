"""How large the body of a request may be, and that a body which was cut off on its way is refused as a whole."""

from __future__ import annotations

from flask import Flask, abort, request

MOST_BYTES = 256 * 1024
"""Of any body that is stored. A text of 4,000 three-byte letters takes nine bytes a letter, percent-encoded."""
MOST_FIELDS = 200
"""Of any form, files among them (Werkzeug counts the parts of a multipart body; a child's send is counted in full)."""
MOST_BYTES_SHOWN_BACK = 1024 * 1024
"""A child's send up to this size is read and refused with its words still on the page. nginx lets a little more pass
(deploy/nginx.conf, client_max_body_size)."""


def init_app(app: Flask) -> None:
    """Set the limits of the application, and check that bodies are whole. Call it before any other before_request."""
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.before_request(require_whole_body)


def require_whole_body() -> None:
    """Refuse with 400 a body that ends before its Content-Length.

    A line can break in the middle of a form, and an urlencoded one has no end mark: half of a child's words must not be
    stored as if they were all of them (promise 51). What is too long to be stored is refused for that, unread.
    """
    length = request.content_length
    if length is not None and length <= MOST_BYTES and len(request.get_data()) < length:
        abort(400)


def allow_showing_back() -> None:
    """Let the present request be read up to the size at which its words can be shown back."""
    request.max_content_length = MOST_BYTES_SHOWN_BACK
    request.max_form_memory_size = MOST_BYTES_SHOWN_BACK
    request.max_form_parts = MOST_BYTES_SHOWN_BACK


def is_too_big(form: dict[str, list[str]]) -> bool:
    """Return True where the present request has more bytes or fields than are stored."""
    fields = sum(len(values) for values in form.values())
    return (request.content_length or 0) > MOST_BYTES or fields > MOST_FIELDS
