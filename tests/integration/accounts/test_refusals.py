"""Refused accesses and failed sign-ins are on the record, bounded, and a flood of them raises an alarm."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app.models.running import AuditEntry
from feedback_app.web.refusals import MOST_OF_A_PERSON, MOST_OF_ALL
from tests.support.logs import listen


def entries(world: World, what: str) -> list[AuditEntry]:
    with world.session() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.what == what)))


def test_p37_a_refused_access_is_on_the_record_and_bounded(world: World) -> None:
    officer = world.iro()
    client = world.sign_in(officer)
    client.get("/manager/", expect=404)
    [one] = entries(world, "access_refused")
    assert (one.person_id, one.about) == (officer.id, "manager.latest_month")
    for _again in range(MOST_OF_A_PERSON + 5):
        client.get("/admin/", expect=404)
    assert len(entries(world, "access_refused")) == MOST_OF_A_PERSON
    world.sign_in(world.manager()).get("/admin/", expect=404)
    assert len(entries(world, "access_refused")) == MOST_OF_A_PERSON + 1


def test_p37_failed_sign_ins_are_on_the_record_without_what_was_typed(
    lite: World,
) -> None:
    lead = lite.lead()
    for email in (lead.email, "nobody@staff.invalid"):
        form = {"email": email, "password": "wrong wrong wrong"}
        lite.client().submit("/sign-in", form, expect=400)
    found = entries(lite, "sign_in_failed")
    assert [one.about for one in found] == [lead.id, ""]
    assert "nobody@" not in str([vars(one) for one in found])


@pytest.mark.full
def test_a_flood_of_failed_sign_ins_is_bounded_and_raises_an_alarm(
    lite: World,
) -> None:
    said = listen(lite)
    client = lite.client()
    guard = client.guard()
    for number in range(210):
        client.http.post(
            "/sign-in",
            data={
                "email": f"nobody{number}@staff.invalid",
                "password": "wrong wrong wrong",
                "csrf_token": guard,
            },
            environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
    assert len(entries(lite, "sign_in_failed")) == MOST_OF_ALL
    assert len([line for line in said if "many sign-ins failed" in line]) == 1
