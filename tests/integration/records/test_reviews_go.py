"""References of imported reviews go by the clock of their month, the rows after two years, both with an erasure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import clock
from feedback_app.invitations import references
from feedback_app.invitations.review_references import reference_lasts_until
from feedback_app.models.base import Base
from feedback_app.models.review import ImportedReview, ReviewReference
from feedback_app.models.running import AuditEntry
from feedback_app.operations import after_restore
from feedback_app.privacy.keys import load_keys
from feedback_app.records import erasure, preview, stops
from feedback_app.records import nightly as retention
from feedback_app.records.rules import retention_rules
from tests.conftest import NOON
from tests.support.database_files import on_disk
from tests.support.finished_case import see_to_all
from tests.support.reviews import import_review

DAY = timedelta(days=1)


def number_of(world: World, table: type[Base]) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def run_at(world: World, at: datetime) -> dict[str, int]:
    """A night's run; how many of each rule went."""
    with clock.set_clock(at, everywhere=True):
        done = retention.run_retention(
            world.parts.database, world.parts.keys, world.parts.settings
        )
    return {str(name): number for name, number in done.items() if number}


def night_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=clock.LONDON)


def previewed(world: World, at: datetime) -> dict[str, tuple[int, int, date | None]]:
    with world.session() as session:
        found = preview.preview_deletion(session, world.parts.settings, at)
    return {
        one.rule.name: (one.due, one.soon, one.next_at.date() if one.next_at else None)
        for one in found
        if "review" in one.rule.name
    }


def test_the_last_day_is_so_many_days_after_the_end_of_the_reviews_month() -> None:
    assert reference_lasts_until(date(2026, 10, 1), 28) == date(2026, 11, 28)
    assert reference_lasts_until(date(2026, 10, 31), 28) == date(2026, 11, 28)
    assert reference_lasts_until(date(2028, 2, 29), 1) == date(2028, 3, 1)


def test_p36_a_reference_goes_with_the_clock_of_its_month_bytes_too_and_the_row_later(
    world: World, request: pytest.FixtureRequest
) -> None:
    import_review(world, held_on=date(2026, 10, 1), reference="LC-1")
    import_review(world, held_on=date(2026, 10, 31), reference="LC-2")
    import_review(world, held_on=None, due_on=date(2026, 11, 1), reference="LC-3")
    import_review(
        world, held_on=date(2026, 11, 1), due_on=date(2026, 9, 1), reference="LC-4"
    )
    with world.session() as session:
        values = {bytes(one) for one in session.scalars(select(ReviewReference.value))}
    world.parts.database.wipe_deleted(retention.TABLES_TO_WIPE)
    assert len(on_disk(world, request, *values)) == 4
    assert previewed(world, NOON)["review_references"] == (0, 0, date(2026, 11, 29))
    assert previewed(world, NOON + 30 * DAY)["review_references"][:2] == (0, 2)
    last = reference_lasts_until(date(2026, 10, 31), 28)
    assert "review_references" not in run_at(world, night_of(last))
    over = night_of(last + DAY)
    assert previewed(world, over)["review_references"][:2] == (2, 2)
    assert run_at(world, over)["review_references"] == 2
    with world.session() as session:
        kept = {bytes(one) for one in session.scalars(select(ReviewReference.value))}
    assert len(kept) == 2
    assert set(on_disk(world, request, *values)) == kept
    assert number_of(world, ImportedReview) == 4, "their counts stay"
    assert "review_references" not in run_at(world, night_of(date(2026, 12, 28)))
    assert run_at(world, night_of(date(2026, 12, 29)))["review_references"] == 2


def test_p36_the_row_goes_after_two_years_and_a_stop_holds_it_back(
    world: World,
) -> None:
    import_review(world, held_on=date(2026, 10, 12))
    before, over = (night_of(date(2028, 10, day)) for day in (11, 12))
    assert previewed(world, before)["reviews"] == (0, 1, date(2028, 10, 11))
    assert run_at(world, before) == {"review_references": 1}
    with world.session(reading=False) as session:
        world.invitation()
        stops.note_jump(session, over)
        session.commit()
    with pytest.raises(stops.RetentionStopped):
        run_at(world, over)
    assert number_of(world, ImportedReview) == 1
    with world.session(reading=False) as session:
        stops.clear_stops(session)
        session.commit()
    assert run_at(world, over)["reviews"] == 1
    assert number_of(world, ImportedReview) == 0
    names = [one.name for one in retention_rules(world.parts.settings)]
    assert names.index("review_references") < names.index("reviews")


