"""Which of the site's pages an address leads to."""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import HTTPException


def endpoint_at(path: str, method: str) -> str:
    """Return the endpoint of a path of this site, "" where there is no such page; a query is left aside."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(
            path.partition("?")[0], method=method
        )
    except HTTPException:
        return ""
    return str(endpoint)
