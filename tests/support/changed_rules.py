"""Settings that somebody changed on a page, entered as the page enters them."""

from __future__ import annotations

from datetime import datetime

from bench.support.world import World
from feedback_app import clock
from feedback_app.month import Month
from feedback_app.rulebook.counted_codes import CODES_KEY, USUAL_CODES
from feedback_app.rulebook.setting_changes import NewValue, keep_change
from feedback_app.web.service_details import refresh_details

PN4_TOOK_PART = "PN1 PN2 PN3 PN4 / PN5 PN6 PN7"


def change_rule(
    world: World,
    key: str,
    value: str,
    before: str,
    *,
    month: Month | None = None,
    at: datetime | None = None,
) -> None:
    """Change one setting from a month on, or at once; `at`: when it is entered."""
    with clock.set_clock(at or clock.now(), everywhere=True):
        manager = world.manager()
        with world.parts.database.short_write() as session:
            keep_change(
                session,
                world.parts.keys.audit,
                NewValue(key, value, before, month, "agreed"),
                by=manager.id,
            )
        refresh_details(world.app, at_once=True)


def count_pn4(world: World, month: Month) -> None:
    """Have PN4 count as took part from that month on."""
    change_rule(world, CODES_KEY, PN4_TOOK_PART, USUAL_CODES.as_text(), month=month)
