"""How far along a visit each screen is, whatever a child answers: what the bar at the top shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from feedback_app.survey_page.views import Screen

Demands = Mapping[str, frozenset[str]]
"""A field of one answer -> the option ids of which one must have been chosen for a screen to be asked."""


def with_steps(screens: Sequence[Screen]) -> list[Screen]:
    """The same screens, each with its step: 1 at the first question, one more at least at each that can follow.

    Two branches that no child can both be asked stand side by side, so the last step is the length of the longest way,
    and whoever is asked less jumps ahead: on no way does a step fall. What stands before the first question has 0.
    """
    first = next((n for n, screen in enumerate(screens) if screen.declines), 0)
    demands: list[Demands] = []
    steps: list[int] = []
    found = list(screens[:first])
    for screen in screens[first:]:
        mine = _demands_of(screen, found, [{}] * first + demands)
        step = 1 + max(
            (
                before
                for before, theirs in zip(steps, demands, strict=True)
                if _can_be_asked_together(mine, theirs)
            ),
            default=0,
        )
        demands.append(mine)
        steps.append(step)
        found.append(replace(screen, step=step))
    return found


def _demands_of(
    screen: Screen, earlier: Sequence[Screen], demands: Sequence[Demands]
) -> Demands:
    """What must have been answered for this screen to be asked, and for the screens on which it waits."""
    needed: dict[str, frozenset[str]] = {}
    for name, operator, options in screen.show:
        for waits_on, theirs in zip(earlier, demands, strict=True):
            if waits_on.name != name or operator == "unless":
                continue
            ids = {choice.id for choice in waits_on.choices}
            allowed = ids - set(options) if operator == "not" else ids & set(options)
            own = {name: frozenset(allowed)} if waits_on.kind == "one" else {}
            for field, wanted in (*own.items(), *theirs.items()):
                needed[field] = needed.get(field, wanted) & wanted
    return needed


def _can_be_asked_together(some: Demands, others: Demands) -> bool:
    return all(some[field] & others[field] for field in some.keys() & others.keys())
