"""What a child is shown, before any browser: the order of the screens, the words on them, and the page's HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.support.client import problems_of
from feedback_app.config import ROOT
from feedback_app.labels import label_choices
from feedback_app.said_and_done import ShownAction
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import LOOK_OF_BAND, Facts, Problem
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.notices import build_notice, build_thanks
from feedback_app.survey_page.views import By, SurveyPage, with_calls
from feedback_app.web.assets import join_parts, pack_smallest, read_file
from tests.support.surveys import NUMBERS

BANDS = ("4-7", "8-11", "12-17")
START_PAGE: dict[str, object] = {"service": "Have a word", "actions": ()}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "surveys")


@pytest.fixture(scope="module")
def templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "feedback_app/templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    made.globals["asset"] = lambda name: f"/static/{name}?v=1"
    made.globals["csrf_token"] = lambda: "guard"
    made.globals["_"] = str
    made.globals["url_for"] = lambda endpoint: f"/{endpoint}"
    made.globals["label_choices"] = label_choices
    return made


def page_for(
    catalogue: Catalogue,
    band: str = "8-11",
    *,
    mode: str = "in_person",
    marks: Sequence[str] = (),
    has_iro: bool = True,
    by: By = "child",
    spotlight: bool = False,
) -> SurveyPage:
    survey = catalogue.find_survey("rate-my-review")
    extra = survey.spotlight[band][0].id if spotlight else None
    facts = Facts(mode, frozenset(marks))
    return build_page(
        catalogue,
        survey,
        band,
        LOOK_OF_BAND[band],
        extra,
        facts,
        NUMBERS,
        has_iro=has_iro,
        by=by,
    )


def drawn(
    templates: Environment,
    page: SurveyPage,
    filled: Mapping[str, Sequence[str]] | None = None,
    problems: Mapping[str, Problem] | None = None,
) -> str:
    return templates.get_template("child/survey.html").render(
        page=page,
        mark="the-mark",
        token="the-token",
        stamp="the-stamp",
        filled=filled or {},
        problems=problems or {},
        draft_key="?w=who.which",
        device_key="0" * 64,
    )


def drawn_verbal(templates: Environment, page: SurveyPage, **more: object) -> str:
    day: dict[str, object] = {
        "first_day": "2026-10-01",
        "today": "2026-10-14",
        "day_problem": "",
        "failed": False,
        "changed": False,
        "differs": "",
        "drawn_for": "8-11 middle",
        "reference": "CASE-1",
        "whose": ("age 8-11", "took part"),
        "who_missing": False,
        "draft_key": "?w=who.which",
        "device_key": "0" * 64,
    }
    invitation = type("Invitation", (), {"id": "abc"})
    return templates.get_template("iro/verbal/verbal.html").render(
        page=page,
        token="",
        stamp="",
        invitation=invitation,
        filled={},
        problems={},
        **(day | more),
    )


@pytest.mark.parametrize("band", BANDS)
def test_a_child_reads_what_it_is_before_the_first_question_and_checks_before_send(
    catalogue: Catalogue, band: str
) -> None:
    ids = [screen.id for screen in page_for(catalogue, band).screens]
    assert ids[:2] == ["s-open", "s-helper"]
    assert ids[-5:] == ["s-talk_to", "s-talk_how", "s-helped", "s-iro_sees", "s-check"]
    assert all(one.startswith("s-q-") for one in ids[2:-5])


def test_the_spotlight_question_comes_after_the_meeting_and_before_what_is_light_again(
    catalogue: Catalogue,
) -> None:
    page = page_for(catalogue, spotlight=True)
    extra = catalogue.find_survey("rate-my-review").spotlight["8-11"][0].id
    ids = [screen.id for screen in page.screens]
    at = ids.index(f"s-q-{extra}")
    assert ids[at - 1 : at + 2 : 2] == ["s-q-letter", "s-q-know_iro"]
    kinds = [screen.kind for screen in page.screens if screen.declines]
    assert kinds[-2:] == ["text", "text"]


@pytest.mark.parametrize("band", BANDS)
def test_plain_next_links_lead_through_every_screen(
    catalogue: Catalogue, band: str
) -> None:
    screens = [
        screen for screen in page_for(catalogue, band).screens if not screen.aside
    ]
    assert [one.id for one in screens[:2]] == ["s-open", screens[1].id]
    assert screens[1].declines, "the first screen leads to the first question"
    assert len({screen.id for screen in screens}) == len(screens)
    for earlier, later in pairwise(screens):
        assert (earlier.after, later.before) == (later.id, earlier.id)
    assert (screens[0].before, screens[-1].after) == ("", "")


@pytest.mark.parametrize("band", BANDS)
def test_whoever_helps_has_a_page_of_their_own_that_leads_back_to_the_child(
    catalogue: Catalogue, band: str
) -> None:
    first, helper = page_for(catalogue, band).screens[:2]
    assert (helper.id, helper.aside, helper.before) == ("s-helper", True, "")
    assert helper.after == first.id
    assert first.ask.startswith("Is ")
    assert helper.when.startswith("If ")
    assert helper.button.startswith("Back to the")
    assert "01632 960001" in " ".join(helper.body), (
        "an adult who hears of harm is told whom to call"
    )


@pytest.mark.parametrize("by", ["verbal", "paper"])
def test_who_keys_in_for_a_child_is_not_told_how_to_help_nor_asked_whether_the_link_is_theirs(
    catalogue: Catalogue, templates: Environment, by: By
) -> None:
    page = page_for(catalogue, by=by)
    assert "s-helper" not in {screen.id for screen in page.screens}
    assert "not_for_me" not in drawn(templates, page)


@pytest.mark.parametrize("band", BANDS)
def test_the_first_screen_offers_to_say_that_the_link_is_not_for_this_child(
    catalogue: Catalogue, templates: Environment, band: str
) -> None:
    text = drawn(templates, page_for(catalogue, band))
    assert text.count('<button type="submit" name="not_for_me" value="1">') == 1
    assert text.index('name="not_for_me"') < text.index('id="s-helper"')
    asked = text[: text.index('name="not_for_me"')].rsplit("<details", 1)[-1]
    assert 'class="sure"' in asked, "it is asked once more"
    assert "Are you sure?" in asked
    assert text.index("<button", text.index("<form")) < text.index(
        'name="not_for_me"'
    ), "Enter presses another button"


def test_follow_ups_wait_for_the_childs_own_answer_and_say_so_in_words(
    catalogue: Catalogue,
) -> None:
    why_not = next(
        screen for screen in page_for(catalogue).screens if screen.declines == "why_not"
    )
    assert why_not.show == (("q-at_meeting", "is", ("no",)),)
    assert why_not.when
    talk_how = next(
        screen for screen in page_for(catalogue).screens if screen.name == "talk_how"
    )
    assert talk_how.show == (
        ("talk_to", "is", ("advocate", "iro", "not_safe", "other")),
    )


def test_a_question_about_screens_is_there_only_when_someone_was_on_one(
    catalogue: Catalogue,
) -> None:
    def asks_remote(mode: str) -> bool:
        return any(
            screen.declines == "remote"
            for screen in page_for(catalogue, mode=mode).screens
        )

    assert [asks_remote(mode) for mode in ("in_person", "remote", "blended")] == [
        False,
        True,
        True,
    ]


def test_no_child_without_an_iro_is_asked_whether_the_iro_may_see(
    catalogue: Catalogue,
) -> None:
    page = page_for(catalogue, has_iro=False)
    assert "iro_sees" not in {screen.name for screen in page.screens}
    talk_to = next(screen for screen in page.screens if screen.name == "talk_to")
    assert not any("IRO" in choice.label for choice in talk_to.choices)
    assert not any("IRO" in (screen.who or "") for screen in page.screens)


def test_an_officer_who_asks_aloud_reads_the_words_to_say_and_asks_nothing_about_seeing(
    catalogue: Catalogue,
) -> None:
    page = page_for(catalogue, by="verbal")
    names = {screen.name for screen in page.screens}
    assert page.screens[0].id == "s-iro_aloud_start"
    assert page.screens[-1].id == "s-iro_aloud_end"
    assert page.screens[-1].send is not None
    assert not page.screens[-1].covered
    assert not names & {"helped", "iro_sees"}
    assert {"talk_to", "talk_how"} <= names
    assert page.rules is not None
    assert page.rules.body
    assert not any("only if you say" in (screen.who or "") for screen in page.screens)


def test_a_child_who_is_not_safe_reads_whom_to_call_beside_that_answer(
    catalogue: Catalogue, templates: Environment
) -> None:
    talk_to = next(
        screen for screen in page_for(catalogue).screens if screen.name == "talk_to"
    )
    first = talk_to.choices[0]
    assert (first.id, first.name) == ("not_safe", "not_safe")
    assert first.note is not None
    assert "It may not be today" in first.note
    assert not any(choice.name for choice in talk_to.choices[1:])
    text = drawn(templates, page_for(catalogue))
    screen = text.partition('id="s-talk_to"')[2].partition("</section>")[0]
    assert 'type="checkbox" name="not_safe" value="not_safe"' in screen
    assert screen.count('type="radio" name="talk_to"') == 4
    place = [
        screen.index(part)
        for part in ("not_safe", 'href="tel:999"', 'href="tel:08001111"', "advocate")
    ]
    assert place == sorted(place)


@pytest.mark.parametrize(
    "sent", [{"talk_to": ["not_safe"]}, {"not_safe": ["not_safe"]}]
)
def test_not_safe_stays_ticked_on_a_page_that_is_shown_again(
    catalogue: Catalogue, templates: Environment, sent: dict[str, list[str]]
) -> None:
    text = drawn(templates, page_for(catalogue), sent)
    assert 'name="not_safe" value="not_safe" checked' in text
    assert text.count(" checked") == 1


def test_below_a_no_stands_one_line_that_helps_at_once(catalogue: Catalogue) -> None:
    notes = {
        (screen.declines, choice.id): str(choice.note)
        for screen in page_for(catalogue).screens
        for choice in screen.choices
        if choice.note and screen.declines
    }
    assert notes.keys() == {("know_iro", "no"), ("advocate", "no")}
    assert 'href="tel:' in notes["advocate", "no"]


def test_whoever_wants_somebody_else_is_asked_whom(
    catalogue: Catalogue, templates: Environment
) -> None:
    text = drawn(templates, page_for(catalogue))
    label = text.partition('for="talk_how_text"')[2].partition("</label>")[0]
    assert "[name=talk_to][value=other]" in label
    assert "who would you like?" in label
    assert "Whose phone is it? Can someone else see or hear?" in label


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Call 999 now.", 'Call <a href="tel:999">999</a> now.'),
        ("On 0800 1111. Free.", 'On <a href="tel:08001111">0800 1111</a>. Free.'),
        ("Within 28 days, for 2 years", "Within 28 days, for 2 years"),
        (
            "<b>Call</b> +44 1632 960001",
            '&lt;b&gt;Call&lt;/b&gt; <a href="tel:+441632960001">+44 1632 960001</a>',
        ),
        ("Case 19990 stays", "Case 19990 stays"),
    ],
)
def test_numbers_to_call_can_be_tapped_and_other_numbers_cannot(
    line: str, expected: str
) -> None:
    assert with_calls(line, "999") == expected


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("mode", ["in_person", "remote"])
def test_the_page_is_valid_html_with_one_heading_labels_and_nothing_inline(
    catalogue: Catalogue, templates: Environment, band: str, mode: str
) -> None:
    page = page_for(catalogue, band, mode=mode, marks=("16+",), spotlight=True)
    assert problems_of(drawn(templates, page)) == []
    aloud = page_for(catalogue, band, mode=mode, by="verbal", spotlight=True)
    assert (
        problems_of(
            drawn_verbal(templates, aloud, day_problem="Not that day", failed=True)
        )
        == []
    )


def test_mark_token_and_stamp_stand_once_each_so_that_a_page_drawn_once_serves_every_child(
    catalogue: Catalogue, templates: Environment
) -> None:
    text = drawn(templates, page_for(catalogue))
    values = ("the-mark", "the-token", "the-stamp")
    assert [text.count(value) for value in values] == [1, 1, 1]
    assert sorted(values, key=text.index) == list(values)


def test_nothing_is_ticked_beforehand(
    catalogue: Catalogue, templates: Environment
) -> None:
    assert " checked" not in drawn(templates, page_for(catalogue))


def test_every_question_can_be_left_with_one_tap(
    catalogue: Catalogue, templates: Environment
) -> None:
    page = page_for(catalogue)
    text = drawn(templates, page)
    for screen in page.screens:
        if screen.declines:
            assert f'name="declined" value="{screen.declines}"' in text


def test_after_a_refusal_all_that_was_typed_and_ticked_is_shown_again(
    catalogue: Catalogue, templates: Environment
) -> None:
    typed = "\nMy dog <script>alert(1)</script> & a first empty line"
    filled = {
        "q-better": [typed],
        "q-why_not": ["bad_time", "worried"],
        "declined": ["letter"],
        "talk_how_text": ["7 pm"],
    }
    text = drawn(
        templates,
        page_for(catalogue),
        filled,
        {"better": Problem("better", "too_long", 4050, 4000)},
    )
    assert problems_of(text) == []
    assert (
        ">\n\nMy dog &lt;script&gt;alert(1)&lt;/script&gt; &amp; a first empty line</textarea>"
        in text
    )
    assert text.count(" checked") == 3
    assert ">\n7 pm</textarea>" in text
    assert 'href="#s-q-better"' in text
    assert "4050" in text
    assert "4000" in text


def test_a_box_says_who_reads_it_and_how_much_it_holds_and_never_cuts(
    catalogue: Catalogue, templates: Environment
) -> None:
    page = page_for(catalogue)
    boxes = [screen for screen in page.screens if screen.kind == "text" or screen.box]
    assert all(screen.who for screen in boxes)
    assert {screen.limit for screen in boxes} == {4000, 500, 100}
    assert "maxlength" not in drawn(templates, page)


def test_every_answer_of_the_youngest_has_its_drawing(
    catalogue: Catalogue, templates: Environment
) -> None:
    page = page_for(catalogue, "4-7", spotlight=True)
    bare = [
        (screen.id, choice.id)
        for screen in page.screens
        for choice in screen.choices
        if not (choice.face or choice.picture)
    ]
    assert bare == []
    text = drawn(templates, page)
    assert {
        name for name in page.used_pictures if text.count(f'id="p-{name}"') != 1
    } == set()


def test_an_answer_that_stands_alone_says_so_to_the_script(
    catalogue: Catalogue, templates: Environment
) -> None:
    text = drawn(templates, page_for(catalogue))
    alone = re.findall(r'name="(q-\w+)" value="(\w+)" data-alone', text)
    assert alone == [
        ("q-views_shared", "no_one"),
        ("q-views_shared", "unsure"),
        ("q-help_next", "nothing"),
    ]


def test_every_picture_that_a_question_names_is_drawn(
    catalogue: Catalogue, templates: Environment
) -> None:
    survey = catalogue.find_survey("rate-my-review")
    named = {q.picture for q in (*survey.bands["4-7"], *survey.spotlight["4-7"])}
    drawings = templates.from_string(
        '{% from "child/drawings.html" import drawings %}{{ drawings(names) }}'
    ).render(names=sorted(named))
    assert named
    assert {name for name in named if f'id="p-{name}"' not in drawings} == set()


@pytest.mark.parametrize("band", BANDS)
def test_a_whole_survey_weighs_little_on_a_slow_phone(
    catalogue: Catalogue, templates: Environment, band: str
) -> None:
    drawn_page = drawn(
        templates,
        page_for(catalogue, band, mode="remote", marks=("16+",), spotlight=True),
    )
    page = len(pack_smallest(drawn_page.encode())["gzip"])
    files = {
        name: len(pack_smallest(read_file(ROOT / "static", name))["br"])
        for name in ("child.css", "child.js", "icon.svg")
    }
    assert page <= 9_800
    assert files["child.css"] <= 4_750
    assert files["child.js"] <= 7_750
    assert page + sum(files.values()) <= 22_200


def test_the_look_mirrors_with_its_direction() -> None:
    """What is left is right too: shorthands of both sides are too new for some phones, those of one side are not."""
    css = join_parts(ROOT / "static", "child.css").decode()
    css = re.sub(r"(?s)/\*.*?\*/", "", css)
    css = re.sub(r".*\[dir=\"rtl\"\].*", "", css)
    sided = re.findall(r"(?<![-\w])((?:margin-|padding-)?)(left|right): ([^;]+);", css)
    assert len(sided) > 10
    for left, right in zip(sided[::2], sided[1::2], strict=True):
        assert (left[1], right[1]) == ("left", "right")
        assert (left[0], left[2]) == (right[0], right[2])
    assert not re.search(r"(?<![-\w])(?:border-(?:left|right)|width|height)\s*:", css)


@pytest.mark.parametrize(
    ("template", "text_id", "more"),
    [
        ("notice", "help", {}),
        ("dead", "dead_link", {"actions": (), "others": False}),
        ("said_and_done", "said_and_done", {"actions": ()}),
        ("set_aside", "set_aside", {}),
        ("not_for_me", "not_for_me_done", {}),
        ("help", "help", {}),
        ("privacy", "privacy", {}),
        ("error", "error", {}),
        ("scan_again", "scan_again", {}),
        ("home", "code", START_PAGE | {"typed": "<moss> oak", "unknown": "<b>brid"}),
        ("home", "code", START_PAGE | {"typed": "moss", "unknown": "…"}),
        (
            "refused",
            "busy",
            {
                "mark": "",
                "form": {
                    "link": ["l"],
                    "page": ["p"],
                    "q-best": ["Biscuits & <tea>\nand my dog"],
                },
            },
        ),
    ],
)
def test_p60_every_page_of_one_text_has_help_numbers_and_leave(
    catalogue: Catalogue,
    templates: Environment,
    template: str,
    text_id: str,
    more: dict[str, object],
) -> None:
    page = build_notice(catalogue, text_id, NUMBERS)
    text = templates.get_template(f"child/{template}.html").render(page=page, **more)
    assert problems_of(text) == []
    assert 'href="tel:999"' in text
    assert 'href="tel:08001111"' in text
    assert 'href="/leave' in text
    assert "<b>brid" not in text


def test_p51_a_page_that_refuses_carries_all_that_was_sent_to_send_it_again(
    catalogue: Catalogue, templates: Environment
) -> None:
    form = {
        "link": ["l"],
        "q-at_meeting": ["no"],
        "q-why_not": ["a", "b"],
        "q-best": ["\nTwo lines\nof mine"],
    }
    text = templates.get_template("child/refused.html").render(
        page=build_notice(catalogue, "down", NUMBERS), form=form, mark="m"
    )
    for name, value in (
        ("link", "l"),
        ("q-at_meeting", "no"),
        ("q-why_not", "a"),
        ("q-why_not", "b"),
    ):
        assert f'type="hidden" name="{name}" value="{value}"' in text
    assert 'name="q-best" rows="5" dir="auto">\n\nTwo lines\nof mine</textarea>' in text


@pytest.mark.parametrize("band", BANDS)
def test_a_thank_you_differs_by_what_was_asked_for_and_done_and_is_of_one_shape(
    catalogue: Catalogue, templates: Environment, band: str
) -> None:
    def shape(*, talk: bool, done: str) -> tuple[str, str]:
        page = build_thanks(
            catalogue,
            NUMBERS,
            band=band,
            look=LOOK_OF_BAND[band],
            read_by=date(2026, 10, 16),
            talk=talk,
            leads_on=True,
            done=done,
        )
        text = templates.get_template("child/thanks.html").render(page=page)
        assert problems_of(text) == []
        main = text.partition("<main")[2]
        return main, re.sub(r">[^<]+<", "><", main)

    pages = [shape(talk=talk, done="Later meetings") for talk in (True, False)]
    assert len({tags for _text, tags in pages}) == 1
    asked, plain = (text for text, _tags in pages)
    assert "days or less" in asked
    assert "days or less" not in plain
    for text in (asked, plain):
        assert "Later meetings" in text
        assert "by Friday 16 October" in text
        assert "It may not be today" in text
        assert 'href="tel:999"' in text
        assert 'href="tel:08001111"' in text
        assert 'class="picture"' in text


def test_in_another_language_what_was_typed_in_english_is_marked_and_the_page_stays_right(
    catalogue: Catalogue, templates: Environment
) -> None:
    shown = (ShownAction("done", "We want cocoa.", "You get it."),)
    for code, direction, marks in (("en", "ltr", 0), ("ar", "rtl", 1)):
        words = replace(catalogue, language=code, direction=direction)
        page = build_notice(words, "told", NUMBERS)
        text = templates.get_template("child/said_and_done.html").render(
            page=page, told=page.text, actions=shown
        )
        assert problems_of(text) == []
        assert f'<html lang="{code}" dir="{direction}">' in text
        assert '<p lang="en" dir="ltr">We want cocoa.</p>' in text
        assert text.count("<small>In English</small>") == marks
