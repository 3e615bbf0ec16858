"""The short form: half, code, age and reference; mode, way of choosing and code stand chosen as the officer does it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.invitation import Invitation
from tests.support.asking import ASK
from tests.support.asking import ask_a_child as ask

SHORT = {
    "way": "link",
    "part": "took-part",
    "pn_code": "PN1",
    "age": "8-11",
    "mode": "in_person",
    "how_chosen": "next_due",
    "reference": "CASE-77",
}
"""What the short form sends, filled in."""


def only_invitation(world: World) -> Invitation:
    with world.session() as session:
        return session.scalars(select(Invitation)).one()


def chosen(client: CheckedClient, part: str) -> tuple[set[str], str]:
    """What stands chosen when the form opens, and the line that says so."""
    page = client.get(f"/iro/ask?part={part}").text
    inputs = re.findall(r"<input[^>]*checked[^>]*>", page)
    values = {re.search(r'value="(\w+)"', one)[1] for one in inputs}  # type: ignore[index]
    values |= set(re.findall(r'<option selected value="(\w+)"', page))
    line = re.search(r"<summary>(.*?)</summary>", page)
    assert line
    return values - {"en"}, re.sub(r"<[^>]+>", "", line[1])


@pytest.mark.parametrize(
    ("age", "band", "over5", "over16"),
    [
        pytest.param("4-5", "4-7", False, False, marks=pytest.mark.full),
        ("6-7", "4-7", True, False),
        pytest.param("8-11", "8-11", True, False, marks=pytest.mark.full),
        pytest.param("12-15", "12-17", True, False, marks=pytest.mark.full),
        ("16-17", "12-17", True, True),
    ],
)
def test_one_tap_says_band_and_age_mark(
    lite: World, age: str, band: str, over5: bool, over16: bool
) -> None:
    iro = lite.sign_in(lite.iro())
    iro.submit("/iro/ask?part=took-part", SHORT | {"age": age}, to="/iro/ask")
    made = only_invitation(lite)
    assert (made.band, made.over5, made.over16) == (band, over5, over16)
    assert made.pn_code == "PN1"


def test_what_an_officer_did_last_stands_chosen_and_is_said_in_a_line(
    world: World,
) -> None:
    officer = world.iro()
    iro = world.sign_in(officer)
    new = {"PN1", "in_person", "officer_chose"}
    assert chosen(iro, "took-part") == (new, "In person · I chose · change")
    ask(iro, mode="remote", how_chosen="every_child", pn_code="PN5", reference="A")
    assert chosen(iro, "took-part") == (
        {"PN1", "remote", "every_child"},
        "Remote · I ask every child · change",
    )
    assert chosen(iro, "did-not")[0] == {"PN5", "remote", "every_child"}
    other = world.sign_in(world.iro("Officer Pine"))
    assert chosen(other, "took-part")[0] == new


def test_what_is_true_of_one_child_alone_is_not_taken_over(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    ask(iro, how_chosen="next_due", reference="A")
    for number, one in enumerate(("random", "child_asked", "manager_chose")):
        ask(iro, how_chosen=one, reference=f"B{number}")
    assert "next_due" in chosen(iro, "took-part")[0]


@pytest.mark.full
def test_the_code_is_the_most_frequent_of_its_half_so_that_one_child_does_not_move_it(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    for number, code in enumerate(("PN2", "PN2", "PN3", "PN7")):
        ask(iro, pn_code=code, reference=f"A{number}")
    assert "PN2" in chosen(iro, "took-part")[0]
    assert "PN7" in chosen(iro, "did-not")[0]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("took-part", "PN4"),
        pytest.param("did-not", "PN1", marks=pytest.mark.full),
    ],
)
def test_a_code_of_the_other_half_is_refused(lite: World, part: str, code: str) -> None:
    iro = lite.sign_in(lite.iro())
    page = f"/iro/ask?part={part}"
    sent = SHORT | {"part": part, "pn_code": code}
    iro.submit(page, sent, to="/iro/ask", expect=400)
    with lite.session() as session:
        assert session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize(
    "missing",
    [
        "age",
        pytest.param("pn_code", marks=pytest.mark.full),
        pytest.param("reference", marks=pytest.mark.full),
        "mode",
    ],
)
def test_what_is_left_out_is_asked_for_and_the_rest_stays(
    lite: World, missing: str
) -> None:
    iro = lite.sign_in(lite.iro())
    sent = SHORT | {"age": "6-7", "reference": "CASE-9", "pn_code": "PN2"}
    del sent[missing]
    page = iro.submit("/iro/ask?part=took-part", sent, to="/iro/ask", expect=400).text
    assert "<title>Error:" in page
    assert "There is a problem" in page
    assert missing == "reference" or 'value="CASE-9"' in page
    assert missing == "age" or re.search(r'checked[^>]*value="6-7"', page)
    assert missing == "pn_code" or re.search(r'checked[^>]*value="PN2"', page)
    assert ("<details open" in page.replace(' class="remembered"', "")) == (
        missing == "mode"
    )


def test_a_child_who_was_asked_already_is_asked_about_here_too(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    ask(iro, reference="RF-1")
    sent = SHORT | {"reference": "rf-1"}
    page = iro.submit("/iro/ask?part=took-part", sent, to="/iro/ask", expect=409).text
    assert "waits already" in page
    more = {"again": "y", "again_for": "RF-1"}
    iro.submit("/iro/ask?part=took-part", sent | more, to="/iro/ask", expect=303)


def test_my_month_leads_to_both_halves_and_the_code_is_named_beside_the_qr_code(
    lite: World,
) -> None:
    iro = lite.sign_in(lite.iro())
    page = iro.get("/iro/month").text
    for part in ("took-part", "did-not"):
        assert f'href="/iro/ask?part={part}"' in page
    sent = SHORT | {"part": "did-not", "pn_code": "PN6"}
    path = iro.submit("/iro/ask?part=did-not", sent, to="/iro/ask").location
    assert "PN6: did not come, sent their views · In person" in iro.get(path).text
    assert "How did the child take part" in iro.get("/iro/ask?part=nonsense").text


@pytest.mark.full
def test_without_a_link_it_is_noted_who_said_no(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    iro.submit("/iro/ask?part=did-not", SHORT | {"way": "said_no"}, to="/iro/ask")
    assert only_invitation(lite).outcome == "declined"


def test_two_ticks_are_noted_with_an_invitation_and_put_right_while_it_waits(
    world: World,
) -> None:
    iro = world.sign_in(world.iro())
    path = ask(iro, letter_sent="y")
    made = only_invitation(world)
    assert (made.spoke_before, made.letter_sent) == (False, True)
    for fact, done, kept in (
        ("spoke_before", "yes", (True, True)),
        ("letter_sent", "no", (True, False)),
        ("letter_sent", "no", (True, False)),
        ("spoke_before", "no", (False, False)),
    ):
        iro.submit(path, {"fact": fact, "done": done}, to=f"{path}/before")
        made = only_invitation(world)
        assert (made.spoke_before, made.letter_sent) == kept
        pressed = iro.get(path).text.count('aria-pressed="true"')
        assert pressed == sum(kept)
    iro.submit(
        path, {"fact": "outcome", "done": "yes"}, to=f"{path}/before", expect=404
    )


@pytest.mark.full
def test_no_tick_is_noted_once_the_child_has_answered(lite: World) -> None:
    officer = lite.iro()
    iro, one = lite.sign_in(officer), lite.invitation(officer)
    lite.receive(lite.form(one))
    iro.submit(
        "/iro/month",
        {"fact": "spoke_before", "done": "yes"},
        to=f"/iro/links/{one.id}/before",
    )
    assert "This link is over already" in iro.get("/iro/month").text
    assert not only_invitation(lite).spoke_before


def test_both_ticks_stand_in_the_file_of_what_is_held(lite: World) -> None:
    officer = lite.iro()
    one = lite.invitation(officer, spoke_before=True)
    lite.receive(lite.form(one, {}, {"better": "x"}))
    lead = lite.sign_in(lite.lead())
    path = f"/safeguarding/links/{one.id}"
    typed = {"reason": "the child asks", "csrf_token": lead.guard(path)}
    page = lead.http.post(f"{path}/what-we-hold", data=typed).text
    told = re.sub(r"<[^>]+>|\s+", " ", page)
    assert re.search(r"spoke with the child before\s+yes", told)
    assert re.search(r"letter sent\s+no", told)


@pytest.mark.full
def test_the_long_form_takes_both_ticks(lite: World) -> None:
    iro = lite.sign_in(lite.iro())
    iro.submit("/iro/ask", ASK | {"spoke_before": "y"})
    assert only_invitation(lite).spoke_before
