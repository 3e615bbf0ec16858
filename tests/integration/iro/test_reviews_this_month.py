"""An officer's own imported reviews: listed in My month, asked from in one tap, drawn from without pasting."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.draw import Draw
from feedback_app.models.invitation import Invitation
from tests.conftest import NOON
from tests.support.asking import ask_a_child
from tests.support.reviews import HELD, import_review

DAY = timedelta(days=1)


def section(page: str) -> str:
    """The list on My month; "" where there is none."""
    found = re.search(r'aria-labelledby="reviews">.*?</section>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def checked(page: str, name: str) -> list[str]:
    """The values of a field's chosen boxes."""
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [
        re.search(r'value="([^"]*)"', box)[1]  # type: ignore[index]
        for box in boxes
        if "checked" in box
    ]


def test_nothing_changes_where_nothing_is_imported(world: World) -> None:
    iro = world.sign_in(world.iro())
    page = iro.get("/iro/month").text
    assert section(page) == ""
    assert "this week" not in page
    assert "From my reviews" not in iro.get("/iro/pick").text


def test_my_month_lists_ones_own_reviews_and_says_how_many_this_week_has(
    world: World,
) -> None:
    officer, other = world.iro(), world.iro("Officer Pine")
    import_review(world, officer, reference="LC-1", pn_code="PN6", band=None)
    import_review(world, officer, reference="LC-2", pn_code="PN0", band="4-7")
    import_review(
        world, officer, reference="LC-3", held_on=None, due_on=HELD + 5 * DAY,
        pn_code=None,
    )  # fmt: skip
    import_review(world, officer, reference="LC-4", held_on=date(2026, 9, 30))
    import_review(world, officer, reference=None, held_on=date(2026, 10, 1))
    import_review(world, other, reference="LC-5")
    page = world.sign_in(officer).get("/iro/month").text
    said = section(page)
    assert "LC-1 12 October · did not take part Ask LC-1" in said
    assert "LC-2 12 October · under 4, not counted · 4–7" in said
    assert "LC-3 17 October · still to come · 8–11" in said
    assert "Review on 1 October took part · 8–11" in said
    assert "LC-4" not in page
    assert "LC-5" not in page
    assert said.count("Ask") == 1
    assert "October ends on 31 October. You have 3 reviews this week." in page
    september = world.sign_in(officer).get("/iro/month?month=2026-09").text
    assert "Reviews in September LC-4 30 September · took part · 8–11 Ask" in section(
        september
    )
    assert "this week" not in september


def test_who_was_asked_has_no_button_and_more_than_eight_rows_are_folded(
    world: World,
) -> None:
    officer = world.iro()
    for number in range(10):
        import_review(world, officer, reference=f"LC-{number}")
    iro = world.sign_in(officer)
    world.response(officer, reference="lc\N{EN DASH}3")
    ask_a_child(iro, reference="LC-4")
    page = iro.get("/iro/month").text
    said = section(page)
    assert said.count(" Ask ") == 8
    assert "LC-3 12 October · took part · 8–11 asked" in said
    assert "LC-4 12 October · took part · 8–11 asked" in said
    assert said.index("Show all 10") < said.index("LC-3")


def test_a_tap_on_ask_opens_the_form_filled_in_and_it_is_asked_as_it_stands(
    world: World,
) -> None:
    officer = world.iro()
    review = import_review(
        world, officer, pn_code="PN5", spoke_on=date(2026, 10, 6), mode="blended"
    )
    iro = world.sign_in(officer)
    address = f"/iro/reviews/{review}/ask"
    assert address in iro.get("/iro/month").text
    page = iro.get(address).text
    assert "A child who did not take part" in page
    assert checked(page, "pn_code") == ["PN5"]
    assert checked(page, "age") == ["8-11"]
    assert checked(page, "mode") == ["blended"]
    assert len(checked(page, "spoke_before")) == 1
    assert 'value="LC-2041"' in page
    assert "review on 12 October, age 8–11, spoke on 6 October." in page
    sent = {
        "part": "did-not", "review": review, "pn_code": "PN5", "age": "8-11",
        "mode": "blended", "how_chosen": "next_due", "language": "en",
        "reference": "LC-2041", "spoke_before": "y", "way": "link",
    }  # fmt: skip
    wrong = iro.submit(address, sent | {"age": ""}, to="/iro/ask", expect=400).text
    assert "spoke on 6 October." in wrong, "it is said again where something is missing"
    other = iro.submit(
        address, sent | {"age": "", "reference": "LC-9"}, to="/iro/ask", expect=400
    ).text
    assert "From the case system" not in other, "another child's reference was typed"
    iro.submit(address, sent, to="/iro/ask")
    with world.session() as session:
        made = session.scalars(select(Invitation)).one()
    assert (made.pn_code, made.mode, made.band) == ("PN5", "blended", "8-11")
    assert made.spoke_before
    again = iro.submit(address, sent, to="/iro/ask", expect=409).text
    assert "waits already" in again


