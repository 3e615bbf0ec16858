"""What listens to queries finds one that goes past the scope; another's id reads as one that never was (promise 21)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.complaint import Complaint, ComplaintAbout
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.response import Response
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.models.scope import concerns_for
from tests.conftest import NOON
from tests.support.addresses import address, one_of_each
from tests.support.queries import listening
from tests.support.walk import TYPED


def test_p21_the_listener_finds_a_query_that_goes_past(lite: World) -> None:
    ids = one_of_each(lite)
    with listening(lite) as ear, lite.session() as session:
        session.scalars(concerns_for(lite.lead().id)).all()
        session.scalars(
            select(Response).where(
                Response.id == session.get_one(Concern, ids["concern_id"]).response_id
            )
        )
        assert not ear.past  # the ids came from a scoped statement
        session.get(ContactRequest, ids["request_id"])
        assert ear.past == {"elsewhere"}
        ear.past.clear()
        session.scalars(select(Response).where(Response.iro_id == lite.iro().id)).all()
        assert ear.past == {"elsewhere"}


ANOTHERS = ("invitation_id", "entry_id", "concern_id", "request_id", "complaint_id")


@pytest.mark.parametrize(
    "who",
    ["another IRO", "a lead it is about", "a manager it is about", "an administrator"],
)
def test_p21_p59_an_id_that_is_not_for_them_reads_as_one_that_never_was(
    lite: World, who: str
) -> None:
    ids = one_of_each(lite)
    role = {
        "a lead it is about": "lead",
        "a manager it is about": "manager",
        "an administrator": "administrator",
    }
    reader = lite.person("Reader Rowan", role.get(who, "iro"))
    client = lite.sign_in(reader)
    if who.endswith("about"):
        concern_about(lite, reader)
    tried, guard = 0, client.guard()
    for rule in lite.app.url_map.iter_rules():
        keyable = rule.endpoint.startswith(
            ("paper.", "former_paper.")
        ) and who.startswith("a manager")  # paper: by anyone but that IRO
        if not rule.arguments & set(ANOTHERS) or keyable:
            continue
        never = ids | dict.fromkeys(ANOTHERS, "0" * 32)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answers = []
            for found in (ids, never):
                data = TYPED | {"csrf_token": guard} if method == "POST" else None
                answers.append(
                    client.http.open(
                        address(rule.rule, found), method=method, data=data
                    )
                )
            assert [one.status_code for one in answers] == [404, 404], (
                f"{method} {rule.rule} as {who}"
            )
            first, second = (
                re.sub(r'name="(csrf_token|form_key)"[^>]*>', "", one.text)
                for one in answers
            )
            assert first == second
            tried += 1
    assert tried >= 20


def concern_about(world: World, reader: Person) -> None:
    """There is a concern about this person in each of the stories."""
    with (
        clock.set_clock(NOON + timedelta(minutes=1), everywhere=True),
        world.parts.database.short_write() as session,
    ):
        for concern in session.scalars(select(Concern)):
            concern.about_id = reader.id
        for complaint_id in session.scalars(select(Complaint.id)).all():
            about = ComplaintAbout(complaint_id=complaint_id, person_id=reader.id)
            session.add(about)
        told = set(session.scalars(select(Concern.invitation_id)))
        for one in session.scalars(
            select(Invitation.id).where(Invitation.id.not_in(told))
        ):
            session.add(
                Concern(
                    source="reader",
                    raised_at=clock.now(),
                    about_id=reader.id,
                    invitation_id=one,
                )
            )
