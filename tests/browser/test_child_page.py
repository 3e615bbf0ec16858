"""A child's visit in a real browser, on a phone of 360 x 740: with script, without, and when the line is cut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from feedback_app.config import ROOT
from feedback_app.invitations.tokens import mark_of
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import Answer, Facts
from feedback_app.survey.path import questions_for, questions_on_path
from tests.support.screens import (
    SECRET,
    STORED,
    at_check,
    choose,
    first_times,
    go_on,
    now,
)

pytestmark = pytest.mark.browser

CATALOGUE = load_catalogue(ROOT / "surveys")


class Site(Protocol):
    """A running application: invitations to it open in a browser."""

    def invite(
        self, band: str = ..., took_part: bool = ..., mode: str = ...
    ) -> str: ...


def test_one_question_at_a_time_and_next_needs_no_network(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    phone.wait_for_load_state("networkidle")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    assert phone.locator(".screen:visible").count() == 1
    go_on(phone, until="s-q-at_meeting")
    assert phone.locator(".screen:visible").count() == 1
    assert asked == []


def test_the_new_question_has_the_focus_and_is_told_with_its_place(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-at_meeting")
    assert phone.locator(".progress .done").count() == 1
    choose(phone, "q-at_meeting", "yes")  # who is asked least would jump ahead
    phone.click(".screen.now .next")
    assert phone.evaluate("document.activeElement.tagName") == "H2"
    assert phone.evaluate("scrollY") == 0
    expect(phone.locator("#told")).to_have_text(re.compile(r"Question 2 of \d+"))
    assert phone.locator(".progress .done").count() == 2


def test_one_tap_on_i_dont_want_to_say_takes_the_answer_back_and_goes_on(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "yes")
    phone.click(".screen.now .skip")
    assert now(phone) == "s-q-talked_before"
    phone.click(".screen.now .back")
    assert now(phone) == "s-q-know_iro"
    assert not phone.is_checked('[name="q-know_iro"][value="yes"]')
    assert phone.is_checked('[name="declined"][value="know_iro"]')
    choose(phone, "q-know_iro", "no")
    assert not phone.is_checked('[name="declined"][value="know_iro"]')


def test_back_keeps_what_was_answered(site: Site, phone: Page) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    choose(phone, "q-know_iro", "unsure")
    phone.click(".screen.now .next")
    phone.click(".screen.now .back")
    assert phone.is_checked('[name="q-know_iro"][value="unsure"]')


@pytest.mark.parametrize(
    "band",
    [
        "8-11",
        *(pytest.param(band, marks=pytest.mark.full) for band in ("4-7", "12-17")),
    ],
)
@pytest.mark.parametrize(
    "mode", ["in_person", pytest.param("remote", marks=pytest.mark.full)]
)
@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({}, marks=pytest.mark.full),
        {"at_meeting": ["yes"], "told_after": ["yes"], "agree": ["no"]},
        pytest.param(
            {"at_meeting": ["no"], "views_shared": ["iro", "carer"]},
            marks=pytest.mark.full,
        ),
        pytest.param(
            {"at_meeting": ["no"], "views_shared": ["no_one"]}, marks=pytest.mark.full
        ),
        pytest.param(
            {
                "at_meeting": ["some"],
                "said": ["no_wish"],
                "told_after": ["hard"],
                "agree": ["some"],
            },
            marks=pytest.mark.full,
        ),
    ],
    ids=["nothing", "was there", "spoken for", "not spoken for", "was there a bit"],
)
def test_the_script_asks_what_the_server_counts(
    site: Site, phone: Page, band: str, mode: str, answers: dict[str, list[str]]
) -> None:
    phone.goto(site.invite(band=band, took_part=True, mode=mode))
    survey = CATALOGUE.find_survey("rate-my-review")
    drawn: list[str] = phone.eval_on_selector_all(
        "[data-question]", "all => all.map(one => one.id.slice(4))"
    )
    extra = next((q.id for q in survey.spotlight[band] if q.id in drawn), None)
    facts = Facts(mode)
    questions = questions_for(survey, band, facts, extra)
    known = {q.id: {o.id for o in q.options} for q in questions}
    given = {
        question: Answer(question, "given", tuple(chosen))
        for question, options in answers.items()
        if (chosen := [one for one in options if one in known.get(question, set())])
    }
    seen: list[str] = []
    while (screen := now(phone)) != "s-check":
        if screen.startswith("s-q-"):
            seen.append(screen.removeprefix("s-q-"))
            for option in given[seen[-1]].options if seen[-1] in given else ():
                choose(phone, f"q-{seen[-1]}", option)
        phone.click(".screen.now .next")
    assert seen == [q.id for q in questions_on_path(questions, given, facts)]


def test_an_answer_that_stands_alone_unticks_the_others_and_gives_way_to_them(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-at_meeting")
    choose(phone, "q-at_meeting", "no")
    go_on(phone, until="s-q-views_shared")

    def ticked() -> list[str]:
        found: list[str] = phone.eval_on_selector_all(
            ".screen.now .options :checked", "all => all.map((one) => one.value)"
        )
        return found

    choose(phone, "q-views_shared", "iro")
    choose(phone, "q-views_shared", "carer")
    assert ticked() == ["iro", "carer"]
    choose(phone, "q-views_shared", "no_one")
    assert ticked() == ["no_one"]
    choose(phone, "q-views_shared", "unsure")
    assert ticked() == ["unsure"]
    choose(phone, "q-views_shared", "carer")
    assert ticked() == ["carer"]


def test_another_answer_takes_the_follow_up_away_again(site: Site, phone: Page) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-at_meeting")
    choose(phone, "q-at_meeting", "no")
    phone.click(".screen.now .next")
    assert now(phone) == "s-q-why_not"
    phone.click(".screen.now .back")
    choose(phone, "q-at_meeting", "yes")
    phone.click(".screen.now .next")
    assert now(phone) != "s-q-why_not"


def test_before_send_all_answers_are_shown_and_each_can_be_changed(
    site: Site, phone: Page
) -> None:
    at_check(phone, site.invite())
    row = phone.locator(".answers li", has_text="What should we change?")
    expect(row).to_contain_text(SECRET)
    row.get_by_role("button").click()
    assert now(phone) == "s-q-better"
    phone.fill("#q-better", "Nothing at all")
    phone.click(".screen.now .next")
    assert now(phone) == "s-check"
    expect(row).to_contain_text("Nothing at all")


def test_a_change_that_opens_new_questions_asks_those_and_comes_back(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-check")
    phone.locator(".answers li", has_text="Were you at your meeting?").get_by_role(
        "button"
    ).click()
    choose(phone, "q-at_meeting", "no")
    phone.click(".screen.now .next")
    assert now(phone) == "s-q-why_not"
    for _ in range(3):
        phone.click(".screen.now .next")
    assert now(phone) == "s-check"


def test_the_phones_back_means_the_question_before_and_after_send_the_thank_you(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-at_meeting")
    phone.click(".screen.now .next")
    phone.go_back()
    assert now(phone) == "s-q-at_meeting"
    phone.go_back()
    assert now(phone) == "s-open"
    go_on(phone, until="s-check")
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    phone.go_back()
    assert phone.locator("main[data-page=thanks]").is_visible()
    assert phone.locator("textarea").count() == 0


def test_p08_the_token_leaves_the_address_bar_at_once_and_no_later_referrer_has_it(
    site: Site, phone: Page
) -> None:
    address = site.invite()
    token = address.rsplit("/", 1)[1]
    later: list[Request] = []

    def note(request: Request) -> None:
        later.append(request)

    phone.goto(address)
    phone.on("request", note)
    assert phone.url.endswith(f"/r?k={mark_of(token)}")
    at_end = phone.evaluate("[history.state, document.title, location.href]")
    assert token not in json.dumps(at_end)
    go_on(phone, until="s-check")
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    assert later
    assert not [
        one
        for one in later
        if token in one.url or token in one.headers.get("referer", "")
    ]


def test_p09_everything_comes_from_the_same_place_in_four_requests(
    site: Site, phone: Page
) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    address = site.invite()
    phone.goto(address)
    phone.wait_for_load_state("networkidle")
    origin = re.match(r"https?://[^/]+", address)
    assert origin
    assert all(url.startswith(origin[0]) for url in asked)
    assert len(asked) <= 4
    assert phone.title() == "Have your say"


def test_p10_after_send_no_storage_and_no_page_holds_a_word(
    site: Site, phone: Page
) -> None:
    at_check(phone, site.invite())
    assert SECRET in phone.evaluate(STORED)
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")
    assert phone.evaluate(STORED) == "[{},{}]"
    assert SECRET not in phone.content()
    assert not [one for one in phone.context.cookies() if "link" in one.get("name", "")]


def test_a_reload_keeps_the_place_and_the_words_and_another_childs_link_does_not_show_them(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    phone.fill("#q-better", SECRET)
    phone.reload()
    assert now(phone) == "s-q-better"
    assert phone.input_value("#q-better") == SECRET
    assert "token" not in phone.evaluate(STORED)
    phone.goto(site.invite())
    assert now(phone) == "s-open"
    assert SECRET not in phone.content()
    assert phone.input_value("#q-better") == ""


def leave_to(page: Page) -> None:
    """Stand in for the neutral page on another site."""
    page.context.route(
        "**/leave?k=*",
        lambda route: route.fulfill(
            body="<title>Weather</title><h1>Weather</h1>", content_type="text/html"
        ),
    )


def test_p11_leave_covers_the_page_at_once_and_wipes_everything(
    site: Site, phone: Page
) -> None:
    at_check(phone, site.invite())
    leave_to(phone)
    covered: dict[str, Any] = phone.evaluate(
        """() => new Promise((done) => {
            addEventListener('click', () => requestAnimationFrame(() => done({
                after: performance.now() - start,
                seen: document.body.innerText.trim(),
                stored: Object.keys(sessionStorage).join(),
                address: location.pathname,
            })));
            const start = performance.now();
            document.querySelector('.leave').click();
        })"""
    )
    assert covered["after"] < 100
    assert (covered["seen"], covered["stored"], covered["address"]) == (
        "",
        "left",
        "/leave",
    )
    phone.wait_for_selector("text=Weather")
    phone.go_back()
    assert SECRET not in phone.content()


def test_p11_leave_is_a_plain_link_without_script(
    site: Site, plain_phone: Page
) -> None:
    plain_phone.goto(site.invite())
    leave_to(plain_phone)
    plain_phone.click(".leave")
    plain_phone.wait_for_url("**/leave?k=*")


def test_p26_a_text_that_is_too_long_is_never_cut_and_the_page_says_so(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-q-better")
    family = "👩‍👩‍👧"
    phone.fill("#q-better", "x" * 3995 + family)
    expect(phone.locator("#q-better-long")).to_be_empty()
    phone.fill("#q-better", "x" * 3996 + family)
    expect(phone.locator("#q-better-long")).to_contain_text("4001")
    phone.click(".screen.now .next")
    assert now(phone) == "s-q-better"
    assert (
        phone.evaluate("document.querySelector('#q-better').value.length")
        == 3996 + len(family.encode("utf-16-le")) // 2
    )
    phone.fill("#q-better", "short")
    phone.click(".screen.now .next")
    assert now(phone) != "s-q-better"


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(
            lambda route: route.abort(), marks=pytest.mark.full
        ),  # test_signal cuts the line in `make test`
        pytest.param(
            lambda route: route.fulfill(status=503, body="down"), marks=pytest.mark.full
        ),
        pytest.param(
            lambda route: route.fulfill(status=429, body="busy"), marks=pytest.mark.full
        ),
        lambda route: route.fulfill(
            status=200, body="<main><h1>Welcome to the café's network</h1></main>"
        ),
    ],
    ids=["line cut", "503", "429", "a stranger's page"],
)
def test_p51_a_send_that_fails_says_so_keeps_everything_and_goes_by_itself(
    site: Site, phone: Page, how: Callable[[Route], None]
) -> None:
    at_check(phone, site.invite())
    tried = first_times(phone, how)
    phone.click(".screen.now .next")
    expect(phone.locator(".line")).to_have_text(
        "We are still trying to send this. Keep this page open."
    )
    assert phone.input_value("#q-better") == SECRET
    phone.wait_for_selector("main[data-page=thanks]")
    assert len(tried) == 2


def test_p51_without_signal_the_answers_wait_and_go_when_the_line_is_back(
    site: Site, phone: Page
) -> None:
    at_check(phone, site.invite())
    phone.context.set_offline(True)
    phone.click(".screen.now .next")
    expect(phone.locator(".line")).to_contain_text("no signal")
    assert phone.input_value("#q-better") == SECRET
    phone.context.set_offline(False)
    phone.wait_for_selector("main[data-page=thanks]")


def test_p49_the_page_is_locked_until_the_send_is_acknowledged(
    site: Site, phone: Page
) -> None:
    at_check(phone, site.invite())
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/r", hold)
    phone.click(".screen.now .next")
    expect(phone.locator("#s-sending")).to_be_visible()
    phone.go_back()
    expect(phone.locator("#s-sending")).to_be_visible()
    assert phone.locator(".screen:visible .next:visible").count() == 0
    assert len(held) == 1
    held[0].continue_()
    phone.wait_for_selector("main[data-page=thanks]")


def test_a_refusal_shows_why_and_keeps_everything(site: Site, phone: Page) -> None:
    at_check(phone, site.invite())
    words = "<main data-page=refused><h1>That was too much</h1><p>Make it shorter.</p></main>"
    first_times(
        phone,
        lambda route: route.fulfill(status=413, body=words, content_type="text/html"),
    )
    phone.click(".screen.now .next")
    expect(phone.locator(".refusal")).to_contain_text("Make it shorter.")
    assert phone.input_value("#q-better") == SECRET
    phone.click(".screen.now .next")
    phone.wait_for_selector("main[data-page=thanks]")


def test_a_link_that_has_ended_leaves_the_childs_words_to_read(
    site: Site, phone: Page
) -> None:
    at_check(phone, site.invite())
    words = "<main data-page=dead><h1>This link does not work now</h1></main>"
    first_times(
        phone,
        lambda route: route.fulfill(status=404, body=words, content_type="text/html"),
    )
    phone.click(".screen.now .next")
    expect(phone.locator("main[data-page=dead]")).to_contain_text(SECRET)
    assert phone.evaluate(STORED) == "[{},{}]"


def test_the_safe_way_to_reach_is_asked_only_of_who_wants_someone(
    site: Site, phone: Page
) -> None:
    phone.goto(site.invite())
    go_on(phone, until="s-talk_to")
    phone.click(".screen.now .next")
    assert now(phone) == "s-helped"
    phone.click(".screen.now .back")
    choose(phone, "talk_to", "advocate")
    phone.click(".screen.now .next")
    assert now(phone) == "s-talk_how"


def test_without_script_next_links_lead_through_and_one_send_ends_it(
    site: Site, plain_phone: Page
) -> None:
    plain_phone.goto(site.invite())
    assert plain_phone.locator("#s-q-why_not .when").is_visible()
    plain_phone.click("#s-open .next")
    assert plain_phone.url.endswith("#s-q-at_meeting")
    plain_phone.check('[name="q-at_meeting"][value="no"]')
    plain_phone.fill("#q-better", SECRET)
    plain_phone.click("#s-send button")
    expect(plain_phone.locator("h1")).to_have_text("Thank you")


def test_p60_without_script_help_opens_on_the_page(
    site: Site, plain_phone: Page
) -> None:
    plain_phone.goto(site.invite())
    plain_phone.click(".help > summary")
    assert plain_phone.locator('.help a[href="tel:999"]').is_visible()


def test_next_works_before_the_script_has_come(site: Site, phone: Page) -> None:
    phone.route("**/child.js*", lambda route: None)
    phone.goto(site.invite(), wait_until="commit")
    phone.click("#s-open .next")
    assert phone.evaluate("location.hash") == "#s-q-at_meeting"


@pytest.fixture
def plain_phone(phone: Page) -> Page:
    """A phone of the same size whose browser runs no script."""
    browser = phone.context.browser
    assert browser
    context: BrowserContext = browser.new_context(
        viewport=phone.viewport_size, java_script_enabled=False
    )
    return context.new_page()
