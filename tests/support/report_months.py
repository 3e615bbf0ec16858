"""Months of invented answers for tests of reports."""

from __future__ import annotations

from bench.support.world import World


def people_september(world: World) -> None:
    """A September of 24 children: two IROs, two ages, some who were there, one who asked for help."""
    for name in ("Officer Oak", "Officer Yew"):
        iro = world.iro(name)
        for number in range(12):
            there = number % 3 != 0
            answers = {
                "at_meeting": ["yes" if there else "no"],
                "know_iro": ["yes" if number % 4 else "no"],
                "told_after": ["yes"],
            }
            if there:
                answers |= {"meeting_ok": ["good"], "said": ["all"]}
            else:
                answers |= {"why_not": ["bad_time"], "help_next": ["screen"]}
            world.response(
                iro,
                month="2026-09",
                band="12-17" if number % 2 else "8-11",
                pn="PN1" if there else "PN6",
                channel="paper" if number == 5 else "self",
                answers=answers,
                wishes={"talk_to": "advocate"} if number == 1 else None,
            )
    world.action("Biscuits")