def test_what_the_file_does_not_say_is_left_open(world: World) -> None:
    officer = world.iro()
    unknown = import_review(world, officer, pn_code=None, mode=None, band="12-17")
    young = import_review(world, officer, band="4-7", reference="LC-7")
    iro = world.sign_in(officer)
    page = iro.get(f"/iro/reviews/{unknown}/ask").text
    assert 'name="band"' in page, "without a code the half is not known"
    assert checked(page, "band") == ["12-17"]
    assert checked(page, "spoke_before") == []
    short = iro.get(f"/iro/reviews/{young}/ask").text
    assert checked(short, "age") == [], "4 to 7 is two ages in the short form"
    assert "age 4–7." in short


@pytest.mark.parametrize(
    ("spoke_on", "ticked"),
    [
        (None, 0),
        (HELD, 1),
        (HELD - DAY, 1),
        (date(2026, 9, 14), 1),
        (date(2026, 9, 11), 0),
        (HELD + DAY, 0),
    ],
)
def test_a_talk_counts_within_twenty_working_days_before_the_review(
    lite: World, spoke_on: date | None, ticked: int
) -> None:
    review = import_review(lite, lite.iro(), spoke_on=spoke_on)
    page = lite.sign_in(lite.iro()).get(f"/iro/reviews/{review}/ask").text
    assert len(checked(page, "spoke_before")) == ticked
    assert ("is ticked." in page) == bool(ticked)


def test_another_officers_review_is_as_unknown_as_one_that_never_was(
    world: World,
) -> None:
    review = import_review(world, world.iro("Officer Pine"))
    iro = world.sign_in(world.iro())
    for unknown in (review, "0" * 32):
        iro.get(f"/iro/reviews/{unknown}/ask", expect=404)


def test_one_tap_draws_from_the_reviews_of_a_half_and_the_code_is_filled_in(
    world: World,
) -> None:
    officer = world.iro()
    for number in range(3):
        import_review(
            world, officer, pn_code="PN2", reference=f"LC-{number}",
            spoke_on=HELD - DAY,
        )  # fmt: skip
    import_review(world, officer, pn_code="PN2", reference="LC\N{EN DASH}2")
    import_review(world, officer, pn_code="PN6", reference="LC-8")
    import_review(world, world.iro("Officer Pine"), pn_code="PN2", reference="LC-9")
    import_review(world, officer, reference="LC-10", held_on=date(2026, 9, 30))
    iro = world.sign_in(officer)
    page = iro.get("/iro/pick").text
    assert "Draw: took part (3 children)" in page
    assert "Draw: did not take part (1 child)" in page
    name = re.search(r'name="draw" value="(\w+)"', page)[1]  # type: ignore[index]
    fields = {"part": "took_part", "draw": name}
    page = iro.submit("/iro/pick", fields, to="/iro/pick/reviews", expect=200).text
    assert "drawn by the app from 3 children" in page
    drawn = {
        one: re.search(rf'name="{one}" value="([^"]+)"', page)[1]  # type: ignore[index]
        for one in ("draw", "reference", "review")
    }
    assert drawn["reference"] in {"LC-0", "LC-1", "LC-2", "LC\N{EN DASH}2"}
    same = iro.submit("/iro/pick", fields, to="/iro/pick/reviews", expect=200).text
    assert f"<bdi>{drawn['reference']}</bdi>" in same, "the same form is one draw"
    form = iro.submit(
        "/iro/pick", drawn, to="/iro/ask/drawn?part=took-part", expect=200
    ).text
    assert checked(form, "pn_code") == ["PN2"]
    assert '<option selected value="drawn">' in form
    sent = drawn | {
        "part": "took-part", "pn_code": "PN2", "age": "8-11", "mode": "remote",
        "how_chosen": "drawn", "language": "en", "way": "link",
    }  # fmt: skip
    iro.submit("/iro/ask", sent)
    with world.session() as session:
        made = session.scalars(select(Invitation)).one()
        assert session.scalars(select(Draw)).all() == []
    assert (made.how_chosen, made.draws_unused, made.pn_code) == ("drawn", 0, "PN2")


def test_too_few_to_draw_from_is_said_and_another_half_is_none(world: World) -> None:
    officer = world.iro()
    import_review(world, officer, reference="LC-1")
    import_review(world, officer, reference="LC-2")
    world.response(officer, reference="LC-2")
    iro = world.sign_in(officer)
    page = iro.submit(
        "/iro/pick", {"part": "took_part"}, to="/iro/pick/reviews", expect=400
    ).text
    assert "There must be at least two children to draw from. 1 child is left" in page
    iro.submit("/iro/pick", {"part": "all"}, to="/iro/pick/reviews", expect=404)


def test_the_button_of_last_month_goes_when_nobody_can_know_any_more_who_was_asked(
    lite: World,
) -> None:
    officer = lite.iro()
    import_review(lite, officer)
    for days, shown in ((18, True), (27, False)):
        with clock.set_clock(NOON + days * DAY, everywhere=True):
            page = lite.sign_in(officer).get("/iro/month?month=2026-10").text
            assert ("Ask LC-2041" in section(page)) == shown, days
