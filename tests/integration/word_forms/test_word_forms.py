"""Word forms from the pages of officers and managers: for a link, for a group, and blank."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from bench.support.world import World
from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import AnswerOption
from feedback_app.survey.form_order import FormQuestion, form_questions
from feedback_app.survey.model import Facts
from feedback_app.survey.types import type_of
from feedback_app.survey_page.keyed_in import visit_of
from feedback_app.word_forms.files import DOCX
from tests.conftest import NOON
from tests.support.asking import ASK, invite_group
from tests.support.surveys import NUMBERS
from tests.support.word_forms import print_all, printed_text, text_of

GROUP = {
    "survey": "u-matter",
    "band": "12-17",
    "how_chosen": "every_child",
    "references": "CASE-10\nCASE-9",
}


def code_in(file: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        for name in parts.namelist():
            if name.startswith("word/media/"):
                with Image.open(io.BytesIO(parts.read(name))) as picture:
                    found = zxingcpp.read_barcode(picture.convert("L"))
                if found:
                    return found.text
    return ""


def test_an_officer_makes_a_link_and_its_form_with_one_press(world: World) -> None:
    officer = world.sign_in(world.iro())
    page = officer.submit("/iro/ask", {**ASK, "way": "form"}).headers["Location"]
    assert "CASE-77" in officer.get(page).text
    answer = officer.get(f"{page}/form")
    assert answer.mimetype == DOCX
    assert answer.headers["Cache-Control"] == "no-store"
    named = 'attachment; filename="rate-my-review-8-11-en.docx"'
    assert answer.headers["Content-Disposition"] == named
    with world.session() as session:
        made = session.scalars(select(Invitation)).one()
    token, words = world.token(made), world.words(made)
    assert code_in(answer.data).endswith(f"/r/{token}")
    text = text_of(answer.data)
    form, _, stub = text.partition("For the office.")
    assert words in form
    assert "CASE-77" not in form
    assert "Officer Oak" not in form
    assert "CASE-77" in stub
    assert "Officer Oak" in stub
    assert words not in stub
    large = officer.get(f"{page}/form?large=1")
    assert "8-11-large-en.docx" in large.headers["Content-Disposition"]


def test_nobody_gets_the_form_of_anothers_link_or_of_one_that_is_over(
    world: World,
) -> None:
    made = world.invitation()
    page = f"/forms/links/{made.id}"
    for other in (world.iro("Officer Elm"), world.manager()):
        stranger = world.sign_in(other)
        stranger.get(page, expect=404)
        stranger.get(f"{page}/form", expect=404)
    with clock.set_clock(NOON + timedelta(days=20), everywhere=True):
        mine = world.sign_in(world.iro())
        mine.get(f"{page}/form", expect=404)


def test_a_manager_gets_a_groups_forms_in_one_file(world: World) -> None:
    manager = world.sign_in(world.manager())
    invite_group(manager, GROUP)
    assert "Word forms" in manager.get("/manager/asked").text
    day = clock.today()
    asked = f"survey=u-matter&band=12-17&day={day}"
    assert "2 forms" in manager.get(f"/manager/asked/forms?{asked}").text
    answer = manager.get(
        f"/manager/asked/forms/file?{asked}&look=older&language=en&part=0"
    )
    assert answer.mimetype == DOCX
    text = text_of(answer.data)
    with world.session() as session:
        made = session.scalars(select(Invitation)).all()
    assert all(world.words(one) in text for one in made)
    assert text.index("CASE-10") < text.index("CASE-9"), "as the list was pasted"
    manager.get(f"/manager/asked/forms/file?{asked}&look=easy&part=0", expect=303)


@pytest.mark.parametrize("role", ["iro", "manager"])
def test_a_blank_form_is_chosen_by_survey_age_look_and_language(
    world: World, role: str
) -> None:
    person = world.iro() if role == "iro" else world.manager()
    client = world.sign_in(person)
    page = client.get("/forms").text
    assert ("The yearly survey" in page) == (role == "manager")
    answer = client.get(
        "/forms/blank?survey=rate-my-review&band=12-17&easy=y&language=ar"
        "&mode=remote&over16=y"
    )
    assert answer.mimetype == DOCX
    named = 'attachment; filename="rate-my-review-12-17-easy-ar.docx"'
    assert answer.headers["Content-Disposition"] == named
    assert code_in(answer.data) == ""
    text = text_of(answer.data)
    assert text.count("_" * 20) == 4
    assert "PN1: came and spoke" in text


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("survey=rate-my-review&band=16-25&language=en", "not for this age"),
        ("survey=u-matter&band=8-11&language=ar", "not offered in this language"),
        ("survey=rate-my-review&band=8-11&over16=y&language=en", "16 or over"),
        ("survey=no-such&band=8-11&language=en", "Not a valid choice"),
    ],
)
def test_a_blank_form_that_there_is_not_is_explained(
    world: World, asked: str, problem: str
) -> None:
    manager = world.sign_in(world.manager())
    answer = manager.get(f"/forms/blank?{asked}&mode=not_known", expect=400)
    assert problem in answer.text


def ticked(asked: tuple[FormQuestion, ...]) -> dict[int, str]:
    """Number on the form -> letters that a child ticks: the first of every question that has letters."""
    return {
        one.number: "ab"
        if type_of(one.question).takes_several and len(one.options) > 1
        else "a"
        for one in asked
        if one.options
    }


@pytest.mark.full
def test_a_form_keyed_back_from_its_print_stores_what_was_ticked(
    world: World, tmp_path: Path
) -> None:
    """Each answer is found on paper by its number and letter, and is stored under the option that stands there."""
    made = world.invitation(mode="remote")
    officer = world.sign_in(world.iro())
    file = officer.get(f"/forms/links/{made.id}/form").data
    text = printed_text(print_all({"form": file}, tmp_path)["form"], "-layout")
    with world.session() as session, world.app.test_request_context():
        visit = visit_of(session, session.get_one(Invitation, made.id))
    catalogue = world.parts.catalogue
    asked = form_questions(
        catalogue,
        catalogue.find_survey(visit.survey, visit.version),
        visit.band,
        visit.look,
        visit.facts or Facts(),
        visit.spotlight,
        NUMBERS,
    )
    lines = [" ".join(line.split()) for line in text.splitlines()]
    fields: dict[str, list[str]] = {"day": ["2026-10-14"]}
    expected: dict[str, set[str]] = {}
    for one in asked:
        start = lines.index(f"{one.number} {one.question.text}")
        for letter in ticked(asked).get(one.number, ""):
            option = next(o for o in one.options if o.letter == letter)
            printed = f"{letter} \N{BALLOT BOX} {option.option.label}"
            assert printed in lines[start : start + 24], (one.number, printed)
            fields.setdefault(option.field, []).append(option.option.id)
            if one.can_be_declined:
                expected.setdefault(one.question.id, set()).add(option.option.id)
    manager = world.sign_in(world.manager())
    path = manager.submit("/paper/", {"words": world.words(made)}).headers["Location"]
    manager.submit(path, fields)
    with world.session() as session:
        stored: dict[str, set[str]] = {}
        for one in session.scalars(select(AnswerOption)):
            stored.setdefault(one.question, set()).add(one.option)
    assert stored
    for question, options in stored.items():
        assert options == expected[question], question
