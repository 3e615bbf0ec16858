"""What other sites and programs look for: whom to tell of a weakness, and where a password is changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bench.support.world import World
from feedback_app import clock
from feedback_app.config import UnsafeSettings, read_settings
from tests.conftest import NOON

PATH = "/.well-known/security.txt"


@pytest.mark.parametrize(
    ("typed", "contact"),
    [
        (" Security@Council.example ", "mailto:security@council.example"),
        ("https://council.example/report", "https://council.example/report"),
    ],
)
def test_whom_to_tell_of_a_weakness_is_said_as_rfc_9116_has_it(
    lite: World, typed: str, contact: str
) -> None:
    found = read_settings({}, mode="test", security_contact=typed)
    lite.change_settings(security_contact=found.security_contact)
    for days in (0, 400):
        with clock.set_clock(NOON + timedelta(days=days), everywhere=True):
            answer = lite.client().http.get(PATH)
            assert answer.mimetype == "text/plain"
            lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
            left = datetime.fromisoformat(lines.pop("Expires")) - clock.now()
            assert timedelta(days=80) < left < timedelta(days=365)
            assert lines == {
                "Contact": contact,
                "Canonical": f"{lite.parts.settings.public_url}{PATH}",
                "Preferred-Languages": "en",
            }


def test_without_a_contact_there_is_no_file_and_the_administrator_reads_so(
    lite: World,
) -> None:
    assert lite.client().http.get(PATH).status_code == 404
    page = lite.sign_in(lite.administrator()).get("/admin/numbers").text
    assert "FEEDBACK_SECURITY_CONTACT" in page
    lite.change_settings(security_contact="security@council.example")
    page = lite.sign_in(lite.administrator()).get("/admin/numbers").text
    assert "FEEDBACK_SECURITY_CONTACT" not in page


@pytest.mark.parametrize(
    "typed",
    ["nobody", "http://council.example", "https://", "a@council.example\nContact: b"],
)
def test_a_contact_that_reaches_nobody_is_refused_at_the_start(typed: str) -> None:
    with pytest.raises(UnsafeSettings, match="SECURITY_CONTACT"):
        read_settings({}, mode="test", security_contact=typed)


def test_a_password_manager_finds_the_page_that_changes_a_password(
    lite: World,
) -> None:
    client = lite.sign_in(lite.iro())
    led = client.http.get("/.well-known/change-password")
    assert (led.status_code, led.location) == (302, "/me/password")
    client.get(led.location)
    asked = lite.client().http.get(led.location)
    assert asked.location == "/sign-in?next=/me/password"
