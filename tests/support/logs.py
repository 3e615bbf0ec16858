"""Listening to what an application logs."""

from __future__ import annotations

import logging

from bench.support.world import World


def listen(world: World) -> list[str]:
    """What the application's log says from now on."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    world.app.logger.addHandler(Ear())
    return said
