"""A queue hides nothing: it says how many wait, leads to the newest, and reading goes on to the next text."""

from __future__ import annotations

import re

import pytest

from bench.support.world import World
from feedback_app.safeguarding.queue import views


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 2)


def test_the_queue_says_how_many_wait_and_the_newest_is_one_press_away(
    lite: World,
) -> None:
    for number in range(5):
        lite.response(
            texts={"better": f"text {number}"}, wishes={"talk_to": "not_safe"}
        )
    lead = lite.sign_in(lite.lead())
    page = lead.get("/safeguarding/").text
    assert "Texts nobody on duty has read: 5" in page
    assert "Concerns: 5" in page
    newest = re.findall(r'href="(/safeguarding/\?(?:texts|concerns)=3)"', page)
    assert sorted(set(newest)) == [
        "/safeguarding/?concerns=3",
        "/safeguarding/?texts=3",
    ]
    seen: set[str] = set()
    for number in (1, 2, 3):
        page = lead.get(f"/safeguarding/?texts={number}&concerns={number}").text
        seen |= set(re.findall(r"/safeguarding/(?:texts|concerns)/[0-9a-f]{32}", page))
    assert len(seen) == 10
    assert lead.get("/safeguarding/?texts=99").text.count("/safeguarding/texts/") == 1
    lead.get("/safeguarding/?texts=-1&concerns=x")


def test_reading_goes_on_to_the_next_text_in_one_press(lite: World) -> None:
    for number in range(3):
        lite.response(texts={"better": f"text {number}"})
    lead = lite.sign_in(lite.lead())
    first = re.search(
        r"/safeguarding/texts/[0-9a-f]{32}", lead.get("/safeguarding/").text
    )
    assert first
    place, read = first[0], set()
    while place != "/safeguarding/":
        read.add(place)
        place = lead.submit(
            place, {"outcome": "nothing_to_do"}, to=f"{place}/read"
        ).location
    assert len(read) == 3
