"""A term of retention that was changed on its page: shorter for everything, longer for nothing that came in before."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.models.base import Base
from feedback_app.models.invitation import Envelope
from feedback_app.models.response import Response
from feedback_app.records import nightly
from feedback_app.records.preview import preview_deletion
from feedback_app.records.rules import rules_in_force
from feedback_app.rulebook.at_once import sure_envelope_days
from tests.support.changed_rules import change_rule

DAY = timedelta(days=1)


def run_at(world: World, at: object) -> dict[str, int]:
    with clock.set_clock(at, everywhere=True):  # type: ignore[arg-type]
        done = nightly.run_retention(
            world.parts.database, world.parts.keys, world.parts.settings, anyway=True
        )
    return {str(name): number for name, number in done.items() if number}


def number_of(world: World, table: type[Base]) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def answer(world: World, reference: str = "CASE-1") -> None:
    invitation = world.invitation(reference=reference)
    assert world.receive(world.form(invitation, {}, {})).verdict == "thanks"


def test_p36_answers_are_not_kept_longer_than_was_said_when_they_came_in(
    world: World,
) -> None:
    answer(world)
    change_rule(world, "answer_years", "4", "2")
    with clock.set_clock(NOON + DAY, everywhere=True):
        answer(world, "CASE-2")
    with world.session() as session:
        rule = {one.name: one for one in rules_in_force(session, world.parts.settings)}
        assert rule["answers"].ends_at(date(2026, 10, 14)) == date(2028, 10, 14)
        assert rule["answers"].ends_at(date(2026, 10, 15)) == date(2030, 10, 15)
    assert "answers" not in run_at(world, NOON.replace(year=2028) - DAY)
    assert run_at(world, NOON.replace(year=2028))["answers"] == 1
    assert "answers" not in run_at(world, NOON.replace(year=2030))
    assert run_at(world, NOON.replace(year=2030) + DAY)["answers"] == 1
    assert number_of(world, Response) == 0


def test_p36_a_shorter_term_holds_for_everything_from_the_next_run_on(
    world: World,
) -> None:
    answer(world)
    at = NOON + 20 * DAY
    assert run_at(world, at).get("envelopes") is None
    change_rule(world, "envelope_days", "14", "28", at=at)
    with clock.set_clock(at, everywhere=True), world.session() as session:
        shown = {
            one.rule.name: one.due
            for one in preview_deletion(session, world.parts.settings, clock.now())
        }
    assert shown["envelopes"] == 1, "the dry run says the same"
    assert run_at(world, at)["envelopes"] == 1
    assert number_of(world, Envelope) == 0


def test_p36_an_envelope_is_not_kept_longer_than_was_said_though_it_was_read_later(
    world: World,
) -> None:
    answer(world)
    change_rule(world, "envelope_days", "40", "28")
    with clock.set_clock(NOON + 2 * DAY, everywhere=True):
        answer(world, "CASE-LATER")
    assert run_at(world, NOON + 28 * DAY)["envelopes"] == 1
    assert run_at(world, NOON + 41 * DAY).get("envelopes") is None
    assert run_at(world, NOON + 42 * DAY)["envelopes"] == 1


def test_p36_nothing_open_or_unread_goes_by_a_shorter_term(world: World) -> None:
    world.response(wishes={"talk_to": "not_safe"})
    change_rule(world, "envelope_days", "14", "28")
    change_rule(world, "answer_years", "2", "3")
    assert not {"envelopes", "answers"} & run_at(world, NOON + 3000 * DAY).keys()


def test_p22_an_officer_knows_of_asking_no_longer_than_every_envelope_is_kept(
    world: World,
) -> None:
    with world.session() as session:
        assert sure_envelope_days(session, world.parts.settings) == 28
    change_rule(world, "envelope_days", "40", "28")
    with world.session() as session:
        assert sure_envelope_days(session, world.parts.settings) == 28
    later = NOON + 41 * DAY
    with clock.set_clock(later, everywhere=True), world.session() as session:
        assert sure_envelope_days(session, world.parts.settings) == 40


def test_a_term_that_was_shorter_for_a_while_stays_so_for_what_was_there(
    world: World,
) -> None:
    """Two, then four, then three: what came in under two keeps two, what came in under four has three."""
    change_rule(world, "answer_years", "4", "2", at=NOON)
    change_rule(world, "answer_years", "3", "4", at=NOON + 10 * DAY)
    with world.session() as session:
        rule = {one.name: one for one in rules_in_force(session, world.parts.settings)}
    ends = rule["answers"].ends_at
    assert ends(date(2026, 10, 14)) == date(2028, 10, 14)
    assert ends(date(2026, 10, 20)) == date(2029, 10, 20)
    assert ends(date(2026, 11, 1)) == date(2029, 11, 1)
    cutoff = rule["answers"].cutoff
    assert cutoff(date(2029, 10, 13)) == date(2026, 10, 14)
    assert cutoff(date(2029, 10, 20)) == date(2026, 10, 20)


def test_complaints_too_keep_the_term_under_which_they_came(world: World) -> None:
    change_rule(world, "complaint_years", "3", "2")
    with world.session() as session:
        rule = {one.name: one for one in rules_in_force(session, world.parts.settings)}
    ends = rule["complaints"].ends_at
    assert ends(NOON + 30 * DAY, NOON) == (NOON + 30 * DAY).replace(year=2028)
    assert ends(NOON + 30 * DAY, NOON + 2 * DAY) == (NOON + 30 * DAY).replace(year=2029)
