"""Nothing that anybody types is ever run, in any view: it stands there as it was typed (promise 28).

The browser is told to forget the site's policy, so that escaping alone must hold: a script that came through would run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route

from bench.support.browser import DESK, PHONE, Site
from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.text import QueueEntry
from tests.support.browser import opened

pytestmark = pytest.mark.browser

PAYLOADS = {
    "a script tag": "<script>window.ran=1;alert(1)</script><b data-planted>x</b>",
    "a script that closes what it stands in": '"></textarea></title><script>alert(1)</script>',
    "an event handler": "<img src=x onerror=alert(1) data-planted>",
    "an svg that loads": "<svg/onload=alert(1) data-planted>",
    "out of an attribute": "\" autofocus onfocus=alert(1) data-planted x='",
    "out of a quoted attribute": "' onmouseover='alert(1)' data-planted='",
    "a javascript address": "javascript:alert(document.cookie)",
    "a picture from elsewhere": "<img src=//evil.invalid/x.png data-planted>",
    "a frame": "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "a template": "{{7*7}}{{config}}{% raw %}{%endraw%}",
    "a format": "%(x)s %s %d {0} {emergency}",
    "a shell and a script's template": "${7*7} #{7*7} `id`",
    "a formula": '=HYPERLINK("http://evil.invalid","x")',
    "an entity": "&lt;b&gt; &#60;b&#62; &amp;",
    "an upside-down direction": "\u202egnirts\u202c \u2066x\u2069 \u200fend",
    "the end of a comment": "--><!-- <b data-planted> ]]>",
    "words of ours": "Sign out",
}
ALONE = (
    "a script that closes what it stands in",
    "out of an attribute",
    "out of a quoted attribute",
    "a template",
    "an upside-down direction",
)
"""Those that what stands before them in `EVERYTHING` could keep from doing harm."""
EVERYTHING = "\n".join(PAYLOADS.values())
SHORT = "'\"><img src=x onerror=alert(1) data-planted>{{7*7}}%(x)s"
"""For what holds 60 characters at most, where everything together does not fit."""

Way = Callable[[World], CheckedClient]


@dataclass(frozen=True)
class View:
    """Where somebody meets what was typed: as whom, at which address, and what must stand there."""

    person: Person | None
    path: str
    shows: tuple[str, ...]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def story(site: Site, long: str, short: str) -> Iterator[View]:
    """Type it into every field there is, as those who have that field do, and say where it is seen."""
    world = site.world
    named = world.person(short, "iro", "manager", "lead", "administrator")
    child_of = {"iro": named, "reference": short}
    told = {"iro_sees": "yes", "talk_to": "iro", "talk_how_text": long[:500]}
    world.response(texts={"better": long, "best": long}, wishes=told, **child_of)
    world.response(channel="verbal", texts={"better": long}, **child_of)
    paper = world.invitation(world.iro("Officer Oak"), reference=short)
    twice = world.invitation(named, reference=short)
    for texts in ({}, {"better": long}):  # the second is set aside
        world.receive(world.form(twice, {}, texts, talk_to="not_safe"))
    waiting = world.invitation(named, reference=short)
    client = world.sign_in(named)
    concern, request, entries = found(world)
    case, wish = (
        f"/safeguarding/concerns/{concern}",
        f"/safeguarding/requests/{request}",
    )
    for path in (case, wish):
        client.submit(path, {"note": long}, to=f"{path}/note", expect=303)
        client.submit(path, {"reason": long[:400]}, to=f"{path}/envelope", expect=200)
    keyed = world.form(paper, {}, {"better": long}, day="2026-10-14")
    client.submit(f"/paper/{paper.id}", keyed)
    client.submit(
        "/admin/numbers",
        {**numbers_of(client), "service_name": short, "survey_name": short},
        expect=303,
    )

    yield from (
        View(named, path, (short,))
        for path in ("/admin/", f"/admin/people/{named.id}", "/admin/numbers")
    )
    yield from (
        View(named, path, (short,))
        for path in ("/iro/month", f"/iro/links/{waiting.id}", "/me")
    )
    yield from (View(named, path, (long,)) for path in ("/iro/shared", case, wish))
    # Who is a child's IRO does not read what the child kept from them, as a lead either.
    lead = world.lead()
    yield from (View(lead, path, (long[:500],)) for path in entries)
    yield View(named, "/safeguarding/openings", (long[:400], short))
    yield View(named, "/safeguarding/", ())
    yield View(named, "/manager/2026-10", (short,))
    yield View(named, "/manager/2026-10/comments", ())
    yield from (View(named, path, (long,)) for path in comments(client))
    yield View(None, "/help", ())
    yield View(None, "/sign-in?next=" + "javascript:alert(1)", (short,))


def found(world: World) -> tuple[str, str, list[str]]:
    """The concern, the wish to talk, and the texts that hold what was typed."""
    with world.session() as session:
        concern = (
            session.query(Concern.id).filter(Concern.response_id.is_not(None)).first()
        )
        request = session.query(ContactRequest.id).first()
        texts = session.query(QueueEntry.id).all()
    assert concern
    assert request
    return concern[0], request[0], [f"/safeguarding/texts/{one[0]}" for one in texts]


def numbers_of(client: CheckedClient) -> dict[str, str]:
    page = client.get("/admin/numbers").text
    pairs = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page)
    pairs += [
        (name, value)
        for value, name in re.findall(
            r'<input[^>]*value="([^"]*)"[^>]*name="(\w+)"', page
        )
    ]
    return {
        name: value for name, value in pairs if name not in ("csrf_token", "checked")
    }


def comments(client: CheckedClient) -> list[str]:
    return sorted(
        set(
            re.findall(
                r"/manager/2026-10/comments/\w+",
                client.get("/manager/2026-10/comments").text,
            )
        )
    )


def unharmed(page: Page, shows: tuple[str, ...]) -> None:
    """What was typed stands on the page, and nothing of it became a part of the page."""
    seen = squeezed(
        page.evaluate(
            "[document.title, document.body.textContent,"
            " ...[...document.querySelectorAll('input, textarea')].map(e => e.value)].join(' ')"
        )
    )
    for text in shows:
        assert squeezed(text) in seen, (
            f"{page.url}: {text!r} is not there as it was typed"
        )
    assert (
        page.locator(
            "[data-planted], iframe, [onerror], [onload], [onfocus], [onmouseover]"
        ).count()
        == 0
    ), page.url
    assert page.evaluate("window.ran") is None, page.url
    assert (
        page.locator("a[href^='javascript'], form[action^='javascript']").count() == 0
    ), page.url


def look(browser: Browser, site: Site, views: list[View]) -> None:
    """Go to each view as whoever sees it."""
    people = {view.person.id: view.person for view in views if view.person}
    with opened(browser, site, bypass_csp=True, **DESK) as page:
        dialogs: list[str] = []

        def refuse(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", refuse)
        for person in (None, *people.values()):
            if person is not None:
                cookie = site.world.sign_in(person).http.get_cookie("staff")
                assert cookie
                page.context.add_cookies(
                    [{"name": "staff", "value": cookie.value, "url": site.url}]
                )
            for view in views:
                if (view.person.id if view.person else None) == (
                    person.id if person else None
                ):
                    answer = page.goto(f"{site.url}{view.path}")
                    assert answer
                    assert answer.status == 200, view.path
                    unharmed(page, view.shows)
        assert not dialogs


def serving(body: str) -> Callable[[Route], None]:
    """Answer with this page."""
    return lambda route: route.fulfill(
        body=body, content_type="text/html; charset=utf-8"
    )


@pytest.mark.full
@pytest.mark.parametrize(
    ("long", "short"),
    [
        pytest.param(EVERYTHING, SHORT, id="everything"),
        *(pytest.param(PAYLOADS[name], PAYLOADS[name][:60], id=name) for name in ALONE),
    ],
)
def test_p28_what_is_typed_into_any_field_runs_in_no_view(
    browser: Browser, site: Site, long: str, short: str
) -> None:
    views = list(story(site, long, short))
    assert len(views) >= 20
    look(browser, site, views)


def test_p28_what_a_child_sends_comes_back_as_typed_on_every_refusal(
    browser: Browser, site: Site
) -> None:
    world = site.world
    too_long = EVERYTHING + "x" * 4000
    refusals = {
        "too long": world.form(world.invitation(), {}, {"better": too_long}),
        "never issued": {"link": ["A" * 43], "page": ["x"], "q-better": [EVERYTHING]},
        "too much": world.form(
            world.invitation(), {}, {"better": EVERYTHING}, more=["x" * 270_000]
        ),
    }
    with opened(browser, site, bypass_csp=True, **PHONE) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for name, form in refusals.items():
            answer = world.client().http.post("/r", data=form)
            assert answer.status_code in (400, 404, 413), name
            page.route(f"{site.url}/refused", serving(answer.text))
            page.goto(f"{site.url}/refused")
            unharmed(page, (EVERYTHING,))
        page.goto(f"{site.url}/")
        page.get_by_label("four words").fill(SHORT)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        unharmed(page, ())
