"""Links that members of staff get by mail, as they would read them there."""

from __future__ import annotations

from sqlalchemy import select

from bench.support.world import World
from feedback_app.models.person import Person
from feedback_app.models.running import OutboxMessage
from feedback_app.people import staff_messages
from feedback_app.people.link_requests import judge_requests

NEW = "another long and quiet password"
CHOSEN = {"password": NEW, "again": NEW}


def mails(world: World, kind: str) -> list[tuple[str, str, str]]:
    with world.session() as session:
        messages = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == kind)
            .order_by(OutboxMessage.written_at)
        ).all()
        found = [
            staff_messages.write_staff_message(
                session, world.parts.keys, world.parts.settings, one
            )
            for one in messages
        ]
    return [one for one in found if one is not None]


def path_in(world: World, mail: tuple[str, str, str]) -> str:
    base = world.parts.settings.public_url
    line = next(line for line in mail[1].splitlines() if line.startswith(base))
    return line.removeprefix(base)


def judge(world: World) -> int:
    """Have the worker judge what was asked for; how many asks there were."""
    with world.parts.database.short_write() as session:
        return judge_requests(session, world.parts.keys, world.parts.settings)


def lost(world: World, person: Person) -> str:
    """Ask for a link to a new password; its path, when the worker has judged the ask."""
    world.client().submit("/sign-in/forgot", {"email": person.email}, expect=200)
    judge(world)
    return path_in(world, mails(world, "password_reset")[-1])
