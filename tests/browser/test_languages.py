"""A child reads the survey in their own language and look, changes it on the way, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bench.support.browser import PHONE, Site
from feedback_app.models.response import AnswerRow, Response
from tests.support.browser import opened
from tests.support.screens import at_check, beside_aa, choose, go_on, now

pytestmark = pytest.mark.browser


@pytest.fixture
def phone_without_script(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone on which no script runs."""
    with opened(browser, site, **PHONE, java_script_enabled=False) as page:
        yield page


def test_a_child_changes_the_language_on_the_way_and_keeps_every_answer(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite(band="12-17"))
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "no")
    phone.wait_for_load_state("networkidle")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.resource_type))
    beside_aa(phone, "العربية")
    expect(phone.locator("html")).to_have_attribute("lang", "ar")
    while (
        "other" in asked
    ):  # the tab's icon, which a browser looks up anew for a new address and has already
        asked.remove("other")
    assert asked == ["script", "fetch"], "what turns it, once, and one fragment"
    assert now(phone) == "s-q-know_iro"
    assert phone.evaluate("document.dir") == "rtl"
    assert phone.locator("[name=q-know_iro][value=no]").is_checked()
    assert phone.url.startswith(f"{site.url}/r?k=")
    assert phone.url.endswith("&language=ar&look=usual")
    at_check(phone, phone.url)
    phone.locator("#s-send button").click()
    expect(phone.locator("main")).to_have_attribute("data-page", "thanks")
    with site.world.session() as session:
        kept = session.scalars(select(Response)).one()
        assert (kept.language, kept.look) == ("ar", "older")
        assert (
            session.scalars(select(AnswerRow).where(AnswerRow.question == "know_iro"))
            .one()
            .state
            == "given"
        )


def test_the_phones_back_is_still_the_question_before_after_a_change_of_language(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    before = phone.evaluate("history.length")
    go_on(phone, until="s-q-know_iro")
    beside_aa(phone, "Polski")
    expect(phone.locator("html")).to_have_attribute("lang", "pl")
    phone.locator(".screen.now .next").click()
    assert now(phone) == "s-q-talked_before"
    phone.go_back()
    assert now(phone) == "s-q-know_iro"
    assert phone.evaluate("history.length") <= before + 1, (
        "one push of history, whatever the language"
    )


def test_a_text_that_was_typed_comes_along_and_a_reload_stays_in_the_language(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.locator("#q-better").fill("Mniej ludzi")
    beside_aa(phone, "Polski")
    expect(phone.locator("html")).to_have_attribute("lang", "pl")
    expect(phone.locator("#q-better")).to_have_value("Mniej ludzi")
    phone.reload()
    expect(phone.locator("html")).to_have_attribute("lang", "pl")
    expect(phone.locator("#q-better")).to_have_value("Mniej ludzi")


def test_without_signal_the_page_says_so_and_stays_as_it_is(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "yes")
    phone.context.set_offline(True)
    beside_aa(phone, "Polski")
    expect(phone.get_by_role("alert")).to_contain_text("signal")
    assert phone.locator("html").get_attribute("lang") == "en"
    assert phone.locator("[name=q-know_iro][value=yes]").is_checked()
    phone.context.set_offline(False)
    phone.locator(".looks .sheet").get_by_role("link", name="Polski").click()
    expect(phone.locator("html")).to_have_attribute("lang", "pl")


def test_without_script_the_first_screen_leads_to_the_language_and_the_answers_say_which(
    site: Site, phone_without_script: Page
) -> None:
    phone = phone_without_script
    phone.goto(site.invite())
    phone.locator(".ways summary").click()
    phone.get_by_role("link", name="العربية").click()
    assert phone.locator("html").get_attribute("dir") == "rtl"
    phone.locator("[name=q-know_iro][value=yes]").check()
    phone.locator("#s-send button").click()
    assert "/sent/thanks/8-11/middle/ar?" in phone.url
    assert phone.locator("html").get_attribute("lang") == "ar"
    with site.world.session() as session:
        assert session.scalars(select(Response)).one().language == "ar"


def test_a_draft_says_that_it_is_one_and_english_does_not(
    site: Site, phone: Page
) -> None:
    link = site.invite()
    phone.goto(link)
    expect(phone.locator(".draft")).to_have_count(0)
    phone.goto(f"{link}?language=pl")
    expect(phone.locator(".draft")).to_be_visible()


def test_right_to_left_turns_the_page_round_and_leaves_numbers_as_they_are(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite(band="4-7") + "?language=ar")
    go_on(phone, until="s-q-at_meeting")
    choose(phone, "q-at_meeting", "yes")
    go_on(phone, until="s-q-meeting_ok")
    back, onward, leave, helped = (
        phone.locator(which).first.bounding_box()
        for which in (".now .back", ".now .next", ".leave", ".help")
    )
    assert all((back, onward, leave, helped))
    assert back["x"] > onward["x"], "Back stands at the right, where reading begins"
    assert leave["x"] < helped["x"]
    done = phone.locator(".progress .done").first.bounding_box()
    assert done is not None
    assert done["x"] > 300, "progress grows from the right"
    faces = phone.locator(".now .option use").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    assert faces == ["#p-good", "#p-ok", "#p-bad"]
    phone.locator(".help > summary").click()
    phone.locator(".help .more > summary").click()
    for number in (".help a[href='tel:08001111'] bdi", ".help .more a[href^='tel:']"):
        assert (
            phone.locator(number).first.evaluate(
                "one => getComputedStyle(one).direction + getComputedStyle(one).unicodeBidi"
            )
            == "ltrisolate"
        ), number
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
