"""F9: the mail server refuses, answers 4xx and 5xx, drops and hangs, on both databases (promises 54, 58).

In each manner children who are not safe send, and the worker goes round for 20 minutes (of a clock that the run sets)
in vain: the message is shown as stuck. Then the server is well, and each message arrives once.

.venv/bin/python -m bench.faults.f9
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import func, select

from bench.faults import places
from bench.faults.phones import WORDS
from bench.faults.tally import Tally, tally
from bench.support.mail import MODES, post_office
from bench.support.world import World
from feedback_app import clock, worker
from feedback_app.messages import deliveries
from feedback_app.messages.channels import channel as carriers
from feedback_app.models.running import Delivery

CHILDREN = 3
NOON = datetime(2026, 10, 14, 11, 0, tzinfo=UTC)
ROUNDS = (0, 1, 3, 7, 15, 16, 20)
WELL = (35, 36, 51)
PATIENCE_SECONDS = 0.3


def run(world: World, folder: Path) -> Tally:
    """One run on the world's database and keys, with a mail server of its own."""
    acked: list[str] = []
    with (
        post_office() as post,
        patch.object(carriers, "PATIENCE_SECONDS", PATIENCE_SECONDS),
    ):
        parts = world.parts.settings
        keys = {"keys_dir": parts.keys_dir, "mode": "test"}
        house = World.make(
            parts.database_url,
            folder,
            **keys,
            **post.settings(),
            duty_email="duty@council.invalid",
        )
        house.person("Lead Lime", "lead")
        stuck = {}
        for number, mode in enumerate(MODES):
            post.mode = mode
            at = NOON + timedelta(hours=number)
            acked += _unsafe(house, at)
            for minutes in ROUNDS:
                _round(house, at + timedelta(minutes=minutes))
            with (
                clock.set_clock(at + timedelta(minutes=20), everywhere=True),
                house.session() as session,
            ):
                stuck[mode] = deliveries.stuck_messages(session, house.parts.settings)
            post.mode = ""
            for minutes in WELL:
                _round(house, at + timedelta(minutes=minutes))
        found = _judged(house, acked, stuck, len(post.arrived))
        house.close()
    return found


def _judged(
    house: World, acked: list[str], stuck: Mapping[str, int], arrived: int
) -> Tally:
    with house.session() as session:
        carried = (
            session.scalar(select(func.count()).where(Delivery.sent_at.is_not(None)))
            or 0
        )
        left = (
            session.scalar(select(func.count()).where(Delivery.sent_at.is_(None))) or 0
        )
    wrong = [
        f"{mode}: nothing was shown as stuck"
        for mode, number in stuck.items()
        if not number
    ]
    if left or arrived != carried:
        wrong.append(f"{carried} deliveries are sent, {arrived} arrived, {left} wait")
    told = f"{arrived} messages arrived once, shown as stuck before: {', '.join(stuck)}"
    return tally(house, acked).also(told, wrong=wrong)


def _unsafe(house: World, at: datetime) -> list[str]:
    """Children who say that they are not safe; the invitations of those who were thanked."""
    acked = []
    with clock.set_clock(at, everywhere=True):
        for _child in range(CHILDREN):
            invitation = house.invitation()
            if (
                house.receive(
                    house.form(invitation, {}, {"better": WORDS}, talk_to="not_safe")
                ).verdict
                == "thanks"
            ):
                acked.append(invitation.id)
    return acked


def _round(house: World, at: datetime) -> None:
    with clock.set_clock(at, everywhere=True), house.app.app_context():
        worker.run_round(house.parts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, places.worlds() as every:
        sys.exit(
            places.told(
                {name: run(world, Path(place)) for name, world in every.items()}
            )
        )
