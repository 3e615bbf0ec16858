""" "I am not safe": whom to call comes into sight at once, and nobody tells from the thank-you that it was said."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bench.support.browser import Site
from feedback_app.models.safeguarding import Concern, ContactRequest
from tests.support.screens import choose, go_on, now

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 640}
CALLS = ".screen.now .part .call"
SHAPE = """() => [...document.querySelectorAll('main *')].map((one) => {
  const box = one.getBoundingClientRect();
  return [one.tagName, one.className.baseVal ?? one.className, box.x, box.y, box.width, box.height].join();
})"""
"""What an onlooker sees without reading: each part of the page, where it stands and how large it is."""


def to_thanks(page: Page, address: str, **said: str) -> None:
    """Go straight to the end, say that much there, and send."""
    page.goto(address)
    go_on(page, until="s-talk_to")
    for name, value in said.items():
        choose(page, name, value)
    go_on(page, until="s-check")
    page.click(".screen.now .next")
    page.wait_for_selector("main[data-page=thanks]")


@pytest.mark.parametrize(
    ("band", "look"),
    [
        ("8-11", "middle"),
        pytest.param("4-7", "young", marks=pytest.mark.full),
        pytest.param("12-17", "older", marks=pytest.mark.full),
        pytest.param("12-17", "easy", marks=pytest.mark.full),
    ],
)
def test_whom_to_call_comes_into_sight_and_the_wish_is_kept_beside_it(
    site: Site, phone: Page, band: str, look: str
) -> None:
    phone.set_viewport_size(SMALL)
    phone.goto(site.invite(band, look=look))
    go_on(phone, until="s-talk_to")
    assert phone.locator(CALLS).first.is_hidden()
    choose(phone, "not_safe", "not_safe")
    foot = phone.locator(".screen.now .foot").bounding_box()
    for number, place in (("tel:999", 0), ("tel:08001111", 1)):
        call = phone.locator(CALLS).nth(place)
        expect(call).to_have_attribute("href", number)
        expect(call).to_be_in_viewport(ratio=1)
        box = call.bounding_box()
        assert box
        assert box["height"] >= 48
        assert foot is None or box["y"] + box["height"] <= max(foot["y"], 640)
    expect(phone.locator(".screen.now .part").first).to_contain_text("not be today")
    assert now(phone) == "s-talk_to"
    choose(phone, "talk_to", "advocate")
    go_on(phone, until="s-talk_how")
    expect(phone.locator(".screen.now")).to_contain_text("5 days or less")
    go_on(phone, until="s-check")
    expect(phone.locator(".answers")).to_contain_text("I am not safe")
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    with site.world.session() as session:
        assert session.scalars(select(Concern.source)).all() == ["child"]
        assert session.scalars(select(ContactRequest.wanted)).all() == ["advocate"]


def test_parts_follow_the_answer_and_stand_there_without_script(
    site: Site, phone: Page, phone_without_script: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    note = phone.locator(".screen.now .part")
    assert note.is_hidden()
    choose(phone, "q-know_iro", "no")
    expect(note).to_contain_text("01632")
    choose(phone, "q-know_iro", "yes")
    assert note.is_hidden()
    go_on(phone, until="s-talk_to")
    choose(phone, "talk_to", "other")
    go_on(phone, until="s-talk_how")
    label = phone.locator("label[for=talk_how_text]")
    expect(label).to_contain_text("who would you like?")
    assert label.locator(".part").is_visible()
    phone.click(".screen.now .back")
    choose(phone, "talk_to", "iro")
    go_on(phone, until="s-talk_how")
    assert label.locator(".part").is_hidden()
    plain = phone_without_script
    plain.goto(site.invite())
    assert plain.locator("#s-talk_to .call").count() == 2
    parts = plain.locator("#visit .screen:not(#s-helper) .part")  # it asks nothing here
    assert parts.count() > 4
    assert all(part.is_visible() for part in parts.all())


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.full)])
@pytest.mark.parametrize("survey", ["safeguarding", "rate-my-review"])
def test_over_the_shoulder_a_child_who_is_not_safe_is_thanked_like_any_other(
    site: Site, phone: Page, browser: Browser, survey: str, script: bool
) -> None:
    seen = []
    for said in ({"not_safe": "not_safe"}, {}, {"talk_to": "iro"}):
        address = site.invite(survey=survey)
        if script:
            to_thanks(phone, address, **said)
        else:
            context = browser.new_context(java_script_enabled=False)
            phone = context.new_page()
            phone.goto(address)
            for name, value in said.items():
                phone.check(f"[name={name}][value={value}]")
            phone.click("#visit .send button")
            phone.wait_for_selector("main[data-page=thanks]")
        page = re.sub(r' tabindex="-1"', "", phone.inner_html("main"))
        seen.append((page, phone.evaluate(SHAPE), phone.url.partition("?")[2]))
    unsafe, other, asked = seen
    assert unsafe[:2] == other[:2], "nobody can tell them apart"
    if not script:
        assert unsafe[2] == other[2], "nor by the address"
    assert [one.split(",")[0] for one in asked[1]] == [
        one.split(",")[0] for one in other[1]
    ]
    assert "days or less" in asked[0]
    assert "days or less" not in other[0]
    for number in ("tel:999", "tel:08001111"):
        assert f'href="{number}"' in other[0]
    assert "by Friday 16 October" in other[0]
    assert ("review" not in other[0].lower()) or survey == "rate-my-review"


@pytest.mark.parametrize("script", [True, False])
def test_the_thank_you_is_still_there_after_a_reload_and_gone_after_leave(
    site: Site, phone: Page, phone_without_script: Page, script: bool
) -> None:
    page = phone if script else phone_without_script
    address = site.invite()
    if script:
        to_thanks(page, address, talk_to="advocate")
    else:
        page.goto(address)
        page.check("[name=talk_to][value=advocate]")
        page.click("#visit .send button")
        page.wait_for_selector("main[data-page=thanks]")
    words = page.inner_text("main").split()
    page.reload()
    assert page.inner_text("main").split() == words
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Already sent. Thank you")
    page.context.route("**/*", lambda route: route.fallback())
    assert not [one for one in page.context.cookies() if "link" in one["name"]]
    token = address.rsplit("/", 1)[1]
    assert not [one for one in page.context.cookies() if token in one["value"]]
    page.request.get(f"{site.url}/leave", max_redirects=0)
    page.goto(address)
    assert page.locator("main").get_attribute("data-page") == "dead"


def test_a_stranger_who_opens_the_used_link_learns_nothing_new(
    site: Site, phone: Page, browser: Browser
) -> None:
    address = site.invite()
    to_thanks(phone, address, not_safe="not_safe")
    stranger = browser.new_context().new_page()
    stranger.goto(address)
    used = stranger.inner_html("main")
    stranger.goto(f"{site.url}/r/unknown")
    assert stranger.inner_html("main") == used


def test_help_shows_three_large_buttons(site: Site, phone: Page) -> None:
    phone.set_viewport_size(SMALL)
    for address in (site.invite(), f"{site.url}/help"):
        phone.goto(address)
        if "/r" in phone.url:
            phone.click(".help > summary")
        within = ".help " if "/r" in phone.url else "main "
        for part in (".calls .call >> nth=0", ".calls .call >> nth=1", ".more summary"):
            button = phone.locator(within + part)
            expect(button).to_be_in_viewport(ratio=1)
            box = button.bounding_box()
            assert box
            assert box["height"] >= 48
            assert box["width"] >= 250
        phone.click(within + ".more summary")
        expect(phone.locator(within + ".more")).to_contain_text("01632 960")
