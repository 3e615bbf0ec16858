"""Reviews held, and what officers noted beside what children say: against rows that were counted by hand."""

from __future__ import annotations

import re
from datetime import date

from bench.support.world import RATE_MY_REVIEW, World
from feedback_app import clock
from feedback_app.month import Month
from feedback_app.reports.figures.iro_says import (
    Agreement,
    IroSays,
    add_up,
    compare_accounts,
)
from feedback_app.reports.figures.reviews_held import (
    ReviewCounts,
    count_reviews,
)
from feedback_app.rulebook.counted_codes import read_codes
from tests.support.addresses import REPORT_DUE
from tests.support.reviews import import_review

OCTOBER = Month(2026, 10)


def test_reviews_count_in_the_month_in_which_they_were_held_else_are_due(
    world: World,
) -> None:
    oak, pine = world.iro(), world.iro("Officer Pine")
    with world.session() as session:
        assert not count_reviews(session, [OCTOBER], read_codes(session))[OCTOBER]
    for code in ("PN1", "PN3", "PN4", "PN7", "PN7", "PN0", None):
        import_review(world, oak, pn_code=code, reference=None)
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    import_review(world, pine, held_on=first, due_on=date(2026, 9, 20), reference=None)
    import_review(world, pine, held_on=None, due_on=last, pn_code=None, reference=None)
    import_review(world, pine, held_on=date(2026, 11, 1), due_on=last, reference=None)
    import_review(world, pine, held_on=date(2026, 9, 30), due_on=first, reference=None)
    with world.session() as session:
        found = count_reviews(session, [OCTOBER], read_codes(session))[OCTOBER]
    assert found.counts_of(oak.id) == ReviewCounts(2, 3, 1, 1, 0)
    assert found.counts_of(pine.id) == ReviewCounts(took_part=1, not_held=1)
    assert found.whole_service == ReviewCounts(3, 3, 1, 1, 1)
    assert found.whole_service.all_held == 8
    assert not found.counts_of(None)


def test_board_and_report_show_them_only_where_any_was_imported(world: World) -> None:
    officer = world.iro()
    world.response(officer)
    manager = world.sign_in(world.manager())
    plain = manager.get("/manager/2026-10").text
    assert "Reviews held" not in plain
    with clock.set_clock(REPORT_DUE, everywhere=True):
        manager = world.sign_in(world.manager())
        assert "Reviews held" not in manager.get("/manager/reports/2026-10").text
    import_review(world, officer, pn_code="PN1", reference=None)
    import_review(world, officer, pn_code="PN6", reference=None)
    import_review(
        world, officer, held_on=None, due_on=date(2026, 10, 30), pn_code=None,
        reference=None,
    )  # fmt: skip
    page = world.sign_in(world.manager()).get("/manager/2026-10").text
    assert '<td class="n" data-label="Reviews held">2</td>' in page
    assert (
        "From the case system: 2 reviews were held in October (1 took part, 1 did not)."
        in page
    )
    assert "1 review is due and not held so far." in page
    with clock.set_clock(REPORT_DUE, everywhere=True):
        world.choose_numbers()
        manager = world.sign_in(world.manager())
        page = manager.get("/manager/reports/2026-10").text
    table = page[page.index("Reviews, from the case system") :]
    cells = re.findall(
        r'data-label="[^"]*">([^<]*)</td>', table[: table.index("</table>")]
    )
    assert cells == ["2", "1", "1", "0", "1"] * 2, "Officer Oak, then all"


def compared(world: World, *months: Month) -> IroSays:
    with world.session() as session:
        return compare_accounts(session, RATE_MY_REVIEW, *months)


def test_what_officers_noted_beside_what_children_say(world: World) -> None:
    def said(
        pn: str, spoke: bool = False, month: str = "2026-10", band: str = "12-17",
        **answers: str,
    ) -> None:  # fmt: skip
        world.response(
            month=month, pn=pn, band=band, spoke_before=spoke,
            answers={name: option.split() for name, option in answers.items()},
        )  # fmt: skip

    said("PN1", True, at_meeting="yes", said="all", talked_before="yes")
    said("PN1", True, at_meeting="some", said="some", talked_before="no")
    said("PN1", False, at_meeting="no", talked_before="no")
    said("PN2", False, at_meeting="yes", said="no", talked_before="yes")
    said("PN2", True, at_meeting="yes", said="no_wish", talked_before="offered")
    said("PN4", True, band="4-7", at_meeting="no", views_shared="yes")
    said(
        "PN5", True, at_meeting="no", views_shared="iro advocate",
        sounded_like_me="no", talked_before="unsure",
    )  # fmt: skip
    said("PN5", False, at_meeting="no", views_shared="iro", sounded_like_me="some")
    said("PN5", False, at_meeting="yes")
    said("PN6", False, at_meeting="no", views_shared="other", sounded_like_me="yes")
    said("PN6", False, at_meeting="no", views_shared="myself")
    said("PN6", False, at_meeting="no", views_shared="carer", sounded_like_me="unsure")
    said("PN7", False)
    said("PN0", False, band="4-7", at_meeting="yes")
    said("PN1", True, month="2025-10", at_meeting="yes", talked_before="yes")
    said("PN1", True, month="2025-11", at_meeting="no", talked_before="yes")

    found = compared(world, *OCTOBER.year_to_here)
    assert found.months == OCTOBER.year_to_here
    assert found.there == {
        "PN1": Agreement(agree=2, differ=2),
        "PN2": Agreement(agree=2),
        "PN4": Agreement(differ=1),
        "PN5": Agreement(agree=2, differ=1),
        "PN6": Agreement(agree=3),
    }
    assert found.had_say == {
        "PN1": Agreement(agree=1, partly=1),
        "PN2": Agreement(differ=1, unsure=1),
    }
    assert found.noted_talk == Agreement(agree=2, differ=1, unsure=2)
    assert found.no_talk_noted == Agreement(agree=1, differ=1)
    assert found.own_views == {
        "PN5": Agreement(partly=1, differ=1),
        "PN6": Agreement(agree=1, unsure=1),
    }
    assert found.by_speaker == {
        "iro": Agreement(partly=1, differ=1),
        "advocate": Agreement(differ=1),
        "other": Agreement(agree=1),
        "carer": Agreement(unsure=1),
    }
    given = {
        (question, option): found.answers.get((question, option))
        for question, option in (
            ("at_meeting", "yes"), ("at_meeting", "no"), ("sounded_like_me", "some"), ("talked_before", "offered"),
        )
    }  # fmt: skip
    assert list(given.values()) == [5, 8, 1, 1]
    together = add_up(found.there, "PN1", "PN2", "PN3")
    assert (together, together.compared_children) == (Agreement(4, 0, 2), 6)
    assert add_up(found.own_views, "PN7") == Agreement()
    assert compared(world, Month(2026, 8)).there == {}
