"""Complaints for tests: sent, seen to, and what the worker does with them."""

from __future__ import annotations

from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import worker
from feedback_app.models.complaint import Complaint

LIST = "/safeguarding/complaints/"
WORDS = "You gave my words to my school."


def complain(world: World, what: str = WORDS, **more: str) -> str:
    """Send one and return its address for staff."""
    number = world.complaint(what, **more)
    with world.session() as session:
        found = session.scalar(select(Complaint.id).where(Complaint.number == number))
    return f"{LIST}{found}"


def work(world: World) -> None:
    """What the worker does between two deliveries."""
    with world.app.app_context():
        worker.run_database_steps(world.parts)


def acknowledge(client: CheckedClient, page: str, day: str = "2026-10-14") -> None:
    client.submit(page, {"found": "nothing_to_do"}, to=f"{page}/read")
    client.submit(page, {"told_on": day, "note": "I rang"}, to=f"{page}/acknowledge")
