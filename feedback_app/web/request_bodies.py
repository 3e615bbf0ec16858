"""How large the body of a request may be, and that a body which was cut off on its way is refused as a whole.

Whoever sends may be anybody: a body is measured before it is taken apart, so that one of a megabyte with half a million
fields costs no more than one of a megabyte.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Flask, abort, g, request

MOST_BYTES = 256 * 1024
"""Of any body that is stored. A text of 4,000 three-byte letters takes nine bytes a letter, percent-encoded."""
MOST_FIELDS = 200
"""Of any form, files among them, also of one that is shown back."""
URLENCODED = "application/x-www-form-urlencoded"
MOST_BYTES_SHOWN_BACK = 1024 * 1024
"""A child's send up to this size is read and refused with its words still on the page. nginx lets a little more pass
(deploy/nginx.conf, client_max_body_size)."""
MOST_BYTES_OF_FILE = 6 * 1024 * 1024
"""Of a form that takes a file (`upload` in web/access.py): a file of 5 MB with its fields, or its rows, sealed."""
MULTIPART = "multipart/form-data"


def init_app(app: Flask) -> None:
    """Set the limits of the application, and check that bodies are whole. Call it before any other before_request."""
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.before_request(require_whole_body)
    app.before_request(drop_further_fields)


def require_whole_body() -> None:
    """Refuse with 400 a body that ends before its Content-Length.

    A line can break in the middle of a form, and an urlencoded one has no end mark: half of a child's words must not be
    stored as if they were all of them (promise 51). What is too long to be stored is refused for that, unread.
    """
    length = request.content_length
    if length is not None and length <= MOST_BYTES and len(request.get_data()) < length:
        abort(400)


def drop_further_fields() -> None:
    """Let no more of an urlencoded form be taken apart than its first 200 fields; `is_too_big` knows there were more.

    Werkzeug limits the parts of a multipart body alone: a megabyte of `a=1&a=1` took it two seconds.
    """
    if request.mimetype != URLENCODED or (request.content_length or 0) < MOST_FIELDS:
        return
    if (request.content_length or 0) > MOST_BYTES:
        return  # refused for its size; a child's send is measured again when it is read to be shown back
    _keep_first_fields()


def allow_showing_back() -> None:
    """Let the present request be read up to the size at which its words can be shown back."""
    request.max_content_length = MOST_BYTES_SHOWN_BACK
    request.max_form_memory_size = MOST_BYTES_SHOWN_BACK
    if request.mimetype == URLENCODED:
        _keep_first_fields()


def allow_file() -> None:
    """Let the present request carry a file, once it is known that whoever sends it may; refuse one that is cut off.

    Only a form in parts, whose parts are counted before they are kept. The file stays in memory, off the disk.
    """
    length = request.content_length or 0
    if request.mimetype != MULTIPART or length <= MOST_BYTES:
        return
    if length > MOST_BYTES_OF_FILE:
        abort(413)
    request.max_content_length = MOST_BYTES_OF_FILE
    request.max_form_memory_size = MOST_BYTES_OF_FILE
    if len(request.get_data()) < length:
        abort(400)


def _keep_first_fields() -> None:
    """Where the body has more fields than a form may have, go on as if it had only the first of them."""
    body = request.get_data()
    if body.count(b"&") < MOST_FIELDS:
        return
    first = b"&".join(body.split(b"&", MOST_FIELDS)[:MOST_FIELDS])
    g.has_too_many_fields = True
    form = parse_qsl(
        first.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"
    )
    request.__dict__["form"] = request.parameter_storage_class(form)


def is_too_big(form: dict[str, list[str]]) -> bool:
    """Return True where the present request has more bytes or fields than are stored."""
    fields = sum(len(values) for values in form.values())
    too_many = g.get("has_too_many_fields", False) or fields > MOST_FIELDS
    return (request.content_length or 0) > MOST_BYTES or too_many
