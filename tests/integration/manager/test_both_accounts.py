"""IRO says, child says: true counts of the whole service, as SQL written apart counts them, and no officer's name."""

from __future__ import annotations

from sqlalchemy import text

from bench.support.world import World

PAGE = "/manager/iro-says?month=2026-09&period=month"
SAYS_THERE = text(
    "SELECT count(*) FROM response r JOIN answer_option o ON o.response_id = r.id"
    " WHERE r.month = '2026-09' AND r.pn_code IN ('PN5', 'PN6', 'PN7')"
    " AND o.question = 'at_meeting' AND o.option <> 'no'"
)


def test_the_page_counts_what_the_rows_hold_and_names_nobody(lite: World) -> None:
    iro = lite.iro("Officer Oak")
    for number in range(14):
        lite.response(
            iro,
            month="2026-09",
            pn="PN6" if number < 12 else "PN2",
            answers={
                "at_meeting": ["some" if number in (0, 1, 12) else "no"],
                "views_shared": ["iro"],
                "sounded_like_me": ["yes" if number % 3 else "no"],
            },
        )
    page = lite.sign_in(lite.manager()).get(PAGE).text
    with lite.session() as session:
        differ = session.scalar(SAYS_THERE)
    assert differ == 2
    assert f"{differ} of 12 children who were noted as not being there say that they were" in page  # fmt: skip
    assert "1 of 2 who were noted as there say that they were not" in page
    assert "83%, 10 of 12" in page
    assert "Officer Oak" not in page


def test_a_month_that_nobody_knows_is_said_and_the_usual_is_shown(lite: World) -> None:
    client = lite.sign_in(lite.manager())
    page = client.get("/manager/iro-says?month=someday").text
    assert "There is a problem" in page
    assert "0 of 0 children" in page