def test_p38_an_erasure_takes_the_childs_reviews_along_also_after_a_restore(
    world: World,
) -> None:
    invitation = world.invitation(reference="LC\N{EN DASH}2041")
    mine = import_review(world, reference="lc-2041")
    other = import_review(world, reference="LC-2042")
    with world.parts.database.short_write() as session:
        erasure.erase_invitation(
            session,
            world.parts.keys,
            world.parts.settings.erased_file,
            invitation.id,
            reason="they asked",
            person_id=world.lead().id,
        )
    with world.session() as session:
        assert session.scalars(select(ImportedReview.id)).all() == [other]
        assert session.scalars(select(ReviewReference.review_id)).all() == [other]
    # The same backup without the link, made after it: the review's own line on the list erases it.
    with world.parts.database.short_write() as session:
        session.add(
            ImportedReview(
                id=mine, case_digest="1" * 32, iro_id=world.iro().id, held_on=NOON.date(),
                imported_at=NOON, imported_by_id=world.manager().id,
            )
        )  # fmt: skip
    said = after_restore.settle_restored(
        world.parts.database, world.parts.keys, world.parts.settings
    )
    assert "lists 2 erasures: 1 erased again, 1 already in this backup" in said[0]
    with world.session() as session:
        assert session.scalars(select(ImportedReview.id)).all() == [other]


def find(client: CheckedClient, reference: str, expect: int = 200) -> str:
    fields = {"by": "reference", "what": reference, "reason": "their mother asks"}
    return client.submit("/safeguarding/links/", fields, expect=expect).text


def test_a_review_is_found_by_the_exact_reference_shown_whole_and_erased(
    world: World,
) -> None:
    officer = world.iro()
    first = import_review(world, officer, spoke_on=date(2026, 10, 6))
    second = import_review(world, officer, held_on=None, due_on=date(2026, 11, 2))
    other = import_review(world, officer, reference="LC-9")
    lead = world.sign_in(world.lead())
    assert "Nothing was found" in find(lead, "LC-204", expect=404)
    page = find(lead, "lc\N{EN DASH}2041")
    assert "A review was found" in page
    assert "Review on 12 October 2026" in page
    assert "Review due on 2 November 2026" in page
    address = f"/safeguarding/links/reviews/{first}"
    assert address in page
    page = lead.get(address).text
    for said in ("LC-2041", "12 October 2026", "6 October 2026", "28 November 2026"):
        assert said in page, said
    assert "2 November 2026" in page, "the same child's other review"
    assert "12 October 2028" in page
    assert officer.name not in page
    wrong = lead.submit(address, {"reason": "x"}, to=f"{address}/erase", expect=400)
    assert "Tick that it is to be erased for good." in wrong.text
    lead.submit(
        address, {"reason": "they asked", "sure": "yes"}, to=f"{address}/erase",
        expect=303,
    )  # fmt: skip
    with world.session() as session:
        assert session.scalars(select(ImportedReview.id)).all() == [other]
        erased = select(AuditEntry.about).where(AuditEntry.what == "erased")
        assert set(session.scalars(erased)) == {first, second}
    lead.get(address, expect=404)
    world.sign_in(officer).get(address, expect=404)


def test_the_file_of_what_is_held_has_the_reviews_with_the_links_reference(
    world: World,
) -> None:
    invitation = world.invitation(reference="LC-2041")
    import_review(world, pn_code="PN5", spoke_on=date(2026, 10, 6))
    import_review(world, reference="LC-9", pn_code="PN7")
    see_to_all(world)
    lead = world.sign_in(world.lead())
    address = f"/safeguarding/links/{invitation.id}"
    assert (
        "Reviews from the case system with the same reference" in lead.get(address).text
    )
    data = {"reason": "they asked", "csrf_token": lead.guard()}
    told = lead.http.post(f"{address}/what-we-hold", data=data).text
    assert "6 October 2026" in told
    assert told.count("<h3>A review</h3>") == 1


def test_p35_a_change_of_keys_seals_references_anew_and_renewed_digests_find_them(
    world: World,
) -> None:
    review = import_review(world, reference="LC\N{EN DASH}2041")
    database, folder = world.parts.database, world.parts.settings.keys_dir
    with database.short_write() as session:
        session.execute(update(ReviewReference).values(reference_digest="0" * 64))
    assert references.renew_digests(database, world.parts.keys) == 1
    with world.session() as session:
        sealed = session.get_one(ReviewReference, review)
        wanted = references.reference_digest(world.parts.keys, "lc-2041")
        assert sealed.reference_digest == wanted
    before = world.parts.keys.envelope.current
    done = world.app.test_cli_runner().invoke(
        args=["keys", "rotate", "envelope", "--wait", "0"]
    )
    assert done.exit_code == 0, done.output
    keys = load_keys(folder)
    with world.session() as session:
        sealed = session.get_one(ReviewReference, review)
        assert sealed.key_id == keys.envelope.current != before
        assert references.open_review_reference(keys, sealed) == "LC\N{EN DASH}2041"
