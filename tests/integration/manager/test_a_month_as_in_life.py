"""A month as in life, day by day through the pages: twelve IROs, two part time, one on leave, a starter, a leaver."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.reports.figures.board import Board, month_board

ALL = (
    "Amber", "Birch", "Cedar", "Dune", "Elm", "Fern", "Grove", "Hazel", "Iris", "Juniper", "Kelp", "Larch",
)  # fmt: skip
STARTER, LEAVER, ON_LEAVE = "Kelp", "Juniper", "Hazel"
ONLY_TOOK_PART, ONLY_DID_NOT = "Grove", "Fern"
FULL_TIME = ("Amber", "Birch", "Cedar", "Dune", "Elm", "Iris", "Larch")
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
ROW = re.compile(
    r'<th scope="row"><bdi>Officer (\w+)</bdi></th>.*?<td class="line">(.*?)</td>', re.S
)


def at(text: str) -> datetime:
    """Ten o'clock on that day of 2026, or the instant that it says."""
    return datetime.fromisoformat(text if "T" in text else f"2026-{text}T10:00+00:00")


def on_day(text: str) -> AbstractContextManager[None]:
    """The clock at that time, for everything."""
    return clock.set_clock(at(text), everywhere=True)


class Service:
    """Twelve IROs and their manager; each step has its day."""

    def __init__(self, world: World) -> None:
        world.change_settings(starter_waits=True)
        self.world = world
        with clock.set_clock(at("09-01"), everywhere=True):
            self.iros: dict[str, Person] = {
                name: world.iro(f"Officer {name}") for name in ALL if name != STARTER
            }
            world.manager()

    def enter(self, name: str, what: str, fields: dict[str, str]) -> None:
        """The manager fills in a form of the team's."""
        client = self.world.sign_in(self.world.manager())
        client.submit(f"/manager/team/{self.iros[name].id}/{what}", fields)

    def heard(self, name: str, pn: str, day: str) -> None:
        """A child answers on a day."""
        self.world.response(self.iros[name], pn=pn, day=at(day).date())

    def marks(self, month: Month = NOVEMBER) -> dict[str, str]:
        """How the month stands for each, as the figures say."""
        return {
            (row.name or "").removeprefix("Officer "): row.month_mark
            for row in self.board(month).rows
        }

    def board(self, month: Month) -> Board:
        """The figures of the month."""
        with self.world.session() as session:
            parts = self.world.parts
            return month_board(session, "rate-my-review", month, parts.settings)

    def words(self, month: str = "2026-11") -> dict[str, str]:
        """And what the manager reads on the board."""
        page = self.world.sign_in(self.world.manager()).get(f"/manager/{month}").text
        return {
            name: " ".join(re.sub(r"<[^>]*>", "", state).split())
            for name, state in ROW.findall(page)
        }


@pytest.fixture
def service(world: World) -> Service:
    """The service before November."""
    return Service(world)


def test_a_month_as_in_life(service: Service, world: World) -> None:
    before_the_month(service)
    a_starter_and_a_leaver(service, world)
    the_last_week(service)
    written_down_after_the_month(service, world)
    the_month_is_over(service, world)


def before_the_month(service: Service) -> None:
    """The manager enters part time and leave."""
    with on_day("10-28"):
        part_time = {"month": "November 2026", "how_long": "on", "which": "own"}
        service.enter(
            ONLY_TOOK_PART,
            "target",
            part_time | {"took_part": "1", "did_not": "0", "in_words": "two days"},
        )
        service.enter(
            ONLY_DID_NOT,
            "target",
            part_time | {"took_part": "0", "did_not": "1", "in_words": "mornings"},
        )
        service.enter(ON_LEAVE, "leave", {"first": "2026-11-02", "last": "2026-11-20"})
        assert set(service.marks().values()) == {"open", "away"}, "it has not begun"
        assert service.words()["Amber"] == "Nothing yet, the month has not begun"
        assert service.board(NOVEMBER).iro_targets == 8 * 2 + 2


