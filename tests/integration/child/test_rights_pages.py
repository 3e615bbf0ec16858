"""What a child may want to know without a link: what is kept, at every age; who can use the pages; whom to call."""

from __future__ import annotations

import pytest

from bench.support.world import World


def test_privacy_shows_the_words_of_every_age_on_one_page_and_leads_to_help(
    lite: World,
) -> None:
    page = lite.client().get("/privacy").text
    for age, words in (
        ("4 to 7", "throw it out 28 days"),
        ("8 to 11", "destroy it 28 days"),
        ("12 or over", "ico.org.uk"),
    ):
        assert f"<summary>If you are {age}</summary>" in page
        assert words in page
    assert page.count('<details class="aside" open>') == 1
    assert 'href="/help"' in page


def test_the_accessibility_statement_says_what_is_known_what_is_not_and_whom_to_complain_to(
    lite: World,
) -> None:
    page = lite.client().get("/accessibility").text
    for words in (
        "partially compliant",
        "No disabled child or adult has tried these pages yet",
        "Equality Advisory and Support Service",
        f'href="tel:{lite.parts.settings.service_phone.replace(" ", "")}"',
        "This statement was prepared on 25 November 2026",
    ):
        assert words in page


@pytest.mark.parametrize("path", ["/", "/help", "/privacy", "/sign-in"])
def test_the_statement_is_reached_from_every_way_in(lite: World, path: str) -> None:
    assert 'href="/accessibility"' in lite.client().get(path).text
