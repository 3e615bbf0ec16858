"""A preview is the very page that a child gets, and leaves nothing behind."""

from __future__ import annotations

import re

import pytest

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.web import limits
from tests.support.tables import contents

PAGE = "/preview/page"
REVIEW = {"survey": "rate-my-review", "band": "8-11", "look": "usual"}
ROLES = ("iro", "manager", "lead", "deputy", "administrator")


def own_words(page: str) -> str:
    """The screens of a page, without the fields that no reader sees and what its links say."""
    screens = page[page.index('<section class="screen') : page.index("</form>")]
    return re.sub(r' href="\?[^"]*"|\s*<input type="hidden"[^>]*>', "", screens).strip()


def guard_of(page: str) -> str:
    """The guard of the form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("survey", "band", "look"),
    [
        ("rate-my-review", "4-7", "usual"),
        ("rate-my-review", "8-11", "easy"),
        ("rate-my-review", "12-17", "usual"),
        ("safeguarding", "8-11", "usual"),
        ("u-matter", "16-25", "usual"),
    ],
)
def test_it_shows_the_very_page_that_such_a_child_gets(
    world: World, survey: str, band: str, look: str
) -> None:
    child = world.invitation(
        survey=survey,
        band=band,
        look="easy" if look == "easy" else None,
        over16=band == "16-25",
    )
    ticked = {
        "without_iro": child.iro_id is None,
        "over16": child.over16,
        "over18": child.over18,
    }
    asked = {"survey": survey, "band": band, "look": look}
    asked |= {name: "y" for name, is_so in ticked.items() if is_so}
    real = world.client().get(f"/r/{world.token(child)}").text
    shown = world.sign_in(world.manager()).get(PAGE, query_string=asked).text
    assert own_words(shown) == own_words(real)
    assert "Preview" in shown
    assert "Preview" not in real


@pytest.mark.parametrize("role", ROLES)
def test_everybody_who_works_here_can_look_and_nobody_else(
    world: World, role: str
) -> None:
    client = world.sign_in(world.person(f"Somebody {role}", role))
    assert 'href="/preview"' in client.get("/preview").text
    client.get(PAGE, query_string=REVIEW)
    for path in ("/preview", PAGE):
        answer = world.client().get(path, expect=303)
        assert "/sign-in" in answer.headers["Location"]


def test_it_is_linked_from_where_children_are_asked(world: World) -> None:
    for person, path in (
        (world.iro(), "/iro/ask"),
        (world.manager(), "/manager/ask"),
    ):
        page = world.sign_in(person).get(path).text
        assert page.count('href="/preview"') == 2


def test_looking_and_sending_leave_nothing_in_any_table_nor_at_any_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.sign_in(world.manager())
    counted: list[str] = []
    monkeypatch.setattr(limits, "count_attempt", lambda kind, *_: counted.append(kind))
    client.get("/preview")
    before = contents(world.parts.database.engine)
    client.get("/preview")
    page = client.get(PAGE, query_string=REVIEW).text
    sent = _send(client, page)
    assert "This was a preview. Nothing was sent." in sent
    assert "Words that nobody keeps" not in sent
    assert "asked for by Friday 16 October" in sent, "the day is told"
    assert "{" not in sent[sent.index("<main") : sent.index("</main")]
    assert f'href="{PAGE}?' in sent
    after = contents(world.parts.database.engine)
    assert {name for name in after if after[name] != before[name]} == set()
    assert counted == []


def _send(client: CheckedClient, page: str) -> str:
    """What a browser without script gets after Send."""
    form = re.search(r'<form id="visit"[^>]*action="([^"]+)"', page)
    assert form
    typed = {
        "csrf_token": guard_of(page),
        "q-better": "Words that nobody keeps",
        "talk_to": "not_safe",
    }
    return client.post(form[1].replace("&amp;", "&"), typed).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"survey": "safeguarding", "band": "4-7"}, "That survey is not for this age"),
        ({"language": "xx"}, "Not a valid choice"),
        ({"survey": "none"}, "Not a valid choice"),
        ({"band": "4-7", "spotlight": "plan_18"}, "does not ask this of that age"),
    ],
)
def test_what_does_not_exist_is_said_and_the_choices_stay(
    world: World, asked: dict[str, str], said: str
) -> None:
    client = world.sign_in(world.manager())
    page = client.get(PAGE, query_string=REVIEW | asked, expect=400).text
    assert said in page
    kept = re.search(
        r'name="look"[^>]*value="usual"|value="usual"[^>]*name="look"', page
    )
    assert kept


def test_mode_age_and_spotlight_decide_which_questions_stand_there(
    world: World,
) -> None:
    client = world.sign_in(world.iro())

    def ids(**asked: str) -> set[str]:
        page = client.get(PAGE, query_string=REVIEW | asked).text
        return set(re.findall(r'id="s-q-(\w+)"', page))

    assert "remote" not in ids(spotlight="none")
    assert "remote" in ids(mode="remote")
    assert "hobbies" in ids(spotlight="hobbies")
    assert "hobbies" not in ids(spotlight="none")
    assert "plan_18" in ids(band="12-17", over16="y", spotlight="plan_18")


def test_other_looks_are_reached_from_it_without_script(world: World) -> None:
    client = world.sign_in(world.iro())
    page = client.get(PAGE, query_string=REVIEW).text
    link = re.search(r'href="(\?[^"]*look=easy[^"]*)"', page)
    assert link
    other = client.get(PAGE + link[1].replace("&amp;", "&")).text
    assert '<body class="easy">' in other