def a_starter_and_a_leaver(service: Service, world: World) -> None:
    """One comes on the 9th; one leaves on the 13th, and a colleague takes the link that waits."""
    with on_day("11-09"):
        service.iros[STARTER] = world.iro(f"Officer {STARTER}")
        assert service.words()[STARTER] == "Starting, no target yet"
        assert service.words()[ON_LEAVE] == "On leave, no target"
        assert service.words()[ONLY_DID_NOT] == "To come: one who did not take part"
        page = world.sign_in(world.manager()).get("/manager/2026-11").text
        assert 'class="state short"' not in page, "nothing is missed yet"

    for name in FULL_TIME[:5]:
        service.heard(name, "PN1", "11-10")
    service.heard(ONLY_TOOK_PART, "PN2", "11-11")
    with on_day("11-11"):
        assert service.words()[ONLY_TOOK_PART] == "Met"
        assert service.words()["Amber"] == "To come: one who did not take part"

    with on_day("11-13"):
        world.invitation(service.iros[LEAVER], reference="RF-9")
        typed = {"last": "2026-11-13", "links_to": service.iros["Larch"].id}
        service.enter(LEAVER, "leaving", typed)
        assert "RF-9" in world.sign_in(service.iros["Larch"]).get("/iro/month").text
        assert LEAVER not in service.marks(), "half of the month was not worked"
        assert LEAVER in service.marks(Month(2026, 10)), "and October stays"
        assert service.board(NOVEMBER).iro_targets == 7 * 2 + 2


def the_last_week(service: Service) -> None:
    """Grey turns to amber on the 24th, and to red at midnight in London."""
    for name in FULL_TIME[:4]:
        service.heard(name, "PN6", "11-18")
    service.heard(ONLY_DID_NOT, "PN7", "11-19")

    with on_day("11-23"):
        assert [service.marks()[name] for name in FULL_TIME] == ["met"] * 4 + ["open"] * 3  # fmt: skip
    with on_day("11-24"):
        assert [service.marks()[name] for name in FULL_TIME] == ["met"] * 4 + [
            "soon"
        ] * 3
        assert service.words()["Elm"] == (
            "Still to come, ends Monday 30 November: one who did not take part"
        )

    with on_day("2026-11-30T23:59:00+00:00"):
        assert service.marks()["Larch"] == "soon"
    with on_day("2026-12-01T00:00:00+00:00"):
        assert [service.marks()[name] for name in FULL_TIME] == ["met"] * 4 + ["some", "none", "none"]  # fmt: skip


def written_down_after_the_month(service: Service, world: World) -> None:
    """On 1 December two visits of November are written down."""
    with on_day("12-01"):
        assert service.words()["Elm"] == "Missed: one who did not take part"
        assert (
            service.words()["Iris"]
            == "Missed: one who took part and one who did not take part"
        )
        world.written_down(service.iros["Elm"], date(2026, 11, 27), pn="PN5")
        world.written_down(service.iros["Iris"], date(2026, 11, 30), pn="PN1")
        assert service.words()["Elm"] == "Met"
        assert service.words()["Iris"] == "Missed: one who did not take part"
        december = service.words("2026-12")
        assert (
            december["Elm"]
            == "To come: one who took part and one who did not take part"
        )
        assert december[STARTER] == december["Elm"] == december[ON_LEAVE]
        assert LEAVER not in december


def the_month_is_over(service: Service, world: World) -> None:
    """The report was due on the 4th: what the month asked for stands, unless somebody says why."""
    with on_day("12-07"):
        board = service.board(NOVEMBER)
        assert (board.with_both, board.with_target) == (7, 9)
        assert (board.total_heard.counted_children, board.service_mark) == (13, "some")
        page = world.sign_in(world.manager()).get("/manager/2026-11").text
        assert "Missed: 3 children" in " ".join(page.split())
        client = world.sign_in(world.manager())
        client.submit(
            f"/manager/team/{service.iros['Iris'].id}/leave",
            {"first": "2026-11-02", "last": "2026-11-20"},
            expect=400,
        )
        assert service.words()["Iris"] == "Missed: one who did not take part"
