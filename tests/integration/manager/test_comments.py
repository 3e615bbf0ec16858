"""The manager reads what children wrote: each text once, on the record, exactly as it was typed."""

from __future__ import annotations

import re

from markupsafe import escape
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.running import AuditEntry
from feedback_app.models.text import QueueEntry, ReadMark

WORDS = "<script>alert(1)</script> {{7*7}} %(x)s\n\u0646\u0635 \u202eabc \U0001f469\u200d\U0001f467"


def first_comment(client: CheckedClient, month: str = "2026-10") -> str:
    page = client.get(f"/manager/{month}/comments").text
    found = re.search(rf'href="(/manager/{month}/comments/[0-9a-f]+)"', page)
    assert found
    return found[1]


def test_the_list_has_all_words_under_their_question_with_band_and_who_typed(
    world: World,
) -> None:
    oak = world.iro()
    world.response(
        oak, month="2026-10", band="12-17", texts={"better": "Shorter please"}
    )
    world.response(oak, month="2026-10", texts={"best": "Biscuits"}, channel="verbal")
    page = world.sign_in(world.manager()).get("/manager/2026-10/comments").text
    assert "2 comments are still to be read" in page
    assert "12–17" in page
    assert "written down by the IRO" in page
    assert "typed by the child" in page
    assert "Officer Oak" in page
    assert "Shorter please" in page
    assert page.index("Biscuits") < page.index("Shorter please"), "by question"


def test_p28_words_appear_as_they_were_typed_and_run_nothing(world: World) -> None:
    world.response(month="2026-10", texts={"better": WORDS})
    client = world.sign_in(world.manager())
    page = client.get(first_comment(client)).text
    assert str(escape(WORDS)) in page
    assert '<blockquote class="words" dir="auto">' in page


def test_p37_opening_and_reading_are_on_the_record(world: World) -> None:
    world.response(month="2026-10", texts={"better": "More breaks"})
    manager = world.manager()
    client = world.sign_in(manager)
    path = first_comment(client)
    client.get(path)
    client.submit(path, to=f"{path}/read")
    with world.session() as session:
        whats = session.scalars(
            select(AuditEntry.what)
            .where(AuditEntry.about == path.rsplit("/", 1)[1])
            .order_by(AuditEntry.number)
        ).all()
    assert whats == ["text_opened"] * 3 + ["text_read"]
    assert (
        "All comments of October 2026 have been read"
        in client.get("/manager/2026-10/comments").text
    )


def test_reading_one_leads_to_the_next_and_marking_twice_marks_once(
    world: World,
) -> None:
    for words in ("One", "Two"):
        world.response(month="2026-10", texts={"better": words})
    client = world.sign_in(world.manager())
    path = first_comment(client)
    following = client.submit(path, to=f"{path}/read").location
    assert following.startswith("/manager/2026-10/comments/")
    assert following != path
    client.submit(following, to=f"{path}/read")
    with world.session() as session:
        assert len(session.scalars(select(ReadMark)).all()) == 1
    assert "1 comment is still to be read" in client.get("/manager/2026-10").text


def test_what_was_read_stands_under_its_question_and_is_narrowed_and_searched(
    lite: World,
) -> None:
    lite.response(month="2026-10", texts={"better": "More breaks", "best": "The cake"})
    lite.response(month="2026-10", band="12-17", texts={"better": "Shorter, please"})
    lite.response(month="2026-10", texts={"better": "Not read by anybody"})
    client = lite.sign_in(lite.manager())
    listed = "/manager/2026-10/comments"
    with lite.session() as session:
        texts = session.scalars(select(QueueEntry).order_by(QueueEntry.queued_at)).all()
    for entry in texts:
        path = f"{listed}/{entry.id}"
        if "Not read by anybody" not in client.get(path).text:
            named = {"outcome": "theme", "theme": "Length"}
            kept = "Shorter" in client.get(path).text
            client.submit(path, named if kept else {}, to=f"{path}/read")
    page = client.get(listed).text
    for words in ("More breaks", "The cake", "Shorter, please"):
        assert page.index(words) > page.index("Not read by anybody")
    for query, wanted in (
        ("question=best", {"The cake"}),
        ("band=12-17", {"Shorter, please"}),
        ("theme=Length", {"Shorter, please"}),
        ("question=better&band=8-11", {"More breaks"}),
        ("question=else&band=x&theme=y", set()),
    ):
        narrowed = client.get(f"{listed}?{query}").text
        found = {
            words
            for words in ("More breaks", "The cake", "Shorter, please")
            if f">{words}</blockquote>" in narrowed
        }
        assert found == wanted, query
    assert "No comment is like this" in narrowed
    with lite.session() as session:
        shown = session.scalars(
            select(AuditEntry.about).where(AuditEntry.what == "comments_shown")
        ).all()
    assert set(shown) == {"2026-10"}
    assert len(shown) == 5


def test_p55_the_managers_reading_never_stands_for_the_safeguarding_leads(
    world: World,
) -> None:
    world.response(month="2026-10", texts={"better": "More breaks"})
    client = world.sign_in(world.manager())
    path = first_comment(client)
    assert "The safeguarding lead has not read this yet" in client.get(path).text
    client.submit(path, to=f"{path}/read")
    with world.session() as session:
        entry = session.scalars(select(QueueEntry)).one()
        assert entry.read_at is None
    assert entry.id in world.sign_in(world.lead()).get("/safeguarding/").text


def test_a_text_of_another_month_or_no_text_at_all_is_not_there(lite: World) -> None:
    lite.response(month="2026-09", texts={"better": "More breaks"})
    client = lite.sign_in(lite.manager())
    path = first_comment(client, "2026-09")
    client.get(path.replace("2026-09", "2026-10"), expect=404)
    client.get("/manager/2026-09/comments/0123", expect=404)


def test_p32_marking_without_the_forms_guard_is_refused(lite: World) -> None:
    lite.response(month="2026-10", texts={"better": "More breaks"})
    client = lite.sign_in(lite.manager())
    path = first_comment(client)
    client.post(f"{path}/read", expect=400)
    assert "1 comment is still to be read" in client.get("/manager/2026-10").text
