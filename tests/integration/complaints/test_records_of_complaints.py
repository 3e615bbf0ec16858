"""How long complaints are kept, and that a request to see or to erase finds those that name a reference."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.models.complaint import Complaint
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.operations.after_restore import settle_restored
from feedback_app.records.nightly import run_retention
from feedback_app.records.preview import preview_deletion
from tests.conftest import NOON
from tests.support.complaints import LIST, acknowledge, complain, work
from tests.support.tables import counts

LEFT_OF_A_COMPLAINT = (
    "complaint",
    "complaint_about",
    "sealed_text",
    "queue_entry",
    "read_mark",
    "case_note",
    "concern",
)


def close(client: CheckedClient, page: str) -> None:
    acknowledge(client, page)
    client.submit(page, {"outcome": "explained", "note": "I wrote"}, to=f"{page}/close")


def left(world: World) -> dict[str, int]:
    held = counts(world.parts.database.engine)
    return {name: held[name] for name in LEFT_OF_A_COMPLAINT if held[name]}


def retain(world: World) -> int:
    parts = world.parts
    return run_retention(parts.database, parts.keys, parts.settings, anyway=True)[
        "complaints"
    ]


def test_p36_it_goes_two_years_after_it_is_closed_with_all_that_hangs_on_it(
    world: World,
) -> None:
    manager, lead = world.manager(), world.lead()
    page = complain(world, "Read this please", how="ring", about="other")
    client = world.sign_in(manager)
    client.submit(page, {"found": "concern"}, to=f"{page}/read")
    client.submit(page, {"owner": lead.id}, to=f"{page}/owner")
    client.submit(page, {"about": [world.iro().id]}, to=f"{page}/about")
    work(world)
    step = {"told_on": "2026-10-14", "note": "I rang"}
    client.submit(page, step, to=f"{page}/acknowledge")
    client.submit(page, {"outcome": "explained", "note": "x"}, to=f"{page}/close")
    assert set(left(world)) == set(LEFT_OF_A_COMPLAINT)
    end = NOON.replace(year=2028)
    with clock.set_clock(end, everywhere=True):
        assert retain(world) == 0  # its concern is open
        concern = _concern_page(world)
        reader = world.sign_in(lead)
        reader.submit(concern, {"note": "I ring"}, to=f"{concern}/seen")
        reader.submit(
            concern, {"outcome": "safe", "note": "all is well"}, to=f"{concern}/close"
        )
    with clock.set_clock(end - timedelta(seconds=1), everywhere=True):
        assert retain(world) == 0
    with clock.set_clock(end, everywhere=True):
        with world.session() as session:
            [preview] = [
                one
                for one in preview_deletion(session, world.parts.settings, clock.now())
                if one.rule.name == "complaints"
            ]
        assert (preview.due, preview.next_at) == (1, end)
        assert retain(world) == 1
        assert left(world) == {}
        with world.session() as session:
            kinds = set(session.scalars(select(OutboxMessage.kind)))
        assert not [kind for kind in kinds if kind.startswith(("complaint", "concern"))]
        assert retain(world) == 0


def _concern_page(world: World) -> str:
    from feedback_app.models.safeguarding import Concern

    with world.session() as session:
        return f"/safeguarding/concerns/{session.scalars(select(Concern.id)).one()}"


def test_an_open_or_unread_complaint_stays_however_old_it_is(lite: World) -> None:
    complain(lite)
    with clock.set_clock(NOON.replace(year=2036), everywhere=True):
        assert retain(lite) == 0
    assert left(lite)["complaint"] == 1


def find(client: CheckedClient, reference: str, *, expect: int = 200) -> str:
    typed = {"by": "reference", "what": reference, "reason": "asked for by the child"}
    return client.submit("/safeguarding/links/", typed, expect=expect).text


def downloaded(client: CheckedClient, held: str) -> str:
    """The file of all that is held."""
    form = {"csrf_token": client.guard(held), "reason": "asked"}
    answer = client.http.post(f"{held}/what-we-hold", data=form)
    assert answer.status_code == 200
    return answer.text


def test_p38_a_request_by_reference_finds_shows_and_erases_it_for_good(
    world: World,
) -> None:
    invitation = world.invitation(reference="CASE-7")
    page = complain(world, "You kept my drawing", reference="case–7")
    other = complain(world, "Not this one", reference="CASE-8")
    lead = world.sign_in(world.lead())
    found = find(lead, "CASE-7")
    assert f'href="{page}"' in found
    assert other not in found
    held = f"/safeguarding/links/{invitation.id}"
    assert f'href="{held}"' in found
    record = downloaded(lead, held)
    assert "You kept my drawing" in record
    assert "Not this one" not in record
    erase = {"reason": "asked", "sure": "yes"}
    open_still = lead.submit(held, erase, to=f"{held}/erase", expect=409).text
    assert f'href="{page}"' in open_still
    close(lead, page)
    lead.submit(held, erase, to=f"{held}/erase")
    with world.session() as session:
        assert [f"{LIST}{one}" for one in session.scalars(select(Complaint.id))] == [
            other
        ]
        erased = session.scalars(
            select(AuditEntry.about)
            .where(AuditEntry.what == "erased")
            .order_by(AuditEntry.number)
        ).all()
    assert erased == [invitation.id, page.removeprefix(LIST)]


def test_p38_a_complaint_alone_is_found_by_its_reference_and_a_restore_erases_it_again(
    lite: World, tmp_path: Path
) -> None:
    page = complain(lite, "You kept my drawing", reference="CASE-7")
    lead = lite.sign_in(lite.lead())
    assert f'href="{page}"' in find(lead, "CASE-7")
    close(lead, page)
    lead.submit(page, {"reason": " "}, to=f"{page}/erase", expect=400)
    file = lite.parts.settings.database_url.removeprefix("sqlite:///")
    with (
        closing(sqlite3.connect(file)) as now,
        closing(sqlite3.connect(tmp_path / "backup.db")) as backup,
    ):
        now.backup(backup)
    lead.submit(page, {"reason": "the child asked"}, to=f"{page}/erase")
    assert left(lite) == {}
    lite.parts.database.engine.dispose()
    with (
        closing(sqlite3.connect(file)) as now,
        closing(sqlite3.connect(tmp_path / "backup.db")) as backup,
    ):
        backup.backup(now)
    assert left(lite)["complaint"] == 1
    report = settle_restored(lite.parts.database, lite.parts.keys, lite.parts.settings)
    assert "1 erased again" in report[0]
    assert left(lite) == {}


@pytest.mark.parametrize("about", ["lead", "none"])
def test_p59_whom_it_is_about_neither_finds_nor_erases_it(
    lite: World, about: str
) -> None:
    lite.lead()
    page = complain(lite, reference="CASE-7", about=about)
    invitation = lite.invitation(reference="CASE-7")
    lead = lite.sign_in(lite.lead())
    if about == "none":
        assert page in find(lead, "CASE-7")
        return
    find(lead, "CASE-7", expect=303)  # straight to the link: there is nothing else
    held = f"/safeguarding/links/{invitation.id}"
    assert "CASE" not in lead.get(held).text
    assert "You gave my words" not in downloaded(lead, held)
    lead.submit(held, {"reason": "asked", "sure": "yes"}, to=f"{held}/erase")
    assert left(lite)["complaint"] == 1
