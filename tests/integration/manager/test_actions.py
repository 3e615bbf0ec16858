"""The manager tells children what was done about what they said, and children read it in their own words."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.action import ACTION_STATES, Action
from feedback_app.models.running import AuditEntry
from tests.conftest import NOON
from tests.support.dead_links import dead_links, whole

LIST = "/manager/said-and-done"
MINUTE = timedelta(minutes=1)


def typed(world: World, **more: str) -> dict[str, str]:
    """The form of an action as a manager fills it in."""
    texts = {
        f"{which}_{band}": f"{which} at {band}"
        for which in ("said", "done")
        for band in ("4_7", "8_11", "12_17")
    }
    return {
        "theme": "Told who will be there",
        "promise": "Send the list a week before",
        "owner": world.iro().id,
        "due": "2026-11-30",
        "state": "doing",
        "said_by": "7",
        **texts,
        **more,
    }


def audited(world: World) -> list[str]:
    with world.session() as session:
        return list(
            session.scalars(select(AuditEntry.what).order_by(AuditEntry.number))
        )


def test_an_action_is_written_shown_to_children_and_taken_back_on_the_record(
    world: World,
) -> None:
    client, phone = world.sign_in(world.manager()), world.client()
    made = client.submit(f"{LIST}/new", typed(world)).headers["Location"]
    assert "There is nothing to show yet" in phone.get("/said-and-done").text
    page = client.get(made).text
    assert "said at 8_11" in page
    client.submit(made, {"version": "1"}, to=f"{made}/publish")
    assert "said at 8_11" in phone.get("/said-and-done").text
    assert "said at 4_7" in phone.get("/said-and-done?words=4-7").text
    assert "said at 12_17" in phone.get("/said-and-done?words=12-17").text
    assert "said at 8_11" in phone.get("/said-and-done?words=<script>").text
    assert "Told who will be there" not in phone.get("/said-and-done").text
    client.submit(made, to=f"{made}/take-back")
    assert "There is nothing to show yet" in phone.get("/said-and-done").text
    assert "Taken back on" in client.get(f"{LIST}/").text
    assert audited(world)[-3:] == [
        "action_written",
        "action_published",
        "action_withdrawn",
    ]


def test_the_table_says_who_sees_to_what_until_when_and_who_may_read_it(
    world: World,
) -> None:
    world.action("Shorter meetings", state="promised")
    world.action("Biscuits", show=False)
    page = world.sign_in(world.manager()).get(f"{LIST}/").text
    assert re.search(
        r"Shorter meetings for all.*Manager Maple.*14 Oct 2026.*Promised.*Since 14 Oct 2026",
        page,
    )
    assert re.search(r"Biscuits for all.*Done on 14 Oct 2026.*Not yet", page)


@pytest.mark.parametrize(
    "due", ["0027-11-30", "0001-01-01", "2206-11-30", "9999-12-31"]
)
def test_a_due_day_of_a_slip_of_the_finger_is_asked_about(
    lite: World, due: str
) -> None:
    client = lite.sign_in(lite.manager())
    sent = typed(lite, due=due)
    page = client.post(
        f"{LIST}/new", _guarded(client, f"{LIST}/new") | sent, expect=400
    ).text
    assert f"This says the year {int(due[:4])}." in page
    assert f'value="{due}"' in page


def test_nothing_typed_is_lost_when_something_is_wrong_with_it(world: World) -> None:
    client = world.sign_in(world.manager())
    sent = typed(
        world,
        theme="",
        said_4_7="x" * 401,
        said_by="many",
        due="soon",
        done_8_11="<b>We & you</b>",
    )
    page = client.post(
        f"{LIST}/new", _guarded(client, f"{LIST}/new") | sent, expect=400
    ).text
    for said in (
        "Type the theme.",
        "At most 400 characters.",
        "Type a whole number.",
        "Give the day",
    ):
        assert said in page
    for kept in (
        "x" * 401,
        "many",
        "soon",
        "&lt;b&gt;We &amp; you&lt;/b&gt;",
        "said at 12_17",
    ):
        assert kept in page
    with world.session() as session:
        assert session.scalars(select(Action)).all() == []


@pytest.mark.parametrize("letter", ["x", "é", "\N{GRINNING FACE}"])
def test_p26_words_of_just_four_hundred_characters_are_kept_whole(
    world: World, letter: str
) -> None:
    client = world.sign_in(world.manager())
    sent = typed(
        world, said_4_7=letter * 400, promise=letter * 1000, theme=letter * 200
    )
    made = client.submit(f"{LIST}/new", sent).headers["Location"]
    with world.session() as session:
        found = session.scalars(select(Action)).one()
        assert (len(found.promise), len(found.theme)) == (1000, 200)
        assert {len(row.said) for row in found.words} == {
            400,
            len("said at 8_11"),
            len("said at 12_17"),
        }
    client.post(
        made,
        _guarded(client, made) | sent | {"version": "1", "theme": letter * 201},
        expect=400,
    )


def test_what_fewer_than_five_children_said_is_told_to_no_child(world: World) -> None:
    client = world.sign_in(world.manager())
    made = client.submit(f"{LIST}/new", typed(world, said_by="4")).headers["Location"]
    assert "5 children or more who said it" in client.get(made).text
    page = client.post(
        f"{made}/publish", _guarded(client, made) | {"version": "1"}, expect=303
    )
    assert "No child reads it yet" in client.get(page.headers["Location"]).text
    assert "said at" not in world.client().get("/said-and-done").text


def test_words_for_every_age_are_needed_and_stay_while_children_read_them(
    world: World,
) -> None:
    client = world.sign_in(world.manager())
    made = client.submit(f"{LIST}/new", typed(world, done_4_7="  ")).headers["Location"]
    assert "the words for 4–7" in client.get(made).text
    client.submit(made, typed(world, version="1"))
    client.submit(made, {"version": "2"}, to=f"{made}/publish")
    page = client.post(
        made,
        _guarded(client, made) | typed(world, version="3", done_12_17=""),
        expect=400,
    ).text
    assert "write the words for 12–17, or take it back" in page
    page = client.post(
        made,
        _guarded(client, made) | typed(world, version="3", said_by="2"),
        expect=400,
    ).text
    assert "Take it back first" in page
    client.submit(made, typed(world, version="3", said_8_11="Changed since"))
    assert "Changed since" in world.client().get("/said-and-done").text


def test_of_two_managers_who_change_it_at_once_the_second_is_told_and_loses_nothing(
    world: World,
) -> None:
    made = f"{LIST}/{world.action(show=False)}"
    first, second = (
        world.sign_in(world.manager()),
        world.sign_in(world.person("Manager Moor", "manager")),
    )
    guard = _guarded(second, made)
    first.submit(made, typed(world, version="1", said_8_11="First of all"))
    page = second.post(
        made, guard | typed(world, version="1", said_8_11="Second thoughts"), expect=409
    ).text
    assert "Somebody else changed this meanwhile" in page
    assert "Second thoughts" in page
    second.submit(made, typed(world, version="2", said_8_11="Second thoughts"))
    assert "Second thoughts" in first.get(made).text


def test_hard_words_are_pointed_out_and_kept_all_the_same(world: World) -> None:
    client = world.sign_in(world.manager())
    hard = (
        "Adequate representation at multidisciplinary meetings necessitates considerable preparation beforehand"
        " by everybody who is expected to participate in any of them."
    )
    made = client.submit(
        f"{LIST}/new", typed(world, said_4_7=hard, done_4_7="We ask you first.")
    ).headers["Location"]
    page = client.get(made).text
    assert page.count("This may be hard to read at that age") == 1
    assert "The longest sentence has 20 words" in page
    assert "multidisciplinary" in page.split("Long words:")[1]
    assert hard in page


def test_the_manager_sees_it_as_children_will_before_they_do(world: World) -> None:
    client = world.sign_in(world.manager())
    one = world.action("Quiet rooms", show=False, state="cannot")
    for band, label in (
        ("4-7", "We cannot do this"),
        ("8-11", "Why we cannot do it"),
        ("12-17", "Why we cannot do it"),
    ):
        page = client.get(f"{LIST}/{one}/preview?words={band}").text
        assert f"Quiet rooms ({band})." in page
        assert label in page
    assert "Quiet rooms" not in world.client().get("/said-and-done").text


def test_an_action_can_be_begun_from_the_comments_that_were_kept_as_a_theme(
    world: World,
) -> None:
    world.response(month="2026-10", texts={"better": "More breaks"})
    world.response(month="2026-10", texts={"better": "A longer break"})
    client = world.sign_in(world.manager())
    assert "kept as a theme" not in client.get(f"{LIST}/").text
    comments = client.get("/manager/2026-10/comments").text
    for path in set(
        re.findall(r'href="(/manager/2026-10/comments/[0-9a-f]+)"', comments)
    ):
        fields = {"outcome": "theme", "theme": "  Breaks,  and when "}
        client.submit(path, fields, to=f"{path}/read")
    page = client.get(f"{LIST}/").text
    assert "2 comments" in page
    assert "More breaks" not in page
    begun = re.search(rf'href="({LIST}/new\?theme=[^"]+)"', page)
    assert begun
    form = client.get(begun[1]).text
    theme = re.search(r'name="theme"[^>]*value="([^"]+)"', form)
    assert theme
    assert theme[1] == "Breaks, and when"
    assert theme[1] in page
    texts = re.search(r'href="(/manager/2026-10/comments\?theme=[^"]+)"', page)
    assert texts
    assert "A longer break" in client.get(texts[1].replace("&amp;", "&")).text
    assert "More breaks" not in form


@pytest.mark.parametrize("who", ["iro", "lead", "administrator"])
def test_only_the_manager_writes_what_children_are_told(world: World, who: str) -> None:
    one = world.action()
    client = world.sign_in(world.person(f"Somebody {who}", who))
    for path in (f"{LIST}/", f"{LIST}/new", f"{LIST}/{one}", f"{LIST}/{one}/preview"):
        client.get(path, expect=404)
    world.sign_in(world.manager()).get(f"{LIST}/{'0' * 32}", expect=404)


def test_children_read_the_newest_twelve_done_first_and_refusals_last(
    world: World,
) -> None:
    for number in range(13):
        with clock.set_clock(NOON + number * MINUTE, everywhere=True):
            world.action(f"Wish {number:02}", state=ACTION_STATES[number % 4])
    page = world.client().get("/said-and-done").text
    found = re.findall(r"Wish (\d\d) \(8-11\)", page)
    order = ("done", "doing", "promised", "cannot")
    newest = sorted(
        range(12, 0, -1), key=lambda number: order.index(ACTION_STATES[number % 4])
    )
    assert found == [f"{number:02}" for number in newest]
    for label in (
        "What we will do",
        "What we do now",
        "What we did",
        "Why we cannot do it",
    ):
        assert label in page
    form = world.form(world.invitation(band="4-7"))
    thanks = world.client().post("/r", form).text
    link = re.search(r'href="(/said-and-done[^"]*)"', thanks)
    assert link
    assert "Wish 12 (4-7)." in world.client().get(link[1]).text


@pytest.mark.parametrize("language", [None, "cy-GB,cy;q=0.9"])
def test_p06_dead_links_show_what_was_done_alike_whatever_they_were(
    world: World, language: str | None
) -> None:
    tokens = dead_links(world)
    shown = [b"Cocoa (8-11)", b"Quiet rooms (8-11)"]
    assert on_dead_links(world, tokens, language, shown) == []
    world.action("Cocoa")
    assert on_dead_links(world, tokens, language, shown) == shown[:1]
    other = f"{LIST}/{world.action('Quiet rooms')}"
    assert on_dead_links(world, tokens, language, shown) == shown
    client = world.sign_in(world.manager())
    client.submit(other, to=f"{other}/take-back")
    assert on_dead_links(world, tokens, language, shown) == shown[:1]


def on_dead_links(
    world: World, tokens: dict[str, str], language: str | None, wanted: list[bytes]
) -> list[bytes]:
    """Which of the wanted words every dead link shows, from an address that has not tried yet."""
    asked = {"Accept-Language": language} if language else {}
    there = {"REMOTE_ADDR": f"192.0.2.{secrets.randbelow(250)}"}
    doors = {kind: f"/r/{token}" for kind, token in tokens.items()}
    with clock.set_clock(NOON + MINUTE, everywhere=True):
        answers = {
            kind: whole(
                world.client().get(path, expect=404, headers=asked, environ_base=there)
            )
            for kind, path in doors.items()
        }
        four_words = {"words": "moss oak pond fern"}
        typed_in = world.client().post(
            "/", four_words, expect=404, headers=asked, environ_base=there
        )
    first = answers["unknown"]
    assert [kind for kind, answer in answers.items() if answer != first] == []
    assert typed_in.data == first[2]
    return [words for words in wanted if words in first[2]]


def test_p06_with_actions_shown_no_kind_of_dead_link_asks_the_database_more_than_another(
    world: World,
) -> None:
    tokens = dead_links(world)
    world.action()
    asked: list[str] = []
    event.listen(
        world.parts.database.engine,
        "before_cursor_execute",
        lambda *args: asked.append(args[2]),
    )
    heard = {}
    with clock.set_clock(NOON + MINUTE, everywhere=True):
        world.client().get("/r/unknown", expect=404)
        for kind, token in tokens.items():
            asked.clear()
            world.client().get(f"/r/{token}", expect=404)
            heard[kind] = list(asked)
    assert [
        kind for kind, statements in heard.items() if statements != heard["unknown"]
    ] == []
    assert sum("action" in statement for statement in heard["used"]) == 1


def test_another_worker_shows_what_is_shown_now_at_once(world: World) -> None:
    other = World.make(
        world.parts.settings.database_url, world.parts.settings.keys_dir.parent
    )
    assert "nothing to show yet" in other.client().get("/said-and-done").text
    world.action("Cocoa")
    assert "Cocoa" in other.client().get("/said-and-done").text
    other.close()


def _guarded(client: CheckedClient, path: str) -> dict[str, str]:
    """The guard of the form on that page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return {"csrf_token": found[1]}
