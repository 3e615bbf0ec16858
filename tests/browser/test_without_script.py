"""A browser without script comes to the end of every survey: each question answered, the follow-ups too, and sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bench.support.browser import PHONE, Site, standing
from bench.support.kinds import Kind, fewest
from feedback_app import clock
from feedback_app.models import response as kept
from feedback_app.models.invitation import Invitation
from feedback_app.models.text import SealedText
from feedback_app.month import Month
from feedback_app.responses import read as sends
from feedback_app.responses.texts import open_text
from feedback_app.survey.model import Answer, OnAnswer, Question
from feedback_app.survey.path import questions_on_path
from tests.conftest import NOON
from tests.support.kind_params import params

pytestmark = pytest.mark.browser

WORDS = "Words of mine:\nsecond line, 🐈 & <b>"


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One live site for all tests here."""
    with (
        clock.set_clock(NOON, everywhere=True),
        standing(tmp_path_factory.mktemp("plain")) as site,
    ):
        yield site


@pytest.fixture(scope="module")
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    context = browser.new_context(java_script_enabled=False, **PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def answered(question: Question, option: int) -> Answer:
    """That option of the question (for ticks: and the one after it), or words."""
    if question.type == "text":
        return Answer(question.id, "given", text=WORDS)
    ids = [one.id for one in question.options if not one.exclusive]
    chosen = {ids[option % len(ids)]} | (
        {ids[(option + 1) % len(ids)]} if question.type == "multi" else set()
    )
    return Answer(question.id, "given", tuple(one for one in ids if one in chosen))


def sets_of_answers(
    questions: tuple[Question, ...], invitation: Invitation
) -> list[dict[str, Answer]]:
    """As few sets as lead, taken together, to every question of the page, each with an answer to every question."""
    facts = sends.facts_of(invitation)
    gates = [
        q
        for q in questions
        if q.id
        in {c.question for o in questions for c in o.show if isinstance(c, OnAnswer)}
    ]
    chosen: list[dict[str, Answer]] = []
    reached: set[str] = set()
    for options in product(*(range(len(gate.options)) for gate in gates)):
        answers = {question.id: answered(question, 0) for question in questions}
        answers |= {
            gate.id: answered(gate, option)
            for gate, option in zip(gates, options, strict=True)
        }
        on_path = {
            question.id for question in questions_on_path(questions, answers, facts)
        }
        if not on_path <= reached:
            chosen.append(answers)
            reached |= on_path
    assert reached == {question.id for question in questions}
    return chosen


def fill_in(page: Page, answers: Mapping[str, Answer]) -> None:
    """Every question on the page, whether its turn came or not, and the last questions about the visit itself."""
    for answer in answers.values():
        for option in answer.options:
            page.check(f'[name="q-{answer.question}"][value="{option}"]')
        if answer.text:
            page.fill(f"#q-{answer.question}", answer.text)
    page.check('[name="helped"][value="none"]')
    page.check('[name="talk_to"][value="no"]')


def stored(
    site: Site, invitation: Invitation
) -> tuple[kept.Response, dict[str, Answer]]:
    """The one response to that invitation, and its answers with their words."""
    with site.world.session() as session:
        [response] = session.scalars(
            select(kept.Response).where(kept.Response.invitation_id == invitation.id)
        )
        rows = session.scalars(
            select(kept.AnswerRow).where(kept.AnswerRow.response_id == response.id)
        ).all()
        options = session.scalars(
            select(kept.AnswerOption).where(
                kept.AnswerOption.response_id == response.id
            )
        ).all()
        texts = session.scalars(
            select(SealedText).where(SealedText.row_id == response.id)
        ).all()
        words = {
            text.column_name: open_text(site.world.parts.keys.text, text)
            for text in texts
        }
        found = {
            row.question: Answer(
                row.question,
                row.state,  # type: ignore[arg-type]
                tuple(
                    sorted(
                        one.option for one in options if one.question == row.question
                    )
                ),
                words.get(row.question, ""),
            )
            for row in rows
        }
        session.expunge_all()
    return response, found


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        *(pytest.param(kind, 1, id=f"{kind}, one path") for kind in fewest()),
        *(
            pytest.param(
                *param.values, None, id=f"{param.id}, every path", marks=param.marks
            )
            for param in params(list)
        ),
    ],
)
def test_every_survey_is_answered_to_the_end_without_script(
    one_site: Site, plain: Page, kind: Kind, paths: int | None
) -> None:
    world = one_site.world
    first = world.invitation(band=kind.band, survey=kind.survey, **kind.facts())
    with world.session() as session:
        visit = sends.visit_of(
            session, world.parts.catalogue, first, Month.containing(clock.today())
        )
    questions = sends.questions_of(world.parts.catalogue, visit, sends.facts_of(first))
    for answers in sets_of_answers(questions, first)[: paths if kind.own else 1]:
        invitation = world.invitation(
            band=kind.band, survey=kind.survey, **kind.facts()
        )
        reply = plain.goto(f"{one_site.url}/r/{world.token(invitation)}{kind.query}")
        assert reply is not None
        assert reply.status == 200
        assert plain.get_attribute("html", "lang") == kind.language
        fill_in(plain, answers)
        plain.click("#s-send button")
        expect(plain.locator("main[data-page=thanks] h1")).to_be_visible()
        response, found = stored(one_site, invitation)
        assert (response.look, response.language, response.channel) == (
            kind.look,
            kind.language,
            "self",
        )
        on_path = questions_on_path(questions, answers, sends.facts_of(invitation))
        assert found == {
            question.id: in_order(answers[question.id]) for question in on_path
        }


def in_order(answer: Answer) -> Answer:
    return replace(answer, options=tuple(sorted(answer.options)))
