"""Reading what a page sent. A browser writes a form of plain fields in one way, which is read here in one go.

Werkzeug's reader is made for files and for whatever a client may write; it takes about a millisecond for a survey's
two dozen short fields (docs/figures.md). Anything that is not as browsers write it goes there.
"""

from __future__ import annotations

import re

from werkzeug.wrappers import Request

_FIELD = re.compile(rb'\r\nContent-Disposition: form-data; name="([\w-]+)"\r\n\r\n', re.IGNORECASE | re.ASCII)
_END = b"--\r\n"

Fields = dict[str, list[str]]


def sent_form(request: Request) -> Fields:
    """The fields of the request with their values, in order; files are left out.

    Raises RequestEntityTooLarge beyond the request's own limits.
    """
    body = request.get_data()
    edge = request.mimetype_params.get("boundary", "") if request.mimetype == "multipart/form-data" else ""
    fields = read_fields(body, edge.encode()) if edge else None
    return request.form.to_dict(flat=False) if fields is None else fields


def read_fields(body: bytes, edge: bytes) -> Fields | None:
    """The fields between those edges; None where anything stands there that a browser's plain form has not."""
    before, *parts = (b"\r\n" + body).split(b"\r\n--" + edge)
    if before or not parts or parts.pop() != _END:
        return None
    fields: Fields = {}
    for part in parts:
        field = _FIELD.match(part)
        if field is None:
            return None
        fields.setdefault(field[1].decode(), []).append(part[field.end() :].decode("utf-8", "replace"))
    return fields
