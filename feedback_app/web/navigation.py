"""The menu of staff pages: the entries that the rooms hand over, and those of them that a person's roles lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import LazyString
from sqlalchemy.orm import Session

from feedback_app.web.access import Viewer, policy_of, signed_in_person
from feedback_app.web.alarms import service_alarms
from feedback_app.web.app_part import AppPart
from feedback_app.web.context import db_session, settings


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One page in the menu, for whoever its view's policy lets in.

    `landing_rank`: the entry is also where a person may land after signing in; of several the lowest number wins.
    `count`: how much waits there for that person, as a number beside the label.
    """

    endpoint: str
    label: LazyString
    landing_rank: int | None = None
    count: Callable[[Session, str], int] | None = None

    @property
    def blueprint(self) -> str:
        """The blueprint of the page."""
        return self.endpoint.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One link of the menu as it is drawn."""

    href: str
    label: str
    current: bool
    waits: int = 0


MENU: AppPart[list[MenuEntry]] = AppPart("menu")


def add_to_menu(app: Flask, entries: Iterable[MenuEntry]) -> None:
    """Put a room's entries at the end of the menu; called once by each room as it opens."""
    MENU.get(app).extend(entries)


def menu_links() -> list[MenuLink]:
    """Return the menu of whoever is signed in, in the order in which the rooms were opened."""
    viewer = signed_in_person()
    if viewer is None or not viewer.complete:
        return []
    entries = MENU.get()
    return [
        MenuLink(
            url_for(entry.endpoint),
            str(entry.label),
            _is_current(entry, entries),
            entry.count(db_session(), viewer.person_id) if entry.count else 0,
        )
        for entry in entries
        if _may_open(entry, viewer)
    ]


def landing_page(viewer: Viewer) -> str:
    """Return the address where the person lands after signing in: their first room, else their account."""
    places = [
        (entry.landing_rank, entry.endpoint)
        for entry in MENU.get()
        if entry.landing_rank is not None and _may_open(entry, viewer)
    ]
    return url_for(min(places)[1] if places else "account.show_account")


def _may_open(entry: MenuEntry, viewer: Viewer) -> bool:
    return bool((policy_of(current_app, entry.endpoint) or frozenset()) & viewer.roles)


def _is_current(entry: MenuEntry, entries: list[MenuEntry]) -> bool:
    """Whether the request is for the entry's page, or for a page below it: one of a blueprint with no other entry."""
    if request.endpoint == entry.endpoint:
        return True
    only_entry = sum(other.blueprint == entry.blueprint for other in entries) == 1
    return only_entry and request.blueprint == entry.blueprint


def init_app(app: Flask) -> None:
    """Start with an empty menu; give templates the menu, the viewer and the name of the service."""
    MENU.set(app, [])
    app.jinja_env.globals.update(menu_links=menu_links, viewer=signed_in_person)

    @app.context_processor
    def _service_facts() -> dict[str, object]:
        current = settings()
        return {
            "service_name": current.service_name,
            "demo": current.mode == "demo",
            "alarms": service_alarms,
            "second_step_off": current.second_factor == "may_skip",
        }
