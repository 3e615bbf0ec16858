"""A child's "not my IRO" holds for that person in every role they have (promise 22)."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.person import Person
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry, SealedText, SetAside

SECRET = "she talks over me and I did not dare to say it"
LATER = "and one thing more that I did not dare to say"


class Child(NamedTuple):
    """One response, its texts' queue entries, the concern it raised, and the invitation."""

    entries: list[str]
    concern: str | None
    invitation: str


def child_of(world: World, officer: Person, sees: str, **wishes: str) -> Child:
    """A child of that officer who wrote the secret, then sent something else from the same link."""
    invitation = world.invitation(officer, reference=f"CASE-{sees}")
    form = world.form(invitation, {"know_iro": ["yes"]}, {"better": SECRET})
    form |= {"iro_sees": [sees]} | {name: [value] for name, value in wishes.items()}
    world.client().post("/r", form)
    world.client().post("/r", form | {"q-better": [LATER]})
    with world.session() as session:
        entries = list(
            session.scalars(
                select(QueueEntry.id)
                .outerjoin(SealedText, SealedText.id == QueueEntry.text_id)
                .outerjoin(SetAside, SetAside.id == QueueEntry.set_aside_id)
                .where(
                    SealedText.row_id.in_(_responses(session, invitation.id))
                    | (SetAside.invitation_id == invitation.id)
                )
            )
        )
        concern = session.scalar(
            select(Concern.id).where(
                Concern.invitation_id == invitation.id, Concern.set_aside_id.is_(None)
            )
        )
    return Child(entries, concern, invitation.id)


def _responses(session: Session, invitation_id: str) -> list[str]:
    from feedback_app.models.response import Response

    return list(
        session.scalars(
            select(Response.id).where(Response.invitation_id == invitation_id)
        )
    )


def every_page(client: CheckedClient, child: Child) -> str:
    """All that this person is shown where the child's words could stand."""
    paths = ["/safeguarding/", "/safeguarding/read", "/iro/shared"]
    paths += [f"/safeguarding/texts/{entry}" for entry in child.entries]
    paths += [f"/manager/2026-10/comments/{entry}" for entry in child.entries]
    paths += ["/manager/2026-10/comments"]
    if child.concern:
        paths.append(f"/safeguarding/concerns/{child.concern}")
    return "".join(client.http.get(path).text for path in paths)


@pytest.mark.parametrize("role", ["lead", "deputy", "manager"])
def test_p22_a_second_role_opens_nothing_that_the_child_kept_from_their_iro(
    world: World, role: str
) -> None:
    officer = world.person("Officer Amber", "iro", role)
    kept = child_of(world, officer, "no")
    assert len(kept.entries) == 2
    client = world.sign_in(officer)
    page = every_page(client, kept)
    assert SECRET not in page
    assert LATER not in page
    places = "manager/2026-10/comments" if role == "manager" else "safeguarding/texts"
    for entry in kept.entries:
        assert client.http.get(f"/{places}/{entry}").status_code == 404
        assert entry not in page
    other = world.sign_in(world.person("Reader Rowan", role))
    assert SECRET in every_page(other, kept)


def test_p22_what_the_child_let_their_iro_see_is_read_in_every_role(
    world: World,
) -> None:
    officer = world.person("Officer Amber", "iro", "lead")
    shared = child_of(world, officer, "yes")
    page = every_page(world.sign_in(officer), shared)
    assert SECRET in page
    assert LATER in page


def test_p22_the_lead_who_is_the_childs_iro_sees_the_concern_without_the_answers(
    world: World,
) -> None:
    officer = world.person("Officer Amber", "iro", "lead")
    kept = child_of(world, officer, "no", talk_to="not_safe")
    assert kept.concern
    mine = world.sign_in(officer).get(f"/safeguarding/concerns/{kept.concern}").text
    assert "did not let their IRO see" in mine
    assert "Everything the child answered" not in mine
    other = world.sign_in(world.person("Deputy Dogwood", "deputy"))
    theirs = other.get(f"/safeguarding/concerns/{kept.concern}").text
    assert "Everything the child answered" in theirs
    assert re.search(r"/safeguarding/texts/[0-9a-f]+", theirs)


def test_p22_nor_does_a_search_for_the_link_find_it(world: World) -> None:
    officer = world.person("Officer Amber", "iro", "lead")
    child_of(world, officer, "no")
    form = {"by": "reference", "what": "CASE-no", "reason": "asked to see"}
    world.sign_in(officer).submit("/safeguarding/links/", form, expect=404)
    world.sign_in(world.lead()).submit("/safeguarding/links/", form)
