"""A manager invites a group: the list is pasted, looked at as it was understood, and the links are made."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.test import TestResponse

from bench.support.client import CheckedClient

SEEN = re.compile(r'name="seen" value="([^"]+)"')
COLUMN = re.compile(r'type="hidden" name="column" value="([^"]+)"')
COLUMN_SEEN = re.compile(r'name="column_seen" value="([^"]*)"')
HEADING = 'name="heading" value="y" checked'


def look_at(client: CheckedClient, fields: Mapping[str, str]) -> TestResponse:
    """The page that shows what was understood of the list."""
    return client.submit("/manager/ask", fields, expect=200)


def confirmed(page: TestResponse, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with which that page is sent as it stands."""
    seen, column = SEEN.search(page.text), COLUMN.search(page.text)
    assert seen, page.text
    was = COLUMN_SEEN.search(page.text)
    more = {"seen": seen[1], "column_seen": was[1] if was else ""}
    more |= {"column": column[1]} if column else {}
    return {**fields, **more, **({"heading": "y"} if HEADING in page.text else {})}


def invite_group(client: CheckedClient, fields: Mapping[str, str]) -> TestResponse:
    """Paste, look, and make the links."""
    page = look_at(client, fields)
    return client.submit("/manager/ask", confirmed(page, fields))


ASK = {
    "way": "link",
    "band": "8-11",
    "pn_code": "PN1",
    "mode": "in_person",
    "how_chosen": "next_due",
    "reference": "CASE-77",
}
"""What an officer fills in to ask one child."""


def ask_a_child(client: CheckedClient, **changes: str) -> str:
    """Make a link through the officer's form; its page's path."""
    return client.submit("/iro/ask", ASK | changes).headers["Location"]
