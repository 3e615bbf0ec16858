"""A language that was switched off on its page: gone for whoever opens the survey, kept by whoever has it."""

from __future__ import annotations

from datetime import timedelta

from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.invitations.tokens import mark_of
from tests.support.changed_rules import change_rule

POLISH = "language rate-my-review pl"
IN_POLISH = 'lang="pl"'


def switch(world: World, value: str, before: str) -> None:
    change_rule(world, POLISH, value, before)


def test_a_language_that_is_off_is_offered_to_nobody_who_opens_the_survey(
    lite: World,
) -> None:
    invitation = lite.invitation(language="pl")
    path = f"/r/{lite.token(invitation)}"
    assert IN_POLISH in lite.client().get(path).text
    switch(lite, "off", "on")
    page = lite.client().get(path).text
    assert '<html lang="en"' in page
    assert "language=pl" not in page
    assert '<html lang="en"' in lite.client().get(f"{path}?language=pl").text
    asked = lite.sign_in(lite.iro()).get("/iro/ask").text
    assert 'value="pl"' not in asked
    assert 'value="ar"' in asked
    switch(lite, "on", "off")
    assert '<html lang="pl"' in lite.client().get(path).text


def test_other_surveys_keep_it(lite: World) -> None:
    switch(lite, "off", "on")
    grouped = lite.invitation(lite.manager(), survey="safeguarding", language="pl")
    assert '<html lang="pl"' in lite.client().get(f"/r/{lite.token(grouped)}").text


def test_a_child_midway_keeps_their_language_after_a_reload_and_at_the_end(
    lite: World,
) -> None:
    invitation = lite.invitation(language="pl")
    token = lite.token(invitation)
    phone = lite.client()
    assert '<html lang="pl"' in phone.get(f"/r/{token}").text
    form = lite.form(invitation, {}, {})
    with clock.set_clock(NOON + timedelta(minutes=5), everywhere=True):
        switch(lite, "off", "on")
    with clock.set_clock(NOON + timedelta(minutes=10), everywhere=True):
        again = phone.get(f"/r?k={mark_of(token)}").text
        assert '<html lang="pl"' in again
        thanks = phone.post("/r", form).text
    assert '<html lang="pl"' in thanks
    with clock.set_clock(NOON + timedelta(minutes=90), everywhere=True):
        other = lite.invitation(language="pl", reference="CASE-2")
        assert '<html lang="en"' in lite.client().get(f"/r/{lite.token(other)}").text
