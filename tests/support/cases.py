"""A concern's page in a browser: what its forms carry, and the steps that lead to its end."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from bench.support.client import CheckedClient

SHOWN = re.compile(r'name="shown" value="([^"]+)"')


def shown_on(client: CheckedClient, page: str) -> str:
    """The mark of the texts that stand on a concern's page, as its forms carry it."""
    found = SHOWN.search(client.get(page).text)
    assert found, f"{page} has no form that says what was read"
    return found[1]


def act_on(
    client: CheckedClient, page: str, verb: str, expect: int = 303, **fields: str
) -> TestResponse:
    """Fill in one of the forms of a case's page."""
    return client.submit(page, fields, to=f"{page}/{verb}", expect=expect)


def end_on_page(client: CheckedClient, page: str) -> None:
    """Say on the page that it is read and seen, and close it."""
    act_on(client, page, "seen", note="ringing", shown=shown_on(client, page))
    act_on(client, page, "close", note="all is well", outcome="safe")
