"""Listen plays what a person recorded, in a real browser that really plays it; the phone's voice reads the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.support.browser import Site
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.files.load import load_catalogue
from tests.support.clip_files import record, tone
from tests.support.screens import VOICE, go_on, wait_for
from tests.support.surveys import copy_surveys

pytestmark = pytest.mark.browser

EN = "rate-my-review/en/8-11"
NO_VOICE = "window.voiceOf = 'pl-PL';"
STEPS = """
window.steps = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const marked = [...document.querySelectorAll('.reading')].map((part) => part.innerText);
  steps.push(['play', this.getAttribute('src'), marked]);
  if (!window.sound) {
    window.sound = this;
    this.addEventListener('ended', () => steps.push(['ended']), true);
    this.addEventListener('timeupdate', () => this.currentTime && (document.documentElement.dataset.heard = ''));
  }
  return play.call(this);
};
"""
"""Notes what is played, and what is marked while it is."""
SPOKEN_TO_ITS_END = """
speechSynthesis.speak = function (words) {
  if (!words.text) return;
  this.said.push(words.lang + ': ' + words.text);
  words.onstart?.();
  steps.push(['voice', words.text]);
  setTimeout(() => words.onend?.());
};
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """The shipped surveys with a question and two of its answers recorded, one of them broken on its way here."""
    surveys = copy_surveys(tmp_path)
    record(surveys, f"{EN}/know_iro.wav", tone(0.3))
    record(surveys, f"{EN}/know_iro.no.wav", tone(0.3, 500))
    record(
        surveys, f"{EN}/know_iro.unsure.wav", tone(0.3, 600)[:12] + b"no sound at all"
    )
    return load_catalogue(surveys)


def at_question(phone: Page, site: Site) -> Page:
    phone.add_init_script(STEPS)
    phone.goto(site.invite())
    go_on(phone, until="s-q-know_iro")
    return phone


def file_of(site: Site, name: str) -> str:
    return next(
        f"/static/clips/{c.file_name}"
        for c in site.world.parts.catalogue.clips
        if c.name == name
    )


def played_out(phone: Page) -> list[list[object]]:
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "false")
    steps: list[list[object]] = phone.evaluate("steps")
    return steps


def asked_for_clips(phone: Page) -> list[str]:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(urlsplit(request.url).path))
    return asked


def test_what_was_recorded_is_played_in_its_place_and_the_voice_reads_the_rest(
    site: Site, phone: Page
) -> None:
    asked = asked_for_clips(phone)
    phone.add_init_script(VOICE + SPOKEN_TO_ITS_END)
    at_question(phone, site)
    assert not [path for path in asked if path.startswith("/static/clips/")], (
        "nothing is fetched before it is asked for"
    )
    phone.get_by_role("button", name="Listen").click()
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "true")
    steps = played_out(phone)
    question, no, broken = (
        file_of(site, f"know_iro{more}") for more in ("", ".no", ".unsure")
    )
    hint = phone.locator("#s-q-know_iro .body").inner_text()
    assert steps == [
        ["play", question, ["Do you know who your IRO is?", hint]],
        ["ended"],
        ["voice", "Yes"],
        ["play", no, ["No"]],
        ["ended"],
        ["play", broken, ["Not sure"]],
        ["voice", "Not sure"],
        ["voice", "I don't want to say"],
    ]
    assert set(asked) >= {question, no, broken}
    assert phone.locator(".reading").count() == 0


def test_a_phone_without_a_voice_for_the_language_hears_what_was_recorded_and_no_other_voice(
    site: Site, phone: Page
) -> None:
    phone.add_init_script(NO_VOICE + VOICE + SPOKEN_TO_ITS_END)
    phone.add_init_script(STEPS)
    phone.goto(site.invite())
    expect(phone.locator("#listen")).to_be_hidden()
    go_on(phone, until="s-q-know_iro")
    phone.get_by_role("button", name="Listen").click()
    steps = played_out(phone)
    assert [step[0] for step in steps] == ["play", "ended", "play", "ended", "play"]
    assert (
        phone.evaluate("speechSynthesis.said.filter((words) => words !== 'cancel')")
        == []
    )
    go_on(phone, until="s-q-better")
    expect(phone.locator("#listen")).to_be_hidden()


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(
            lambda phone: phone.click("#listen"),
            id="Listen again",
            marks=pytest.mark.full,
        ),
        pytest.param(lambda phone: phone.click(".screen.now .next"), id="Next"),
    ],
)
def test_whoever_stops_it_or_goes_on_hears_no_more_of_it(
    site: Site, phone: Page, stop: Callable[[Page], None]
) -> None:
    phone.add_init_script(VOICE)
    at_question(phone, site)
    phone.route(
        "**/static/clips/*",
        lambda route: route.fulfill(body=tone(20), content_type="audio/wav"),
    )
    phone.click("#listen")
    expect(phone.locator("html[data-heard]")).to_be_attached()
    stop(phone)
    assert phone.evaluate("sound.paused")
    expect(phone.locator("#listen")).to_have_attribute("aria-pressed", "false")
    assert phone.locator(".reading").count() == 0
    assert [step[0] for step in phone.evaluate("steps")] == ["play"]


@pytest.mark.full
def test_an_answer_that_was_recorded_is_heard_by_its_own_loudspeaker_without_a_voice(
    site: Site, phone: Page
) -> None:
    phone.add_init_script(NO_VOICE + VOICE + STEPS)
    phone.goto(site.invite(look="easy"))
    go_on(phone, until="s-q-know_iro")
    phone.get_by_role("button", name="Listen: No", exact=True).click()
    wait_for(phone, "steps.length")
    assert phone.evaluate("steps.map(([what]) => what)")[0] == "play"
    assert (
        phone.locator(".say:visible").count()
        < phone.locator(".screen.now .option").count()
    )


def test_with_the_line_gone_the_voice_reads_what_cannot_be_fetched(
    site: Site, phone: Page
) -> None:
    phone.add_init_script(VOICE + SPOKEN_TO_ITS_END)
    at_question(phone, site)
    phone.evaluate("fetchScript(one('#listen').dataset.reader)")
    phone.context.set_offline(True)
    phone.click("#listen")
    said = [step[1] for step in played_out(phone) if step[0] == "voice"]
    hint = phone.locator("#s-q-know_iro .body").inner_text()
    assert said == [
        "Do you know who your IRO is?",
        hint,
        "Yes",
        "No",
        "Not sure",
        "I don't want to say",
    ]


def test_leave_silences_a_clip_at_once_however_long_the_way_to_the_next_page(
    site: Site, phone: Page
) -> None:
    phone.add_init_script(VOICE)
    at_question(phone, site)
    phone.route(
        "**/static/clips/*",
        lambda route: route.fulfill(body=tone(20), content_type="audio/wav"),
    )
    phone.click("#listen")
    expect(phone.locator("html[data-heard]")).to_be_attached()
    assert phone.evaluate("(document.querySelector('.leave').click(), sound.paused)")
