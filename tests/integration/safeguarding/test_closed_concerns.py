"""Closed concerns are found again, counted by month and by what raised them, and hidden from whom they are about."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bench.support.client import GUARD, CheckedClient
from bench.support.world import World
from feedback_app.models.safeguarding import Concern
from feedback_app.safeguarding.queue import views
from tests.support.cases import end_on_page

CLOSED = "/safeguarding/closed/"


def concern(world: World, source: str, raised_at: datetime, **facts: object) -> str:
    """A concern without words, closed where `facts` say so."""
    with world.session(reading=False) as session:
        row = Concern(source=source, raised_at=raised_at, **facts)
        session.add(row)
        session.commit()
        return row.id


def closed_concern(
    world: World, source: str, raised_at: datetime, **facts: object
) -> str:
    over = {"state": "closed", "closed_at": raised_at, "outcome": "safe"}
    return concern(world, source, raised_at, **over, **facts)


def rows_of(client: CheckedClient) -> dict[str, list[int]]:
    """Month -> its counts, as they stand in the table."""
    page = client.get(CLOSED).text
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page, re.DOTALL):
        month, *cells = re.sub(
            r"<span.*?</span>|<[^>]+>", " ", row.replace("</td>", "|")
        ).split("|")
        first = re.match(r"\s*(\w+ \d{4})\s+(\d+)", month)
        assert first
        found[first[1]] = [int(first[2]), *(int(one) for one in cells if one.strip())]
    return found


def test_what_is_closed_on_its_page_stands_in_the_list_with_how_it_ended(
    lite: World,
) -> None:
    lite.response(wishes={"talk_to": "not_safe"})
    lead = lite.sign_in(lite.lead())
    with lite.session() as session:
        page = f"/safeguarding/concerns/{session.scalars(select(Concern.id)).one()}"
    assert "There are none" in lead.get(CLOSED).text
    assert rows_of(lead) == {"October 2026": [1, 0, 0, 0, 0, 1, 1]}
    end_on_page(lead, page)
    listed = lead.get(CLOSED).text
    assert f'href="{page}"' in listed
    assert "the child is safe · <bdi>Lead Lime</bdi>" in listed
    assert rows_of(lead) == {"October 2026": [1, 0, 0, 0, 0, 1, 0]}
    assert f'href="{CLOSED}"' in lead.get("/safeguarding/").text


def test_months_are_londons_and_sources_are_counted_apart(lite: World) -> None:
    in_july = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 00:30 in London, summer time
    closed_concern(lite, "child", in_july)
    closed_concern(lite, "ranking", datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    for source in ("answer", "reader", "reader", "set_aside"):
        concern(lite, source, datetime(2026, 7, 5, 9, tzinfo=UTC))
    lead = lite.sign_in(lite.lead())
    assert rows_of(lead) == {
        "July 2026": [1, 1, 0, 2, 1, 5, 4],
        "June 2026": [0, 0, 1, 0, 0, 1, 0],
    }
    july = lead.get(f"{CLOSED}?month=2026-07").text
    assert july.count("/safeguarding/concerns/") == 1
    assert "A child says: I am not safe" in july
    june = lead.get(f"{CLOSED}?month=2026-06&source=ranking").text
    assert june.count("/safeguarding/concerns/") == 1
    lead.get(f"{CLOSED}?month=2026-13", expect=404)
    lead.get(f"{CLOSED}?source=nobody", expect=404)


def test_a_long_list_has_pages_and_keeps_what_narrows_it(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST", 2)
    made = {
        closed_concern(lite, "reader", datetime(2026, 9, day, tzinfo=UTC))
        for day in range(1, 6)
    }
    lead, seen = lite.sign_in(lite.lead()), set()
    for page in (1, 2, 3):
        text = lead.get(f"{CLOSED}?month=2026-09&source=reader&page={page}").text
        seen |= set(re.findall(r"/safeguarding/concerns/([0-9a-f]{32})", text))
        assert "Closed, of this month: 5" in text
    assert seen == made
    assert "month=2026-09&amp;source=reader&amp;page=2" in text


def test_p59_to_whom_it_is_about_lists_and_counts_are_as_if_it_were_not_there(
    lite: World,
) -> None:
    """Two worlds that differ in a concern about the deputy, and in another one of the same child."""
    deputy = lite.person("Deputy Dogwood", "deputy")
    closed_concern(lite, "reader", datetime(2026, 9, 3, tzinfo=UTC))
    client = lite.sign_in(deputy)

    def pages() -> list[str]:
        addresses = (CLOSED, f"{CLOSED}?month=2026-09", "/safeguarding/")
        shown = [client.get(address).text for address in addresses]
        return [GUARD.sub(r"\1guard", page) for page in shown]

    before = pages()
    invitation = lite.invitation()
    facts = {"invitation_id": invitation.id}
    when = datetime(2026, 9, 4, tzinfo=UTC)
    about = closed_concern(lite, "child", when, about_id=deputy.id, **facts)
    beside = closed_concern(lite, "reader", when, **facts)
    concern(lite, "set_aside", when, **facts)
    assert pages() == before
    for one in (about, beside):
        client.get(f"/safeguarding/concerns/{one}", expect=404)
        guard = {"csrf_token": client.guard("/me"), "reason": "x"}
        client.post(f"/safeguarding/concerns/{one}/reopen", guard, expect=404)
    lead = lite.sign_in(lite.lead()).get(CLOSED).text
    assert about in lead
    assert beside in lead
